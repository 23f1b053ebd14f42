// The mock as a native backend: it signs its thinking and knows its signatures again, keeps a prompt cache, counts what
// it reads. And the ways to lie about that. Pure but for the cache it is handed.
import { createHash } from 'node:crypto';
import { isBlock, type Message } from '../messages/types.ts';
import { isObject, type Json, type JsonObject } from '../text/json.ts';
import { compose, countTokens, type FixedAnswer } from './compose.ts';
import { marksIn, type PromptCache } from './prompt-cache.ts';
import { invalid, type Refusal } from './validation.ts';

/** What a native backend would do, and this one does not. `{}` is native in all. */
export type Nature = {
  /** Fields of the request that are dropped before the model sees them; `cache_control` wherever it stands. */
  readonly ignores?: readonly (
    | 'system'
    | 'cache_control'
    | 'max_tokens'
    | 'stop_sequences'
    | 'output_config'
  )[];
  /** Blocks of these types are dropped before the model sees them, and counted all the same. */
  readonly unseen?: readonly ('image' | 'document')[];
  /** Default `verified`. `unverified`: one made-up signature, and any is taken; `refused`: the own ones, too. */
  readonly signatures?: 'verified' | 'unverified' | 'refused';
  /** Whether changed redacted thinking is noticed. Default: as signatures are. */
  readonly redaction?: 'verified' | 'unverified';
  /** Tokens of a prompt of its own, put before every other and counted. */
  readonly hiddenTokens?: number;
  /** What usage is multiplied by. */
  readonly usageFactor?: number;
  /** The longest text of a turn that the model sees; what stands before is dropped. Default: all of it. */
  readonly windowTokens?: number;
  /** What is put behind every text in the arguments of a tool. */
  readonly toolSuffix?: string;
};

/** Why a native backend refuses this conversation. The words are the API's. */
export function refuseConversation(
  body: JsonObject,
  { signatures = 'verified', redaction = 'verified' }: Nature,
): Refusal | undefined {
  const marks = marksIn(body);
  if (marks > 4) return invalid(`A maximum of 4 blocks with cache_control may be provided. Found ${marks}.`);
  if (signatures === 'unverified') return undefined;
  const turns = Array.isArray(body['messages']) ? body['messages'].filter(isObject) : [];
  for (const [turn, { content }] of turns.entries())
    for (const [index, block] of (Array.isArray(content) ? content : []).entries())
      if (!isObject(block)) continue;
      else if (block['type'] === 'thinking' && (signatures === 'refused' || !isSigned(block)))
        return invalid(`messages.${turn}.content.${index}: Invalid \`signature\` in \`thinking\` block`);
      else if (block['type'] === 'redacted_thinking' && redaction === 'verified' && !isEncrypted(block))
        return invalid(`messages.${turn}.content.${index}: Invalid \`data\` in \`redacted_thinking\` block`);
  return undefined;
}

/** Answers an accepted body as a backend of this nature. */
export function nativeMessage(
  asked: JsonObject,
  nature: Nature,
  { serial, cache, nowMs }: { serial: number; cache: PromptCache; nowMs: number },
  fixed?: FixedAnswer,
): Message {
  const { ignores = [] } = nature;
  const seen = withoutBlocks(withinWindow(without(asked, ignores), nature), nature);
  const message = compose(seen, serial, fixed);
  const { hiddenTokens = 0, usageFactor = 1, signatures } = nature;
  const counted = (tokens: number): number => Math.round(tokens * usageFactor);
  const isCached = !ignores.includes('cache_control');
  const { read, written, ttl } = cache.take(isCached ? asked : without(asked, ['cache_control']), nowMs);
  const isLong = ttl === '1h';
  return {
    ...message,
    id: `msg_01${idOf(`message ${serial}`)}`,
    content: message.content.map((block, index) => {
      if (block.type === 'redacted_thinking') return { ...block, data: encrypted(serial) };
      if (isBlock(block, 'thinking'))
        return {
          ...block,
          signature: signatures === 'unverified' ? 'fake' : signature(block.thinking, serial),
        };
      return isBlock(block, 'tool_use')
        ? { ...block, id: `toolu_01${idOf(`tool ${serial} ${index}`)}`, input: suffixed(block.input, nature) }
        : block;
    }),
    usage: {
      ...message.usage,
      input_tokens: counted(countTokens(asked) + hiddenTokens - read - written),
      output_tokens: counted(message.usage.output_tokens ?? 0),
      cache_creation_input_tokens: counted(written),
      cache_read_input_tokens: counted(read),
      cache_creation: {
        ephemeral_5m_input_tokens: isLong ? 0 : counted(written),
        ephemeral_1h_input_tokens: isLong ? counted(written) : 0,
      },
    },
  };
}

/** The body without fields of these names: at the top, and on its blocks. */
function without(body: JsonObject, names: readonly string[]): JsonObject {
  if (names.length === 0) return body;
  const stripped = (value: Json): Json => {
    if (Array.isArray(value)) return value.map(stripped);
    if (!isObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).flatMap(([name, part]) => (names.includes(name) ? [] : [[name, stripped(part)]])),
    );
  };
  return stripped(body) as JsonObject;
}

/** The body with only the end of each text that is longer than the window. */
function withinWindow(body: JsonObject, { windowTokens }: Nature): JsonObject {
  if (windowTokens === undefined || !Array.isArray(body['messages'])) return body;
  const messages = body['messages'].map((turn) =>
    isObject(turn) && typeof turn['content'] === 'string'
      ? { ...turn, content: turn['content'].slice(-4 * windowTokens) }
      : turn,
  );
  return { ...body, messages };
}

/** The body without blocks of the types that are not seen. */
function withoutBlocks(body: JsonObject, { unseen = [] }: Nature): JsonObject {
  if (unseen.length === 0 || !Array.isArray(body['messages'])) return body;
  const isSeen = (block: Json): boolean =>
    !isObject(block) || !(unseen as readonly unknown[]).includes(block['type']);
  const messages = body['messages'].map((turn) =>
    isObject(turn) && Array.isArray(turn['content'])
      ? { ...turn, content: turn['content'].filter(isSeen) }
      : turn,
  );
  return { ...body, messages };
}

/** Every text in the input with the suffix behind it. */
function suffixed(input: unknown, { toolSuffix = '' }: Nature): unknown {
  if (typeof input === 'string') return input + toolSuffix;
  if (!isObject(input)) return input;
  return Object.fromEntries(
    Object.entries(input).map(([name, part]) => [name, suffixed(part, { toolSuffix })]),
  );
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** 22 characters as the API's ids have them: letters and digits. */
const idOf = (text: string): string => digest(text).toString('base64').replace(/\W/g, '0').slice(0, 22);

/** What signs the thinking of one answer. The serial is in it, so that it can be known again without memory. */
const signature = (thinking: unknown, serial: number | string): string =>
  Buffer.from(`mock ${serial} ${digest(`${serial} ${thinking}`).toString('hex')}`).toString('base64');

/** Whether this very thinking was signed here, to the character. */
function isSigned(block: JsonObject): boolean {
  const seal = String(block['signature']);
  return seal === signature(block['thinking'], serialIn(seal));
}

const serialIn = (seal: string): string =>
  /^mock (\d+) /.exec(Buffer.from(seal, 'base64').toString())?.[1] ?? '';

/** Thinking that only this server could read again. */
const encrypted = (serial: number | string): string =>
  Buffer.from(`mock ${serial} ${digest(`redacted ${serial}`).toString('hex')}`).toString('base64');

const isEncrypted = ({ data }: JsonObject): boolean => String(data) === encrypted(serialIn(String(data)));
