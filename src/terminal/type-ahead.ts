// What is typed while an answer streams: kept for the next prompt, neither sent nor shown. Pure.
import type { KeyEvent } from './key-events.ts';
import type { Action } from './keys.ts';

/** Keys that only make sense with the text in sight: pressed blindly, they are dropped. */
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

export function typeAhead(): {
  keep: (event: KeyEvent, action: Action | null) => void;
  take: () => readonly KeyEvent[];
} {
  let events: KeyEvent[] = [];
  /** Enter does not send here: it separates lines, if another follows. */
  let pendingNewlines = 0;
  return {
    keep: (event, action) => {
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
    take: () => {
      const taken = events;
      events = [];
      pendingNewlines = 0;
      return taken;
    },
  };
}
