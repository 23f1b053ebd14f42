// The way of the bytes from a script to the socket: compression, the buffers of a bad hop, back-pressure.
import { Buffer } from 'node:buffer';
import type { ServerResponse } from 'node:http';
import { constants, createGzip } from 'node:zlib';
import { eventStreamHeaders, type HeadStep, type ScriptStep } from './script.ts';

/** What the player needs of time. `sleep` and `pass` resolve early when the signal aborts. */
export type Timers = {
  now(): number;
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** Lets the event loop turn once, so that what was written leaves the process. */
  turn(): Promise<void>;
};

export type PlaybackContext = {
  readonly timers: Timers;
  readonly pass: (gate: string, signal: AbortSignal) => Promise<void>;
  /** Aborts when the connection is gone, whoever closed it. */
  readonly signal: AbortSignal;
};

type Hold = Extract<ScriptStep, { step: 'buffer' }>['until'] | 'nothing';
type Compress = (chunk: Buffer, isLast: boolean) => Promise<Buffer>;

export type ResponseWriter = {
  head(step: HeadStep): Promise<void>;
  write(chunk: Buffer): Promise<void>;
  hold(until: Hold): void;
  /** Lets everything that is not held back leave the process. */
  settle(): Promise<void>;
  end(): Promise<void>;
};

/** Opens the way onto `response`. Nothing is sent before the first `head` or `write`. */
export function openResponseWriter(
  response: ServerResponse,
  { timers, signal }: PlaybackContext,
): ResponseWriter {
  let hold: Hold = 'nothing';
  let backlog: Buffer[] = [];
  let isTimed = false;
  let framing: HeadStep['framing'];
  let compress: Compress | undefined;
  let pendingHead: (() => void) | undefined;
  let hasHead = false;

  const heldBytes = (): number => backlog.reduce((sum, chunk) => sum + chunk.length, 0);

  const sendHead = (): void => {
    pendingHead?.();
    pendingHead = undefined;
  };

  const send = async (chunk: Buffer): Promise<void> => {
    sendHead();
    if (chunk.length === 0 || response.destroyed || response.write(chunk)) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        response.off('drain', done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      response.once('drain', done);
      signal.addEventListener('abort', done, { once: true });
    });
  };

  const flush = async (): Promise<void> => {
    const chunk = Buffer.concat(backlog);
    backlog = [];
    await send(chunk);
  };

  const flushOnTime = async (ms: number): Promise<void> => {
    isTimed = true;
    await timers.sleep(ms, signal);
    isTimed = false;
    if (!signal.aborted && !response.writableEnded) await flush();
  };

  const pass = async (chunk: Buffer): Promise<void> => {
    if (hold === 'nothing') return send(chunk);
    backlog.push(chunk);
    if (hold === 'end') return;
    if ('ms' in hold) {
      if (!isTimed) void flushOnTime(hold.ms);
      return;
    }
    let rest = Buffer.concat(backlog);
    while (rest.length >= hold.bytes) {
      await send(rest.subarray(0, hold.bytes));
      // Node 26 makes one chunk of what is written in one turn.
      await timers.turn();
      rest = rest.subarray(hold.bytes);
    }
    backlog = [rest];
  };

  const head = async (step: HeadStep): Promise<void> => {
    hasHead = true;
    framing = step.framing;
    const fields: Record<string, string | string[]> = {};
    for (const [name, value] of Object.entries(step.headers ?? {}))
      fields[name] = typeof value === 'string' ? value : [...value];
    if (step.compress) {
      compress = openCompression();
      fields['content-encoding'] = step.compress;
    }
    if (framing === 'close') {
      response.useChunkedEncodingByDefault = false;
      response.shouldKeepAlive = false;
    }
    if (framing === 'length') hold = 'end';
    pendingHead = () => {
      if (framing === 'length') fields['content-length'] ??= String(heldBytes());
      response.writeHead(step.status ?? 200, fields);
      if (framing !== 'length') response.flushHeaders();
    };
    if (hold === 'nothing') sendHead();
  };

  return {
    head,
    hold: (until) => {
      hold = until;
    },
    async write(chunk) {
      if (!hasHead) await head({ step: 'head', headers: eventStreamHeaders });
      await pass(compress ? await compress(chunk, false) : chunk);
    },
    async settle() {
      if (hold === 'nothing') sendHead();
      await timers.turn();
      await timers.turn();
    },
    async end() {
      if (!hasHead) await head({ step: 'head' });
      if (compress) await pass(await compress(Buffer.alloc(0), true));
      sendHead();
      if (response.closed) return;
      await new Promise<void>((resolve) => {
        response.once('close', resolve);
        response.end(Buffer.concat(backlog), resolve);
      });
    },
  };
}

/** A gzip stream that gives back, for every chunk, all bytes needed to read that chunk. */
function openCompression(): Compress {
  const gzip = createGzip();
  let produced: Buffer[] = [];
  gzip.on('data', (chunk: Buffer) => produced.push(chunk));
  return async (chunk, isLast) => {
    await new Promise<void>((resolve) => {
      if (isLast) gzip.once('end', resolve).end(chunk);
      else gzip.write(chunk, () => gzip.flush(constants.Z_SYNC_FLUSH, resolve));
    });
    const whole = Buffer.concat(produced);
    produced = [];
    return whole;
  };
}
