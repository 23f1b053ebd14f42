// The prompt cache of a native backend: prefixes that a request marks, kept for their time. The clock is a parameter.
import { createHash } from 'node:crypto';
import { isObject, type Json, type JsonObject } from '../text/json.ts';
import { countTokens } from './compose.ts';

type Ttl = '5m' | '1h';

/** What one request read from the cache and wrote to it, in tokens; `ttl` of what was written last. */
type Taken = { readonly read: number; readonly written: number; readonly ttl: Ttl };

export type PromptCache = {
  /** Looks for the longest marked prefix, keeps those that are new, and extends the life of what was read. */
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

/** An empty cache for one server. */
export function openPromptCache(): PromptCache {
  const endsAt = new Map<string, number>();
  return {
    take(body, nowMs) {
      const model = String(body['model']);
      const minimum = minimums.find(({ models }) => models.test(model))?.tokens ?? 0;
      const total = countTokens(body);
      const prefixes = markedPrefixes(body)
        .map(({ text, ttl }) => ({
          key: createHash('sha256').update(`${model} ${text}`).digest('hex'),
          tokens: Math.min(total, Math.floor(text.length / 4)),
          ttl,
        }))
        .filter(({ tokens }) => tokens >= minimum);
      const hit = prefixes.findLast(({ key }) => (endsAt.get(key) ?? 0) > nowMs);
      const last = prefixes.at(-1);
      for (const { key, ttl } of prefixes) endsAt.set(key, nowMs + lifetimesMs[ttl]);
      const read = hit?.tokens ?? 0;
      return { read, written: (last?.tokens ?? 0) - read, ttl: last?.ttl ?? '5m' };
    },
  };
}

/** The prompt up to each mark, as one text without the marks: tools, system, messages, in this order. */
export function markedPrefixes(body: JsonObject): { readonly text: string; readonly ttl: Ttl }[] {
  const blocks = promptBlocks(body);
  let text = '';
  return blocks.flatMap((block, index) => {
    text += block.text;
    // A mark on the request itself stands on its last block.
    const mark = block.mark ?? (index === blocks.length - 1 ? body['cache_control'] : undefined);
    return isObject(mark) ? [{ text, ttl: mark['ttl'] === '1h' ? '1h' : '5m' }] : [];
  });
}

function promptBlocks({ tools, system, messages }: JsonObject): { text: string; mark: Json | undefined }[] {
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
    .map(({ cache_control: mark, ...block }) => ({ text: JSON.stringify(block), mark }));
}
