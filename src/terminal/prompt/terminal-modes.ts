// What the prompt switches on in a terminal, and that it is switched off on every way out:
// normal end, uncaught error, SIGTERM, SIGHUP, suspend.
import { onExitSignal } from '../exit-signals.ts';
import { focusOff, focusOn } from './focus.ts';

export type TerminalInput = NodeJS.ReadableStream & { setRawMode?: (isRaw: boolean) => unknown };
export type TerminalOutput = Pick<NodeJS.WriteStream, 'write' | 'on' | 'off'> & {
  readonly columns?: number;
  readonly rows?: number;
};

/** Terminals that do not know their width say 0 or nothing. */
export const columnsOf = ({ columns }: Pick<TerminalOutput, 'columns'>): number => columns || 80;

const pasteOn = '\x1b[?2004h';
const pasteOff = '\x1b[?2004l';
const cursorOn = '\x1b[?25h';
/** A screen of its own, whatever size the terminal takes meanwhile; what stood there before comes back. */
const overlayOn = '\x1b[?1049h\x1b[?25l';
const overlayOff = '\x1b[?1049l\x1b[?25h';
/** Asks for the kitty keyboard protocol; terminals without it say nothing. */
const kittyQuery = '\x1b[?u';
/** Level 1, "disambiguate": Shift+Enter becomes a key of its own. Pushed only after an answer. */
const kittyPush = '\x1b[>1u';
const kittyPop = '\x1b[<u';

type TerminalModes = {
  readonly enter: () => void;
  readonly leave: () => void;
  /** The terminal answered the query: use the protocol from now on. */
  readonly confirmKitty: () => void;
  /** Draws on a screen of its own from now on, or gives the usual one back. */
  readonly overlay: (isOn: boolean) => void;
  /** Ctrl-Z: gives the terminal back, stops the process, and takes it again when it continues. */
  readonly suspend: () => void;
  /** The terminal vanished: dies of SIGHUP, as a program without handlers would. */
  readonly hangUp: () => void;
  readonly close: () => void;
};

/** `reportsFocus`: whether the window is in front is asked for. `onSuspend` is called before a suspension, `onContinue` after it, when the prompt must be drawn again. */
export function terminalModes(
  input: TerminalInput,
  output: TerminalOutput,
  {
    reportsFocus,
    onSuspend,
    onContinue,
  }: { readonly reportsFocus: boolean; readonly onSuspend: () => void; readonly onContinue: () => void },
): TerminalModes {
  let isEntered = false;
  let isOverlaid = false;
  let kitty: 'unasked' | 'asked' | 'confirmed' = 'unasked';

  const enter = (): void => {
    if (isEntered) return;
    isEntered = true;
    input.setRawMode?.(true);
    output.write(pasteOn + (kitty === 'confirmed' ? kittyPush : kitty === 'unasked' ? kittyQuery : ''));
    if (reportsFocus) output.write(focusOn);
    if (isOverlaid) output.write(overlayOn);
    if (kitty === 'unasked') kitty = 'asked';
  };

  const leave = (): void => {
    if (!isEntered) return;
    isEntered = false;
    let isGone = false;
    const onError = (): void => {
      isGone = true;
    };
    input.on('error', onError);
    output.write(
      (isOverlaid ? overlayOff : '') +
        (reportsFocus ? focusOff : '') +
        (kitty === 'confirmed' ? kittyPop : '') +
        pasteOff +
        cursorOn,
    );
    input.setRawMode?.(false);
    input.off('error', onError);
    if (isGone) hangUp();
  };

  /** A normal end would make Node restore a terminal that is gone, and abort. */
  const hangUp = (): void => {
    stopGuarding();
    process.kill(process.pid, 'SIGHUP');
  };

  const suspend = (): void => {
    onSuspend();
    leave();
    process.off('SIGTSTP', suspend);
    process.once('SIGCONT', goOn);
    // The whole foreground job, as the terminal itself would: a wrapper such as npx stops with us.
    process.kill(0, 'SIGTSTP');
    // Without a shell that could continue it, nothing is stopped, and nothing continues it.
    setImmediate(goOn);
  };
  const goOn = (): void => {
    if (process.listeners('SIGTSTP').includes(suspend)) return;
    process.off('SIGCONT', goOn);
    process.on('SIGTSTP', suspend);
    enter();
    onContinue();
  };

  process.on('exit', leave);
  const stopGuarding = onExitSignal(['SIGTERM', 'SIGHUP'], leave);
  if (process.platform !== 'win32') process.on('SIGTSTP', suspend);

  return {
    enter,
    leave,
    confirmKitty: () => {
      if (kitty === 'confirmed') return;
      kitty = 'confirmed';
      if (isEntered) output.write(kittyPush);
    },
    overlay: (isOn) => {
      isOverlaid = isOn;
      if (isEntered) output.write(isOn ? overlayOn : overlayOff);
    },
    suspend: () => {
      if (process.platform !== 'win32') suspend();
    },
    hangUp,
    close: () => {
      leave();
      process.off('exit', leave);
      stopGuarding();
      process.off('SIGTSTP', suspend);
    },
  };
}

/** The terminal lent to the user's editor, until that ends. */
type EditorLoan = {
  readonly isOpen: () => boolean;
  /** Opens the editor on a text and gives what was saved. @throws what the editor throws */
  readonly edit: (text: string) => Promise<string>;
  /** The prompt is closed: an editor that ends later gets no prompt back. */
  readonly close: () => void;
};

export function editorLoan(
  input: TerminalInput,
  modes: TerminalModes,
  editor: (text: string) => Promise<string>,
): EditorLoan {
  let isOpen = false;
  let isClosed = false;
  return {
    isOpen: () => isOpen,
    edit: async (text) => {
      isOpen = true;
      modes.leave();
      input.pause();
      try {
        return await editor(text);
      } finally {
        isOpen = false;
        if (!isClosed) {
          modes.enter();
          input.resume();
        }
      }
    },
    close: () => {
      isClosed = true;
    },
  };
}
