// The line editor of `msg chat`: node:readline edits, this file decides what each key means.
// Reading bytes is key-events, terminal switches are terminal-modes, the text itself is line-buffer.

import { visible } from '../../text/sanitize.ts';
import type { Theme } from '../../text/theme.ts';
import { messageOf } from '../../text/thrown.ts';
import { type FocusReport, focusAfter } from './focus.ts';
import { historyRecall, historySearch } from './input-history.ts';
import { type KeyEvent, listenForKeys } from './key-events.ts';
import { type Action, actionOf, actionWhileBusy } from './key-names.ts';
import { type Complete, lineBuffer } from './line-buffer.ts';
import { pasteMemory } from './paste.ts';
import { createPicker } from './picker.ts';
import type { AskKind, BusyListener, Input, Prompt } from './prompt-types.ts';
import { editorLoan, type TerminalInput, type TerminalOutput, terminalModes } from './terminal-modes.ts';
import { lineEnd, lineStart, textEditing, verticalStep } from './text-editing.ts';
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
  /** How a paste stands in a message that is a file dropped into the terminal; undefined for any other. */
  readonly drop?: (paste: string) => string | undefined;
  readonly complete: Complete;
  /** What calls for attention; left out, nothing does. */
  readonly notice?: string | undefined;
  /** Opens $VISUAL or $EDITOR on a text and gives what was saved. Its error's message is shown. */
  readonly editor: (text: string) => Promise<string>;
};

/** The question that waits for its input. */
type ActiveAsk = {
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
  const queue: KeyEvent[] = [];
  const buffer = lineBuffer(output, complete, () => replay());
  const recall = historyRecall(buffer, pastes, history);
  const search = historySearch(buffer, pastes, history, theme);
  const { moveTo, remove, neighbour, typeKey } = textEditing(buffer, pastes);
  const ahead = typeAhead(buffer, pastes, options.isCommand);
  const picker = createPicker({
    output,
    theme,
    overlay: (isOn) => modes.overlay(isOn),
    onReady: () => replay(),
  });
  let active: ActiveAsk | null = null;
  let busy: BusyListener | null = null;
  let focus: FocusReport | undefined;
  let isAfterPrefix = false;
  let isClosed = false;

  const modes = terminalModes(input, output, {
    reportsFocus: options.notice !== undefined,
    onSuspend: () => busy?.onSuspend?.(),
    onContinue: () => {
      picker.draw();
      if (active !== null && !editor.isOpen()) buffer.draw(active.promptText);
    },
  });
  const editor = editorLoan(input, modes, options.editor);

  const tellTyped = (): void => busy?.onTyped?.(buffer.text(), ahead.texts());
  const settle = (result: Input): void => {
    const { resolve, setAside = '' } = active ?? {};
    active = null;
    buffer.finish();
    buffer.set(setAside);
    forgetPastes();
    recall.reset();
    tellTyped();
    resolve?.(result);
  };
  const forgetPastes = (): void => {
    if (ahead.texts().length === 0 && buffer.text() === '') pastes.forget();
  };

  const moveVertically = (direction: -1 | 1): void => {
    const target = verticalStep(buffer.text(), buffer.cursor(), direction, pastes);
    if (target !== null) moveTo(target);
    else if (active?.kind === 'message') recall.move(direction);
    else if (active === null && direction === -1) ahead.takeBack();
  };

  const editLine = async (): Promise<void> => {
    try {
      const text = await editor.edit(pastes.expand(buffer.text()));
      if (active === null) return;
      buffer.set(pastes.fold(text));
      replay();
    } catch (error) {
      if (active !== null) buffer.note(theme.warn(messageOf(error)));
    }
  };

  const submit = (): void => {
    const text = buffer.text();
    settle({ kind: 'text', text: pastes.expand(text), typed: text, isPasted: pastes.isPasted(text) });
  };
  /** What stands behind the text goes with it; the text itself is found again first. */
  const clear = (prompt: ActiveAsk): void => {
    if (prompt.kind === 'message') {
      const texts = [buffer.text(), ...ahead.takeAll(), prompt.setAside];
      prompt.setAside = '';
      for (const text of texts.reverse()) if (text.trim() !== '') options.onCleared(pastes.expand(text));
      recall.reset();
    }
    buffer.set('');
    forgetPastes();
  };
  /** What was queued comes first, and is taken at once; what is held waits to be sent by hand. */
  const beginMessage = (prompt: ActiveAsk): void => {
    const { isEnded, typing } = ahead.begin();
    prompt.setAside = typing;
    const next = [...ahead.texts(), typing].join('\n').trim().replace(/\n+/g, ', ');
    if (next !== '' && !isEnded) output.write(`${theme.dim(`then: ${next}`)}\n`);
    buffer.draw(prompt.promptText);
    if (isEnded) submit();
  };
  const beginOther = (prompt: ActiveAsk): void => {
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
      } else if (active === null) ahead.queue();
      else submit();
    },
    newline: () => buffer.insert('\n'),
    interrupt: () => {
      if (active === null) {
        ahead.hold();
        busy?.onInterrupt();
      } else if (buffer.text() === '') settle({ kind: 'interrupt' });
      else clear(active);
    },
    end: () => (buffer.text() === '' ? settle({ kind: 'end' }) : actions.delete()),
    suspend: () => modes.suspend(),
    up: () => moveVertically(-1),
    down: () => moveVertically(1),
    left: () => moveTo(neighbour(-1)),
    right: () => moveTo(neighbour(1)),
    'line-start': () => moveTo(lineStart(buffer.text(), buffer.cursor())),
    'line-end': () => moveTo(lineEnd(buffer.text(), buffer.cursor())),
    backspace: () => remove(neighbour(-1), buffer.cursor()),
    delete: () => remove(buffer.cursor(), neighbour(1)),
    search: () => {
      if (active?.kind === 'message') search.open(active.promptText);
    },
    editor: () => void editLine(),
    prefix: () => {
      isAfterPrefix = true;
    },
    nothing: () => {},
  };

  /** As the message names it, apart from the word before it; what a command is given stays as it came. */
  const fileDropped = (paste: string): string | undefined => {
    const before = buffer.text().slice(0, buffer.cursor());
    const isMessage = (active?.kind ?? 'message') === 'message' && !options.isCommand(buffer.text());
    const dropped = isMessage ? options.drop?.(paste) : undefined;
    return dropped === undefined || /(?:^|\s)$/.test(before) ? dropped : ` ${dropped}`;
  };

  const act = (event: KeyEvent): void => {
    if (picker.isOpen()) {
      if (event.kind === 'key' && actionOf(event.key) === 'suspend') modes.suspend();
      else picker.take(event);
      return;
    }
    if (search.isOpen() && search.take(event)) return;
    if (event.kind === 'paste') {
      if (buffer.text() === '') pastes.begin(event.text);
      buffer.insert(fileDropped(event.text) ?? pastes.fold(event.text));
      return;
    }
    const action = active === null ? actionWhileBusy(event.key) : actionOf(event.key, isAfterPrefix);
    isAfterPrefix = false;
    if (event.key.name === 'tab' && active?.kind === 'lines') buffer.insert('\t');
    else if (action === null) typeKey(event);
    else actions[action]();
  };

  const canAct = (): boolean =>
    picker.isOpen()
      ? picker.isReady()
      : (active ?? busy) !== null && !editor.isOpen() && !buffer.isCompleting();
  const replay = (): void => {
    while (queue.length > 0 && canAct()) act(queue.shift() as KeyEvent);
  };

  const onEvent = (event: KeyEvent): void => {
    if (editor.isOpen()) return;
    if (!canAct()) queue.push(event);
    else {
      act(event);
      if (active === null && !picker.isOpen()) tellTyped();
    }
  };
  const stopListening = listenForKeys(input, {
    onEvent,
    // Commands that come together were typed, not pasted.
    mayBePaste: (line) =>
      (active === null || active.kind === 'message') &&
      canAct() &&
      !picker.isOpen() &&
      !options.isCommand(buffer.text() + line),
    onKitty: modes.confirmKitty,
    onFocus: (report) => {
      focus = focusAfter(focus, report);
    },
    // In raw mode Ctrl-D is a key: an end means that there is no terminal any more.
    onEnd: modes.hangUp,
  });
  modes.enter();

  return {
    ask: (promptText, { initial = '', as: kind = 'message' } = {}) =>
      new Promise((resolve) => {
        busy?.onTyped?.('', []);
        active = { resolve, promptText, kind, setAside: '' };
        if (kind === 'message') beginMessage(active);
        else beginOther(active);
        if (initial !== '') buffer.insert(pastes.fold(initial));
        if (kind !== 'question') replay();
      }),
    whileBusy: (listener) => {
      busy = listener;
      // What comes right behind Enter may come before the work it is meant for, Ctrl-C above all.
      replay();
      tellTyped();
      return () => {
        busy?.onTyped?.('', []);
        busy = null;
      };
    },
    pick: (list) => {
      const choice = picker.open(list);
      replay();
      return choice;
    },
    hold: ahead.hold,
    notify: () => {
      if (options.notice !== undefined && focus !== 'front') output.write(options.notice);
    },
    edit: editor.edit,
    show: (promptText, text) => {
      const draft = buffer.text();
      buffer.set(pastes.fold(visible(text)));
      buffer.draw(promptText);
      buffer.finish();
      buffer.set(draft);
      forgetPastes();
    },
    close: () => {
      if (isClosed) return;
      isClosed = true;
      editor.close();
      picker.close();
      stopListening();
      if (active !== null) settle({ kind: 'end' });
      modes.close();
      buffer.close();
    },
  };
}
