// The prompt cache: whether a request read from it what the one before had written, and where the two first differ. A
// prefix that changes with every request costs more than anything else, and nothing fails.
import { withoutSecrets } from '../messages/key-shapes.ts';
import { counted, duration } from '../text/counted.ts';
import { isObject } from '../text/json.ts';
import type { PastPrompt } from './past.ts';
import { type Rule, verdict } from './rule.ts';

type Fields = Readonly<Record<string, unknown>>;

/** One part of a prompt, in the order in which the cache sees it: tools, system, messages. */
type Part = {
  /** `system.0`, `messages.3.content.1`. */
  readonly place: string;
  readonly text: string;
  readonly isMarked: boolean;
};

/** The prefix is cached in this order (prompt caching: tools, then system, then messages). */
export function promptParts(request: Fields): readonly Part[] {
  return [
    ...listOf(request['tools']).map((tool, index) => partOf(`tools.${index}`, tool)),
    ...blocksOf(request['system']).map((block, index) => partOf(`system.${index}`, block)),
    ...listOf(request['messages']).flatMap((message, at) => {
      const { role, content } = isObject(message) ? message : {};
      return blocksOf(content).map((block, index) =>
        partOf(`messages.${at}.content.${index}`, block, typeof role === 'string' ? role : ''),
      );
    }),
  ];
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const blocksOf = (value: unknown): readonly unknown[] =>
  typeof value === 'string' ? [{ type: 'text', text: value }] : listOf(value);

function partOf(place: string, value: unknown, role = ''): Part {
  if (!isObject(value)) return { place, text: `${role}${JSON.stringify(value)}`, isMarked: false };
  const { cache_control: mark, ...rest } = value;
  return { place, text: `${role}${JSON.stringify(rest)}`, isMarked: mark !== undefined && mark !== null };
}

/** Where two prompts first differ, and what stands there in either. */
export type Difference = {
  readonly place: string;
  readonly at: number;
  readonly before: string;
  readonly now: string;
};

/** How many parts two prompts have in common from their beginning. */
export function commonParts(before: readonly Part[], now: readonly Part[]): number {
  const end = Math.min(before.length, now.length);
  for (let index = 0; index < end; index += 1) if (before[index]?.text !== now[index]?.text) return index;
  return end;
}

/** What surrounds the first difference. */
const shownBefore = 12;
const shownBehind = 36;

export function firstDifference(before: readonly Part[], now: readonly Part[]): Difference | undefined {
  const index = commonParts(before, now);
  const [old, fresh] = [before[index], now[index]];
  if (fresh === undefined || old === undefined) {
    const place = (fresh ?? old)?.place;
    return place === undefined
      ? undefined
      : {
          place,
          at: 0,
          before: old === undefined ? '' : excerpt(old.text, 0),
          now: fresh === undefined ? '' : excerpt(fresh.text, 0),
        };
  }
  let at = 0;
  while (at < old.text.length && old.text[at] === fresh.text[at]) at += 1;
  return { place: fresh.place, at, before: excerpt(old.text, at), now: excerpt(fresh.text, at) };
}

/** Masked before it is cut: half a key is no longer recognised. */
function excerpt(text: string, at: number): string {
  const around = withoutSecrets(text.slice(Math.max(0, at - 200), at + 400));
  const from = Math.max(0, Math.min(at, 200) - shownBefore);
  return around.slice(from, from + shownBefore + shownBehind);
}

/** How long an entry lives (5 minutes; with ttl 1h an hour), counted from when it was last read. */
const shortLifeMs = 5 * 60_000;
const longLifeMs = 60 * 60_000;

const lifeOf = (request: Fields): number =>
  /"ttl":\s*"1h"/.test(JSON.stringify(request)) ? longLifeMs : shortLifeMs;

/** Below this no model caches anything. */
const smallestCache = 1024;
/** Reading less than this of what was there is a miss. */
const readShare = 0.5;

export const missedCache: Rule = ({ evidence, past }) => {
  const { request, facts, entry } = evidence;
  if (request === null || facts.modelServed === null) return undefined;
  const now = promptParts(request);
  if (!now.some(({ isMarked }) => isMarked) && request['cache_control'] === undefined) return undefined;
  const read = facts.cacheReadTokens ?? 0;
  const life = lifeOf(request);
  const related = past.prompts
    .filter(
      (prompt) =>
        prompt.endedAt <= entry.startedAt &&
        entry.startedAt - prompt.endedAt <= life &&
        prompt.request['model'] === request['model'] &&
        prompt.cachedTokens >= smallestCache,
    )
    .map((prompt) => ({ prompt, parts: promptParts(prompt.request) }))
    .filter(({ parts }) => isSameConversation(parts, now));
  const [last] = related;
  if (last === undefined) return ignoredCache(evidence);
  if (read >= readShare * last.prompt.cachedTokens) return undefined;
  const age = duration(entry.startedAt - last.prompt.endedAt);
  const common = commonParts(last.parts, now);
  const mark = last.parts.findLastIndex(({ isMarked }) => isMarked);
  const lost = last.prompt.cachedTokens - read;
  if (common > mark)
    return verdict('cache.unread', {
      severity: 'warn',
      summary: `The prompt cache was not read: ${counted(lost, 'token')} are paid anew, although the prefix is that of #${last.prompt.id}, ${age} before.`,
      owner: 'gateway',
      confidence: 'likely',
      cure: 'The gateway spreads requests over several accounts or regions, or changes the prompt: have it keep a conversation in one place.',
      evidence: [`read ${read}, written before ${last.prompt.cachedTokens}`],
    });
  const difference = firstDifference(last.parts, now);
  return missed(last.prompt, difference, lost, age);
};

function missed(
  prompt: PastPrompt,
  difference: Difference | undefined,
  lost: number,
  age: string,
): ReturnType<Rule> {
  const { place, at, before, now } = difference ?? { place: 'the prompt', at: 0, before: '', now: '' };
  return verdict('cache.missed', {
    severity: 'warn',
    summary: `The prompt cache missed: ${counted(lost, 'token')} are paid anew, as the prefix differs from #${prompt.id} (${age} before) first in ${place}, at character ${at}.`,
    owner: 'client',
    cure: `Keep ${place} the same from request to request: move what changes (a date, an id, an order) behind the last cache_control.`,
    evidence: [`#${prompt.id}: ${before}`, `now: ${now}`],
  });
}

/** Two prompts of one conversation share their tools, their system prompt or their first message, at least mostly. */
function isSameConversation(before: readonly Part[], now: readonly Part[]): boolean {
  const known = new Set(before.map(({ text }) => text));
  const shared = now.filter(({ text }) => known.has(text)).length;
  return shared > 0 && shared * 2 >= Math.min(before.length, now.length) - 1;
}

/** Marked, long enough, and neither written nor read. */
const ignoredCache = ({ facts }: Parameters<Rule>[0]['evidence']): ReturnType<Rule> => {
  const cached = (facts.cacheReadTokens ?? 0) + (facts.cacheWriteTokens ?? 0);
  if (cached > 0 || (facts.inputTokens ?? 0) < 4 * smallestCache) return undefined;
  return verdict('cache.ignored', {
    severity: 'warn',
    summary: `The request marks its prompt for the cache, and nothing was written to it: ${facts.inputTokens} input tokens are paid in full, each time.`,
    owner: 'gateway',
    confidence: 'likely',
    cure: 'The endpoint has no prompt cache, or the gateway drops cache_control.',
  });
};
