// What the tap remembers: every exchange while it happens and after it, within bounds of memory, and who wants to be
// told of it. The proxy writes here; page, recordings, HAR and lines read.
import type { Clock, Stall, WatchStalls } from '../http/clock.ts';
import { limits } from '../http/limits.ts';
import { isSecretHeader } from '../http/wire.ts';
import { withoutSecrets } from '../messages/key-shapes.ts';
import { concealHeader } from '../messages/secret.ts';
import type { Ending, HeaderList, Interim, TapExchange, Times } from './exchange.ts';
import type { StatusLine } from './http-head.ts';
import { createKeptBody, type KeptBody } from './kept-body.ts';
import { shownHeaders, shownPath } from './shown-head.ts';

/** An exchange while it is written; what is read of it is made in shown-exchange.ts. Bodies are bytes as they came. */
export type Entry = {
  readonly id: number;
  readonly startedAt: number;
  readonly connection: number;
  readonly method: string;
  /** As the client wrote it, without secrets. */
  readonly path: string;
  readonly url: string;
  readonly httpVersion: string;
  /** Secrets are masked. */
  readonly requestHeaders: HeaderList;
  requestTrailers: HeaderList;
  readonly requestBody: KeptBody;
  readonly interim: Interim[];
  response:
    | (StatusLine & { readonly headers: HeaderList; trailers: HeaderList; readonly body: KeptBody })
    | undefined;
  readonly times: { -readonly [K in keyof Times]: Times[K] };
  ending: Ending;
  /** When the tap itself did not run. */
  stalls: readonly Stall[];
  failure: TapExchange['failure'];
  readonly fault: string | null;
};

/** How an exchange is told to the journal, in the order in which it happens. */
export type Observer = {
  readonly entry: Entry;
  connected(): void;
  requestBody(bytes: Buffer): void;
  requestEnd(trailers: HeaderList): void;
  interim(line: StatusLine, headers: HeaderList): void;
  head(line: StatusLine, headers: HeaderList): void;
  body(bytes: Buffer): void;
  /** Whether more of the body of the answer is of use to anybody. */
  isKept(): boolean;
  /** So many bytes of it came that are not. */
  unkept(bytes: number): void;
  /** The client closed its side; the answer may still come to its end. */
  clientEnd(): void;
  /** The answer is complete. */
  complete(trailers: HeaderList): void;
  /** It ended in another way; only the first end counts. */
  end(ending: Exclude<Ending, 'open' | 'complete'>, failure?: TapExchange['failure']): void;
};

export type Beginning = {
  readonly connection: number;
  readonly method: string;
  readonly path: string;
  readonly url: string;
  readonly httpVersion: string;
  readonly headers: HeaderList;
  readonly fault: string | null;
};

/** Gets each step of each exchange; `body` is told for every read, with what it brought. */
export type JournalListener = (
  entry: Entry,
  step: 'begin' | 'head' | 'body' | 'end',
  chunk?: { readonly at: number; readonly bytes: Buffer },
) => void;

export type Journal = {
  begin(beginning: Beginning): Observer;
  /** In the order of arrival. */
  readonly entries: readonly Entry[];
  /** Nothing that is open goes on. */
  endOpen(ending: Exclude<Ending, 'open' | 'complete'>): void;
  entry(id: number): Entry | undefined;
  /** The function it gives ends that. `needsBodies`: all of them, however long. */
  onStep(listener: JournalListener, needs?: { readonly needsBodies: true }): () => void;
};

/** Milliseconds to the microsecond. */
const rounded = (ms: number): number => Math.round(ms * 1000) / 1000;

/** Clocks that are set right step by step stay within this. */
const mostDriftMs = 1_000;

/** More than these are of no use to anybody. */
const mostStalls = 1_000;

/** @param clock its monotonic time marks what happens, its wall time says when that was */
export function createJournal(clock: Clock, watchStalls?: WatchStalls): Journal {
  const byId = new Map<number, Entry>();
  const open = new Set<Observer>();
  const listeners = new Set<JournalListener>();
  let areBodiesNeeded = false;
  let count = 0;
  /** What the wall clock said when the monotonic one was 0. */
  let wallStart = 0;
  let stalls: readonly Stall[] = [];
  let stopWatching: (() => readonly Stall[]) | undefined;
  const tell: JournalListener = (...step) => {
    for (const listener of listeners) listener(...step);
  };

  /** Bodies of the oldest exchanges go first. */
  function makeRoom(): void {
    for (const id of byId.keys()) {
      if (byId.size <= limits.tapExchanges) break;
      byId.delete(id);
    }
    let kept = 0;
    for (const { requestBody, response, ending } of [...byId.values()].reverse()) {
      kept += requestBody.keptBytes + (response?.body.keptBytes ?? 0);
      if (kept <= limits.tapBodies || ending === 'open') continue;
      requestBody.drop();
      response?.body.drop();
    }
  }

  /**
   * The wall time with the fractions of the monotonic clock: which of two exchanges was first hangs on less than a
   * millisecond. Where the two clocks part (a machine that slept), the wall has it.
   */
  function exactWallTime(now: number): number {
    const wall = clock.wallTime();
    if (Math.abs(wallStart + now - wall) > mostDriftMs) wallStart = wall - now;
    return rounded(wallStart + now);
  }

  /** Watches as long as something is open; gives the stalls since a moment. */
  function stallsSince(begunAt: number): readonly Stall[] {
    stalls = [...stalls, ...(stopWatching?.() ?? [])].slice(-mostStalls);
    stopWatching = open.size === 0 ? undefined : watchStalls?.();
    return stalls
      .filter(({ to }) => to > begunAt)
      .map(({ from, to }) => ({ from: rounded(from - begunAt), to: rounded(to - begunAt) }));
  }

  return {
    begin(beginning) {
      const begunAt = clock.now();
      const since = (): number => rounded(clock.now() - begunAt);
      count += 1;
      for (const [name, value] of beginning.headers) if (isSecretHeader(name)) concealHeader(value);
      const entry: Entry = {
        id: count,
        startedAt: exactWallTime(begunAt),
        connection: beginning.connection,
        method: beginning.method,
        path: shownPath(beginning.path),
        url: shownPath(beginning.url),
        httpVersion: beginning.httpVersion,
        requestHeaders: shownHeaders(beginning.headers),
        requestTrailers: [],
        requestBody: createKeptBody(limits.tapBody),
        interim: [],
        response: undefined,
        times: {
          connected: null,
          requestEnd: null,
          head: null,
          firstByte: null,
          lastByte: null,
          clientEnd: null,
          end: null,
        },
        ending: 'open',
        stalls: [],
        failure: null,
        fault: beginning.fault,
      };
      byId.set(entry.id, entry);
      tell(entry, 'begin');
      const end = (ending: Ending): void => {
        open.delete(observer);
        entry.ending = ending;
        entry.times.end = since();
        entry.stalls = stallsSince(begunAt);
        makeRoom();
        tell(entry, 'end');
      };
      const observer: Observer = {
        entry,
        connected() {
          entry.times.connected = since();
        },
        requestBody: (bytes) => entry.requestBody.push(since(), bytes),
        requestEnd(trailers) {
          entry.requestTrailers = shownHeaders(trailers);
          entry.times.requestEnd = since();
        },
        interim(line, headers) {
          entry.interim.push({
            at: since(),
            status: line.status,
            reason: withoutSecrets(line.reason),
            headers: shownHeaders(headers),
          });
        },
        head(line, headers) {
          entry.times.head = since();
          entry.response = {
            ...line,
            reason: withoutSecrets(line.reason),
            headers: shownHeaders(headers),
            trailers: [],
            body: createKeptBody(limits.tapBody),
          };
          tell(entry, 'head');
        },
        isKept: () =>
          areBodiesNeeded || entry.response === undefined || entry.response.body.keptBytes < limits.tapBody,
        unkept(bytes) {
          const at = since();
          entry.times.lastByte = at;
          entry.response?.body.count(at, bytes);
          tell(entry, 'body');
        },
        body(bytes) {
          const at = since();
          entry.times.firstByte ??= at;
          entry.times.lastByte = at;
          entry.response?.body.push(at, bytes);
          tell(entry, 'body', { at, bytes });
        },
        clientEnd() {
          entry.times.clientEnd ??= since();
        },
        complete(trailers) {
          if (entry.ending !== 'open') return;
          if (entry.response !== undefined) entry.response.trailers = shownHeaders(trailers);
          end('complete');
        },
        end(ending, failure) {
          if (entry.ending !== 'open') return;
          if (failure) entry.failure = { ...failure, message: withoutSecrets(failure.message) };
          end(ending);
        },
      };
      open.add(observer);
      stopWatching ??= watchStalls?.();
      return observer;
    },
    endOpen(ending) {
      for (const observer of open) observer.end(ending);
    },
    get entries() {
      return [...byId.values()];
    },
    entry: (id) => byId.get(id),
    onStep(listener, needs) {
      listeners.add(listener);
      if (needs !== undefined) areBodiesNeeded = true;
      return () => listeners.delete(listener);
    },
  };
}
