// What the proofs ask for and nobody can guess: words, a number, a prefix that no cache has seen. Drawn once a run.

/** The words of one run. */
export type Draws = {
  /** Only the system prompt tells it. */
  readonly codeword: string;
  /** To come back through a tool, to the letter. */
  readonly echo: string;
  /** What only the schema of a tool tells: the values that it allows. */
  readonly place: { readonly gate: string; readonly row: number };
  /** Where counting has to stop. */
  readonly stopNumber: number;
  /** How many tokens an answer may have. */
  readonly maxTokens: number;
  /** Text for the prompt cache: longer than the largest minimum of any model (4,096 tokens). */
  readonly filler: string;
  /** What a picture says, and what a PDF does: words apart from each other. */
  readonly pictureWords: readonly string[];
  readonly documentWords: readonly string[];
  /** What stands at 10, 50 and 90 % of a long prompt. */
  readonly needles: readonly string[];
};

const nouns = [
  'amber',
  'anchor',
  'basket',
  'beacon',
  'candle',
  'canyon',
  'cedar',
  'copper',
  'desert',
  'falcon',
  'feather',
  'garden',
  'harbour',
  'island',
  'kettle',
  'lantern',
  'marble',
  'meadow',
  'needle',
  'orchard',
  'pebble',
  'pepper',
  'planet',
  'quarry',
  'ribbon',
  'saddle',
  'silver',
  'spiral',
  'summer',
  'thunder',
  'tunnel',
  'velvet',
  'violin',
  'walnut',
  'window',
  'winter',
] as const;

/** So many that even a tokenizer with a token a word has more than 4,096 of them. */
const fillerWords = 4600;

/** Where each of the needles stands, by name and as a share of the text. */
export const needlePlaces = [
  { name: 'first', share: 0.1 },
  { name: 'second', share: 0.5 },
  { name: 'third', share: 0.9 },
] as const;

/** Draws the words; `random` gives numbers from 0 to below 1. */
export function drawWords(random: () => number): Draws {
  const below = (limit: number): number => Math.floor(random() * limit);
  const noun = (): string => nouns[below(nouns.length)] ?? nouns[0];
  const left: string[] = [...nouns];
  const pair = (): string[] => [0, 1].flatMap(() => left.splice(below(left.length), 1));
  // Asked for in one answer with the words of the files: a word that is in both would pass for read.
  const codeword = `${pair().join('-')}-${10 + below(90)}`;
  return {
    codeword,
    // No quotation marks, and no word of the shape of a key: those are hidden in what is kept.
    echo: `${noun()} ${10 + below(90)} ${noun()} 雪 ~/${noun()}.txt`,
    stopNumber: 13 + below(6),
    maxTokens: 17 + below(8),
    filler: Array.from({ length: fillerWords }, noun).join(' '),
    needles: needlePlaces.map(() => `${noun()}-${noun()}-${10 + below(90)}`),
    pictureWords: pair(),
    documentWords: pair(),
    place: { gate: noun(), row: 10 + below(90) },
  };
}
