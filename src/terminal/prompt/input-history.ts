// Earlier inputs at the prompt: Up and Down go through them, Ctrl-R searches them. Entries are newest first.
import type { Theme } from '../../text/theme.ts';
import type { KeyEvent } from './key-events.ts';
import { actionOf, isPrintable } from './key-names.ts';
import type { LineBuffer } from './line-buffer.ts';
import type { Pastes } from './paste.ts';

/** Up and Down. The text being written waits until one comes back to it. */
type HistoryRecall = {
  /** One entry older (`-1`) or newer (`1`); nothing happens at the ends. */
  readonly move: (direction: -1 | 1) => void;
  /** The text was sent: the next one begins at the newest again. */
  readonly reset: () => void;
};

export function historyRecall(
  buffer: LineBuffer,
  pastes: Pastes,
  history: () => readonly string[],
): HistoryRecall {
  /** -1 is the text being written. */
  let position = -1;
  let draft = '';
  return {
    move: (direction) => {
      const next = position - direction;
      const entries = history();
      if (next < -1 || next >= entries.length) return;
      if (position === -1) draft = buffer.text();
      position = next;
      buffer.set(next === -1 ? draft : pastes.fold(entries[next] ?? ''));
    },
    reset: () => {
      position = -1;
    },
  };
}

/** Ctrl-R on the screen: the query in the prompt, the match in the line. */
type HistorySearch = {
  readonly isOpen: () => boolean;
  /** Starts a search; when it ends, the prompt is drawn again with this text before the line. */
  readonly open: (promptText: string) => void;
  /** Takes a key; false when the search ended with its match accepted and the key is still to be acted on. */
  readonly take: (event: KeyEvent) => boolean;
};

export function historySearch(
  buffer: LineBuffer,
  pastes: Pastes,
  history: () => readonly string[],
  theme: Theme,
): HistorySearch {
  let search: Search | null = null;
  let before = { promptText: '', text: '', cursor: 0 };

  const show = (next: Search): void => {
    search = next;
    const match = matchOf(history(), next);
    const label = next.query !== '' && match === null ? 'no match' : 'history';
    buffer.set('');
    buffer.draw(theme.dim(`${label} "${next.query}": `));
    if (match !== null) buffer.set(pastes.fold(match));
  };
  const end = (match: string | null): void => {
    search = null;
    buffer.set('');
    buffer.draw(before.promptText);
    if (match === null) buffer.set(before.text, before.cursor);
    else buffer.set(pastes.fold(match));
  };

  return {
    isOpen: () => search !== null,
    open: (promptText) => {
      before = { promptText, text: buffer.text(), cursor: buffer.cursor() };
      show(emptySearch);
    },
    take: (event) => {
      if (search === null) return false;
      const { query } = search;
      const action = event.kind === 'key' ? actionOf(event.key) : null;
      if (event.kind === 'paste')
        show(withQuery(history(), search, query + (event.text.split('\n')[0] ?? '')));
      else if (action === 'search') show(older(history(), search));
      else if (action === 'backspace')
        show(withQuery(history(), search, Array.from(query).slice(0, -1).join('')));
      else if (action === 'interrupt' || action === 'editor' || action === 'nothing') end(null);
      else if (action === null && isPrintable(event.characters, event.key))
        show(withQuery(history(), search, query + event.characters));
      else {
        end(matchOf(history(), search));
        return false;
      }
      return true;
    },
  };
}

/** An incremental search, newest first. */
type Search = {
  readonly query: string;
  /** Index of the match, newest first; null when nothing matches. */
  readonly index: number | null;
};

const emptySearch: Search = { query: '', index: null };

/** The search with another query: stays on its match when that still fits. `entries` are newest first. */
function withQuery(entries: readonly string[], search: Search, query: string): Search {
  if (query === '') return emptySearch;
  return { query, index: find(entries, query, search.index ?? 0) };
}

/** The next older match (Ctrl-R again), or the same when there is none. */
function older(entries: readonly string[], search: Search): Search {
  if (search.index === null) return search;
  return { ...search, index: find(entries, search.query, search.index + 1) ?? search.index };
}

/** The text of the match, or null. */
function matchOf(entries: readonly string[], search: Search): string | null {
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
