// What kept answers took and cost: read from the lines of session files, and added up. Pure; prices are a parameter.
import type { Usage } from '../../messages/types.ts';
import { type Money, plus } from '../../profiles/prices.ts';
import { dayOf } from '../../text/counted.ts';
import { isObject } from '../../text/json.ts';
import type { Paid } from '../session/summary.ts';
import { inputTokens } from '../session/turns.ts';
import { readHeader } from './transcript.ts';

/** One answer that was paid for: a turn, or a summary that /compact made. */
export type PaidAnswer = Pick<Paid, 'usage' | 'profile'> & {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** The one that answered. */
  readonly model: string;
  /** The endpoint's origin. */
  readonly endpoint: string;
};

/** What answers are added up by. */
export const spendingGroups = ['profile', 'model', 'day'] as const;
export type SpendingGroup = (typeof spendingGroups)[number];

export type Spending = {
  /** The profile, model or day; null for answers without a profile, and for the sum of all. */
  readonly name: string | null;
  readonly answers: number;
  /** However they were billed; the next two are parts of it. */
  readonly input: number;
  readonly cacheRead: number;
  readonly cacheWritten: number;
  readonly output: number;
  readonly costs: readonly Money[];
  /** Answers whose price nobody gave. */
  readonly unpriced: number;
};

/**
 * The answers of session files, given as their texts. Those a session has in common with the one it was copied from
 * were paid for once. What was taken back or summarised since was paid for, too.
 */
export function paidAnswers(texts: readonly string[]): readonly PaidAnswer[] {
  const headers = texts.map(readHeader);
  const parents = new Map(
    headers.flatMap((header) => (header ? [[header.id, header.forkedFrom] as const] : [])),
  );
  const rootOf = (id: string): string => {
    const seen = new Set<string>();
    let root = id;
    for (let next = parents.get(root); next !== undefined && !seen.has(next); next = parents.get(next)) {
      seen.add(next);
      root = next;
    }
    return root;
  };
  const seen = new Map<string, string>();
  return texts.flatMap((text, index) => {
    const id = headers[index]?.id;
    if (id === undefined) return [];
    return text.split('\n').flatMap((line) => {
      const answer = paidIn(line);
      if (answer === undefined) return [];
      const key = `${rootOf(id)}\n${line}`;
      const owner = seen.get(key) ?? id;
      seen.set(key, owner);
      return owner === id ? [answer] : [];
    });
  });
}

/** The answer a line tells of; undefined where it tells of none that said what it took. */
function paidIn(line: string): PaidAnswer | undefined {
  // Most lines are questions or hold no usage: they need not be parsed.
  if (!line.includes('"usage"')) return undefined;
  try {
    const { type, at, paid, ...turn } = JSON.parse(line) as Record<string, unknown>;
    const { madeBy, usage, profile, servedBy } = (type === 'rewind' ? (paid ?? {}) : turn) as Partial<Paid>;
    if (!isObject(madeBy) || !isObject(usage)) return undefined;
    return {
      at: Date.parse(String(at)),
      model: servedBy ?? String(madeBy.model),
      endpoint: String(madeBy.endpoint),
      usage: usage as Usage,
      ...(profile !== undefined && { profile }),
    };
  } catch {
    return undefined;
  }
}

const nameOf: Readonly<Record<SpendingGroup, (answer: PaidAnswer) => string | null>> = {
  profile: ({ profile }) => profile ?? null,
  model: ({ model }) => model,
  day: ({ at }) => dayOf(at),
};

type PriceOf = (answer: PaidAnswer) => Money | undefined;

/** The answers added up in groups, those that took most first; days in their order. */
export function spendingBy(
  by: SpendingGroup,
  answers: readonly PaidAnswer[],
  priceOf: PriceOf,
): readonly Spending[] {
  const groups = new Map<string | null, PaidAnswer[]>();
  for (const answer of answers) {
    const name = nameOf[by](answer);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [answer]);
    else group.push(answer);
  }
  const rows = [...groups].map(([name, some]) => ({ ...sumOf(some, priceOf), name }));
  return rows.sort((one, other) =>
    by === 'day'
      ? String(one.name).localeCompare(String(other.name))
      : other.input + other.output - one.input - one.output,
  );
}

/** All of them as one. */
export function sumOf(answers: readonly PaidAnswer[], priceOf: PriceOf): Spending {
  const sum = { answers: answers.length, input: 0, cacheRead: 0, cacheWritten: 0, output: 0, unpriced: 0 };
  let costs: readonly Money[] = [];
  for (const answer of answers) {
    const { usage } = answer;
    sum.input += inputTokens(usage);
    sum.cacheRead += usage.cache_read_input_tokens ?? 0;
    sum.cacheWritten += usage.cache_creation_input_tokens ?? 0;
    sum.output += usage.output_tokens ?? 0;
    const cost = priceOf(answer);
    if (cost === undefined) sum.unpriced += 1;
    else costs = plus(costs, cost);
  }
  return {
    name: null,
    ...sum,
    costs: costs.toSorted((one, other) => one.currency.localeCompare(other.currency)),
  };
}
