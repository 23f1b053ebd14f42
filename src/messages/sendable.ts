// The one step between a conversation and a request: what came in is made what any strict server takes, and what
// was changed is told. What is stored stays as it arrived. Pure.
import { counted } from '../text/counted.ts';
import { isObject, type Json, type JsonObject } from '../text/json.ts';
import { blankTexts, blockRepairs, type Repair, withoutBlankTexts } from './block-repairs.ts';
import { callRepairs } from './call-repairs.ts';
import type { HistoryTurn } from './history.ts';
import { type GenerationOptions, messagesBody } from './request.ts';
import { finalWhitespace, firstTurn, joinedTurns, trailingThinking, turnFields } from './turn-repairs.ts';
import type { MessageParam } from './types.ts';

/** In this order. A repair may make work for an earlier one, so they are gone through until none has any. */
const repairs: readonly Repair[] = [
  turnFields,
  ...blockRepairs,
  joinedTurns,
  trailingThinking,
  ...callRepairs,
  joinedTurns,
  finalWhitespace,
  firstTurn,
];

/** One kind of change to what came in. */
export type Change = {
  /** The same for all changes of this kind. */
  readonly kind: string;
  /** What was done, how often and to what, as part of a sentence on one line. */
  readonly words: string;
};

type SendableBody = {
  readonly body: JsonObject;
  readonly changes: readonly Change[];
};

/**
 * The body of `POST /v1/messages` with a history that any strict Messages server takes. What is already fine is
 * sent as it is.
 * @param before what was changed on the way here, to be told on the same line
 */
export function sendableBody(
  options: GenerationOptions,
  messages: readonly MessageParam[],
  before: readonly Change[] = [],
): SendableBody {
  const body = messagesBody(options, messages);
  if (options.isSentAsItIs) return { body, changes: before };
  const { body: mended, changes } = repaired(body);
  return { body: mended, changes: [...before, ...changes] };
}

/** The repaired body, and what was repaired. */
export function repaired(body: JsonObject): SendableBody {
  const tally = new Map<Repair, string[]>();
  const tellOf =
    (repair: Repair) =>
    (detail = ''): void => {
      const details = tally.get(repair);
      if (details === undefined) tally.set(repair, [detail]);
      else details.push(detail);
    };
  const turns = repairedTurns(body, tellOf);
  // Nothing at all is no history either: the server says so about what the user wrote.
  if (turns.length === 0) tally.clear();
  const isSame = turns.length === 0 || turns === body['messages'];
  const withTurns = withSystem(isSame ? body : { ...body, messages: [...turns] }, tellOf(blankTexts));
  let lone = 0;
  const result = wellFormed(withTurns, () => {
    lone += 1;
  }) as JsonObject;
  const changes = [...tally].map(([{ words }, details]) => ({
    kind: words(1, ''),
    words: words(details.length, listed(details)),
  }));
  if (lone > 0) changes.push({ kind: 'half', words: `half characters in ${counted(lone, 'text')} replaced` });
  return { body: result, changes };
}

type TellOf = (repair: Repair) => (detail?: string) => void;

function repairedTurns(body: JsonObject, tellOf: TellOf): readonly HistoryTurn[] {
  const { messages } = body;
  if (!Array.isArray(messages)) return [];
  let turns: readonly HistoryTurn[] = messages;
  for (let before: typeof turns | undefined; before !== turns; ) {
    before = turns;
    for (const repair of repairs) turns = repair.mend(turns, tellOf(repair), body);
  }
  return turns;
}

/** A system prompt that says nothing is none. */
function withSystem(body: JsonObject, tell: () => void): JsonObject {
  const { system, ...rest } = body;
  if (system === undefined) return body;
  const before = typeof system === 'string' ? [{ type: 'text', text: system }] : system;
  if (!Array.isArray(before)) return body;
  const after = withoutBlankTexts(before, tell);
  if (after === before) return body;
  return after.length === 0 ? rest : { ...body, system: [...after] };
}

/** Each once, and not more than one can take in on one line: they are the words of a server. */
function listed(details: readonly string[]): string {
  const names = [...new Set(details)]
    .filter((detail) => detail !== '')
    .map((detail) => detail.replace(/\s+/g, ' ').slice(0, 40));
  return names.length > 4 ? `${names.slice(0, 4).join(', ')} and ${names.length - 4} more` : names.join(', ');
}

/**
 * The value with U+FFFD for every lone surrogate, in keys too; the very same value when there is none. Half of a
 * surrogate pair is no character, and strict JSON readers refuse the whole body for it ("no low surrogate in string").
 */
const wellFormed = (value: Json, tell: () => void): Json =>
  isWellFormed(value) ? value : mendedValue(value, tell);

function isWellFormed(value: Json): boolean {
  if (typeof value === 'string') return value.isWellFormed();
  if (Array.isArray(value)) return value.every(isWellFormed);
  if (!isObject(value)) return true;
  for (const key in value) if (!key.isWellFormed() || !isWellFormed(value[key] as Json)) return false;
  return true;
}

function mendedValue(value: Json, tell: () => void): Json {
  if (typeof value === 'string') return mendedText(value, tell);
  if (Array.isArray(value)) return value.map((element) => mendedValue(element, tell));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [mendedText(key, tell), mendedValue(inner, tell)]),
  );
}

function mendedText(text: string, tell: () => void): string {
  if (text.isWellFormed()) return text;
  tell();
  return text.toWellFormed();
}
