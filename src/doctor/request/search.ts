// The search for what of a request is refused: up to three causes, one after the other, within a budget of requests. Asks
// through a function. Pure.
import type { Json } from '../../text/json.ts';
import type { ClientRequest } from './client-request.ts';
import { countableOf } from './countable.ts';
import type { Part } from './part.ts';
import { type Limit, type Outcome, smallestCause } from './reduce.ts';
import type { Refusal } from './refusal.ts';
import type { Parts } from './request-parts.ts';
import { suspicions } from './suspicions.ts';
import { outcomeOf, type Tries } from './tries.ts';
import { isInTurn, isOfTurns, turnLimit, turnOf } from './turn-limit.ts';

export type FoundCause = {
  /** By their number in the list of parts. */
  readonly parts: readonly number[];
  readonly refusal: Refusal;
  readonly isMinimal: boolean;
  /** The smallest set with these that was seen to be refused. */
  readonly seen: readonly number[];
  readonly limit: Limit | null;
};

export type Search = {
  readonly causes: readonly FoundCause[];
  /** A request with nothing in it is refused in the same words: the cause is not in the request. */
  readonly isAlways: boolean;
  /** The same, in whatever words. */
  readonly isBareRefused: boolean;
  /** Whether all else is accepted when one part of each cause is left out; null: not seen. */
  readonly isRestAccepted: boolean | null;
  /** What was last accepted of the whole; null: nothing was. */
  readonly rest: ClientRequest | null;
  /** Requests made, the first included. */
  readonly tries: number;
  /** Why it ended before it was done; null when it was done. */
  readonly stop: string | null;
};

const mostCauses = 3;
/** So many parts of a cause are looked for one by one; from here on it is likelier a number that counts. */
const telling = 3;
const mostParts = 6;

/**
 * Finds the causes of a refusal.
 * @param first what was said to the whole request
 */
export async function findCauses(parts: Parts, first: Refusal, tries: Tries): Promise<Search> {
  const causes: FoundCause[] = [];
  const bare = await tries.ask(parts.build([]));
  const ended = (isAlways: boolean, isRestAccepted: boolean | null, rest?: ClientRequest): Search => ({
    causes,
    isAlways,
    isBareRefused: bare?.outcome === 'refused',
    isRestAccepted,
    rest: rest ?? null,
    tries: tries.made,
    stop: tries.stop,
  });
  if (outcomeOf(bare, first) === 'same') return ended(true, null);
  let left = parts.list.map((_, index) => index);
  let refusal = first;
  while (tries.stop === null && left.length > 0) {
    const cause = await oneCause(parts, left, refusal, tries);
    if (cause === undefined) break;
    causes.push(cause);
    if (cause.limit?.of === 'bytes') return ended(false, null);
    const gone = tooMany(cause, left, parts);
    left = left.filter((part) => !parts.closed([part]).some((need) => gone.includes(need)));
    const without = parts.build(left);
    const rest = await tries.ask(without);
    if (rest?.outcome === 'accepted') return ended(false, true, without);
    if (rest?.outcome !== 'refused') break;
    if (causes.length === mostCauses) return ended(false, false);
    refusal = rest.refusal;
    // What is left in the end may be what no request does without.
    if (outcomeOf(bare, refusal) === 'same') return ended(false, false);
  }
  return ended(false, null);
}

/** The parts to leave out so that a cause is none: the last of it, or all beyond the number that is taken. */
function tooMany(
  { parts: found, limit }: FoundCause,
  left: readonly number[],
  { list }: Parts,
): readonly number[] {
  const last = found.at(-1) as number;
  if (limit === null) return [last];
  if (limit.of === 'turns')
    return left.filter((part) => isInTurn(list[part]) && turnOf(list[part]) >= limit.accepted - 1);
  return left.filter((part) => list[part]?.kind === list[last]?.kind).slice(found.length - 1);
}

type Sized = { readonly kept: readonly number[]; readonly bytes: number; readonly isSame: boolean };

async function oneCause(
  parts: Parts,
  left: readonly number[],
  refusal: Refusal,
  tries: Tries,
): Promise<FoundCause | undefined> {
  const sized: Sized[] = [{ kept: left, bytes: bytesOf(parts.build(left)), isSame: true }];
  const refuses = async (kept: readonly number[]): Promise<Outcome> => {
    const request = parts.build(kept);
    const outcome = outcomeOf(await tries.ask(request), refusal);
    if (outcome !== 'spent') sized.push({ kept, bytes: bytesOf(request), isSame: outcome === 'same' });
    return outcome;
  };
  const ask = async (request: ClientRequest): Promise<Outcome> =>
    outcomeOf(await tries.ask(request), refusal);
  const isSame = async (request: ClientRequest): Promise<boolean> => (await ask(request)) === 'same';
  let among = left;
  for (const suspects of suspicions(refusal.message, parts.list, left)) {
    if ((await refuses(suspects)) !== 'same') continue;
    among = parts.closed(suspects);
    break;
  }
  const kindOf = (part: number): Part['kind'] | undefined => parts.list[part]?.kind;
  const isOneKind = (found: readonly number[]): boolean => new Set(found.map(kindOf)).size === 1;
  const cause = await smallestCause(
    among,
    refuses,
    (found) =>
      found.length >= mostParts || (found.length >= telling && (isOneKind(found) || isAboutSize(refusal))),
  );
  const found = { ...cause, refusal, limit: null };
  if (cause.parts.length === 0) return undefined;
  const turns =
    cause.isMinimal && isOfTurns(cause.parts, parts) ? await turnLimit(parts.build(cause.parts), ask) : null;
  if (turns !== null) return { ...found, limit: turns };
  if (cause.isMinimal || cause.parts.length < telling || tries.stop !== null) return found;
  if (isOneKind(cause.parts) && !(kindOf(cause.parts[0] as number) === 'text' && isAboutSize(refusal))) {
    const members = among.filter((part) => kindOf(part) === kindOf(cause.parts[0] as number));
    const enough = members.slice(0, members.indexOf(cause.parts.at(-1) as number) + 1);
    // As many of them, and nothing in them: else it is what they weigh together.
    const [over, under] = [enough, enough.slice(0, -1)].map((kept) =>
      parts.build(kept, emptied(kept, parts)),
    );
    if (over !== undefined && under !== undefined && (await isSame(over)) && !(await isSame(under))) {
      const { count } = countableOf(parts.list[enough.at(-1) as number] as Part);
      const limit = { of: 'parts', accepted: count(under), refused: count(over) } as const;
      if (limit.refused > limit.accepted)
        return { ...found, parts: enough, seen: enough, isMinimal: true, limit };
    }
  }
  const limit = sizeLimit(sized);
  const smallest = sized.find(({ bytes }) => bytes === limit?.refused);
  if (limit === null || smallest === undefined) return found;
  // As large, and nothing in it: what is refused then is the size.
  return (await isSame(blankRequest(parts, limit.refused)))
    ? { ...found, parts: smallest.kept, seen: smallest.kept, isMinimal: true, limit }
    : found;
}

/** What takes the place of longer texts, so that only their number is left of them. */
const emptied = (kept: readonly number[], { list }: Parts): ReadonlyMap<number, Json> =>
  new Map(kept.filter((part) => list[part]?.kind === 'text').map((part) => [part, '.']));

/** A request of about a size that says nothing. */
function blankRequest(parts: Parts, bytes: number): ClientRequest {
  const bare = parts.build([]);
  return { ...bare, body: { ...bare.body, messages: [{ role: 'user', content: 'x'.repeat(bytes) }] } };
}

/** Whether a refusal speaks of size: then texts are not counted, but measured. */
const isAboutSize = ({ status, message }: Refusal): boolean =>
  status === 413 || /\b(size|bytes|tokens|length|context|(too|very) (long|large|big))\b/i.test(message);

const bytesOf = (request: ClientRequest): number => Buffer.byteLength(JSON.stringify(request.body));

/** Whether all that was refused is larger than all that was not: then it is the size that counts. */
function sizeLimit(sized: readonly Sized[]): Limit | null {
  const refused = Math.min(...sized.filter(({ isSame }) => isSame).map(({ bytes }) => bytes));
  const accepted = Math.max(0, ...sized.filter(({ isSame }) => !isSame).map(({ bytes }) => bytes));
  return accepted > 0 && refused > accepted ? { of: 'bytes', accepted, refused } : null;
}
