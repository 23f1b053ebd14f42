// The verdict on the key: refused, and why, or accepted.
import { type Check, type Finding, fail, pass, remedy, unknown } from '../check.ts';
import { wireLines } from '../evidence.ts';
import { hasControl, isKeyRefusal, isSameAnswer, isThrough, lateRefusal } from '../exchanges.ts';
import { keyState } from '../key-facts.ts';
import type { Answered, Exchange, Look } from '../observations.ts';
import { isKeyThrough } from '../probes/conditions.ts';
import { addKey, again, askWithModel, saveKey } from '../remedy-commands.ts';
import { forHops, skipWaf } from '../remedy-snippets.ts';

/** Only a path that answers otherwise proves the one that was asked. */
const pathWords = (look: Look): string =>
  look('sibling') === undefined || isSameAnswer(look('sibling'), look('keyless'))
    ? 'other paths answer alike, so the path is not proven.'
    : 'path and protocol are fine.';

/** The header a refusal asks for; where it does not say, the one that is documented, or the API's own. */
function schemeWanted(
  { reading, ...exchange }: Exchange,
  documented: readonly string[] | null,
): 'bearer' | 'x-api-key' {
  const challenge = exchange.outcome === 'answered' ? (exchange.headers['www-authenticate'] ?? '') : '';
  const words = `${challenge} ${reading.errorMessage ?? ''}`;
  if (/x-api-key/i.test(words)) return 'x-api-key';
  if (/bearer|authorization/i.test(words)) return 'bearer';
  return documented !== null && !documented.includes('x-api-key') && documented.includes('bearer')
    ? 'bearer'
    : 'x-api-key';
}

const refusedAccount =
  /\b(account|organi[sz]ation|user)\b.{0,30}\b(suspended|banned|deactivated|disabled)\b/i;

/** Who refused, and for what: a hop, a rule, the account, and only then the key. */
function judgeRefusal(look: Look, answer: Answered): Finding {
  const setup = look('setup');
  const host = setup?.url.host ?? '';
  const { kind, errorMessage, shape, confidence, cure } = answer.reading;
  const words = errorMessage ?? `status ${answer.status}`;
  if (shape === 'html')
    return fail(
      `${host} answers with a page (${answer.status} ${words}): a hop before the API refuses, or the API is not there.`,
      {
        owner: 'proxy',
        confidence: 'possible',
        evidence: wireLines(answer),
        remedy: remedy('Find out which hop asks for a login: the page and its headers name it.', [
          again(look),
        ]),
      },
    );
  if (kind === 'forbidden' && keyState(words) === undefined && isSameAnswer(answer, look('keyless')))
    return fail(
      `${host} refuses every request with ${answer.status}, with the key or without (${words}): a rule before the API, or this address.`,
      {
        owner: 'proxy',
        confidence: 'possible',
        evidence: wireLines(look('keyless'), answer),
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
      evidence: wireLines(answer),
      remedy: remedy('Ask the provider why: another key of the same account will not help.', [again(look)]),
    });
  if (kind === 'forbidden' && keyState(words) === undefined)
    return fail(`${host} knows the key, and does not let it do this (${words}).`, {
      owner: 'you',
      confidence,
      evidence: wireLines(answer),
      remedy: remedy(
        cure ?? `Ask who issued the key at ${host} what it may do, or use another one.`,
        saveKey(look),
      ),
    });
  const isUndocumented = setup?.acceptedAuth != null && !setup.acceptedAuth.includes(setup.auth);
  const docs = isUndocumented
    ? ` The provider documents ${setup.acceptedAuth.join(' and ')}, not ${setup.auth}.`
    : '';
  const proven = answer === look('keyed') ? pathWords(look) : 'the body was read before it.';
  return fail(
    `${host} rejected the key (${words}); ${proven} Key ${setup?.key?.shown ?? ''} from ${setup?.keySource ?? 'the configuration'}: ${keyState(words) ?? 'revoked, expired or mistyped'}. Rotate it if it was ever shared.${docs}`,
    {
      owner: 'you',
      confidence,
      evidence: wireLines(answer, look('otherScheme')),
      remedy: remedy(cure ?? `Create a new key at ${host} and save it.`, saveKey(look)),
    },
  );
}

/** The answer that refuses the key: to {}, or where the body is read first, to the request with a model. */
function refusalOf(look: Look): Exchange | undefined {
  const keyed = look('keyed');
  if (keyed?.outcome !== 'answered') return undefined;
  if (keyed.reading.kind === 'unauthorized' || keyed.reading.kind === 'forbidden') return keyed;
  const late = lateRefusal(look);
  // With a control that proves the key good, it is not the key that was refused: auth.path_prefix.
  if (late !== undefined && !hasControl(look)) return late;
  return [look('message'), look('count')].find((one) => one?.reading.kind === 'forbidden');
}

/** In no words we know: this key and a made-up one get the same refusal, whatever is asked, and no key another. */
const isTakenForMadeUp = (look: Look): boolean =>
  isKeyRefusal(look('keyless')) &&
  isSameAnswer(look('keyed'), look('bogusKey')) &&
  isSameAnswer(look('keyed'), look('message'));

const isThroughWithModel = (exchange: Exchange | undefined): boolean =>
  exchange?.outcome === 'answered' && exchange.status === 200 && !exchange.reading.isErrorInside;

const isFailure = ({ reading }: Exchange): boolean =>
  reading.kind === 'server-error' || reading.kind === 'overloaded';

const statusOf = (exchange: Exchange): number | string =>
  exchange.outcome === 'answered' ? exchange.status : 'no answer';

export const authKeyChecks: readonly Check[] = [
  {
    id: 'auth.missing',
    group: 'auth',
    title: 'No key is wanted where none is sent',
    why: 'auth: none sends no key; a server that was started with one refuses every request.',
    proof: 'A refusal of a request without a key, where none is configured.',
    cure: 'A key, and the header it travels in.',
    needs: ['setup', 'keyed'],
    uses: ['count', 'message'],
    judge(look) {
      const setup = look('setup');
      if (setup?.auth !== 'none') return pass('');
      const answer = [look('keyed'), look('message'), look('count')].find(isKeyRefusal);
      if (answer === undefined) return pass('No key is sent, and none is wanted.');
      if (answer.reading.check === 'auth.path_prefix')
        return pass('No key is sent; another one was refused.');
      const { host = '' } = setup.url;
      return fail(
        `${host} wants a key, and none is sent (auth: none): ${answer.reading.errorMessage ?? answer.reading.means}`,
        {
          owner: 'you',
          evidence: wireLines(answer),
          remedy: remedy(`Save a key of ${host}.`, addKey(look, schemeWanted(answer, setup.acceptedAuth))),
        },
      );
    },
  },
  {
    id: 'auth.invalid',
    group: 'auth',
    title: 'The key is not refused',
    why: 'Mistyped, revoked, expired, disabled, or the key of another account.',
    proof: 'The refusal of the keyed request, where the keyless one shows that path and protocol are fine.',
    cure: 'A new key. Rotate any key that was ever shared or committed.',
    needs: ['setup', 'keyed'],
    uses: ['keyless', 'count', 'message', 'otherScheme', 'bogusKey', 'sibling'],
    // The catch-all of refused keys: anything that says why comes first.
    isGate: true,
    judge(look) {
      if (look('setup')?.auth === 'none') return pass('');
      const answer = refusalOf(look);
      if (
        answer?.outcome === 'answered' &&
        ['auth.path_prefix', 'model.forbidden'].includes(answer.reading.check ?? '')
      )
        return pass('');
      if (answer?.outcome === 'answered') return judgeRefusal(look, answer);
      const keyed = look('keyed');
      if (keyed?.outcome !== 'answered' || keyed.status >= 500 || !isTakenForMadeUp(look)) return pass('');
      return fail(
        `A made-up key gets the same answer as this one (${keyed.reading.errorMessage ?? keyed.status}), no key another: the key is refused, in words of its own.`,
        {
          owner: 'you',
          confidence: 'possible',
          evidence: wireLines(look('keyless'), look('bogusKey'), keyed),
          remedy: remedy('Have the key checked by who runs the server, or save another one.', saveKey(look)),
        },
      );
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
      const later = [look('count'), look('message')].find(isThroughWithModel);
      if (['rate', 'quota', 'billing'].includes(kind) && !isKeyThrough(look))
        return unknown(means, { owner, evidence, remedy: fix });
      if (setup?.auth === 'none')
        return isThrough(keyed) || later !== undefined
          ? pass('No key is needed.')
          : unknown(means, { owner, evidence, remedy: fix });
      // Free of charge it cannot be told whether anything but {} would be answered.
      const isOpen = keyed.reading.kind === 'open' && later === undefined && look('message') === undefined;
      if (
        !isOpen &&
        keyless !== undefined &&
        isKeyRefusal(keyless) &&
        !isKeyRefusal(keyed) &&
        (isThrough(keyed) || (isFailure(keyed) && later !== undefined)) &&
        lateRefusal(look) === undefined
      )
        return pass(
          `authenticated (${statusOf(keyless)} without the key, ${keyed.status} with it), nothing generated`,
          wireLines(keyless, keyed),
        );
      if (!isOpen && hasControl(look) && isThrough(keyed))
        return pass('A made-up key is refused, this one is not.', wireLines(bogus, keyed));
      if (!isKeyThrough(look) && later === undefined && !isFailure(keyed)) {
        // Refusals are auth.invalid's and its neighbours'; what is left is an answer nobody knows.
        return kind === 'unauthorized' || kind === 'forbidden' || keyed.reading.check !== null
          ? unknown(means, { evidence })
          : fail(means, { owner, evidence, confidence: 'possible', remedy: fix });
      }
      if (later !== undefined)
        return pass(
          `A real request succeeds with it; whether it is checked, ${bogus === undefined ? 'was not tried' : 'the control could not tell'}.`,
          wireLines(later),
        );
      return unknown(
        isFailure(keyed) || isOpen
          ? `${means} That is the answer to an empty request, which names no model; it proves nothing.`
          : 'The body is judged before the key, so the empty request proves nothing about it.',
        {
          evidence: wireLines(keyed, bogus),
          remedy: askWithModel(look),
          owner: 'you',
        },
      );
    },
  },
];
