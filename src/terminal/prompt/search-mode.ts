// Ctrl-R on the screen: the query in the prompt, the match in the line.
import type { Theme } from '../../text/theme.ts';
import { emptySearch, matchOf, older, type Search, withQuery } from './history-search.ts';
import type { KeyEvent } from './key-events.ts';
import { actionOf, type Key } from './key-names.ts';
import type { LineBuffer } from './line-buffer.ts';
import type { Pastes } from './paste.ts';

export type SearchMode = {
  readonly isOpen: () => boolean;
  /** Starts a search; when it ends, the prompt is drawn again with this text before the line. */
  readonly open: (promptText: string) => void;
  /** Takes a key; false when the search ended with its match accepted and the key is still to be acted on. */
  readonly take: (event: KeyEvent) => boolean;
};

export function searchMode(
  buffer: LineBuffer,
  pastes: Pastes,
  history: () => readonly string[],
  theme: Theme,
): SearchMode {
  let search: Search | null = null;
  let before = { promptText: '', text: '', cursor: 0 };

  const show = (next: Search): void => {
    search = next;
    const match = matchOf(history(), next);
    const label = next.query !== '' && match === null ? 'no match' : 'history';
    buffer.set('');
    buffer.draw(theme.dim(`${label} "${next.query}": `));
    if (match !== null) buffer.set(pastes.shown(match));
  };
  const end = (match: string | null): void => {
    search = null;
    buffer.set('');
    buffer.draw(before.promptText);
    if (match === null) buffer.set(before.text, before.cursor);
    else buffer.set(pastes.shown(match));
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

function isPrintable(characters: string | undefined, key: Key): characters is string {
  return characters !== undefined && !key.ctrl && !key.meta && !/[\x00-\x1f\x7f]/.test(characters);
}
