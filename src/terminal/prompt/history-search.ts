// Ctrl-R: incremental search through the history, newest first. Pure.

export type Search = {
  readonly query: string;
  /** Index of the match, newest first; null when nothing matches. */
  readonly index: number | null;
};

export const emptySearch: Search = { query: '', index: null };

/** The search with another query: stays on its match when that still fits. `entries` are newest first. */
export function withQuery(entries: readonly string[], search: Search, query: string): Search {
  if (query === '') return emptySearch;
  return { query, index: find(entries, query, search.index ?? 0) };
}

/** The next older match (Ctrl-R again), or the same when there is none. */
export function older(entries: readonly string[], search: Search): Search {
  if (search.index === null) return search;
  return { ...search, index: find(entries, search.query, search.index + 1) ?? search.index };
}

/** The text of the match, or null. */
export function matchOf(entries: readonly string[], search: Search): string | null {
  return search.index === null ? null : (entries[search.index] ?? null);
}

/** Small letters match capitals too; a capital in the query asks for itself. */
function find(entries: readonly string[], query: string, from: number): number | null {
  const isExact = query !== query.toLowerCase();
  for (let index = from; index < entries.length; index++) {
    const entry = entries[index] ?? '';
    if ((isExact ? entry : entry.toLowerCase()).includes(query)) return index;
  }
  return null;
}
