// The text of the key: is one configured, can it be sent, and does it fit the host? Judged with its refusal.
import { checksOf, fail, nothing, pass, remedy, warn } from '../engine/check.ts';
import { owned } from '../engine/exchange-facts.ts';
import { isForeignTo, type KeyDefect, keyState, sentDefects } from '../engine/key-facts.ts';
import type { Observe } from '../engine/observations.ts';
import { saveKey, sendAnyway } from '../engine/remedy-commands.ts';
import { wireLine, wireLines } from '../engine/wire-lines.ts';
import { isAnthropicRequestId } from '../reading/request-ids.ts';

const isKeyRefused = (observe: Observe): boolean =>
  observe('keyed')?.reading.kind === 'unauthorized' || observe('keyed')?.reading.kind === 'forbidden';

const defectText = ({ character, position }: KeyDefect, length: number): string =>
  `${character} at position ${position} of ${length}`;

export const keyChecks = checksOf({ group: 'auth', needs: ['setup'] }, [
  {
    id: 'key.missing',
    group: 'config',
    blocks: 'auth',
    title: 'A key is configured',
    why: 'An empty variable, an unexpanded $VAR or YOUR_KEY from the documentation is sent as it is and fails as 401.',
    proof: 'The value against the placeholders of documentation.',
    cure: 'Create a key in the console of the provider and store it.',
    judge(observe) {
      const setup = observe('setup');
      if (setup?.url.problem != null) return nothing('there is no host a key could be for');
      if (setup?.auth === 'none') return pass('No key is sent (auth: none).');
      const host = setup?.url.host ?? 'the provider';
      const problem = {
        owner: 'you',
        remedy: remedy(`Create a key at ${host} and save it.`, saveKey(observe)),
      } as const;
      const withheld = setup?.withheld;
      if (setup?.key == null && withheld != null)
        return fail(`The key in ${withheld.source} belongs to ${withheld.home} and is not sent to ${host}.`, {
          owner: 'you',
          remedy: withheld.isVariable
            ? remedy(`Name it to send it to ${host} on purpose, or use a key of ${host}.`, [
                sendAnyway(observe, withheld.source),
              ])
            : remedy(`Save a key of ${host}.`, saveKey(observe)),
        });
      if (setup?.key == null && setup?.keyVariable != null)
        return fail(
          `The variable ${setup.keyVariable}, which should hold the key for ${host}, is not set.`,
          problem,
        );
      if (setup?.key == null)
        return fail(`No key for ${host}: neither profile nor environment has one.`, problem);
      if (setup.key.placeholder === null)
        return pass(`${setup.key.shown} from ${setup.keySource ?? 'the configuration'}.`);
      const what = setup.key.placeholder === '' ? 'empty' : `a placeholder (${setup.key.placeholder})`;
      return fail(`The key from ${setup.keySource ?? 'the configuration'} is ${what}.`, problem);
    },
  },
  {
    id: 'key.whitespace',
    group: 'config',
    blocks: 'auth',
    title: 'The key has no stray characters',
    why: 'A line break makes the header invalid (and some libraries print the key in the exception); a no-break space is sent as a wrong byte and fails as 401; curly quotes cannot be sent at all.',
    proof: 'The characters of the value, by code point and position.',
    cure: 'Save the key again, trimmed.',
    judge(observe) {
      const setup = observe('setup');
      const key = setup?.key;
      const [first] = key?.defects ?? [];
      if (key == null || first === undefined) return pass('');
      if (key.scheme !== null && key.defects.every(({ kind }) => kind === 'space'))
        return nothing(`"${key.scheme}" was copied along: key.scheme_in_value`);
      const [sent] = sentDefects(key, setup?.keySource ?? null);
      const problem = {
        owner: 'you',
        remedy: remedy('Save the key again, without it.', saveKey(observe)),
        evidence: key.defects.slice(0, 3).map((one) => defectText(one, key.length)),
      } as const;
      if (sent === undefined)
        return warn(
          `The key has ${defectText(first, key.length)}, outside the key itself. msg leaves it out; other clients may send it.`,
          problem,
        );
      if (sent.kind === 'quote')
        return fail(
          `The key stands in quotes, which are sent along (${defectText(sent, key.length)}).`,
          problem,
        );
      return fail(
        `Key contains ${defectText(sent, key.length)}. It cannot be sent, or arrives as a wrong byte and fails as 401.`,
        problem,
      );
    },
  },
  {
    id: 'key.scheme_in_value',
    title: 'The key is the bare key',
    why: 'A value such as "Bearer sk-..." makes the header "Bearer Bearer sk-..."; one provider\'s table even documents x-api-key that way.',
    proof: 'The beginning of the value.',
    cure: 'Store the key without scheme or header name.',
    uses: ['keyed'],
    judge(observe) {
      const key = observe('setup')?.key;
      if (key?.scheme == null) return pass('');
      const problem = {
        owner: 'you',
        remedy: remedy('Save the key without it.', saveKey(observe)),
      } as const;
      const text = `The key begins with "${key.scheme}", which ${key.scheme.endsWith('=') ? 'is the name of its variable' : 'belongs to the header, not to the key'}.`;
      const keyed = observe('keyed');
      return keyed === undefined || isKeyRefused(observe)
        ? fail(text, problem)
        : warn(`${text} It is accepted here all the same.`, problem);
    },
  },
  {
    id: 'key.prefix_mismatch',
    title: 'The key is from the provider of this host',
    why: 'A key of one provider at the host of another is the most common 401 after a change of the base URL.',
    proof: "The key's prefix against the host; said only when the key was refused.",
    cure: 'A key issued by this host.',
    uses: ['keyed'],
    judge(observe) {
      const setup = observe('setup');
      const vendor = setup?.key?.vendor;
      const host = setup?.url.hostname ?? '';
      // Anthropic's own keys at a gateway are key.caller_vs_upstream.
      if (
        vendor == null ||
        vendor.name === 'Anthropic' ||
        !isForeignTo(vendor, host) ||
        !isKeyRefused(observe)
      )
        return pass(vendor == null ? '' : `A key of ${vendor.name}, and nothing speaks against it.`);
      const keyed = observe('keyed');
      return fail(
        `Key looks like ${vendor.name} (${vendor.prefix}…) but target is ${host}. Use a key issued by ${host}.`,
        {
          owner: 'you',
          confidence: 'likely',
          evidence: wireLines(keyed),
          remedy: remedy(`Use a key issued by ${host}, or the base URL of ${vendor.name}.`, saveKey(observe)),
        },
      );
    },
  },
  {
    id: 'key.oauth_as_api',
    title: 'The key is an API key, not a login token',
    why: 'Subscription tokens (sk-ant-oat...) are for the vendor\'s own client; as an API key they fail with "invalid x-api-key" or "OAuth ... not supported". Admin keys cannot generate.',
    proof: 'The prefix of the value, or the words of the refusal.',
    cure: 'Create an API key in the console.',
    uses: ['keyed'],
    judge(observe) {
      const key = observe('setup')?.key;
      const answer = owned('key.oauth_as_api', observe('keyed'));
      const problem = {
        owner: 'you',
        evidence: wireLines(answer),
        remedy: remedy('Create an API key in the console and save it.', saveKey(observe)),
      } as const;
      if (answer !== undefined || (key?.isOauth && isKeyRefused(observe)))
        return fail(
          "A subscription token (sk-ant-oat…) is used as an API key; it is meant for the vendor's own client.",
          problem,
        );
      if (key?.isAdmin && isKeyRefused(observe))
        return fail('An admin key (sk-ant-admin…) cannot generate; use an API key.', problem);
      if (key?.isOauth || key?.isAdmin)
        return warn(
          `The key is ${key.isOauth ? 'a subscription token' : 'an admin key'}; it works for now.`,
          problem,
        );
      return pass('');
    },
  },
  {
    id: 'key.caller_vs_upstream',
    title: 'The gateway gets its own key',
    why: "A gateway issues caller keys of its own; the provider's key belongs into the gateway, and is refused at its door.",
    proof: 'A provider key (sk-ant-...) at another host, refused there without a request_id of Anthropic.',
    cure: 'Create a caller key (virtual key) in the gateway.',
    needs: ['setup', 'keyed'],
    judge(observe) {
      const [setup, keyed] = [observe('setup'), observe('keyed')];
      const isProviderKey =
        setup?.key?.vendor?.prefix === 'sk-ant-' && isForeignTo(setup.key.vendor, setup.url.hostname);
      // Who names the state of a key has issued it.
      const isJudgedHere =
        keyed?.reading.check === 'auth.invalid' &&
        !isAnthropicRequestId(keyed.reading.requestId) &&
        keyState(keyed.reading.errorMessage ?? '') === undefined;
      if (!isProviderKey || !isJudgedHere) return pass('');
      return fail(
        `${setup?.url.host} is a gateway and judges keys itself; the key is Anthropic's (${setup?.key?.shown}). Create a caller key there.`,
        {
          owner: 'you',
          confidence: 'likely',
          evidence: [wireLine(keyed)],
          remedy: remedy('Create a caller key (virtual key) in the gateway and save it.', saveKey(observe)),
        },
      );
    },
  },
  {
    id: 'key.echoed',
    blocks: 'nothing',
    title: 'No answer quotes the key',
    why: 'A key in an error message stands in logs and tickets, too; a relay that takes a prefix off shows nearly all of it.',
    proof:
      'Twelve characters of a key that this machine knows, in any spelling, in the answer to the request with the key.',
    cure: 'If the key was made for another server, renew it there; else tell who runs this one.',
    needs: ['keyed'],
    judge(observe) {
      const keyed = observe('keyed');
      if (keyed?.outcome !== 'answered' || !keyed.quotesKey) return pass('');
      return warn('The server quotes the key in its answer; it is hidden here.', {
        owner: 'gateway',
        evidence: [wireLine(keyed)],
        remedy: remedy(
          'If the key was made for another server, renew it there: it may stand in the logs of this one. Else tell who runs it.',
        ),
      });
    },
  },
]);
