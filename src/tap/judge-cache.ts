// The prompt cache: whether a request read from it what the one before had written, and where the two first differ. A
// prefix that changes with every request costs more than anything else, and nothing fails.
import { withoutSecrets } from '../messages/key-shapes.ts';
import { counted, duration } from '../text/counted.ts';
import { charactersOf, isChanged, lastMark, lookback, reachedMark } from './cached-prefix.ts';
import { cacheSettings, type PastPrompt } from './past.ts';
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

/** Below this no model caches anything. */
const smallestCache = 1024;
/** Reading less than this of what was there is a miss. */
const readShare = 0.5;

export const missedCache: Rule = ({ evidence, past }) => {
  const { request, facts, entry } = evidence;
  if (request === null || facts.modelServed === null) return undefined;
  const now = { parts: promptParts(request), settings: cacheSettings(request), startedAt: entry.startedAt };
  if (lastMark(now.parts) === -1) return undefined;
  const read = facts.cacheReadTokens ?? 0;
  const prompts = past.prompts.filter(
    ({ model, startedAt, endedAt, lifeMs, cachedTokens }) =>
      endedAt <= entry.startedAt &&
      entry.startedAt - startedAt <= lifeMs &&
      model === request['model'] &&
      cachedTokens >= smallestCache,
  );
  return (
    unread(prompts, now, read) ??
    missed(prompts, now, read) ??
    unmarked(prompts, now, read) ??
    ignoredCache(evidence)
  );
};

type Prompt = Pick<PastPrompt, 'parts' | 'settings' | 'startedAt'>;

/** What the cache holds of a prompt up to the end of so many parts: about so many tokens. */
function tokensUpTo({ parts, cachedTokens }: PastPrompt, count: number): number {
  const all = charactersOf(parts, lastMark(parts) + 1);
  return all === 0 ? 0 : Math.round(cachedTokens * Math.min(1, charactersOf(parts, count) / all));
}

const isMiss = (read: number, expected: number): boolean =>
  expected >= smallestCache && read < readShare * expected;

/** The prompt that is the same for longest, and how many parts that are; the youngest of several. */
function nearestOf(
  prompts: readonly PastPrompt[],
  { parts }: Prompt,
): { readonly prompt: PastPrompt; readonly common: number } | undefined {
  let nearest: { readonly prompt: PastPrompt; readonly common: number } | undefined;
  for (const prompt of prompts) {
    const common = commonParts(prompt.parts, parts);
    if (nearest === undefined || common > nearest.common) nearest = { prompt, common };
  }
  return nearest;
}

/** The same up to a mark, and not read: because of what stands beside it, of marks too far apart, or of the gateway. */
function unread(prompts: readonly PastPrompt[], now: Prompt, read: number): ReturnType<Rule> {
  const { prompt, common } = nearestOf(prompts, now) ?? {};
  if (prompt === undefined || common === undefined) return undefined;
  const mark = lastMark(prompt.parts, common);
  const expected = tokensUpTo(prompt, mark + 1);
  if (mark === -1 || !isMiss(read, expected)) return undefined;
  const paid = `The prompt cache was not read: ${counted(expected - read, 'token')} are paid anew`;
  const age = `${duration(now.startedAt - prompt.startedAt)} before`;
  const evidence = [`read ${read}, written before ${expected}`];
  const isOfMessages = prompt.parts[mark]?.place.startsWith('messages') === true;
  const setting = Object.keys(now.settings).find((name) => now.settings[name] !== prompt.settings[name]);
  if (isOfMessages && setting !== undefined)
    return verdict('cache.missed', {
      severity: 'warn',
      summary: `${paid}, as ${setting} is another one than in #${prompt.id}, ${age}.`,
      owner: 'client',
      cure: `Keep ${setting} the same from request to request: what is cached of messages is only read with the same.`,
      evidence: [`#${prompt.id}: ${prompt.settings[setting]}`, `now: ${now.settings[setting]}`, ...evidence],
    });
  const reached = reachedMark(prompt.parts, now.parts, common);
  if (!isMiss(read, tokensUpTo(prompt, reached + 1)))
    return verdict('cache.out_of_reach', {
      severity: 'warn',
      summary: `${paid}, as the mark of #${prompt.id}, ${age}, is ${lookback} blocks or more before the next one of this request.`,
      owner: 'client',
      confidence: 'likely',
      cure: `Set a second cache_control in long prompts: the API looks for what it wrote in the ${lookback} blocks up to each mark.`,
      evidence: [`marked before: ${prompt.parts[mark]?.place}`, ...evidence],
    });
  return verdict('cache.unread', {
    severity: 'warn',
    summary: `${paid}, although the prefix is that of #${prompt.id}, ${age}.`,
    owner: 'gateway',
    confidence: 'likely',
    cure: 'The gateway spreads requests over several accounts or regions, or changes the prompt: have it keep a conversation in one place.',
    evidence,
  });
}

/** A prompt that comes again with something changed in what was cached of it. */
function missed(prompts: readonly PastPrompt[], now: Prompt, read: number): ReturnType<Rule> {
  const prompt = prompts.find(
    ({ parts, cachedTokens }) => isMiss(read, cachedTokens) && isChanged(parts, now.parts),
  );
  const difference = prompt && firstDifference(prompt.parts, now.parts);
  return (
    difference && differing(prompt, difference, now, prompt.cachedTokens - read, cureAt(difference.place))
  );
}

/** The only mark stands behind what changes, and what stays the same has none. */
function unmarked(prompts: readonly PastPrompt[], now: Prompt, read: number): ReturnType<Rule> {
  const { prompt, common = 0 } = nearestOf(prompts, now) ?? {};
  if (prompt === undefined || lastMark(prompt.parts, common) !== -1) return undefined;
  const expected = tokensUpTo(prompt, common);
  const difference = firstDifference(prompt.parts, now.parts);
  if (difference === undefined || !isMiss(read, expected) || expected < readShare * prompt.cachedTokens)
    return undefined;
  const place = now.parts[common - 1]?.place;
  return differing(
    prompt,
    difference,
    now,
    expected - read,
    `Mark ${place} with cache_control, the last block that stays the same: nothing is kept but what ends at a mark.`,
  );
}

const differing = (
  { id, startedAt }: PastPrompt,
  { place, at, before, now }: Difference,
  { startedAt: nowAt }: Prompt,
  lost: number,
  cure: string,
): ReturnType<Rule> =>
  verdict('cache.missed', {
    severity: 'warn',
    summary: `The prompt cache missed: ${counted(lost, 'token')} are paid anew, as the prefix differs from #${id} (${duration(nowAt - startedAt)} before) first in ${place}, at character ${at}.`,
    owner: 'client',
    cure,
    evidence: [`#${id}: ${before}`, `now: ${now}`],
  });

/** By what is cached where: tools, then the system prompt, then the messages. */
function cureAt(place: string): string {
  if (place.startsWith('tools'))
    return `Keep the tools the same, in the same order: they stand first, and what changes in ${place} loses all that is behind it.`;
  if (place.startsWith('messages'))
    return `Send earlier messages back as they were: who edits, shortens or leaves out something in ${place} loses all that is behind it. What is new each time belongs behind the last cache_control.`;
  return `Keep ${place} the same from request to request: move what changes (a date, an id, an order) behind the last cache_control.`;
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
