// The line editor of `msg chat`: node:readline edits, this file decides what each key means.
// Reading bytes is key-events, terminal switches are terminal-modes, the text itself is line-buffer.
import type { Theme } from '../render/theme.ts';
import { historyRecall } from './history-recall.ts';
import { type KeyEvent, listenForKeys } from './key-events.ts';
import { type Action, actionOf, actionWhileBusy } from './keys.ts';
import { type Complete, lineBuffer } from './line-buffer.ts';
import { pasteMemory } from './paste.ts';
import type { AskKind, BusyListener, Input, Prompt } from './prompt-types.ts';
import { searchMode } from './search-mode.ts';
import { type TerminalInput, type TerminalOutput, terminalModes } from './terminal-modes.ts';
import { lineEnd, lineStart, step, verticalStep } from './text-position.ts';

export type PromptOptions = {
  readonly input: TerminalInput;
  readonly output: TerminalOutput;
  readonly theme: Theme;
  /** Earlier inputs, newest first. */
  readonly history: () => readonly string[];
  readonly complete: Complete;
  /** Opens $VISUAL or $EDITOR on a text and gives what was saved. Its error's message is shown. */
  readonly editor: (text: string) => Promise<string>;
};

/** The prompt of an interactive terminal. Takes the terminal over until `close()`. */
export function createPrompt({ input, output, theme, history, complete, editor }: PromptOptions): Prompt {
  const pastes = pasteMemory();
  /** What comes when nobody listens; the next to listen takes it first. */
  const kept: KeyEvent[] = [];
  const buffer = lineBuffer(output, complete, () => replay());
  const recall = historyRecall(buffer, pastes, history);
  const search = searchMode(buffer, pastes, history, theme);
  let waiting: {
    resolve: (input: Input) => void;
    promptText: string;
    kind: AskKind;
    /** What was typed ahead, not meant for this question. */
    setAside: string;
  } | null = null;
  let busy: BusyListener | null = null;
  let isAfterPrefix = false;
  let isEditorOpen = false;
  let isClosed = false;

  const modes = terminalModes(input, output, {
    onSuspend: () => busy?.onSuspend?.(),
    onContinue: () => {
      if (waiting !== null && !isEditorOpen) buffer.draw(waiting.promptText);
    },
  });

  const tellTyped = (): void => busy?.onTyped?.(buffer.text());
  const settle = (result: Input): void => {
    const { resolve, setAside = '' } = waiting ?? {};
    waiting = null;
    buffer.finish();
    if (setAside === '') pastes.forget();
    else buffer.set(setAside);
    recall.reset();
    tellTyped();
    resolve?.(result);
  };
  const moveTo = (cursor: number): void => buffer.set(buffer.text(), cursor);
  const remove = (from: number, to: number): void => {
    const text = buffer.text();
    buffer.set(text.slice(0, from) + text.slice(to), from);
  };
  const stepped = (direction: -1 | 1): number => step(buffer.text(), buffer.cursor(), direction, pastes);

  const moveVertically = (direction: -1 | 1): void => {
    const target = verticalStep(buffer.text(), buffer.cursor(), direction, pastes);
    if (target !== null) moveTo(target);
    else if (waiting?.kind === 'message') recall.move(direction);
  };

  /** The terminal is the editor's until it ends. */
  const withEditor = async (text: string): Promise<string> => {
    isEditorOpen = true;
    modes.leave();
    input.pause();
    try {
      return await editor(text);
    } finally {
      isEditorOpen = false;
      if (!isClosed) {
        modes.enter();
        input.resume();
      }
    }
  };
  const editLine = async (): Promise<void> => {
    try {
      const text = await withEditor(pastes.expanded(buffer.text()));
      if (waiting === null) return;
      buffer.set(pastes.shown(text));
      replay();
    } catch (error) {
      if (waiting !== null) buffer.note(theme.warn(error instanceof Error ? error.message : String(error)));
    }
  };

  const actions: Readonly<Record<Action, () => void>> = {
    submit: () => {
      const cursor = buffer.cursor();
      if (buffer.text()[cursor - 1] === '\\') {
        remove(cursor - 1, cursor);
        buffer.insert('\n');
      } else if (waiting === null) actions.newline();
      else settle({ kind: 'text', text: pastes.expanded(buffer.text()) });
    },
    newline: () => {
      if (waiting !== null || buffer.text() !== '') buffer.insert('\n');
    },
    interrupt: () => {
      if (waiting === null) busy?.onInterrupt();
      else if (buffer.text() === '') settle({ kind: 'interrupt' });
      else buffer.set('');
    },
    end: () => (buffer.text() === '' ? settle({ kind: 'end' }) : actions.delete()),
    suspend: () => modes.suspend(),
    up: () => moveVertically(-1),
    down: () => moveVertically(1),
    left: () => moveTo(stepped(-1)),
    right: () => moveTo(stepped(1)),
    'line-start': () => moveTo(lineStart(buffer.text(), buffer.cursor())),
    'line-end': () => moveTo(lineEnd(buffer.text(), buffer.cursor())),
    backspace: () => remove(stepped(-1), buffer.cursor()),
    delete: () => remove(buffer.cursor(), stepped(1)),
    search: () => {
      if (waiting?.kind === 'message') search.open(waiting.promptText);
    },
    editor: () => void editLine(),
    prefix: () => {
      isAfterPrefix = true;
    },
    nothing: () => {},
  };

  /** Readline knows words, but no placeholders: it must neither cut one nor stop inside. */
  const typeKey = ({ characters, key }: KeyEvent & { kind: 'key' }): void => {
    const before = { text: buffer.text(), cursor: buffer.cursor() };
    buffer.type(characters, key);
    const mended = pastes.mended(before.text, buffer.text());
    if (mended !== null) buffer.set(mended.text, mended.cursor);
    const cursor = buffer.cursor();
    const span = pastes.around(buffer.text(), cursor);
    if (span !== null && cursor > span.start && cursor < span.end)
      moveTo(cursor < before.cursor ? span.start : span.end);
  };

  const act = (event: KeyEvent): void => {
    if (search.isOpen() && search.take(event)) return;
    if (event.kind === 'paste') {
      buffer.insert(pastes.shown(event.text));
      return;
    }
    const action = waiting === null ? actionWhileBusy(event.key) : actionOf(event.key, isAfterPrefix);
    isAfterPrefix = false;
    if (event.key.name === 'tab' && waiting?.kind === 'lines') buffer.insert('\t');
    else if (action === null) typeKey(event);
    else actions[action]();
  };

  const canAct = (): boolean => (waiting ?? busy) !== null && !isEditorOpen && !buffer.isCompleting();
  const replay = (): void => {
    while (kept.length > 0 && canAct()) act(kept.shift() as KeyEvent);
  };

  const onEvent = (event: KeyEvent): void => {
    if (isEditorOpen) return;
    if (!canAct()) kept.push(event);
    else {
      act(event);
      if (waiting === null) tellTyped();
    }
  };
  const stopListening = listenForKeys(input, {
    onEvent,
    onKitty: modes.confirmKitty,
    // In raw mode Ctrl-D is a key: an end means that there is no terminal any more.
    onEnd: modes.hangUp,
  });
  modes.enter();

  return {
    ask: (promptText, { initial = '', as: kind = 'message' } = {}) =>
      new Promise((resolve) => {
        busy?.onTyped?.('');
        waiting = { resolve, promptText, kind, setAside: kind === 'question' ? buffer.text() : '' };
        if (kind === 'question') buffer.set('');
        buffer.draw(promptText);
        if (initial !== '') buffer.insert(pastes.shown(initial));
        if (kind !== 'question') replay();
      }),
    whileBusy: (listener) => {
      busy = listener;
      // What comes right behind Enter may come before the work it is meant for, Ctrl-C above all.
      replay();
      tellTyped();
      return () => {
        busy?.onTyped?.('');
        busy = null;
        // Enter behind the text did not send it; in the prompt it will.
        const text = buffer.text().replace(/\n+$/, '');
        buffer.set(text, Math.min(buffer.cursor(), text.length));
      };
    },
    edit: withEditor,
    show: (promptText, text) => {
      buffer.set(pastes.shown(text));
      buffer.draw(promptText);
      buffer.finish();
      pastes.forget();
    },
    close: () => {
      if (isClosed) return;
      isClosed = true;
      stopListening();
      if (waiting !== null) settle({ kind: 'end' });
      modes.close();
      buffer.close();
    },
  };
}
