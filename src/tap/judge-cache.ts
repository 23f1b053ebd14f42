// The prompt cache: whether a request read from it what the one before had written, and where the two first differ. A
// prefix that changes with every request costs more than anything else, and nothing fails.
import { withoutSecrets } from '../messages/key-shapes.ts';
import { counted, duration } from '../text/counted.ts';
import type { PastPrompt } from './past.ts';
import { commonParts, type Part, promptParts } from './prompt-parts.ts';
import { type Rule, verdict } from './rule.ts';

/** Where two prompts first differ, and what stands there in either. */
type Difference = {
  readonly place: string;
  readonly at: number;
  readonly before: string;
  readonly now: string;
};

/** What surrounds the first difference. */
const shownBefore = 12;
const shownBehind = 36;

function firstDifference(before: readonly Part[], now: readonly Part[]): Difference | undefined {
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

/** Below this no model caches anything. */
const smallestCache = 1024;
/** Reading less than this of what was there is a miss. */
const readShare = 0.5;

export const missedCache: Rule = ({ evidence, past }) => {
  const { request, requestText, facts, entry } = evidence;
  if (request === null || facts.modelServed === null) return undefined;
  const now = promptParts(request);
  if (!now.some(({ isMarked }) => isMarked) && request['cache_control'] === undefined) return undefined;
  const read = facts.cacheReadTokens ?? 0;
  const lifeMs = /"ttl":\s*"1h"/.test(requestText) ? longLifeMs : shortLifeMs;
  const last = past.prompts.find(
    ({ model, parts, endedAt, cachedTokens }) =>
      endedAt <= entry.startedAt &&
      entry.startedAt - endedAt <= lifeMs &&
      model === request['model'] &&
      cachedTokens >= smallestCache &&
      isSameConversation(parts, now),
  );
  if (last === undefined) return ignoredCache(evidence);
  if (read >= readShare * last.cachedTokens) return undefined;
  const age = duration(entry.startedAt - last.endedAt);
  const common = commonParts(last.parts, now);
  const mark = last.parts.findLastIndex(({ isMarked }) => isMarked);
  const lost = last.cachedTokens - read;
  if (common > mark)
    return verdict('cache.unread', {
      severity: 'warn',
      summary: `The prompt cache was not read: ${counted(lost, 'token')} are paid anew, although the prefix is that of #${last.id}, ${age} before.`,
      owner: 'gateway',
      confidence: 'likely',
      cure: 'The gateway spreads requests over several accounts or regions, or changes the prompt: have it keep a conversation in one place.',
      evidence: [`read ${read}, written before ${last.cachedTokens}`],
    });
  const difference = firstDifference(last.parts, now);
  return missed(last, difference, lost, age);
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
    cure: cureAt(place),
    evidence: [`#${prompt.id}: ${before}`, `now: ${now}`],
  });
}

/** By what is cached where: tools, then the system prompt, then the messages. */
function cureAt(place: string): string {
  if (place.startsWith('tools'))
    return `Keep the tools the same, in the same order: they stand first, and what changes in ${place} loses all that is behind it.`;
  if (place.startsWith('messages'))
    return `Send earlier messages back as they were: who edits, shortens or leaves out something in ${place} loses all that is behind it.`;
  return `Keep ${place} the same from request to request: move what changes (a date, an id, an order) behind the last cache_control.`;
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
