// Bytes of a terminal -> keys and pastes, in order. Owns the waiting times.
import { EventEmitter } from 'node:events';
import { emitKeypressEvents } from 'node:readline';
import { StringDecoder } from 'node:string_decoder';
import type { FocusReport } from './focus.ts';
import { cleanPaste, oneReadLength, type Token, tokenSplitter } from './input-tokens.ts';
import type { Key } from './key-names.ts';

export type KeyEvent =
  | { readonly kind: 'key'; readonly characters: string | undefined; readonly key: Key }
  | { readonly kind: 'paste'; readonly text: string };

/** A paste without its end marker froze the input of a well-known tool: after this, what came is the paste. */
const pasteEndWaitMs = 500;
const waitsMs = {
  /** The rest follows at once, or it was the Escape key. */
  sequence: 100,
  'paste-end': pasteEndWaitMs,
  /** A long one, which a key ends at any time: as long as a slow machine or line may stall. */
  'stalled-paste': 10_000,
} as const;
/** A paste that no marker announces goes on while the rest of it comes; nobody types that fast. */
const bulkWaitMs = 50;

/**
 * Lines in one read, with nothing but text in them, were pasted into a terminal that does not mark pastes. What was
 * typed ahead may come in one read too, while the process was busy: a line and the beginning of the next, not more
 * than a person types in that time.
 */
const isBulk = (text: string): boolean => {
  const lines = text.split('\r').filter((line) => line.trim() !== '').length;
  return isPlain(text) && (lines > 2 || (lines === 2 && text.length >= 32));
};

const escapeKey: Key = { name: 'escape', ctrl: false, meta: false, shift: false };

/** No key but Enter and Tab. */
const isPlain = (text: string): boolean => !/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/.test(text);

type KeyListener = {
  readonly onEvent: (event: KeyEvent) => void;
  readonly onKitty: () => void;
  readonly onFocus: (report: FocusReport) => void;
  readonly onEnd: () => void;
  /** Whether lines that come at once may be a paste; asked with the first of them. */
  readonly mayBePaste: (line: string) => boolean;
};

/** Listens to `input` and calls back for each key and paste; the function it returns stops listening. */
export function listenForKeys(
  input: NodeJS.ReadableStream,
  { onEvent, onKitty, onFocus, onEnd, mayBePaste }: KeyListener,
): () => void {
  const splitter = tokenSplitter();
  const decoder = new StringDecoder('utf8');
  let timer: NodeJS.Timeout | undefined;
  /** The text of a paste without markers, as far as it has come. */
  let bulk = '';
  let lastLook: NodeJS.Immediate | undefined;

  // An emitter is all readline's key decoder needs, and it decodes at once: pastes stay in their place.
  const keySource = new EventEmitter();
  keySource.on('keypress', (characters: string | undefined, key: Key) =>
    onEvent({ kind: 'key', characters, key }),
  );
  emitKeypressEvents(keySource as NodeJS.ReadableStream);

  /** On a busy machine a wait may be over before what came in it was read: the loop reads once more, then goes on. */
  const afterQuiet = (ms: number, then: () => void): void => {
    timer = setTimeout(() => {
      lastLook = setImmediate(then);
    }, ms);
  };
  const stopWaiting = (): void => {
    clearTimeout(timer);
    clearImmediate(lastLook);
  };

  const isOfBulk = (token: Token): token is Token & { kind: 'keys' } =>
    token.kind === 'keys' &&
    (bulk === ''
      ? isBulk(token.text) && mayBePaste(token.text.slice(0, token.text.indexOf('\r')))
      : isPlain(token.text));
  const endBulk = (): void => {
    const text = cleanPaste(bulk);
    bulk = '';
    if (text !== '') onEvent({ kind: 'paste', text });
  };

  const take = (tokens: readonly Token[]): void => {
    for (const token of tokens) {
      if (isOfBulk(token)) {
        bulk += token.text;
        continue;
      }
      endBulk();
      switch (token.kind) {
        case 'keys':
          // Readline would wait half a second more for what may follow.
          if (token.text === '\x1b') onEvent({ kind: 'key', characters: undefined, key: escapeKey });
          else keySource.emit('data', token.text);
          break;
        case 'key':
          onEvent({ kind: 'key', characters: undefined, key: token.key });
          break;
        case 'paste':
          onEvent(token);
          break;
        case 'kitty-reply':
          onKitty();
          break;
        case 'focus':
          onFocus(token.report);
          break;
      }
    }
    stopWaiting();
    const waitsFor = splitter.waitsFor();
    if (bulk !== '')
      afterQuiet(bulk.length < oneReadLength ? bulkWaitMs : pasteEndWaitMs, () => {
        endBulk();
        take([]);
      });
    else if (waitsFor !== 'nothing') afterQuiet(waitsMs[waitsFor], () => take(splitter.flush()));
  };
  const onData = (chunk: Buffer | string): void =>
    take(splitter.push(typeof chunk === 'string' ? chunk : decoder.write(chunk)));

  input.on('data', onData);
  // An earlier prompt of this process paused it.
  input.resume();
  input.on('end', onEnd);
  input.on('close', onEnd);
  // A terminal that vanished answers reads with EIO.
  input.on('error', onEnd);
  return () => {
    stopWaiting();
    input.off('data', onData);
    input.off('end', onEnd);
    input.off('close', onEnd);
    input.off('error', onEnd);
    input.pause();
  };
}
