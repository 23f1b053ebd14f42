// What is typed while nobody asks: kept for the next prompt, neither sent nor shown. Pure.
import type { KeyEvent } from './key-events.ts';
import type { Action } from './keys.ts';

/** Keys that only make sense with the text in sight: pressed while an answer streams, they are dropped. */
const dropped: ReadonlySet<Action> = new Set<Action>([
  'end',
  'up',
  'down',
  'search',
  'editor',
  'prefix',
  'nothing',
]);

const newline: KeyEvent = {
  kind: 'key',
  characters: undefined,
  key: { name: 'enter', ctrl: false, meta: false, shift: false },
};

export type TypeAhead = {
  /** Keeps an event as it is: it came a moment before the prompt did. */
  readonly keep: (event: KeyEvent) => void;
  /** Keeps what may be text; Enter does not send here, it separates lines if another one follows. */
  readonly keepText: (event: KeyEvent, action: Action | null) => void;
  /** The oldest event, taken out. */
  readonly next: () => KeyEvent | undefined;
  /** The oldest event, as `next` would take it. */
  readonly first: () => KeyEvent | undefined;
};

export function typeAhead(): TypeAhead {
  const events: KeyEvent[] = [];
  let pendingNewlines = 0;
  return {
    keep: (event) => {
      pendingNewlines = 0;
      events.push(event);
    },
    keepText: (event, action) => {
      if (action !== null && dropped.has(action)) return;
      if (event.kind === 'key' && (event.key.name === 'tab' || (event.key.ctrl && event.key.name === 'l')))
        return;
      if (action === 'submit' || action === 'newline') {
        pendingNewlines++;
        return;
      }
      if (events.length > 0) events.push(...Array<KeyEvent>(pendingNewlines).fill(newline));
      pendingNewlines = 0;
      events.push(event);
    },
    next: () => {
      const event = events.shift();
      if (event === undefined) pendingNewlines = 0;
      return event;
    },
    first: () => events[0],
  };
}
