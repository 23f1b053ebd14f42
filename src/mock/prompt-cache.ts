// The prompt cache of a native backend: prefixes that a request marks, kept for their time. The clock is a parameter.
import { createHash } from 'node:crypto';
import { isObject, type Json, type JsonObject } from '../text/json.ts';
import { countTokens } from './compose.ts';

type Ttl = '5m' | '1h';

/** What one request read from the cache and wrote to it, in tokens; `ttl` of what was written last. */
type Taken = { readonly read: number; readonly written: number; readonly ttl: Ttl };

export type PromptCache = {
  /** Looks for the longest prefix that is kept, keeps those that are marked, and extends the life of what was read. */
  take(body: JsonObject, nowMs: number): Taken;
};

const lifetimesMs: Readonly<Record<Ttl, number>> = { '5m': 300_000, '1h': 3_600_000 };

/** Shorter prefixes are silently not kept. The first row that fits a model counts (prompt caching page, 2026-11). */
const minimums: readonly { readonly models: RegExp; readonly tokens: number }[] = [
  { models: /(opus|fable)-5(?!-\d)/, tokens: 512 },
  { models: /opus-4-7/, tokens: 2048 },
  { models: /opus-4-[56]|haiku-4-5/, tokens: 4096 },
  { models: /./, tokens: 1024 },
];

/**
 * So many places are looked at from a mark backwards, itself the first. A run of tool calls is one place, and so is a
 * run of results (prompt caching page, "How automatic prefix checking works").
 */
const lookback = 20;

type Entry = { readonly endsAt: number; readonly ttl: Ttl };

/** An empty cache for one server. */
export function openPromptCache(): PromptCache {
  const entries = new Map<string, Entry>();
  return {
    take(body, nowMs) {
      const model = String(body['model']);
      const minimum = minimums.find(({ models }) => models.test(model))?.tokens ?? 0;
      const total = countTokens(body);
      const prefixes = promptPrefixes(body, model);
      const hit = keptPrefix(prefixes, ({ key }) => (entries.get(key)?.endsAt ?? 0) > nowMs);
      const keep = ({ key }: Prefix, ttl: Ttl): void => {
        entries.set(key, { ttl, endsAt: nowMs + lifetimesMs[ttl] });
      };
      if (hit !== undefined) keep(hit, entries.get(hit.key)?.ttl ?? '5m');
      const tokensOf = ({ length }: Prefix): number => Math.min(total, Math.floor(length / 4));
      const marked = prefixes.filter((prefix) => prefix.ttl !== undefined && tokensOf(prefix) >= minimum);
      for (const prefix of marked) keep(prefix, prefix.ttl ?? '5m');
      const last = marked.at(-1);
      const read = hit === undefined ? 0 : tokensOf(hit);
      return { read, written: (last === undefined ? read : tokensOf(last)) - read, ttl: last?.ttl ?? '5m' };
    },
  };
}

/** The longest prefix within reach of a mark that is kept: the last mark looks first. */
function keptPrefix(prefixes: readonly Prefix[], isKept: (prefix: Prefix) => boolean): Prefix | undefined {
  for (let mark = prefixes.length - 1; mark >= 0; mark -= 1) {
    if (prefixes[mark]?.ttl === undefined) continue;
    const end = (prefixes[mark]?.place ?? 0) - lookback;
    const found = prefixes.findLast((prefix, at) => at <= mark && prefix.place > end && isKept(prefix));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The prompt up to the end of one of its blocks. */
type Prefix = {
  readonly key: string;
  /** Characters of its blocks, written as JSON. */
  readonly length: number;
  /** Blocks so far, runs of tool calls and of their results counted once. */
  readonly place: number;
  /** Where it is marked. */
  readonly ttl: Ttl | undefined;
};

/** One prefix a block, without the marks: tools, system, messages, in this order. */
function promptPrefixes(body: JsonObject, model: string): readonly Prefix[] {
  const hash = createHash('sha256').update(model);
  let [length, place, before] = [0, 0, ''];
  return markedBlocks(body).map(({ text, type, ttl }) => {
    hash.update(` ${text}`);
    length += text.length;
    if (type !== before || !/^tool_(use|result)$/.test(type)) place += 1;
    before = type;
    return { key: hash.copy().digest('hex'), length, place, ttl };
  });
}

/** How many marks a request has. */
export const marksIn = (body: JsonObject): number =>
  markedBlocks(body).filter(({ ttl }) => ttl !== undefined).length;

type PromptBlock = { readonly text: string; readonly type: string; readonly ttl: Ttl | undefined };

function markedBlocks(body: JsonObject): readonly PromptBlock[] {
  const blocks = promptBlocks(body);
  return blocks.map(({ block, mark: own }, index) => {
    // A mark on the request itself stands on its last block.
    const mark = own ?? (index === blocks.length - 1 ? body['cache_control'] : undefined);
    const ttl = !isObject(mark) ? undefined : mark['ttl'] === '1h' ? '1h' : '5m';
    return { text: JSON.stringify(block), type: String(block['type']), ttl };
  });
}

function promptBlocks({
  tools,
  system,
  messages,
}: JsonObject): { block: JsonObject; mark: Json | undefined }[] {
  const listOf = (value: Json | undefined): readonly Json[] =>
    Array.isArray(value) ? value : value === undefined ? [] : [{ type: 'text', text: value }];
  const turns = listOf(messages).filter(isObject);
  return [
    ...listOf(tools),
    ...listOf(system),
    ...turns.flatMap(({ role, content }) =>
      listOf(content).map((block) => ({ role: role ?? null, ...(isObject(block) ? block : {}) })),
    ),
  ]
    .filter(isObject)
    .map(({ cache_control: mark, ...block }) => ({ block, mark }));
}
