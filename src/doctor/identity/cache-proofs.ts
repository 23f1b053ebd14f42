// Proofs of the prompt cache, which only the native backend has. Rows.
import { isObject } from '../../text/json.ts';
import type { Exchange } from '../engine/observations.ts';
import { isCacheTold, type Look, numberIn, type Told, whyNot } from './identity-answers.ts';
import { absent, contradicted, kept, lacking, type Outcome, open, type Proof } from './proof.ts';
import { readingAnswer } from './reading-proofs.ts';

const written = ({ usage }: Told): number => numberIn(usage, 'cache_creation_input_tokens') ?? 0;
const read = ({ usage }: Told): number => numberIn(usage, 'cache_read_input_tokens') ?? 0;

function cacheRead(look: Look): Outcome {
  const [first, second] = [look.told('cacheWritten'), look.told('cacheRead')];
  if (first === undefined)
    return open(`The marked prompt was sent: ${whyNot(look.exchange('cacheWritten'))}.`);
  if (second === undefined) return open(`The second time: ${whyNot(look.exchange('cacheRead'))}.`);
  if (isReplay(first, second) && first.message['id'] !== look.told('plain')?.message['id'])
    return replayed(look.exchange('cacheRead'));
  if (read(second) > 0 && written(first) > 0)
    return kept(`${written(first)} tokens written, ${read(second)} read on the next call.`);
  if (read(second) > 0) return kept(`${read(second)} tokens read on the second call.`);
  if (written(first) > 0 || written(second) > 0)
    return open(
      'The prefix was written twice and not read: the second request may have gone to another account or server. Every request pays for writing.',
    );
  if (!isCacheTold(first) && !isCacheTold(second))
    return absent(
      'The answers have no figures of a cache: whether the marked prompt was kept cannot be seen.',
    );
  return lacking(
    `cache_control is ignored: ${first.inputTokens ?? '?'} and ${second.inputTokens ?? '?'} input tokens, none written to a cache, none read.`,
  );
}

/** An answer that is another to the letter, with its id: long enough that two do not have it by chance or by the clock. */
const isReplay = ({ message: one }: Told, { message: other }: Told): boolean =>
  /^(?=.*\d)(?=.*[a-z])[\w-]{20,}$/i.test(String(other['id'])) &&
  JSON.stringify(one) === JSON.stringify(other);

function replayed(exchange: Exchange | undefined): Outcome {
  const headers = exchange?.outcome === 'answered' ? Object.entries(exchange.headers) : [];
  const header = headers.find(
    ([name, value]) => /litellm-cache-key/.test(name) || (/cache/.test(name) && /\bhit\b/i.test(value)),
  );
  return header === undefined
    ? contradicted(
        'The second answer is the first, with its id and its counts: it was kept and sent again, and no model was asked.',
      )
    : open(`The second answer is the first, kept by the gateway, which says so (${header[0]}).`);
}

/** Two prompts that were never sent before: one hit may be a request that was sent twice on the way, for a retry. */
function cacheChanged(look: Look): Outcome {
  const [first, second] = [look.told('cacheWritten'), look.told('cacheRead')];
  const [changed, further] = [readingAnswer(look), look.told('cacheChangedAgain')];
  if (second === undefined || read(second) === 0) return open('Nothing was read from a cache before.');
  if (changed === undefined) return open(`The changed prefix: ${whyNot(look.exchange('cacheChanged'))}.`);
  if (read(changed) < read(second)) return kept(`A changed first word is no hit${hourOf(changed)}.`);
  const isHit = [first, further].some((told) => told !== undefined && read(told) > 0 && written(told) === 0);
  const hit = `${read(changed)} tokens were "read from the cache" for a prompt that was never sent before`;
  return isHit
    ? contradicted(`${hit}, and not only once: the figures are made up, or every request is sent twice.`)
    : open(`${hit}, once: a gateway may have sent it twice.`);
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

export const cacheProofs: readonly Proof[] = [
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
    proof: 'The same prompt with another first word; where that is read, with a third one.',
    limit: 'It does not show that the price of a hit is granted.',
    steps: ['cacheRead', 'cacheChanged', 'cacheChangedNoSchema', 'cacheChangedNoFiles', 'cacheChangedAgain'],
    judge: cacheChanged,
  },
];
