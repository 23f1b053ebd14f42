// Faults that are put in on purpose, so that it can be seen what a client makes of them: the N-th request meets a
// scenario of the mock, or its answer comes slowly, or in blocks. Everything else passes as it is.
import { usageError } from '../errors.ts';
import type { Clock } from '../http/clock.ts';
import { openSocket } from '../http/socket.ts';
import { scenarioNamed } from '../mock/scenario-names.ts';
import { startMock } from '../mock/server.ts';
import { responseFraming, statusLine } from './http-head.ts';
import { createMessageReader } from './message-reader.ts';
import type { Route, Valve } from './route.ts';

/** What the options ask for; each counts the Messages requests from 1. */
export type FaultOptions = {
  /** `SCENARIO[@N]` */
  readonly fail?: readonly string[];
  /** `MS[@N]` */
  readonly slow?: string;
  /** `BYTES[@N]` */
  readonly buffer?: string;
};

export type Faults = {
  /** The route of the next Messages request, with what is put in its way. */
  next(route: Route): Route;
  close(): Promise<void>;
};

type Fault = {
  readonly name: string;
  readonly first: number;
  readonly last: number;
  readonly change: (route: Route) => Route;
};

/** What people call the commonest ones. */
const shortNames: Readonly<Record<string, string>> = {
  '401': 'unauthorized',
  '429': 'rate-limited',
  '500': 'server-500-then-ok',
  '504': 'gateway-504',
  '529': 'overloaded-529',
  buffered: 'one-chunk',
  cut: 'clean-eof',
  reset: 'reset-mid-stream',
  silence: 'pings-then-silence',
};

export const shortFaultNames = Object.keys(shortNames);

/** An honest part of a scenario comes at the pace of a quick model. */
const pace = { speed: 80, ttftMs: 150 };
const connectTimeoutMs = 5_000;

/**
 * Reads the options, and starts a mock for each scenario.
 * @throws MsgError `usage` for one that is none
 */
export async function openFaults({ fail = [], slow, buffer }: FaultOptions, clock: Clock): Promise<Faults> {
  const failures = fail.map((text) => {
    const { what, ...place } = placed(text, 1);
    return { ...place, scenario: scenarioNamed(shortNames[what] ?? what) };
  });
  const delay = slow === undefined ? undefined : amount('--slow', slow);
  const block = buffer === undefined ? undefined : amount('--buffer', buffer);
  const mocks = await Promise.all(
    failures.map(({ scenario }) => startMock({ scenario, keepsRequests: false, ...pace })),
  );
  const faults: Fault[] = [
    ...failures.map(({ scenario: { name }, first, last }, index) => ({
      name: `--fail ${name}`,
      first,
      last,
      change: (route: Route): Route => towards(route, name, mocks[index]?.url ?? ''),
    })),
    ...(delay === undefined
      ? []
      : [valveFault(`--slow ${delay.value}`, delay, slowValve(delay.value, clock))]),
    ...(block === undefined ? [] : [valveFault(`--buffer ${block.value}`, block, blockValve(block.value))]),
  ];
  let count = 0;
  return {
    next(route) {
      count += 1;
      const met = faults.filter(({ first, last }) => count >= first && count <= last);
      if (met.length === 0) return route;
      const changed = met.reduce((before, { change }) => change(before), route);
      // A connection of its own: the next request goes its usual way again.
      return {
        ...changed,
        way: `${changed.way} fault ${count}`,
        fault: met.map(({ name }) => name).join(', '),
      };
    },
    async close() {
      await Promise.all(mocks.map((mock) => mock.close()));
    },
  };
}

/** `WHAT@3`, `WHAT@2-4`, `WHAT@all`. */
function placed(text: string, otherwise: number | 'all'): { what: string; first: number; last: number } {
  const [, what = '', place] = /^(.*?)(?:@([^@]*))?$/s.exec(text) ?? [];
  const [, from, to] = /^(\d{1,6})(?:-(\d{1,6}))?$/.exec(place ?? String(otherwise)) ?? [];
  const first = Number(from);
  if ((place ?? otherwise) === 'all') return { what, first: 1, last: Number.POSITIVE_INFINITY };
  if (from === undefined || first < 1)
    throw usageError(
      `${JSON.stringify(text)} says no request: behind @ stands a number from 1, two of them, or all.`,
      `Example: ${what}@2, ${what}@2-4, ${what}@all`,
    );
  return { what, first, last: to === undefined ? first : Number(to) };
}

function amount(flag: string, text: string): { value: number; first: number; last: number } {
  const { what, ...place } = placed(text, 'all');
  const value = Number(what);
  if (!/^\d+$/.test(what) || value < 1)
    throw usageError(`${flag} takes a whole number from 1, not ${JSON.stringify(what)}.`);
  return { value, ...place };
}

/** The mock in the place of the server; it gets no key. */
const towards = (route: Route, name: string, mockUrl: string): Route => {
  const url = new URL(mockUrl);
  return {
    ...route,
    url,
    target: route.clientTarget,
    way: name,
    isAbsolute: false,
    fields: new Map([
      ['x-api-key', 'mock'],
      ['authorization', null],
      ['proxy-authorization', null],
    ]),
    open: () => openSocket(url, { connectTimeoutMs }),
  };
};

const valveFault = (
  name: string,
  { first, last }: { readonly first: number; readonly last: number },
  valve: Valve,
): Fault => ({ name, first, last, change: (route) => ({ ...route, valve }) });

/** More than this need not wait here: the server waits then. */
const mostHeldBytes = 1024 * 1024;

/** Lets one read through at a time, each so much later than the one before. */
const slowValve =
  (ms: number, clock: Clock): Valve =>
  ({ pass, pause, resume }) => {
    const held: Buffer[] = [];
    let heldBytes = 0;
    let isRunning = false;
    let finish: (() => void) | undefined;
    const run = async (): Promise<void> => {
      isRunning = true;
      for (let bytes = held[0]; bytes !== undefined; bytes = held[0]) {
        await clock.sleep(ms);
        held.shift();
        heldBytes -= bytes.length;
        pass(bytes);
        resume();
      }
      isRunning = false;
      finish?.();
    };
    return {
      push(bytes) {
        held.push(bytes);
        heldBytes += bytes.length;
        if (heldBytes > mostHeldBytes) pause();
        if (!isRunning) void run();
      },
      end(done) {
        if (isRunning) finish = done;
        else done();
      },
    };
  };

/** Holds an answer back until a block is full, as a proxy that buffers does; its last block comes with its end. */
const blockValve =
  (size: number): Valve =>
  ({ pass, method }) => {
    let held: Buffer = Buffer.alloc(0);
    const flush = (): void => {
      if (held.length > 0) pass(held);
      held = Buffer.alloc(0);
    };
    const reader = createMessageReader({
      head(head) {
        const status = statusLine(head)?.status;
        if (status === undefined || status === 101) return 'opaque';
        return status < 200 ? 'interim' : responseFraming(head, status, method());
      },
      raw() {},
      body() {},
      end: () => {
        isOver = true;
      },
      unreadable() {},
    });
    let isOver = false;
    return {
      push(bytes) {
        held = Buffer.concat([held, bytes]);
        isOver = false;
        reader.read(bytes);
        while (held.length >= size) {
          pass(held.subarray(0, size));
          held = held.subarray(size);
        }
        if (isOver) flush();
      },
      end(done) {
        flush();
        done();
      },
    };
  };
