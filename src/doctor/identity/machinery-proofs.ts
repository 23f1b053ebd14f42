// Proofs of what only the native backend has: signatures over its thinking, and its prompt cache. Rows.
import { isObject } from '../../text/json.ts';
import type { Exchange } from '../engine/observations.ts';
import { type Look, numberIn, type Told, whyNot } from './identity-answers.ts';
import { failed, kept, type Outcome, open, type Proof } from './proof.ts';
import { signedThinking } from './steps.ts';

/** The answer that thought, in whichever form it was asked to. */
export const thoughtIn = (look: Look): Told | undefined =>
  look.told('thinking') ?? look.told('thinkingOtherForm');

const isAccepted = (exchange: Exchange | undefined): boolean =>
  exchange?.outcome === 'answered' && exchange.status === 200;

/** 400 or 422: the request itself is refused, not who sends it or how often. */
const isRefused = (exchange: Exchange | undefined): boolean =>
  exchange?.outcome === 'answered' && [400, 422].includes(exchange.status);

/** Why there is no signature to judge. */
function unsigned(look: Look): Outcome | undefined {
  const thought = thoughtIn(look);
  if (thought === undefined)
    return open(
      `Thinking was asked for: ${whyNot(look.exchange('thinkingOtherForm') ?? look.exchange('thinking'))}.`,
    );
  if (signedThinking(thought.message) !== undefined) return undefined;
  return thought.blocks.some(({ type }) => type === 'thinking')
    ? open('The thinking came without a signature: there is nothing to verify.')
    : open('Thinking was asked for, and none came.');
}

function realSignature(look: Look): Outcome {
  const absent = unsigned(look);
  if (absent !== undefined) return absent;
  const exchange = look.exchange('signatureKept');
  if (isAccepted(exchange)) return kept('The thinking was taken back as it was sent.');
  const words = exchange?.reading.errorMessage ?? '';
  return isRefused(exchange) && /signature|thinking/i.test(words)
    ? failed(`The server refuses the thinking that it sent itself: "${words}". Agents with tools end there.`)
    : open(`The thinking was sent back: ${whyNot(exchange)}.`);
}

/**
 * Why an accepted signature says nothing of the backend: some gateways take thinking out that is refused, and ask again
 * (LiteLLM 1.108 in front of a verifying backend).
 */
function mending(look: Look): string | undefined {
  const [unchanged, changed] = [look.told('signatureKept'), look.told('signatureChanged')];
  const exchange = look.exchange('signatureChanged');
  if (exchange?.outcome !== 'answered' || changed === undefined) return undefined;
  if (exchange.headers['x-litellm-call-id'] !== undefined)
    return 'A changed signature is accepted; LiteLLM takes thinking out that is refused and asks again, so the backend may have verified it.';
  const missing = (unchanged?.inputTokens ?? 0) - (changed.inputTokens ?? 0);
  return missing > 0
    ? `A changed signature is accepted, with ${missing} input tokens fewer: the thinking was taken out on the way, so the backend may have verified it.`
    : undefined;
}

function changedSignature(look: Look): Outcome {
  const absent = unsigned(look);
  if (absent !== undefined) return absent;
  if (!isAccepted(look.exchange('signatureKept')))
    return open('The unchanged thinking was not taken back, so a refusal of a changed one proves nothing.');
  const exchange = look.exchange('signatureChanged');
  if (isRefused(exchange)) return kept('One changed character was noticed, and the request refused.');
  const mended = mending(look);
  if (mended !== undefined) return open(mended);
  return isAccepted(exchange)
    ? failed('A signature with one changed character is accepted: nobody verifies it.')
    : open(`The changed signature was sent: ${whyNot(exchange)}.`);
}

const written = ({ usage }: Told): number => numberIn(usage, 'cache_creation_input_tokens') ?? 0;
const read = ({ usage }: Told): number => numberIn(usage, 'cache_read_input_tokens') ?? 0;

function cacheRead(look: Look): Outcome {
  const [first, second] = [look.told('cacheWritten'), look.told('cacheRead')];
  if (first === undefined)
    return open(`The marked prompt was sent: ${whyNot(look.exchange('cacheWritten'))}.`);
  if (second === undefined) return open(`The second time: ${whyNot(look.exchange('cacheRead'))}.`);
  if (read(second) > 0 && written(first) > 0)
    return kept(`${written(first)} tokens written, ${read(second)} read on the next call.`);
  if (read(second) > 0) return kept(`${read(second)} tokens read on the second call.`);
  if (written(first) > 0 || written(second) > 0)
    return open(
      'The prefix was written twice and not read: the second request may have gone to another account or server. Every request pays for writing.',
    );
  return failed(
    `cache_control is ignored: ${first.inputTokens ?? '?'} and ${second.inputTokens ?? '?'} input tokens, none written to a cache, none read.`,
  );
}

function cacheChanged(look: Look): Outcome {
  const [second, changed] = [look.told('cacheRead'), look.told('cacheChanged')];
  if (second === undefined || read(second) === 0) return open('Nothing was read from a cache before.');
  if (changed === undefined)
    return open(`The changed prefix was sent: ${whyNot(look.exchange('cacheChanged'))}.`);
  return read(changed) < read(second)
    ? kept(`A changed first word is no hit${hourOf(changed)}.`)
    : failed(
        `${read(changed)} tokens were "read from the cache" for a prompt that was never sent before: the figures are made up.`,
      );
}

/** Whether `ttl: 1h` was honoured, where the answer tells. */
function hourOf({ usage }: Told): string {
  const { cache_creation: detail } = usage;
  if (!isObject(detail)) return '';
  return (numberIn(detail, 'ephemeral_1h_input_tokens') ?? 0) > 0
    ? '; a ttl of 1 h is honoured'
    : (numberIn(detail, 'ephemeral_5m_input_tokens') ?? 0) > 0
      ? '; a ttl of 1 h was made 5 minutes'
      : '';
}

export const machineryProofs: readonly Proof[] = [
  {
    id: 'identity.signature_kept',
    subject: 'signature',
    title: 'Thinking is taken back as it was sent',
    why: 'Agents send thinking back with every tool result. A backend that refuses its own ends the conversation.',
    proof: 'A signed block of thinking, sent back unchanged in the next turn.',
    limit: 'That it is accepted does not show that anybody looked at it: the changed one shows that.',
    steps: ['thinking', 'thinkingOtherForm', 'signatureKept'],
    judge: realSignature,
  },
  {
    id: 'identity.signature_verified',
    subject: 'signature',
    title: 'Thinking with one changed character is refused',
    why: 'The native API verifies what it signed. What is made up cannot be verified, so it is not.',
    proof: 'The same request as before, with one character of the signature changed: 400 is right.',
    limit:
      'It shows that these requests reached a backend that knows its signatures, not that others do; a gateway that drops thinking accepts everything, too.',
    steps: ['signatureKept', 'signatureChanged'],
    judge: changedSignature,
  },
  {
    id: 'identity.cache',
    subject: 'cache',
    title: 'A marked prompt is written to the cache once and read next',
    why: 'Without the cache, agents pay up to ten times as much for their input.',
    proof:
      'A prompt of about 6,000 tokens with cache_control, sent twice: cache_creation_input_tokens, then cache_read_input_tokens.',
    limit: 'It does not show which model reads the prompt, nor that the figures are what is billed.',
    steps: ['cacheWritten', 'cacheRead'],
    judge: cacheRead,
  },
  {
    id: 'identity.cache_miss',
    subject: 'cache',
    title: 'A changed prompt is not read from the cache',
    why: 'A hit where there can be none means that the figures are invented.',
    proof: 'The same prompt with another first word.',
    limit: 'It does not show that the price of a hit is granted.',
    steps: ['cacheRead', 'cacheChanged'],
    judge: cacheChanged,
  },
];
