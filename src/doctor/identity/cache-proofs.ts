// Proofs of the prompt cache, which only the native backend has. Rows.
import { isObject } from '../../text/json.ts';
import { type Look, numberIn, type Told, whyNot } from './identity-answers.ts';
import { failed, kept, type Outcome, open, type Proof } from './proof.ts';
import { readingAnswer } from './reading-proofs.ts';

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
  const [second, changed] = [look.told('cacheRead'), readingAnswer(look)];
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
    proof: 'The same prompt with another first word.',
    limit: 'It does not show that the price of a hit is granted.',
    steps: ['cacheRead', 'cacheChanged', 'cacheChangedNoSchema', 'cacheChangedNoFiles'],
    judge: cacheChanged,
  },
];
