// The text the mock answers with: Markdown made from the prompt, so that every kind of rendering has
// something to show. Pure and deterministic. It says plainly that no model is behind it.

/** What the text is made from. */
export type Prompt = {
  /** The text of the last user turn. */
  readonly text: string;
  readonly system: string | undefined;
  readonly model: string;
  readonly maxTokens: number | undefined;
  /** 1 for the first user turn of the conversation. */
  readonly turn: number;
  /** What the user said one turn before. */
  readonly before: string | undefined;
  /** The words in pictures and PDFs of the last turn; empty where none can be read. */
  readonly picture: string;
  readonly document: string;
  /** Blocks of the last turn that are not text, e.g. `image`, `tool_result`. */
  readonly attachments: readonly string[];
  /** What the tools gave back, when this turn brings results. */
  readonly toolResults: readonly string[];
};

const disclaimer =
  'No model is behind this answer. The mock server of `msg` put it together from your prompt, ' +
  'on this machine, so that you can watch a stream arrive without a key and without a network.';

/** The answer, as Markdown. */
export function answerTo(prompt: Prompt): string {
  const reply =
    countingIn(prompt.text) ?? wordsAskedFor(prompt) ?? codewordFor(prompt) ?? codesIn(prompt.text);
  if (reply) return reply;
  if (prompt.toolResults.length > 0) return toolAnswer(prompt.toolResults);
  const parts = sections.filter(({ when }) => when.test(prompt.text)).map(({ write }) => write(prompt));
  const body = parts.length > 0 ? parts : [nextSteps(prompt)];
  return [`# ${titleOf(prompt.text)}`, disclaimer, facts(prompt), ...body].join('\n\n');
}

/** What a prompt can ask for by name; each gives one section. */
const sections: readonly { readonly when: RegExp; readonly write: (prompt: Prompt) => string }[] = [
  { when: /\btables?\b/i, write: wordTable },
  { when: /\b(?:code|function|program|script)\b/i, write: codeSample },
  { when: /\b(?:lists?|bullets?|steps|plan)\b/i, write: wordList },
  { when: /\b(?:quote|cite)\b/i, write: ({ text }) => quoted(text) },
];

function facts({ text, system, model, maxTokens, turn, before, attachments }: Prompt): string {
  const lines = [
    `- **Prompt:** ${counts(text)}`,
    `- **Model asked for:** \`${model}\``,
    `- **System prompt:** ${system ? `“${excerpt(system)}”` : 'none'}`,
    `- **Limit:** ${maxTokens ?? 'no'} output tokens`,
  ];
  if (attachments.length > 0) lines.push(`- **Attached:** ${attachments.join(', ')}`);
  if (turn > 1) lines.push(`- **Turn:** ${turn}; before this you said “${excerpt(before ?? '')}”`);
  return `## What arrived\n\n${lines.join('\n')}`;
}

const nextSteps = ({ turn }: Prompt): string => (turn > 1 ? laterHint : firstHint);

const laterHint = 'Ask for a *table*, a *list* or some *code*, and you will see how each one looks.';

const firstHint = `## What to try next

\`\`\`sh
msg send -P demo "show me a table"    # or a list, or code
git diff | msg send -P demo "review"  # stdin joins the prompt
msg profiles add work                 # your own endpoint
\`\`\`

> The stream you have just read is the real protocol; only the author is missing.`;

function wordTable({ text }: Prompt): string {
  const rows = wordsOf(text)
    .slice(0, 8)
    .map((word, index) => `| ${index + 1} | ${word} | ${word.length} |`);
  return ['## A table', '', '| # | Word | Letters |', '| ---: | :--- | ---: |', ...rows].join('\n');
}

function wordList({ text }: Prompt): string {
  const items = wordsOf(text)
    .slice(0, 6)
    .map((word, index) => `${index + 1}. **${word}**\n   - begins with \`${word[0]}\``);
  return ['## A list', '', ...items].join('\n');
}

function codeSample({ text }: Prompt): string {
  return [
    '## Some code',
    '',
    '```js',
    '// Counts the words of your prompt.',
    `const prompt = ${JSON.stringify(excerpt(text))};`,
    'const words = prompt.split(/\\s+/).filter(Boolean);',
    '',
    `console.log(words.length); // ${wordsOf(text).length}`,
    '```',
  ].join('\n');
}

const quoted = (text: string): string =>
  text
    .split('\n')
    .slice(0, 5)
    .map((line) => `> ${line}`)
    .join('\n');

function toolAnswer(results: readonly string[]): string {
  const lines = results.map((result) => `- \`${excerpt(result)}\``);
  return [`The tool${results.length > 1 ? 's' : ''} said:`, lines.join('\n'), disclaimer].join('\n\n');
}

/** "Count from 1 to 60", in English or Chinese: the numbers, one a line. Streams of a known length are good for measuring. */
function countingIn(text: string): string | undefined {
  const match = /(?:\bcount\b|数)\D{0,20}(\d{1,5})\D{1,12}(\d{1,5})/i.exec(text);
  if (!match) return undefined;
  const [first, last] = [Number(match[1]), Number(match[2])];
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index).join('\n');
}

/** The codeword that only the system prompt tells, where the user asks for it. */
function codewordFor(prompt: Prompt): string | undefined {
  if (!/\bcodeword\b/i.test(prompt.text)) return undefined;
  return factsIn(prompt).codeword ?? 'I know of no codeword.';
}

/** What is written in files, where the user asks for it; and the codeword, which goes with it. */
function wordsAskedFor(prompt: Prompt): string | undefined {
  const { codeword, picture, document } = factsIn(prompt);
  if (!/written in the (picture|document)/.test(prompt.text)) return undefined;
  return [
    `The codeword: ${codeword ?? 'I know of none.'}`,
    `The picture: ${picture || 'I see none.'}`,
    `The document: ${document || 'I see none.'}`,
  ].join('\n');
}

/** What a prompt tells beside its text, by name. */
export const factsIn = ({ system = '', picture, document }: Prompt) => ({
  codeword: /\bcodeword\s+is\s+"([^"]+)"/i.exec(system)?.[1],
  picture,
  document,
});

/** The codes that stand in a long text, where its end asks for them. */
function codesIn(text: string): string | undefined {
  if (!/\bWhich codes\b/.test(text)) return undefined;
  return (
    [...text.matchAll(/\bcode of the \w+ gate is "([^"]+)"/g)].map(([, code]) => code).join(', ') || 'None.'
  );
}

function titleOf(text: string): string {
  const line = text.split('\n').find((candidate) => candidate.trim() !== '') ?? 'An empty prompt';
  const plain = excerpt(line.replace(/^[#>\s*-]+/, '')).replace(/[.:]$/, '');
  return plain.charAt(0).toUpperCase() + plain.slice(1);
}

function counts(text: string): string {
  const [wordCount, characterCount] = [text.split(/\s+/).filter(Boolean).length, Array.from(text).length];
  return `${quantity(wordCount, 'word')}, ${quantity(characterCount, 'character')}`;
}

const quantity = (count: number, noun: string): string =>
  `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;

/** One line, at most 60 characters. */
function excerpt(text: string): string {
  const characters = Array.from(text.replaceAll(/\s+/g, ' ').trim());
  return characters.length > 60 ? `${characters.slice(0, 59).join('')}…` : characters.join('');
}

const wordsOf = (text: string): string[] => text.match(/[\p{L}\p{N}]+/gu) ?? [];
