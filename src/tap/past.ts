// What the judge remembers of exchanges that are over: the tries of a request, the prompts of conversations, and the
// thinking that was handed out. Bounded.
import { isScenario } from '../doctor/reading/tap-fault.ts';
import { isObject } from '../text/json.ts';
import type { Evidence } from './evidence.ts';
import { type Part, promptParts } from './prompt-parts.ts';

/** One try of a request; times are milliseconds since 1970. */
type Try = { readonly startedAt: number; readonly endedAt: number; readonly status: number | null };

/** The tries of one and the same request, in a row. */
export type Tries = {
  readonly count: number;
  readonly firstAt: number;
  /** Status of each, null where none came. */
  readonly statuses: readonly (number | null)[];
};

/** A request whose prompt may be in the cache of the endpoint. */
export type PastPrompt = {
  readonly id: number;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly model: unknown;
  readonly parts: readonly Part[];
  /** Fields beside the prompt that a cache of its messages depends on, as JSON. */
  readonly settings: CacheSettings;
  /** What it wrote lives so long, counted from its start. */
  readonly lifeMs: number;
  /** Tokens it read from the cache and wrote to it. */
  readonly cachedTokens: number;
};

export type Past = {
  /** How often this request was tried before it began, in a row and without success. */
  triesOf(evidence: Evidence): Tries | undefined;
  /** The youngest first. */
  readonly prompts: readonly PastPrompt[];
  /** Thinking that was handed out, by its signature. */
  readonly thinking: ReadonlyMap<string, string>;
  /** Tool calls that came behind thinking, by their ids: the signature. */
  readonly callsWithThinking: ReadonlyMap<string, string>;
};

export type Memory = Past & { remember(evidence: Evidence): void };

const mostPrompts = 40;
/** Prompts of long conversations have megabytes. */
const mostPromptCharacters = 48 * 1024 * 1024;
const mostSignatures = 5_000;
/** Tries of one request come within this; afterwards it is asked anew. */
const triesWithinMs = 10 * 60_000;
const mostTries = 1_000;

/** What is written to a cache lives 5 minutes, with ttl 1h an hour, from the start of the request on (its page). */
const shortLifeMs = 5 * 60_000;
const longLifeMs = 60 * 60_000;

export type CacheSettings = Readonly<Record<string, string>>;

/** "What invalidates the cache" of the prompt caching page, beside the prompt itself. */
export const cacheSettings = (request: Readonly<Record<string, unknown>>): CacheSettings =>
  Object.fromEntries(
    ['thinking', 'tool_choice', 'speed'].map((name) => [name, JSON.stringify(request[name] ?? null)]),
  );

export function createMemory(): Memory {
  const tries = new Map<string, readonly Try[]>();
  let prompts: (PastPrompt & { readonly size: number })[] = [];
  const thinking = new Map<string, string>();
  const callsWithThinking = new Map<string, string>();

  function rememberPrompt({ request, requestText, facts, entry }: Evidence): void {
    if (request === null || facts.modelServed === null) return;
    const cachedTokens = (facts.cacheReadTokens ?? 0) + (facts.cacheWriteTokens ?? 0);
    const endedAt = endOf(entry);
    const { id, startedAt } = entry;
    const parts = promptParts(request);
    prompts.unshift({
      id,
      startedAt,
      endedAt,
      model: request['model'],
      parts,
      settings: cacheSettings(request),
      lifeMs: /"ttl":\s*"1h"/.test(requestText) ? longLifeMs : shortLifeMs,
      cachedTokens,
      size: requestText.length,
    });
    let size = 0;
    prompts = prompts.slice(0, mostPrompts).filter((prompt) => {
      size += prompt.size;
      return size <= mostPromptCharacters;
    });
  }

  function rememberThinking(evidence: Evidence): void {
    const blocks = answerBlocks(evidence);
    let signature: string | undefined;
    for (const block of blocks) {
      if (block.type === 'thinking' && block.signature !== '') {
        signature = block.signature;
        thinking.set(block.signature, block.text);
      }
      if (block.type === 'tool_use' && signature !== undefined) callsWithThinking.set(block.id, signature);
    }
    for (const map of [thinking, callsWithThinking])
      for (const key of [...map.keys()].slice(0, Math.max(0, map.size - mostSignatures))) map.delete(key);
  }

  return {
    triesOf({ requestHash, entry: { startedAt } }) {
      // Those that were made at once, to choose from their answers, are no tries of each other.
      const before = (tries.get(requestHash) ?? []).filter(
        (one) => one.endedAt <= startedAt && startedAt - one.startedAt <= triesWithinMs,
      );
      return before.length === 0
        ? undefined
        : {
            count: before.length,
            firstAt: Math.min(...before.map((one) => one.startedAt)),
            statuses: before.map(({ status }) => status),
          };
    },
    get prompts() {
      return prompts;
    },
    thinking,
    callsWithThinking,
    remember(evidence) {
      const { entry, requestHash: key } = evidence;
      const status = entry.response?.status ?? null;
      const isDone = entry.ending === 'complete' && status !== null && status < 400;
      const { startedAt } = entry;
      const one = { startedAt, endedAt: endOf(entry), status };
      if (isDone || evidence.requestText === '') tries.delete(key);
      else tries.set(key, [...(tries.get(key) ?? []).slice(1 - mostTries), one]);
      if (tries.size > mostSignatures) tries.delete([...tries.keys()][0] ?? '');
      // What a scenario answers (--fail) is in no cache of the endpoint, and signed by nobody.
      if (isScenario(entry.fault)) return;
      rememberPrompt(evidence);
      if (!evidence.isPartial) rememberThinking(evidence);
    },
  };
}

/** When the client had done with it: who gives up asks again before the server has noticed. */
const endOf = ({ startedAt, times }: Evidence['entry']): number =>
  startedAt + (times.clientEnd ?? times.end ?? 0);

type AnswerBlock = {
  readonly type: string;
  readonly id: string;
  /** Of thinking. */
  readonly text: string;
  readonly signature: string;
};

/** The thinking and the tool calls of an answer, in their order. */
function answerBlocks({ stream, answer }: Evidence): readonly AnswerBlock[] {
  if (stream === null)
    return (Array.isArray(answer?.['content']) ? answer['content'] : [])
      .filter(isObject)
      .map((block) => blockOf(block));
  const blocks = new Map<unknown, AnswerBlock>();
  for (const { json, type } of stream.events) {
    if (json === null) continue;
    const { index, content_block: begun, delta } = json;
    if (type === 'content_block_start' && isObject(begun)) blocks.set(index, blockOf(begun));
    if (
      type !== 'content_block_delta' ||
      !isObject(delta) ||
      !/^(thinking|signature)/.test(textOf(delta['type']))
    )
      continue;
    const block = blocks.get(index);
    if (block === undefined) continue;
    blocks.set(index, {
      ...block,
      text: block.text + textOf(delta['thinking']),
      signature: block.signature + textOf(delta['signature']),
    });
  }
  return [...blocks.values()];
}

const blockOf = (block: Readonly<Record<string, unknown>>): AnswerBlock => ({
  type: textOf(block['type']),
  id: textOf(block['id']),
  text: textOf(block['thinking']),
  signature: textOf(block['signature']),
});

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
