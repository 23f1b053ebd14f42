// What a server sends, on its way to the client: as it comes or through a valve, no faster than the client reads, and
// followed on the way.
import type { Socket } from 'node:net';
import { type AnswerPlace, createAnswerReader } from './answer-reader.ts';
import type { Valve } from './route.ts';

export type AnswerPipeOptions = Pick<AnswerPlace, 'front' | 'complete' | 'unreadable'> & {
  readonly server: Socket;
  readonly client: Socket;
  readonly valve: Valve | null;
  /** Both sides speak another protocol from here on (101). */
  readonly onTunnel: () => void;
  /** The server closed its side. */
  readonly onEnd: () => void;
};

export function pipeAnswers({
  server,
  client,
  valve,
  front,
  complete,
  unreadable,
  onTunnel,
  onEnd,
}: AnswerPipeOptions): void {
  let isTunnel = false;
  const answers = createAnswerReader({
    front,
    complete,
    unreadable,
    tunnel() {
      isTunnel = true;
      onTunnel();
    },
  });
  const deliver = (bytes: Buffer): void => {
    if (!client.writable) return;
    // First on its way, then looked at.
    const isFlowing = client.write(bytes);
    if (!isTunnel) answers.read(bytes);
    if (isFlowing || server.isPaused()) return;
    server.pause();
    client.once('drain', () => server.resume());
  };
  const held = valve?.({
    pass: deliver,
    pause: () => server.pause(),
    resume: () => server.resume(),
    method: () => front()?.method ?? '',
  });
  const finish = (): void => {
    answers.close();
    onEnd();
  };
  server.on('data', (bytes: Buffer) => (held === undefined ? deliver(bytes) : held.push(bytes)));
  server.on('end', () => (held === undefined ? finish() : held.end(finish)));
}
