// Which answer refuses the key, and who refused it, and for what.
import { accountRefused } from '../../messages/error-words.ts';
import { type Finding, fail, remedy } from '../engine/check.ts';
import { hasControl, isKeyRefusal, isSameAnswer, lateRefusal, withModel } from '../engine/exchange-facts.ts';
import { keyState } from '../engine/key-facts.ts';
import type { Answered, Exchange, Observe } from '../engine/observations.ts';
import { again, saveKey } from '../engine/remedy-commands.ts';
import { forHops, skipWaf } from '../engine/remedy-snippets.ts';
import { wireLines } from '../engine/wire-lines.ts';

/** Only a path that answers otherwise proves the one that was asked. */
const pathWords = (observe: Observe): string =>
  observe('sibling') === undefined || isSameAnswer(observe('sibling'), observe('keyless'))
    ? 'other paths answer alike, so the path is not proven.'
    : 'path and protocol are fine.';

/** The same refusal but for what every answer has of its own, such as the id of a request. */
const isSameRefusal = (a: Answered, b: Exchange | undefined): boolean =>
  b?.outcome === 'answered' && a.status === b.status && withoutIds(a) === withoutIds(b);

const withoutIds = ({ reading }: Answered): string =>
  (reading.errorMessage ?? '').replace(/[\w-]*\d[\w-]*/g, '');

/** Who refused, and for what: a hop, a rule, the account, and only then the key. */
export function judgeRefusal(observe: Observe, answer: Answered): Finding {
  const setup = observe('setup');
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
          again(observe),
        ]),
      },
    );
  if (kind === 'forbidden' && keyState(words) === undefined && isSameAnswer(answer, observe('keyless')))
    return fail(
      `${host} refuses every request with ${answer.status}, with the key or without (${words}): a rule before the API, or this address.`,
      {
        owner: 'proxy',
        confidence: 'possible',
        evidence: wireLines(observe('keyless'), answer),
        remedy: remedy(
          'Ask the owner of the host who refuses it; the key was not looked at.',
          [again(observe)],
          forHops(observe, skipWaf),
        ),
      },
    );
  if (accountRefused.test(words))
    return fail(`${host} knows the key and refuses its account (${words}).`, {
      owner: 'you',
      confidence,
      evidence: wireLines(answer),
      remedy: remedy('Ask the provider why: another key of the same account will not help.', [
        again(observe),
      ]),
    });
  if (kind === 'forbidden' && keyState(words) === undefined)
    return fail(`${host} knows the key, and does not let it do this (${words}).`, {
      owner: 'you',
      confidence,
      evidence: wireLines(answer),
      remedy: remedy(
        cure ?? `Ask who issued the key at ${host} what it may do, or use another one.`,
        saveKey(observe),
      ),
    });
  const isUndocumented = setup?.acceptedAuth != null && !setup.acceptedAuth.includes(setup.auth);
  const docs = isUndocumented
    ? ` The provider documents ${setup.acceptedAuth.join(' and ')}, not ${setup.auth}.`
    : '';
  // Whoever says the same without a key may not have seen this one.
  const isRead = !isSameRefusal(answer, observe('keyless'));
  const orElsewhere = isRead
    ? ''
    : ' (or it is wanted in a header of another name: the answer is the same without a key)';
  const proven = answer === observe('keyed') ? pathWords(observe) : 'the body was read before it.';
  return fail(
    `${host} rejected the key (${words}); ${proven} Key ${setup?.key?.shown ?? ''} from ${setup?.keySource ?? 'the configuration'}: ${keyState(words) ?? `revoked, expired or mistyped${orElsewhere}`}. Rotate it if it was ever shared.${docs}`,
    {
      owner: 'you',
      confidence: isRead || confidence !== 'certain' ? confidence : 'likely',
      evidence: wireLines(answer, observe('otherScheme')),
      remedy: remedy(cure ?? `Create a new key at ${host} and save it.`, saveKey(observe)),
    },
  );
}

/** The answer that refuses the key: to {}, or where the body is read first, to the request with a model. */
export function refusalOf(observe: Observe): Exchange | undefined {
  const keyed = observe('keyed');
  if (keyed === undefined) return undefined;
  if (keyed.reading.kind === 'unauthorized' || keyed.reading.kind === 'forbidden') return keyed;
  const late = lateRefusal(observe);
  // With a control that proves the key good, it is not the key that was refused: auth.path_prefix.
  if (late !== undefined && !hasControl(observe)) return late;
  return withModel(observe).find((one) => one?.reading.kind === 'forbidden');
}

/** In no words we know: this key and a made-up one get the same refusal, whatever is asked, and no key another. */
export const isTakenForMadeUp = (observe: Observe): boolean =>
  isKeyRefusal(observe('keyless')) &&
  isSameAnswer(observe('keyed'), observe('bogusKey')) &&
  isSameAnswer(observe('keyed'), observe('message'));
