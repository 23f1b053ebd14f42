// Splits what a terminal sends into keys, pastes and capability replies. Pure; timers belong to the caller.
// Node's key decoder cannot do this: it submits every pasted line and leaks CSI-u sequences as text.
import type { FocusReport } from './focus.ts';
import type { Key } from './key-names.ts';

export type Token =
  /** Plain keys, for node:readline's own decoder. */
  | { readonly kind: 'keys'; readonly text: string }
  /** A key in the kitty protocol's form, which that decoder does not know. */
  | { readonly kind: 'key'; readonly key: Key }
  /** Newlines are `\n`; control characters but tab and newline are gone. */
  | { readonly kind: 'paste'; readonly text: string }
  /** The window came to the front or went behind, or the terminal can tell that. */
  | { readonly kind: 'focus'; readonly report: FocusReport }
  /** The terminal answered `CSI ? u`: it speaks the kitty keyboard protocol. */
  | { readonly kind: 'kitty-reply' };

const pasteStart = '\x1b[200~';
const pasteEnd = '\x1b[201~';
const sequence =
  /\x1b\[(?:(200~|201~)|([IO])|\?[\d;]*([uc])|\?1004;(\d)\$y|(\d+)(?::\d*)*(?:;(\d*)(?::(\d+))?)?(?:;[\d:]*)?u)/y;
const unfinished = /^\x1b(?:\[\??[\d;:]{0,24}\$?)?$/;

/** What is longer comes in several reads, and a busy machine may stall between two. */
export const oneReadLength = 1_000;

/** `stalled`: no end came in its time; `lost`: so long that what there was has been given out. */
type Mode = 'keys' | 'paste' | 'stalled-paste' | 'lost-paste';

/**
 * Feed it decoded text as it arrives. While it waits for something the caller arms a timer and calls `flush()` when
 * nothing came: after 100 ms for half a sequence, 500 ms for the end of a paste. One that came in several reads may
 * only have stalled: it goes on with what comes next, unless that is a key, or nothing comes for seconds.
 */
export function tokenSplitter(): {
  push: (chunk: string) => readonly Token[];
  flush: () => readonly Token[];
  waitsFor: () => 'nothing' | 'sequence' | 'paste-end' | 'stalled-paste';
} {
  let mode: Mode = 'keys';
  let carry = '';
  let pasted: string[] = [];

  const endPaste = (): Token[] => {
    const text = cleanPaste(pasted.join(''));
    pasted = [];
    return text === '' ? [] : [{ kind: 'paste', text }];
  };

  /** The paste as far as it came. */
  const giveUp = (next: Mode): Token[] => {
    pasted.push(carry);
    carry = '';
    mode = next;
    return endPaste();
  };

  const readPaste = (input: string): readonly Token[] => {
    const end = input.indexOf(pasteEnd);
    if (end === -1) {
      // The marker may be cut anywhere: the last characters wait for the next chunk.
      const safe = endOfSafeText(input);
      pasted.push(input.slice(0, safe));
      carry = input.slice(safe);
      return [];
    }
    pasted.push(input.slice(0, end));
    mode = 'keys';
    return [...endPaste(), ...push(input.slice(end + pasteEnd.length))];
  };

  const readKeys = (input: string): readonly Token[] => {
    const tokens: Token[] = [];
    let plainFrom = 0;
    const takePlain = (to: number): void => {
      if (to > plainFrom) tokens.push({ kind: 'keys', text: input.slice(plainFrom, to) });
    };
    for (let at = input.indexOf('\x1b'); at !== -1; at = input.indexOf('\x1b', at + 1)) {
      sequence.lastIndex = at;
      const match = sequence.exec(input);
      if (match === null) {
        if (!unfinished.test(input.slice(at, at + 32))) continue;
        takePlain(at);
        carry = input.slice(at);
        return tokens;
      }
      takePlain(at);
      plainFrom = at + match[0].length;
      if (match[0] === pasteStart) {
        mode = 'paste';
        return [...tokens, ...push(input.slice(plainFrom))];
      }
      const token = tokenOf(match);
      if (token !== null) tokens.push(token);
      at = plainFrom - 1;
    }
    takePlain(input.length);
    return tokens;
  };

  const push = (chunk: string): readonly Token[] => {
    const input = carry + chunk;
    if (mode === 'stalled-paste' || mode === 'lost-paste') {
      // The rest of a paste that stalled still comes in bulk; a person types one key at a time.
      const isBulk = input.includes(pasteEnd) || (chunk.length > 2 && !chunk.startsWith('\x1b'));
      if (!isBulk) return [...giveUp('keys'), ...readKeys(chunk)];
      mode = 'paste';
    }
    carry = '';
    return mode === 'paste' ? readPaste(input) : readKeys(input);
  };

  return {
    push,
    flush: () => {
      if (mode === 'paste' && pasted.reduce((length, text) => length + text.length, 0) >= oneReadLength) {
        mode = 'stalled-paste';
        return [];
      }
      if (mode === 'lost-paste') return [];
      if (mode !== 'keys') return giveUp('lost-paste');
      const rest = carry;
      carry = '';
      return rest === '' ? [] : [{ kind: 'keys', text: rest }];
    },
    waitsFor: () =>
      mode === 'paste'
        ? 'paste-end'
        : mode === 'stalled-paste'
          ? mode
          : carry === ''
            ? 'nothing'
            : 'sequence',
  };
}

/** Where the text ends that cannot be the beginning of the end marker. */
function endOfSafeText(input: string): number {
  const lastEscape = input.lastIndexOf('\x1b');
  return lastEscape !== -1 && pasteEnd.startsWith(input.slice(lastEscape)) ? lastEscape : input.length;
}

function tokenOf(match: RegExpExecArray): Token | null {
  const [, marker, focus, reply, mode, code, modifiers, eventType] = match;
  if (focus !== undefined) return { kind: 'focus', report: focus === 'I' ? 'front' : 'behind' };
  // 0: not known, 4: never on.
  if (mode !== undefined) return mode === '0' || mode === '4' ? null : { kind: 'focus', report: 'able' };
  // An end marker without a start, other replies, and key releases (event type 3) mean nothing.
  if (marker !== undefined || reply === 'c' || eventType === '3') return null;
  if (reply === 'u') return { kind: 'kitty-reply' };
  return { kind: 'key', key: kittyKey(Number(code), Number(modifiers || 1)) };
}

const kittyNames: Readonly<Record<number, string>> = {
  9: 'tab',
  13: 'return',
  27: 'escape',
  127: 'backspace',
};

/** https://sw.kovidgoyal.net/kitty/keyboard-protocol: modifiers are 1 + shift 1 + alt 2 + ctrl 4 (+ locks). */
function kittyKey(code: number, modifiers: number): Key {
  const bits = modifiers - 1;
  const character = code >= 32 && code !== 127 && code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
  const name = kittyNames[code] ?? character?.toLowerCase();
  return {
    ...(name !== undefined && { name }),
    shift: (bits & 1) !== 0,
    meta: (bits & 2) !== 0,
    ctrl: (bits & 4) !== 0,
  };
}

/** Terminals send pasted newlines as CR, LF or CR LF; other control characters would corrupt the screen. */
export function cleanPaste(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/g, '');
}
