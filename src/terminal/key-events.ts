// Bytes of a terminal -> keys and pastes, in order. Owns the two waiting times of input-tokens.
import { EventEmitter } from 'node:events';
import { emitKeypressEvents } from 'node:readline';
import { StringDecoder } from 'node:string_decoder';
import { tokenSplitter } from './input-tokens.ts';
import type { Key } from './keys.ts';

export type KeyEvent =
  | { readonly kind: 'key'; readonly characters: string | undefined; readonly key: Key }
  | { readonly kind: 'paste'; readonly text: string };

/** Half a sequence: the rest follows at once, or it was the Escape key. */
const sequenceWaitMs = 100;
/** A paste without its end marker froze the input of a well-known tool: after this, what came is the paste. */
const pasteEndWaitMs = 500;

/** Listens to `input` and calls back for each key and paste; the function it returns stops listening. */
export function listenForKeys(
  input: NodeJS.ReadableStream,
  { onEvent, onKitty, onEnd }: { onEvent: (event: KeyEvent) => void; onKitty: () => void; onEnd: () => void },
): () => void {
  const splitter = tokenSplitter();
  const decoder = new StringDecoder('utf8');
  let timer: NodeJS.Timeout | undefined;

  // An emitter is all readline's key decoder needs, and it decodes at once: pastes stay in their place.
  const keySource = new EventEmitter();
  keySource.on('keypress', (characters: string | undefined, key: Key) =>
    onEvent({ kind: 'key', characters, key }),
  );
  emitKeypressEvents(keySource as NodeJS.ReadableStream);

  const take = (tokens: ReturnType<typeof splitter.push>): void => {
    for (const token of tokens) {
      switch (token.kind) {
        case 'keys':
          keySource.emit('data', token.text);
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
      }
    }
    clearTimeout(timer);
    const waitsFor = splitter.waitsFor();
    if (waitsFor !== 'nothing')
      timer = setTimeout(
        () => take(splitter.flush()),
        waitsFor === 'paste-end' ? pasteEndWaitMs : sequenceWaitMs,
      );
  };
  const onData = (chunk: Buffer | string): void =>
    take(splitter.push(typeof chunk === 'string' ? chunk : decoder.write(chunk)));

  input.on('data', onData);
  input.on('end', onEnd);
  input.on('close', onEnd);
  // A terminal that vanished answers reads with EIO.
  input.on('error', onEnd);
  return () => {
    clearTimeout(timer);
    input.off('data', onData);
    input.off('end', onEnd);
    input.off('close', onEnd);
    input.off('error', onEnd);
    input.pause();
  };
}
