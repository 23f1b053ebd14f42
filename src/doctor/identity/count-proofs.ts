// Proofs of what is counted: usage against count_tokens, against the text, against max_tokens. Rows.
import type { StepName } from '../engine/observations.ts';
import { isCacheTold, type Look, numberIn, type Told, whyNot } from './identity-answers.ts';
import { contradicted, kept, lacking, type Outcome, open, type Proof } from './proof.ts';

const prompts: readonly { readonly name: string; readonly count: StepName; readonly answer: StepName }[] = [
  { name: 'English', count: 'countPlain', answer: 'plain' },
  { name: 'Chinese', count: 'countChinese', answer: 'chinese' },
  { name: 'code', count: 'countCode', answer: 'code' },
];

type Pair = { readonly name: string; readonly counted: number; readonly used: number };

const pairsOf = (look: Look): Pair[] =>
  prompts.flatMap(({ name, count, answer }) => {
    const [counted, used] = [look.count(count), look.told(answer)?.inputTokens];
    return counted === undefined || used === undefined || counted === 0 ? [] : [{ name, counted, used }];
  });

const shown = (pairs: readonly Pair[]): string =>
  pairs.map(({ name, counted, used }) => `${name} ${counted} counted, ${used} used`).join('; ');

/** count_tokens is an estimate by its own words: a few tokens are no difference. */
const isEqual = ({ counted, used }: Pair): boolean =>
  Math.abs(used - counted) <= Math.max(10, 0.05 * counted);

/** The surplus that all prompts share, in tokens: what stands before each of them. */
function commonSurplus(pairs: readonly Pair[]): number | undefined {
  const surpluses = pairs.map(({ counted, used }) => used - counted);
  const [least, most] = [Math.min(...surpluses), Math.max(...surpluses)];
  // Where a gateway estimates the count itself, it errs by some dozens of tokens here, and never by the same.
  const isLarge = pairs.length >= 2 && least > 60 && most - least <= Math.max(30, 0.2 * least);
  const isAlike = pairs.length === prompts.length && least > 20 && most - least <= 2;
  return isLarge || isAlike ? least : undefined;
}

/** By what the use of all three prompts is the count, to the rounding: no estimate errs alike in three scripts. */
function commonFactor(pairs: readonly Pair[]): number | undefined {
  if (pairs.length < prompts.length) return undefined;
  const least = Math.max(...pairs.map(({ counted, used }) => (used - 1) / counted));
  const most = Math.min(...pairs.map(({ counted, used }) => (used + 1) / counted));
  const factor = (least + most) / 2;
  return least <= most && factor >= 1.05 ? factor : undefined;
}

/** The longest a prompt without tools can be in tokens: each stands for a byte at least; and the frame of a chat. */
const mostTokens = (bytes: number): number => bytes + 100;

function hiddenPrompt(look: Look): Outcome {
  const pairs = pairsOf(look);
  const surplus = commonSurplus(pairs);
  if (surplus !== undefined)
    return contradicted(
      `About ${surplus} tokens more than count_tokens says, in every prompt alike (${shown(pairs)}).`,
    );
  if (commonFactor(pairs) !== undefined) return open('The surplus grows with the prompt: identity.counts.');
  if (pairs.length >= 2 && pairs.every(isEqual)) return kept(`No surplus (${shown(pairs)}).`);
  const exchange = look.exchange('plain');
  const used = look.told('plain')?.inputTokens;
  if (used === undefined || exchange === undefined)
    return open(`No input tokens to compare: ${whyNot(exchange)}.`);
  const bytes = exchange.asked.bodyBytes;
  if (used > mostTokens(bytes))
    return contradicted(`${used} input tokens for a whole request of ${bytes} bytes: more than it can hold.`);
  if (pairs.length === 0)
    return open(
      'Nothing here counts tokens, and a surplus that is smaller than the prompt cannot be seen without.',
    );
  return open(
    pairs.length === 1
      ? `One prompt alone was counted: whether a surplus is in all of them cannot be seen (${shown(pairs)}).`
      : `No surplus that is large and the same in every prompt (${shown(pairs)}).`,
  );
}

function counts(look: Look): Outcome {
  const long = look.told('cacheWritten');
  const { filler } = look.words;
  const [characters, words] = [filler.length, filler.split(' ').length];
  // The longest tokens of any tokenizer average well below 12 characters in plain words.
  const isTooFew = long?.inputTokens !== undefined && long.inputTokens < characters / 15;
  // Who leaves out the figures of the cache, or counts nothing, says too little, and nothing wrong.
  if (isTooFew && isCacheTold(long))
    return lacking(
      `${long.inputTokens} input tokens for a prompt of ${characters} characters: it cannot be so few.`,
    );
  // Plain English nouns: no tokenizer in use needs two for each of them.
  const most = long === undefined ? 0 : leastInput(long);
  if (most > 2.5 * words)
    return contradicted(`${most} input tokens for a prompt of ${words} plain words: it cannot be so many.`);
  const pairs = pairsOf(look);
  if (pairs.length === 0) return open('Nothing here counts tokens.');
  const factor = commonFactor(pairs);
  if (factor !== undefined)
    return contradicted(
      `usage has ${Math.round(100 * factor - 100)} % more than count_tokens, in every prompt alike (${shown(pairs)}): the figures are multiplied.`,
    );
  if (pairs.every(isEqual)) return kept(shown(pairs));
  if (commonSurplus(pairs) !== undefined)
    return open('A common surplus explains the difference: identity.hidden_prompt.');
  return open(`count_tokens and usage disagree: one of them is an estimate (${shown(pairs)}).`);
}

/** All input, as little as can be meant: some gateways count in input_tokens what the cache has, too. */
function leastInput({ usage, inputTokens = 0 }: Told): number {
  const alone = numberIn(usage, 'input_tokens') ?? 0;
  return Math.max(alone, inputTokens - alone);
}

/** How many numbers the counting brought: each is a token at least. */
const numbersIn = (text: string): number => text.match(/\d+/g)?.length ?? 0;

function maxTokens(look: Look): Outcome {
  const told = look.told('plain');
  if (told === undefined) return open(`Counting to 200: ${whyNot(look.exchange('plain'))}.`);
  const { maxTokens: limit } = look.words;
  const { outputTokens, stopReason, text } = told;
  const numbers = numbersIn(text);
  if (numbers > limit) return contradicted(`max_tokens was ${limit}, and ${numbers} numbers came.`);
  if (outputTokens !== undefined && outputTokens > limit)
    return contradicted(`max_tokens was ${limit}, and ${outputTokens} output tokens are counted.`);
  if (stopReason === 'max_tokens' && outputTokens === limit) return kept(`Ended at exactly ${limit} tokens.`);
  return open(
    `max_tokens was ${limit}; the answer ended with "${stopReason ?? 'nothing'}" after ${outputTokens ?? '?'} tokens.`,
  );
}

function outputCount(look: Look): Outcome {
  const told = look.told('chinese');
  if (told === undefined || !told.outputTokens || told.text === '')
    return open(`No text with a count: ${whyNot(look.exchange('chinese'))}.`);
  const { outputTokens, text, blocks } = told;
  const numbers = numbersIn(text);
  if (outputTokens < numbers) {
    const words = `${numbers} numbers came, and ${outputTokens} output tokens are counted`;
    // A gateway that counts characters instead errs by less.
    return outputTokens < numbers / 2 ? contradicted(`${words}.`) : open(`${words}: that is an estimate.`);
  }
  const bytes = Buffer.byteLength(text);
  // Thinking is counted, whether or not it is shown.
  if (blocks.length === 1 && outputTokens > 3 * mostTokens(bytes))
    return contradicted(`${outputTokens} output tokens are counted for ${bytes} bytes of text.`);
  return kept(`${outputTokens} tokens for ${numbers} numbers.`);
}

export const countProofs: readonly Proof[] = [
  {
    id: 'identity.hidden_prompt',
    subject: 'counts',
    title: 'Nothing is put before the prompt',
    why: 'A hidden system prompt is billed with every request, and answers to somebody else.',
    proof:
      'usage.input_tokens against count_tokens for three prompts (English, Chinese, code), and against their length.',
    limit: 'A hidden prompt that is counted nowhere, or counted by count_tokens as well, is not seen.',
    steps: ['countPlain', 'plain'],
    judge: hiddenPrompt,
  },
  {
    id: 'identity.counts',
    subject: 'counts',
    title: 'What is used is what is counted',
    why: 'Counts that do not follow from the prompt are made up, or come from the tokenizer of another model.',
    proof:
      'usage.input_tokens against count_tokens for three prompts, by sum and by factor, and against a prompt of 4,600 plain words, which bounds it from both sides.',
    limit:
      'Some gateways estimate count_tokens: a difference from it is no proof, and agreement no proof of the bill.',
    steps: ['countChinese', 'chinese', 'countCode', 'code'],
    judge: counts,
  },
  {
    id: 'identity.output_count',
    subject: 'counts',
    title: 'The output is counted as the text has it',
    why: 'Output is the dearer half of a bill.',
    proof: 'usage.output_tokens against the numbers in the text, each of which is a token at least.',
    limit: 'Only gross errors show: how a model cuts text into tokens is not public.',
    steps: ['chinese'],
    judge: outputCount,
  },
  {
    id: 'identity.max_tokens',
    subject: 'limits',
    title: 'max_tokens is obeyed to the token',
    why: 'It is the only brake on what an answer costs.',
    proof:
      'Counting to 200 under a limit drawn by chance: stop_reason max_tokens, and exactly as many output tokens.',
    limit: 'Every model can obey it: it shows that the request arrived, not who answers.',
    steps: ['plain'],
    judge: maxTokens,
  },
];
