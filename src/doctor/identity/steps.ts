// The requests of --identity in their order, as rows: what is asked, and when it is worth asking. Pure.
import { countTokensBody } from '../../messages/request.ts';
import { isObject, type Json, type JsonObject } from '../../text/json.ts';
import type { StepName } from '../engine/observations.ts';
import { type Draws, needlePlaces } from './draws.ts';

/** The most requests of one run of --identity; --context makes one more. */
export const mostRequests = 12;

/** The answers so far: the parsed body of every 200, as it came. */
export type Answers = Partial<Readonly<Record<StepName, JsonObject>>>;

type Step = {
  readonly name: StepName;
  readonly isCount?: true;
  /** Left out where it could prove nothing. Default: always asked. `asked`: what was asked already. */
  readonly when?: (answers: Answers, asked: readonly StepName[]) => boolean;
  readonly body: (draws: Draws, model: string, answers: Answers) => JsonObject;
};

const user = (content: Json): JsonObject => ({ role: 'user', content });

const plain = ({ maxTokens }: Draws, model: string): JsonObject => ({
  model,
  max_tokens: maxTokens,
  messages: [
    user('Count from 1 to 200, one number per line, nothing else: no heading, no words, no commas.'),
  ],
});

const chinese = ({ stopNumber }: Draws, model: string): JsonObject => ({
  model,
  max_tokens: 200,
  stop_sequences: [`${stopNumber}`],
  messages: [
    user(
      '请数数：从 1 到 30，每行只写一个数字，不要写任何别的内容，也不要写标题、逗号或者解释说明。谢谢你的帮助！',
    ),
  ],
});

const toolName = 'echo_text';
const code = ({ echo }: Draws, model: string): JsonObject => ({
  model,
  max_tokens: 300,
  tools: [
    {
      name: toolName,
      description: 'Writes a text down.',
      input_schema: { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] },
    },
  ],
  tool_choice: { type: 'tool', name: toolName },
  messages: [
    user(
      `Here is some code:\n\nfor (const [index, { name }] of rows.entries())\n  if (!/^\\w+$/.test(name)) throw new Error(\`row \${index}\`);\n\nLeave it as it is. Call ${toolName} with exactly "${echo}" as its text.`,
    ),
  ],
});

/** Models from 4.6 on think adaptively, and newer ones in no other way; what is older needs a budget. */
const thinkingOf = (model: string, isOtherForm: boolean): JsonObject => {
  const isOlder = /claude-(3|(opus|sonnet|haiku)-4(-[0-5]\b|-2\d{7}|$)|haiku-4)/.test(model);
  return isOlder === isOtherForm
    ? { type: 'adaptive', display: 'summarized' }
    : { type: 'enabled', budget_tokens: 1024 };
};

const puzzle =
  'A farmer has 27 fields with 453 trees each; a storm fells every 17th tree. How many stand? Think it through.';

const thinking =
  (isOtherForm: boolean) =>
  (_: Draws, model: string): JsonObject => ({
    model,
    max_tokens: 2048,
    thinking: thinkingOf(model, isOtherForm),
    messages: [user(puzzle)],
  });

/** The answer that thought, in whichever form of the request it was given. */
const thoughtful = ({ thinking: first, thinkingOtherForm: second }: Answers): JsonObject | undefined =>
  first ?? second;

const blocksOf = (message: JsonObject | undefined): JsonObject[] =>
  Array.isArray(message?.['content']) ? message['content'].filter(isObject) : [];

/** The block of thinking of an answer, if it is signed. */
export const signedThinking = (message: JsonObject | undefined): JsonObject | undefined =>
  blocksOf(message).find(
    ({ type, signature }) => type === 'thinking' && typeof signature === 'string' && signature !== '',
  );

/** The conversation behind the thinking; `change` is made to the signature of its block. */
const goingOn =
  (change: (signature: string) => string) =>
  (_: Draws, model: string, answers: Answers): JsonObject => {
    const answer = thoughtful(answers);
    const signed = signedThinking(answer);
    const content = blocksOf(answer).map((block) =>
      block === signed ? { ...block, signature: change(String(block['signature'])) } : block,
    );
    return {
      model,
      max_tokens: 1100,
      thinking: thinkingOf(model, answers.thinking === undefined),
      messages: [user(puzzle), { role: 'assistant', content }, user('Thank you. Answer with OK only.')],
    };
  };

/** One character in the middle made another of the same alphabet. */
export function oneCharacterChanged(signature: string): string {
  const middle = signature.length >> 1;
  const other = signature[middle] === 'A' ? 'B' : 'A';
  return signature.slice(0, middle) + other + signature.slice(middle + 1);
}

const hasSigned = (answers: Answers): boolean => signedThinking(thoughtful(answers)) !== undefined;

const cached =
  (first: string, ttl?: '1h') =>
  ({ filler, codeword }: Draws, model: string): JsonObject => ({
    model,
    max_tokens: 60,
    system: [
      {
        type: 'text',
        text: `${first} words follow that mean nothing.\n${filler}\nThe codeword is "${codeword}". When the user asks for the codeword, answer with the codeword alone.`,
        cache_control: { type: 'ephemeral', ...(ttl && { ttl }) },
      },
    ],
    messages: [user('What is the codeword?')],
  });

/**
 * A prompt of about so many tokens, with a needle at 10, 50 and 90 %. Plain words are 1.2 to 1.8 tokens: seven words for
 * ten tokens stay below where it matters, at the end of a window.
 */
export function longBody({ filler, needles }: Draws, model: string, tokens: number): JsonObject {
  const nouns = filler.split(' ');
  const count = Math.floor(0.7 * tokens);
  const text = Array.from({ length: count }, (_, index) => nouns[index % nouns.length] ?? '');
  for (const [index, { name, share }] of needlePlaces.entries())
    text[Math.floor(share * count)] = `\nThe code of the ${name} gate is "${needles[index] ?? ''}".\n`;
  const question = 'Which codes of gates stand in the text above? Answer with the codes alone.';
  return { model, max_tokens: 100, messages: [user(`${text.join(' ')}\n\n${question}`)] };
}

const counting = (name: StepName, body: Step['body']): Step => ({
  name,
  isCount: true,
  // Where one route does not count, it does not count the others.
  when: (answers, asked) => !asked.includes('countPlain') || answers.countPlain !== undefined,
  body: (...given) => countTokensBody(body(...given)),
});

/** In the order in which they are asked; what matters least comes last. */
export const steps: readonly Step[] = [
  { name: 'plain', body: plain },
  counting('countPlain', plain),
  counting('countChinese', chinese),
  counting('countCode', code),
  { name: 'chinese', body: chinese },
  { name: 'code', body: code },
  { name: 'thinking', body: thinking(false) },
  {
    name: 'thinkingOtherForm',
    when: ({ thinking: answer }) => answer === undefined,
    body: thinking(true),
  },
  { name: 'signatureKept', when: hasSigned, body: goingOn((signature) => signature) },
  {
    name: 'signatureChanged',
    when: (answers) => answers.signatureKept !== undefined,
    body: goingOn(oneCharacterChanged),
  },
  { name: 'cacheWritten', body: cached('Some') },
  { name: 'cacheRead', when: ({ cacheWritten }) => cacheWritten !== undefined, body: cached('Some') },
  { name: 'cacheChanged', when: ({ cacheRead }) => cacheRead !== undefined, body: cached('Other', '1h') },
];
