// Repairs of calls and their results: every call has one result, right behind it, under an id of its own. Pure.

import { counted } from '../text/counted.ts';
import { isObject, type Json, type JsonObject } from '../text/json.ts';
import type { Repair, Tell } from './block-repairs.ts';
import {
  blocksIn,
  eachBlock,
  eachTurn,
  type HistoryTurn,
  isOfType,
  isTurnOf,
  mended,
  withBlocks,
} from './history.ts';
import { isServerResult, serverCalls } from './request-blocks.ts';

const typeOf = (block: Json): string => (isObject(block) ? String(block['type']) : '');
const isCall = (block: Json): block is JsonObject => isOfType(block, 'tool_use');
const isResult = (block: Json): block is JsonObject => isOfType(block, 'tool_result');

/** The calls of our tools in the turn before `index`. */
const callsBefore = (turns: readonly HistoryTurn[], index: number): readonly JsonObject[] =>
  callsOf(turns[index - 1]);

const callsOf = (turn: HistoryTurn | undefined): readonly JsonObject[] =>
  isTurnOf('assistant', turn) ? blocksIn(turn).filter(isCall) : [];

/** A turn that only brings results: the answer before it is not over, also where the endpoint runs tools itself. */
const bringsOnlyResults = (turn: HistoryTurn): boolean => blocksIn(turn).every(isResult);

/**
 * Which calls of the endpoint's own tools have their result, and the other way round, as `turn:block`. A result may
 * come in a later answer, as long as only results of our tools stand between; at the end of the conversation the
 * endpoint still has to give it (`pause_turn`).
 */
function pairedServerBlocks(turns: readonly HistoryTurn[]): ReadonlySet<string> {
  const paired = new Set<string>();
  const open = new Map<Json | undefined, string>();
  for (const [index, turn] of turns.entries()) {
    if (!isTurnOf('assistant', turn)) {
      if (!bringsOnlyResults(turn)) open.clear();
      continue;
    }
    for (const [position, block] of blocksIn(turn).entries()) {
      if (!isObject(block)) continue;
      const place = `${index}:${position}`;
      if (serverCalls.includes(typeOf(block))) open.set(block['id'], place);
      else if (!isResult(block) && isServerResult(typeOf(block))) {
        const call = open.get(block['tool_use_id']);
        if (call !== undefined) paired.add(call).add(place);
        open.delete(block['tool_use_id']);
      }
    }
  }
  for (const place of open.values()) paired.add(place);
  return paired;
}

/** Gives every call an id of its own that any server takes, and its result the same. */
function renameIds(turns: readonly HistoryTurn[], tell: Tell): readonly HistoryTurn[] {
  const ids = new Set<string>();
  const ours = new Map<string, string[]>();
  const servers = new Map<string, string[]>();
  const idFor = (old: string): string => {
    const base = old.replace(/[^a-zA-Z0-9_-]/g, '_') || 'call';
    let id = base;
    for (let copy = 2; ids.has(id); copy++) id = `${base}_${copy}`;
    ids.add(id);
    if (id !== old) tell(old);
    return id;
  };
  return mended(turns, (turn) => {
    if (!isObject(turn)) return undefined;
    // The results of our tools come right behind their calls, so that another round may use their ids again.
    if (isTurnOf('assistant', turn)) ours.clear();
    const before = blocksIn(turn);
    const after = mended(before, (block) => {
      if (!isObject(block)) return undefined;
      const type = typeOf(block);
      if (isCall(block) || serverCalls.includes(type)) {
        const old = String(block['id'] ?? '');
        const id = idFor(old);
        const open = isCall(block) ? ours : servers;
        open.set(old, [...(open.get(old) ?? []), id]);
        return id === block['id'] ? undefined : [{ ...block, id }];
      }
      if (!isServerResult(type) && !isResult(block)) return undefined;
      const id = (isResult(block) ? ours : servers).get(String(block['tool_use_id'] ?? ''))?.shift();
      if (id === undefined || id === block['tool_use_id']) return undefined;
      return [{ ...(block as JsonObject), tool_use_id: id }];
    });
    return after === before ? undefined : [withBlocks(turn, after)];
  });
}

/** What a result without a call still says. */
const saidBy = (result: JsonObject): readonly Json[] =>
  blocksIn(result).filter((block) => isOfType(block, 'text', 'image', 'document', 'search_result'));

const noResult = (call: JsonObject): JsonObject => ({
  type: 'tool_result',
  tool_use_id: call['id'] as Json,
  content: 'No result was given.',
  is_error: true,
});

const name = (call: JsonObject): string => String(call['name']);

export const callRepairs: readonly Repair[] = [
  {
    words: (count, types) => `${counted(count, 'block')} of unfinished server tools left out (${types})`,
    mend(turns, tell) {
      const paired = pairedServerBlocks(turns);
      return mended(turns, (turn, index) => {
        if (!isTurnOf('assistant', turn)) return undefined;
        const before = blocksIn(turn);
        const after = mended(before, (block, position) => {
          const type = typeOf(block);
          const isHalf = serverCalls.includes(type) || (isServerResult(type) && !isResult(block));
          if (!isHalf || paired.has(`${index}:${position}`)) return undefined;
          tell(type);
          return [];
        });
        return after === before ? undefined : [withBlocks(turn, after)];
      });
    },
  },
  {
    words: (count) => `the caller of ${counted(count, 'tool call')} left out, being gone`,
    mend(turns, tell) {
      const ids = new Set(
        turns.flatMap((turn) =>
          blocksIn(turn).map((block) => isOfType(block, ...serverCalls) && block['id']),
        ),
      );
      const release = eachBlock<Tell>((block) => {
        const caller = isObject(block) ? block['caller'] : undefined;
        const id = isObject(caller) ? caller['tool_id'] : undefined;
        if (id === undefined || ids.has(id)) return undefined;
        tell();
        const { caller: _gone, ...rest } = block as JsonObject;
        return [rest];
      });
      return release(turns, tell);
    },
  },
  {
    words: (count, ids) => `${counted(count, 'tool id')} renamed, being repeated or no id (${ids})`,
    mend: renameIds,
  },
  {
    words: (count, names) => `${counted(count, 'tool name')} mended (${names})`,
    mend(turns, tell, { tools }) {
      const declared = new Set(
        Array.isArray(tools) ? tools.map((tool) => isObject(tool) && tool['name']) : [],
      );
      const rename = eachBlock<Tell>((block) => {
        const old = isCall(block) ? block['name'] : undefined;
        if (!isCall(block) || (typeof old === 'string' && (/^[\w-]{1,200}$/.test(old) || declared.has(old))))
          return undefined;
        tell(String(old));
        const mendedName = String(old ?? '')
          .replace(/[^\w-]/g, '_')
          .slice(0, 200);
        return [{ ...block, name: mendedName || 'unknown' }];
      });
      return rename(turns, tell);
    },
  },
  {
    words: (count) => `${counted(count, 'tool result')} without a call made plain content`,
    mend: eachTurn((blocks, role, tell, { turns, index }) => {
      if (role !== 'user') return undefined;
      const open = new Set(callsBefore(turns, index).map((call) => call['id']));
      return mended(blocks, (block) => {
        if (!isResult(block) || open.delete(block['tool_use_id'] as Json)) return undefined;
        tell();
        return saidBy(block);
      });
    }),
  },
  {
    words: (count) => `the results of ${counted(count, 'turn')} put before the rest`,
    mend: eachTurn((blocks, role, tell) => {
      if (role !== 'user') return undefined;
      const results = blocks.filter(isResult);
      if (results.every((result, index) => result === blocks[index])) return undefined;
      tell();
      return [...results, ...blocks.filter((block) => !isResult(block))];
    }),
  },
  {
    words: (count, names) => `${counted(count, 'tool call')} without a result (${names}) answered as failed`,
    mend(turns, tell) {
      const missing = (index: number): readonly JsonObject[] => {
        const answered = new Set(resultsOf(turns[index + 1]).map((result) => result['tool_use_id']));
        return callsOf(turns[index]).filter((call) => !answered.has(call['id'] as Json));
      };
      return mended(turns, (turn, index) => {
        const own = missing(index);
        const added = missing(index - 1);
        for (const call of own) tell(name(call));
        const isAnswered = isTurnOf('user', turns[index + 1]);
        if (own.length > 0 && !isAnswered) return [turn, { role: 'user', content: own.map(noResult) }];
        if (added.length === 0 || !isTurnOf('user', turn)) return undefined;
        const results = resultsOf(turn);
        const rest = blocksIn(turn).slice(results.length);
        return [withBlocks(turn, [...results, ...added.map(noResult), ...rest])];
      });
    },
  },
];

const resultsOf = (turn: HistoryTurn | undefined): readonly JsonObject[] =>
  isTurnOf('user', turn) ? blocksIn(turn).filter(isResult) : [];
