// The requests of --identity in their order, as rows: what is asked, and when it is worth asking. Pure.
import { countTokensBody } from '../../messages/request.ts';
import { isObject, type JsonObject } from '../../text/json.ts';
import type { Exchange, IdentityStep, StepName } from '../engine/observations.ts';
import { type Draws, needlePlaces } from './draws.ts';
import { offersSchema, readingBody } from './reading-step.ts';
import {
  type Answers,
  alteredRedactionBody,
  alteredThinkingBody,
  foreignThinkingBody,
  hasRedactedBeside,
  hasSealed,
  sameThinkingBody,
  thinkingBody,
  user,
} from './thinking-steps.ts';

/** The most requests of one run of --identity; --context makes one more. */
export const mostRequests = 12;

type Step = {
  readonly name: StepName;
  readonly isCount?: true;
  /** Left out where it could prove nothing. Default: always asked. */
  readonly when?: (answers: Answers, asked: readonly IdentityStep[], model: string) => boolean;
  readonly body: (draws: Draws, model: string, answers: Answers) => JsonObject;
};

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
const code = ({ echo, place }: Draws, model: string): JsonObject => ({
  model,
  max_tokens: 300,
  tools: [
    {
      name: toolName,
      description: 'Writes a text down.',
      input_schema: {
        type: 'object',
        properties: {
          text: { type: 'string' },
          place: {
            type: 'object',
            properties: {
              gate: { type: 'string', enum: [place.gate] },
              row: { type: 'integer', enum: [place.row] },
            },
            required: ['gate', 'row'],
          },
        },
        required: ['text', 'place'],
      },
    },
  ],
  tool_choice: { type: 'tool', name: toolName },
  messages: [
    user(
      `Here is some code:\n\nfor (const [index, { name }] of rows.entries())\n  if (!/^\\w+$/.test(name)) throw new Error(\`row \${index}\`);\n\nLeave it as it is. Call ${toolName} with exactly "${echo}" as its text.`,
    ),
  ],
});

const cached =
  (first: string, ttl: '5m' | '1h', rest: (draws: Draws, model: string) => JsonObject) =>
  (draws: Draws, model: string): JsonObject => ({
    model,
    max_tokens: 60,
    system: [
      {
        type: 'text',
        text: `${first} words follow that mean nothing.\n${draws.filler}\nThe codeword is "${draws.codeword}". When the user asks for the codeword, answer with the codeword alone.`,
        cache_control: { type: 'ephemeral', ...(ttl === '1h' && { ttl }) },
      },
    ],
    ...rest(draws, model),
  });

const codewordBody = cached('Some', '5m', () => ({ messages: [user('What is the codeword?')] }));

/** Under another prefix, with as much besides as is taken. */
const readingOf = (hasFiles: boolean, wantsSchema = true) =>
  cached('Other', '1h', (draws, model) =>
    readingBody(draws, { hasFiles, hasSchema: wantsSchema && offersSchema(model) }),
  );

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
  when: (answers) => name === 'countPlain' || answers.countPlain !== undefined,
  body: (...given) => countTokensBody(body(...given)),
});

/** Answers that say nothing of the body: of credentials, money, limits and load. */
const elsewhere: readonly number[] = [401, 402, 403, 408, 429, 502, 503, 504, 529];

/** Whether a step was refused for what is in it. */
export const isDeclined = (exchange: Exchange | undefined): boolean =>
  exchange?.outcome === 'answered' && exchange.status >= 400 && !elsewhere.includes(exchange.status);

const wasDeclined = (steps: readonly IdentityStep[], name: StepName): boolean =>
  isDeclined(steps.find((step) => step.name === name)?.exchange);

const isHit = (answer: JsonObject | undefined): boolean =>
  isObject(answer?.['usage']) && Number(answer['usage']['cache_read_input_tokens']) > 0;

/** In the order in which they are asked; what matters least comes last: there may be no room for it. */
export const steps: readonly Step[] = [
  { name: 'plain', body: plain },
  counting('countPlain', plain),
  { name: 'chinese', body: chinese },
  { name: 'code', body: code },
  { name: 'thinking', body: thinkingBody(false) },
  {
    name: 'thinkingOtherForm',
    when: ({ thinking: answer }) => answer === undefined,
    body: thinkingBody(true),
  },
  { name: 'signatureKept', when: hasSealed, body: sameThinkingBody },
  {
    name: 'signatureChanged',
    when: (answers) => answers.signatureKept !== undefined,
    body: alteredThinkingBody,
  },
  // The control, where one character was not noticed: was it mended on the way, taken out, or read?
  {
    name: 'signatureForeign',
    when: (answers) => answers.signatureChanged !== undefined,
    body: foreignThinkingBody,
  },
  {
    name: 'redactedChanged',
    when: (answers) => answers.signatureKept !== undefined && hasRedactedBeside(answers),
    body: alteredRedactionBody,
  },
  { name: 'cacheWritten', body: codewordBody },
  { name: 'cacheRead', when: ({ cacheWritten }) => cacheWritten !== undefined, body: codewordBody },
  {
    name: 'cacheChanged',
    when: ({ cacheRead }) => cacheRead !== undefined,
    body: readingOf(true),
  },
  {
    name: 'cacheChangedNoSchema',
    when: (_, before, model) => wasDeclined(before, 'cacheChanged') && offersSchema(model),
    body: readingOf(true, false),
  },
  {
    name: 'cacheChangedNoFiles',
    when: (_, before, model) =>
      wasDeclined(before, offersSchema(model) ? 'cacheChangedNoSchema' : 'cacheChanged'),
    body: readingOf(false),
  },
  // One hit on what was never sent may be a request that was sent twice on the way; a second one is not.
  {
    name: 'cacheChangedAgain',
    when: ({ cacheRead, cacheChanged, cacheChangedNoSchema, cacheChangedNoFiles }) =>
      isHit(cacheRead) && isHit(cacheChanged ?? cacheChangedNoSchema ?? cacheChangedNoFiles),
    body: cached('Further', '5m', () => ({ messages: [user('What is the codeword?')] })),
  },
  counting('countChinese', chinese),
  counting('countCode', code),
];
