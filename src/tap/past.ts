// What the judge remembers of exchanges that are over: the tries of a request, the prompts of conversations, and the
// thinking that was handed out. Bounded.
import { isScenario } from '../doctor/reading/tap-fault.ts';
import { isObject } from '../text/json.ts';
import type { Evidence } from './evidence.ts';
import { type Part, promptParts } from './prompt-parts.ts';

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
  /** Whole milliseconds since 1970, as starts are: with more, what begins in the same one would seem to be before. */
  readonly endedAt: number;
  readonly model: unknown;
  readonly parts: readonly Part[];
  /** Tokens it read from the cache and wrote to it. */
  readonly cachedTokens: number;
};

export type Past = {
  /** How often this request was tried before, in a row and without success. */
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

export function createMemory(): Memory {
  const tries = new Map<string, Tries>();
  let prompts: (PastPrompt & { readonly size: number })[] = [];
  const thinking = new Map<string, string>();
  const callsWithThinking = new Map<string, string>();

  function rememberPrompt({ request, requestText, facts, entry }: Evidence): void {
    if (request === null || facts.modelServed === null) return;
    const cachedTokens = (facts.cacheReadTokens ?? 0) + (facts.cacheWriteTokens ?? 0);
    const endedAt = Math.floor(entry.startedAt + (entry.times.end ?? 0));
    const { id, startedAt } = entry;
    const parts = promptParts(request);
    prompts.unshift({
      id,
      startedAt,
      endedAt,
      model: request['model'],
      parts,
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
    triesOf: ({ requestHash }) => tries.get(requestHash),
    get prompts() {
      return prompts;
    },
    thinking,
    callsWithThinking,
    remember(evidence) {
      const { entry, requestHash: key } = evidence;
      const before = tries.get(key);
      const status = entry.response?.status ?? null;
      const isDone = entry.ending === 'complete' && status !== null && status < 400;
      const isOld = before !== undefined && entry.startedAt - before.firstAt > triesWithinMs;
      if (isDone || evidence.requestText === '') tries.delete(key);
      else
        tries.set(key, {
          count: (isOld ? 0 : (before?.count ?? 0)) + 1,
          firstAt: isOld ? entry.startedAt : (before?.firstAt ?? entry.startedAt),
          statuses: [...(isOld ? [] : (before?.statuses ?? [])), status],
        });
      if (tries.size > mostSignatures) tries.delete([...tries.keys()][0] ?? '');
      // What a scenario answers (--fail) is in no cache of the endpoint, and signed by nobody.
      if (isScenario(entry.fault)) return;
      rememberPrompt(evidence);
      if (!evidence.isPartial) rememberThinking(evidence);
    },
  };
}

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
