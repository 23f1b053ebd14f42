// What requests are refused for, most of it parameters newer models do not take, and what to do instead. Data.

import { isObject, type JsonObject } from '../text/json.ts';
import { picturesRefused, toolsRefused } from './error-words.ts';

type Advice = {
  readonly pattern: RegExp;
  /** Only where the request had this. */
  readonly isSent?: (body: JsonObject) => boolean;
  readonly text: string;
};

const row = (pattern: RegExp, text: string, isSent?: Advice['isSent']): Advice => ({
  pattern,
  text,
  ...(isSent === undefined ? {} : { isSent }),
});

const advice: readonly Advice[] = [
  row(
    /tool_choice.{0,200}\b(providing|without|requires?)\b.{0,200}tools/i,
    'Give the tools it chooses from: --tools FILE.',
  ),
  row(
    /budget_tokens.{0,200}max_tokens|max_tokens.{0,200}budget_tokens/,
    'Choose a larger --max-tokens than --thinking.',
  ),
  row(
    /temperature.{0,200}\bboth\b.{0,200}top_p|(temperature.{0,200}top_p|top_p.{0,200}temperature).{0,200}\bboth\b/i,
    'Leave out --temperature or --top-p.',
  ),
  row(
    /\b(temperature|top_p|top_k)\b.{0,200}\b(range|less than|greater than|between|at most|at least)\b/i,
    'Choose another value: --temperature and --top-p take 0 to 1, --top-k takes whole numbers.',
  ),
  row(
    /\b(temperature|top_p|top_k)\b/,
    'This model or API version takes no sampling parameters: leave out --temperature, --top-p and --top-k.',
  ),
  row(
    /prefill|(last|final) message|must end with a user/i,
    "This model takes no prefilled answer: the last message must be the user's.",
  ),
  row(/tool_choice/, 'This model takes no forced tool choice: use --tool-choice auto.'),
  row(
    /thinking|budget_tokens/,
    'The thinking mode does not fit this model: try --thinking adaptive, or leave --thinking out.',
  ),
  row(
    /\bstream(ing)?\b.*\b(not supported|unsupported)\b/i,
    'Ask for the whole answer at once: --no-stream.',
    ({ stream }) => stream === true,
  ),
  row(picturesRefused, 'This model takes no pictures: leave them out, or choose another with -m.'),
  row(toolsRefused, 'This model takes no tools: leave out --tools, or choose another with -m.'),
  row(/anthropic-version/i, 'The API version is the cause: try --anthropic-version 2023-06-01.'),
  row(/anthropic-beta|beta flag/i, 'A beta name is not known here: leave out --beta and ANTHROPIC_BETAS.'),
  row(/max_tokens/, 'Choose another limit with --max-tokens.'),
  row(
    /\beffort\b/,
    'This model does not think at a given depth: leave out --thinking.',
    ({ thinking, output_config }) =>
      thinking !== undefined && !(isObject(output_config) && output_config['effort'] !== undefined),
  ),
  row(/\beffort\b/, 'The effort does not fit this model: try another --effort, or leave it out.'),
  row(
    /(prompt|input|request) is too long|context (length|window)/i,
    'That is more than this model reads: send less of it. msg send --count tells how much it is.',
  ),
];

/** What to do about a refusal with these words, or undefined where they name nothing known. */
export const adviceFor = (message: string, body: JsonObject = {}): string | undefined =>
  advice.find(({ pattern, isSent }) => pattern.test(message) && (isSent?.(body) ?? true))?.text;
