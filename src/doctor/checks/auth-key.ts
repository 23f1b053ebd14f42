// The verdict on the key: refused, and why, or accepted.
import { type Check, type Finding, fail, pass, remedy, unknown } from '../check.ts';
import { wireLines } from '../evidence.ts';
import { isSameAnswer, isThrough } from '../exchanges.ts';
import type { Answered, Look } from '../observations.ts';
import { isKeyThrough } from '../probes/conditions.ts';
import { again, saveKey, setCommand } from '../remedy-commands.ts';
import { forHops, skipWaf } from '../remedy-snippets.ts';

/** Only a path that answers otherwise proves the one that was asked. */
const pathWords = (look: Look): string =>
  look('sibling') === undefined || isSameAnswer(look('sibling'), look('keyless'))
    ? 'other paths answer alike, so the path is not proven.'
    : 'path and protocol are fine.';

const keyStates: readonly (readonly [RegExp, string])[] = [
  [/disabled|suspend|banned|deactivated/i, 'disabled'],
  [/expired/i, 'expired'],
  [/revoked/i, 'revoked'],
];
const stateIn = (words: string): string | undefined =>
  keyStates.find(([pattern]) => pattern.test(words))?.[1];

const refusedAccount =
  /\b(account|organi[sz]ation|user)\b.{0,30}\b(suspended|banned|deactivated|disabled)\b/i;

/** Who refused, and for what: a hop, a rule, the account, and only then the key. */
function judgeRefusal(look: Look, keyed: Answered): Finding {
  const setup = look('setup');
  const host = setup?.url.host ?? '';
  const { kind, errorMessage, shape, confidence } = keyed.reading;
  const words = errorMessage ?? `status ${keyed.status}`;
  if (shape === 'html')
    return fail(
      `${host} answers with a page (401 ${words}): a hop before the API refuses, or the API is not there.`,
      {
        owner: 'proxy',
        confidence: 'possible',
        evidence: wireLines(keyed),
        remedy: remedy('Find out which hop asks for a login: the page and its headers name it.', [
          again(look),
        ]),
      },
    );
  if (kind === 'forbidden' && stateIn(words) === undefined && isSameAnswer(keyed, look('keyless')))
    return fail(
      `${host} refuses every request with 403, with the key or without (${words}): a rule before the API, or this address.`,
      {
        owner: 'proxy',
        confidence: 'possible',
        evidence: wireLines(look('keyless'), keyed),
        remedy: remedy(
          'Ask the owner of the host who refuses it; the key was not looked at.',
          [again(look)],
          forHops(look, skipWaf),
        ),
      },
    );
  if (refusedAccount.test(words))
    return fail(`${host} knows the key and refuses its account (${words}).`, {
      owner: 'you',
      evidence: wireLines(keyed),
      remedy: remedy('Ask the provider why: another key of the same account will not help.', [again(look)]),
    });
  const isUndocumented = setup?.acceptedAuth != null && !setup.acceptedAuth.includes(setup.auth);
  const docs = isUndocumented
    ? ` The provider documents ${setup.acceptedAuth.join(' and ')}, not ${setup.auth}.`
    : '';
  return fail(
    `${host} rejected the key (${words}); ${pathWords(look)} Key ${setup?.key?.shown ?? ''} from ${setup?.keySource ?? 'the configuration'}: ${stateIn(words) ?? 'revoked, expired or mistyped'}. Rotate it if it was ever shared.${docs}`,
    {
      owner: 'you',
      confidence,
      evidence: wireLines(keyed, look('otherScheme')),
      remedy: remedy('Create a new key at the provider and save it.', saveKey(look)),
    },
  );
}

export const authKeyChecks: readonly Check[] = [
  {
    id: 'auth.invalid',
    group: 'auth',
    title: 'The key is not refused',
    why: 'Mistyped, revoked, expired, disabled, or the key of another account.',
    proof: 'The refusal of the keyed request, where the keyless one shows that path and protocol are fine.',
    cure: 'A new key. Rotate any key that was ever shared or committed.',
    needs: ['setup', 'keyed'],
    uses: ['otherScheme', 'keyless', 'sibling'],
    // The catch-all of refused keys: anything that says why comes first.
    isGate: true,
    judge(look) {
      const keyed = look('keyed');
      if (look('setup')?.auth === 'none' || keyed?.outcome !== 'answered') return pass('');
      const { kind, check } = keyed.reading;
      const isRefused = kind === 'unauthorized' || kind === 'forbidden';
      return isRefused && check !== 'model.forbidden' ? judgeRefusal(look, keyed) : pass('');
    },
  },
  {
    id: 'auth.accepted',
    group: 'auth',
    title: 'The key is accepted',
    why: 'Everything else needs it.',
    proof: 'With the key, {} is refused for being empty; without it (or with a made-up one) for the key.',
    cure: 'See the check of this group that failed.',
    needs: ['setup', 'keyed'],
    uses: ['keyless', 'bogusKey', 'count', 'message'],
    isGate: true,
    judge(look) {
      const [keyless, keyed, bogus, setup] = [
        look('keyless'),
        look('keyed'),
        look('bogusKey'),
        look('setup'),
      ];
      const fix = remedy('Run the doctor again when the answer is clear.', [again(look)]);
      if (keyed?.outcome !== 'answered')
        return unknown('The keyed request got no answer.', { owner: 'network', remedy: fix });
      const { kind, means, owner } = keyed.reading;
      const evidence = wireLines(keyed);
      if (['rate', 'quota', 'overloaded', 'server-error', 'billing'].includes(kind) && !isKeyThrough(look))
        return unknown(means, { owner, evidence, remedy: fix });
      if (setup?.auth === 'none')
        return isThrough(keyed) ? pass('No key is needed.') : unknown(means, { evidence });
      if (!isKeyThrough(look)) {
        // Refusals are auth.invalid's and its neighbours'; what is left is an answer nobody knows.
        return kind === 'unauthorized' || kind === 'forbidden' || keyed.reading.check !== null
          ? unknown(means, { evidence })
          : fail(means, { owner, evidence, confidence: 'possible', remedy: fix });
      }
      const later = [look('count'), look('message')].find(
        (one) => one?.outcome === 'answered' && one.status === 200,
      );
      if (keyless?.reading.kind === 'unauthorized')
        return pass(
          `authenticated (401 without the key, ${keyed.status} with it), nothing generated`,
          wireLines(keyless, keyed),
        );
      if (bogus?.reading.kind === 'unauthorized')
        return pass('A made-up key is refused, this one is not.', wireLines(bogus, keyed));
      if (later !== undefined)
        return pass(
          `A real request succeeds with it; whether it is checked, ${bogus === undefined ? 'was not tried' : 'the control could not tell'}.`,
          wireLines(later),
        );
      return unknown('The body is judged before the key, so the empty request proves nothing about it.', {
        evidence: wireLines(keyed, bogus),
        remedy: remedy('A request with a model tells: name one.', [setCommand(look, 'model', 'MODEL')]),
        owner: 'you',
      });
    },
  },
];
