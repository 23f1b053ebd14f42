// The verdict on the key: refused, and why, or accepted.
import { checksOf, fail, pass, remedy, unknown } from '../engine/check.ts';
import { isFailure, isUnclear, openQuestion, provesNothing } from '../engine/empty-request.ts';
import {
  hasControl,
  isKeyRefusal,
  isStumble,
  isThrough,
  lateRefusal,
  withModel,
} from '../engine/exchange-facts.ts';
import type { Exchange } from '../engine/observations.ts';
import { addKey, again, askWithModel, saveKey } from '../engine/remedy-commands.ts';
import { wireLines } from '../engine/wire-lines.ts';
import { isKeyThrough } from '../probes/conditions.ts';
import { isOk } from '../reading/answer-rows/row.ts';
import { isTakenForMadeUp, judgeRefusal, refusalOf } from './key-refusal.ts';

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

const isThroughWithModel = (exchange: Exchange | undefined): boolean =>
  exchange?.outcome === 'answered' && isOk(exchange) && !exchange.reading.isErrorInside;

const statusOf = (exchange: Exchange): number | string =>
  exchange.outcome === 'answered' ? exchange.status : 'no answer';

export const authKeyChecks = checksOf({ group: 'auth', needs: ['setup', 'keyed'] }, [
  {
    id: 'auth.missing',
    title: 'No key is wanted where none is sent',
    why: 'auth: none sends no key; a server that was started with one refuses every request.',
    proof:
      'A refusal of a request without a key, where none is configured; or of one with a made-up key, where those without any fail.',
    cure: 'A key, and the header it travels in.',
    uses: ['count', 'message', 'bogusKey'],
    judge(observe) {
      const setup = observe('setup');
      if (setup?.auth !== 'none') return pass('');
      const refusal = [observe('keyed'), ...withModel(observe)].find(isKeyRefusal);
      // Some fail over requests without a key instead of refusing them: only one with a made-up key is judged.
      const answer = refusal ?? [observe('bogusKey')].find(isKeyRefusal);
      if (answer === undefined) return pass('No key is sent, and none is wanted.');
      if (answer.reading.check === 'auth.path_prefix')
        return pass('No key is sent; another one was refused.');
      const { host = '' } = setup.url;
      const words = answer.reading.errorMessage ?? answer.reading.means;
      return fail(
        refusal === undefined
          ? `${host} fails over every request without a key, and refuses a made-up one (${words}): it wants a key, and none is sent (auth: none).`
          : `${host} wants a key, and none is sent (auth: none): ${words}`,
        {
          owner: 'you',
          confidence: refusal === undefined ? 'likely' : 'certain',
          evidence: wireLines(...(refusal === undefined ? [observe('keyed')] : []), answer),
          remedy: remedy(`Save a key of ${host}.`, addKey(observe, schemeWanted(answer, setup.acceptedAuth))),
        },
      );
    },
  },
  {
    id: 'auth.invalid',
    title: 'The key is not refused',
    why: 'Mistyped, revoked, expired, disabled, or the key of another account.',
    proof: 'The refusal of the keyed request, where the keyless one shows that path and protocol are fine.',
    cure: 'A new key. Rotate any key that was ever shared or committed.',
    uses: ['keyless', 'count', 'message', 'otherScheme', 'bogusKey', 'sibling'],
    // The catch-all of refused keys: anything that says why comes first.
    isGate: true,
    judge(observe) {
      if (observe('setup')?.auth === 'none') return pass('');
      const answer = refusalOf(observe);
      if (
        answer?.outcome === 'answered' &&
        ['auth.path_prefix', 'model.forbidden'].includes(answer.reading.check ?? '')
      )
        return pass('');
      if (answer?.outcome === 'answered') return judgeRefusal(observe, answer);
      const keyed = observe('keyed');
      if (keyed?.outcome !== 'answered' || keyed.status >= 500 || !isTakenForMadeUp(observe)) return pass('');
      return fail(
        `A made-up key gets the same answer as this one (${keyed.reading.errorMessage ?? keyed.status}), no key another: the key is refused, in words of its own.`,
        {
          owner: 'you',
          confidence: 'possible',
          evidence: wireLines(observe('keyless'), observe('bogusKey'), keyed),
          remedy: remedy(
            'Have the key checked by who runs the server, or save another one.',
            saveKey(observe),
          ),
        },
      );
    },
  },
  {
    id: 'auth.accepted',
    title: 'The key is accepted',
    why: 'Everything else needs it.',
    proof: 'With the key, {} is refused for being empty; without it (or with a made-up one) for the key.',
    cure: 'See the check of this group that failed.',
    uses: ['keyless', 'bogusKey', 'count', 'message'],
    isGate: true,
    judge(observe) {
      const [keyless, keyed, bogus, setup] = [
        observe('keyless'),
        observe('keyed'),
        observe('bogusKey'),
        observe('setup'),
      ];
      const fix = remedy('Run the doctor again when the answer is clear.', [again(observe)]);
      if (keyed === undefined) return unknown('The keyed request was not made.');
      const { kind, means, owner } = keyed.reading;
      const evidence = wireLines(keyed);
      const later = [observe('count'), observe('message')].find(isThroughWithModel);
      if (later === undefined && openQuestion(observe) !== undefined)
        return unknown(provesNothing(means), { owner, evidence, remedy: askWithModel(observe) });
      if (keyed.outcome === 'failed' && later === undefined)
        return unknown('The keyed request got no answer.', { owner: 'network', evidence, remedy: fix });
      if (['rate', 'quota', 'billing'].includes(kind) && !isKeyThrough(observe))
        return unknown(means, { owner, evidence, remedy: fix });
      if (setup?.auth === 'none')
        return isThrough(keyed) || later !== undefined
          ? pass('No key is needed.')
          : unknown(means, { owner, evidence, remedy: fix });
      // Free of charge it cannot be told whether anything but {} would be answered.
      const isOpen = keyed.reading.kind === 'open' && later === undefined && observe('message') === undefined;
      if (
        !isOpen &&
        keyless !== undefined &&
        isKeyRefusal(keyless) &&
        !isKeyRefusal(keyed) &&
        (isThrough(keyed) || (isStumble(keyed) && later !== undefined)) &&
        lateRefusal(observe) === undefined
      ) {
        const accepted = isUnclear(keyed) ? (later ?? keyed) : keyed;
        return pass(
          `authenticated (${statusOf(keyless)} without the key, ${statusOf(accepted)} with it)${accepted === keyed ? ', nothing generated' : ''}`,
          wireLines(keyless, accepted),
        );
      }
      if (!isOpen && hasControl(observe) && isThrough(keyed))
        return pass('A made-up key is refused, this one is not.', wireLines(bogus, keyed));
      if (!isKeyThrough(observe) && later === undefined && !isFailure(keyed)) {
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
          ? provesNothing(means)
          : 'The body is judged before the key, so the empty request proves nothing about it.',
        {
          evidence: wireLines(keyed, bogus),
          remedy: askWithModel(observe),
          owner: 'you',
        },
      );
    },
  },
]);
