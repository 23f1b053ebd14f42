// Which key does what in the prompt. What is not named here is node:readline's own business.

/** A key as node:readline names it. */
export type Key = {
  readonly name?: string;
  readonly sequence?: string;
  readonly ctrl: boolean;
  readonly meta: boolean;
  readonly shift: boolean;
};

export type Action =
  | 'submit'
  | 'newline'
  | 'interrupt'
  | 'end'
  | 'suspend'
  | 'up'
  | 'down'
  | 'left'
  | 'right'
  | 'line-start'
  | 'line-end'
  | 'backspace'
  | 'delete'
  | 'search'
  | 'editor'
  | 'prefix'
  | 'nothing';

const bindings: Readonly<Record<string, Action>> = {
  return: 'submit',
  'shift+return': 'newline',
  'meta+return': 'newline',
  'ctrl+return': 'newline',
  // Ctrl-J arrives as a line feed, which readline calls "enter"; in the kitty protocol as Ctrl and j.
  enter: 'newline',
  'meta+enter': 'newline',
  'ctrl+j': 'newline',
  'ctrl+c': 'interrupt',
  'ctrl+d': 'end',
  'ctrl+z': 'suspend',
  up: 'up',
  'ctrl+p': 'up',
  down: 'down',
  'ctrl+n': 'down',
  left: 'left',
  'ctrl+b': 'left',
  right: 'right',
  'ctrl+f': 'right',
  home: 'line-start',
  'ctrl+a': 'line-start',
  end: 'line-end',
  'ctrl+e': 'line-end',
  backspace: 'backspace',
  'ctrl+h': 'backspace',
  'shift+backspace': 'backspace',
  delete: 'delete',
  'ctrl+r': 'search',
  'ctrl+g': 'editor',
  'ctrl+x': 'prefix',
  escape: 'nothing',
  'meta+escape': 'nothing',
  'shift+tab': 'nothing',
  undefined: 'nothing',
};

/** Keys that only make sense with the prompt in sight. */
const promptOnly: ReadonlySet<Action> = new Set(['end', 'search', 'editor', 'prefix']);

/** The same while an answer streams, where the text is edited without a prompt. */
export function actionWhileBusy(key: Key): Action | null {
  const action = key.name === 'tab' ? 'nothing' : actionOf(key);
  return action !== null && promptOnly.has(action) ? 'nothing' : action;
}

/** The action bound to a key, or null when readline handles it. `afterPrefix`: Ctrl-X was pressed before. */
export function actionOf(key: Key, afterPrefix = false): Action | null {
  const chord = `${key.ctrl ? 'ctrl+' : ''}${key.meta ? 'meta+' : ''}${key.shift && key.name && key.name.length > 1 ? 'shift+' : ''}${key.name ?? ''}`;
  if (afterPrefix) return chord === 'ctrl+e' ? 'editor' : 'nothing';
  return bindings[chord] ?? null;
}

/** Whether a key is a character to be written. */
export function isPrintable(characters: string | undefined, key: Key): characters is string {
  return characters !== undefined && !key.ctrl && !key.meta && !/[\x00-\x1f\x7f]/.test(characters);
}
