// The line editor of `msg chat`: node:readline edits, this file decides what each key means.
// Reading bytes is key-events, terminal switches are terminal-modes, the text itself is line-buffer.
import { visible } from '../../text/sanitize.ts';
import type { Theme } from '../../text/theme.ts';
import { editorLoan } from './editor-loan.ts';
import { historyRecall } from './history-recall.ts';
import { type KeyEvent, listenForKeys } from './key-events.ts';
import { type Action, actionOf, actionWhileBusy } from './key-names.ts';
import { type Complete, lineBuffer } from './line-buffer.ts';
import { pasteMemory } from './paste.ts';
import type { AskKind, BusyListener, Input, Prompt } from './prompt-types.ts';
import { searchMode } from './search-mode.ts';
import { type TerminalInput, type TerminalOutput, terminalModes } from './terminal-modes.ts';
import { textEditing } from './text-editing.ts';
import { lineEnd, lineStart, verticalStep } from './text-position.ts';
import { typeAhead } from './type-ahead.ts';

export type PromptOptions = {
  readonly input: TerminalInput;
  readonly output: TerminalOutput;
  readonly theme: Theme;
  /** Earlier inputs, newest first. */
  readonly history: () => readonly string[];
  /** A text was cleared and not sent: it is to be found among the earlier inputs. */
  readonly onCleared: (text: string) => void;
  /** Whether a text is a command, which ends with its line. */
  readonly isCommand: (text: string) => boolean;
  readonly complete: Complete;
  /** Opens $VISUAL or $EDITOR on a text and gives what was saved. Its error's message is shown. */
  readonly editor: (text: string) => Promise<string>;
};

type Waiting = {
  readonly resolve: (input: Input) => void;
  readonly promptText: string;
  readonly kind: AskKind;
  /** What was typed ahead and is not meant for this prompt. */
  setAside: string;
};

/** The prompt of an interactive terminal. Takes the terminal over until `close()`. */
export function createPrompt(options: PromptOptions): Prompt {
  const { input, output, theme, history, complete } = options;
  const pastes = pasteMemory();
  /** What comes when nobody listens; the next to listen takes it first. */
  const kept: KeyEvent[] = [];
  const buffer = lineBuffer(output, complete, () => replay());
  const recall = historyRecall(buffer, pastes, history);
  const search = searchMode(buffer, pastes, history, theme);
  const { moveTo, remove, stepped, typeKey } = textEditing(buffer, pastes);
  const ahead = typeAhead(buffer, pastes, options.isCommand);
  let waiting: Waiting | null = null;
  let busy: BusyListener | null = null;
  let isAfterPrefix = false;
  let isClosed = false;

  const modes = terminalModes(input, output, {
    onSuspend: () => busy?.onSuspend?.(),
    onContinue: () => {
      if (waiting !== null && !editor.isOpen()) buffer.draw(waiting.promptText);
    },
  });
  const editor = editorLoan(input, modes, options.editor);

  const tellTyped = (): void => busy?.onTyped?.(ahead.shown(buffer.text()));
  const settle = (result: Input): void => {
    const { resolve, setAside = '' } = waiting ?? {};
    waiting = null;
    buffer.finish();
    buffer.set(setAside);
    forgetPastes();
    recall.reset();
    tellTyped();
    resolve?.(result);
  };
  const forgetPastes = (): void => {
    if (ahead.isEmpty() && buffer.text() === '') pastes.forget();
  };

  const moveVertically = (direction: -1 | 1): void => {
    const target = verticalStep(buffer.text(), buffer.cursor(), direction, pastes);
    if (target !== null) moveTo(target);
    else if (waiting?.kind === 'message') recall.move(direction);
  };

  const editLine = async (): Promise<void> => {
    try {
      const text = await editor.edit(pastes.expanded(buffer.text()));
      if (waiting === null) return;
      buffer.set(pastes.shown(text));
      replay();
    } catch (error) {
      if (waiting !== null) buffer.note(theme.warn(error instanceof Error ? error.message : String(error)));
    }
  };

  const submit = (): void => {
    const text = buffer.text();
    settle({ kind: 'text', text: pastes.expanded(text), isPasted: pastes.isPasted(text) });
  };
  /** What stands behind the text goes with it; the text itself is found again first. */
  const clear = (prompt: Waiting): void => {
    if (prompt.kind === 'message') {
      const texts = [buffer.text(), ...ahead.takeAll(), prompt.setAside];
      prompt.setAside = '';
      for (const text of texts.reverse()) if (text.trim() !== '') options.onCleared(pastes.expanded(text));
      recall.reset();
    }
    buffer.set('');
    forgetPastes();
  };
  /** What was typed ahead comes first: a command is taken at once, a message waits to be sent. */
  const beginMessage = (prompt: Waiting): void => {
    const { isEnded, typing } = ahead.begin();
    prompt.setAside = typing;
    const behind = ahead.shown(typing).trim().replace(/\n+/g, ', ');
    if (behind !== '' && !isEnded) output.write(`${theme.dim(`then: ${behind}`)}\n`);
    buffer.draw(prompt.promptText);
    if (isEnded) submit();
  };
  const beginOther = (prompt: Waiting): void => {
    if (prompt.kind === 'question') prompt.setAside = buffer.text();
    buffer.set(prompt.kind === 'question' ? '' : [...ahead.takeAll(), buffer.text()].join('\n'));
    buffer.draw(prompt.promptText);
  };

  const actions: Readonly<Record<Action, () => void>> = {
    submit: () => {
      const cursor = buffer.cursor();
      if (buffer.text()[cursor - 1] === '\\') {
        remove(cursor - 1, cursor);
        buffer.insert('\n');
      } else if (waiting === null) ahead.end();
      else submit();
    },
    newline: () => {
      if (waiting !== null || buffer.text() !== '') buffer.insert('\n');
      else ahead.end();
    },
    interrupt: () => {
      if (waiting === null) busy?.onInterrupt();
      else if (buffer.text() === '') settle({ kind: 'interrupt' });
      else clear(waiting);
    },
    end: () => (buffer.text() === '' ? settle({ kind: 'end' }) : actions.delete()),
    suspend: () => modes.suspend(),
    up: () => moveVertically(-1),
    down: () => moveVertically(1),
    left: () => moveTo(stepped(-1)),
    right: () => moveTo(stepped(1)),
    'line-start': () => moveTo(lineStart(buffer.text(), buffer.cursor())),
    'line-end': () => moveTo(lineEnd(buffer.text(), buffer.cursor())),
    backspace: () => {
      if (waiting === null && buffer.cursor() === 0) ahead.takeBack();
      else remove(stepped(-1), buffer.cursor());
    },
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

  const act = (event: KeyEvent): void => {
    if (search.isOpen() && search.take(event)) return;
    if (event.kind === 'paste') {
      if (buffer.text() === '') pastes.begin(event.text);
      buffer.insert(pastes.shown(event.text));
      return;
    }
    const action = waiting === null ? actionWhileBusy(event.key) : actionOf(event.key, isAfterPrefix);
    isAfterPrefix = false;
    if (event.key.name === 'tab' && waiting?.kind === 'lines') buffer.insert('\t');
    else if (action === null) typeKey(event);
    else actions[action]();
  };

  const canAct = (): boolean => (waiting ?? busy) !== null && !editor.isOpen() && !buffer.isCompleting();
  const replay = (): void => {
    while (kept.length > 0 && canAct()) act(kept.shift() as KeyEvent);
  };

  const onEvent = (event: KeyEvent): void => {
    if (editor.isOpen()) return;
    if (!canAct()) kept.push(event);
    else {
      act(event);
      if (waiting === null) tellTyped();
    }
  };
  const stopListening = listenForKeys(input, {
    onEvent,
    // Commands that come together were typed, not pasted.
    mayBePaste: (line) => waiting?.kind === 'message' && canAct() && !options.isCommand(buffer.text() + line),
    onKitty: modes.confirmKitty,
    // In raw mode Ctrl-D is a key: an end means that there is no terminal any more.
    onEnd: modes.hangUp,
  });
  modes.enter();

  return {
    ask: (promptText, { initial = '', as: kind = 'message' } = {}) =>
      new Promise((resolve) => {
        busy?.onTyped?.('');
        waiting = { resolve, promptText, kind, setAside: '' };
        if (kind === 'message') beginMessage(waiting);
        else beginOther(waiting);
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
      };
    },
    edit: editor.edit,
    show: (promptText, text) => {
      const typed = buffer.text();
      buffer.set(pastes.shown(visible(text)));
      buffer.draw(promptText);
      buffer.finish();
      buffer.set(typed);
      forgetPastes();
    },
    close: () => {
      if (isClosed) return;
      isClosed = true;
      editor.close();
      stopListening();
      if (waiting !== null) settle({ kind: 'end' });
      modes.close();
      buffer.close();
    },
  };
}
