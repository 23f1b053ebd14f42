// A running tap: the proxy, what it remembers, and the verdict on each exchange as soon as it is over.
import type { Clock, WatchStalls } from '../http/clock.ts';
import { evidenceOf } from './evidence.ts';
import type { AnswerFacts, ExchangeRow, TapVerdict } from './exchange.ts';
import { createJournal, type Entry, type Journal } from './journal.ts';
import { createJudge } from './judge.ts';
import type { PageFacts } from './page/page-facts.ts';
import { createPageServer } from './page/page-server.ts';
import { type ProxyOptions, startProxy } from './proxy.ts';
import { type RouteOptions, routesTo } from './routes.ts';
import type { RowSource } from './row-source.ts';
import type { TapPlace } from './rule.ts';
import { exchangeOf } from './shown-exchange.ts';
import { headerOf } from './shown-head.ts';
import type { Refusal } from './tap-refusal.ts';

export type SessionOptions = RouteOptions &
  Pick<ProxyOptions, 'host' | 'port'> &
  Omit<TapPlace, 'url'> & {
    readonly clock: Clock;
    readonly watchStalls?: WatchStalls;
    /** What the page says of itself; undefined for no page. */
    readonly page?: Omit<PageFacts, 'madeAt'> | undefined;
    /** Called with each exchange that is over, in their order. */
    readonly onJudged: (row: ExchangeRow, entry: Entry) => void;
  };

export type Session = {
  readonly port: number;
  /** For clients: `http://127.0.0.1:PORT`. */
  readonly url: string;
  /** Of the page, with its token; undefined for no page. */
  readonly pageUrl: string | undefined;
  readonly journal: Journal;
  readonly rows: RowSource;
  /**
   * Ends the proxy, and judges what was still open: the tap is stopped, or its client has ended (`client-gone`).
   */
  close(ending: 'stopped' | 'client-gone'): Promise<void>;
};

/** Starts a tap. Rejects with Node's error when the port cannot be had. */
export async function startSession(options: SessionOptions): Promise<Session> {
  const journal = createJournal(options.clock, options.watchStalls);
  const page =
    options.page && createPageServer({ ...options.page, clock: options.clock, rows: () => judgement });
  const proxy = await startProxy({
    ...options,
    journal,
    routeFor: routesTo(options),
    onPageConnection: page?.accept,
  });
  const url = `http://127.0.0.1:${proxy.port}`;
  const judgement = judgedRows(journal, { url, ...options }, options);
  return {
    port: proxy.port,
    url,
    pageUrl: page && url + page.address,
    journal,
    rows: judgement,
    async close(ending) {
      journal.endOpen(ending);
      await proxy.close();
      await judgement.settled();
    },
  };
}

/** The page alone, for exchanges that are over: nothing is passed on. */
export async function servePage(
  rows: RowSource,
  facts: Omit<PageFacts, 'madeAt'>,
  { clock, port }: Pick<SessionOptions, 'clock' | 'port'>,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const page = createPageServer({ ...facts, clock, rows: () => rows });
  const proxy = await startProxy({
    host: '127.0.0.1',
    port,
    journal: createJournal(clock),
    routeFor: () => nothingBehind,
    onPageConnection: page.accept,
  });
  return { url: `http://127.0.0.1:${proxy.port}${page.address}`, close: () => proxy.close() };
}

const nothingBehind: Refusal = {
  status: 503,
  reason: 'Service Unavailable',
  type: 'api_error',
  message: 'msg tap: these are recordings; no endpoint is behind them.',
};

/** Rows of the exchanges in a journal, judged when they are over. */
export function judgedRows(
  journal: Journal,
  place: TapPlace,
  { clock, onJudged }: Pick<SessionOptions, 'clock' | 'onJudged'>,
): RowSource & { settled(): Promise<void> } {
  const judge = createJudge(place);
  const judged = new Map<number, ExchangeRow>();
  const pause = (): Promise<void> => clock.sleep(0);
  const listeners = new Set<(id: number) => void>();
  const tell = (id: number): void => {
    for (const listener of listeners) listener(id);
  };
  // One after the other: what a judge remembers has an order.
  let last = Promise.resolve();
  journal.onStep((entry, step) => {
    if (step !== 'end') return tell(entry.id);
    last = last.then(async () => {
      const evidence = await evidenceOf(entry, pause);
      const row = rowOf(entry, evidence.facts, judge(evidence));
      judged.set(entry.id, row);
      // The journal forgets its oldest.
      const [oldest] = judged.keys();
      if (oldest !== undefined && journal.entry(oldest) === undefined) judged.delete(oldest);
      onJudged(row, entry);
      tell(entry.id);
    });
  });
  const row = (entry: Entry): ExchangeRow => judged.get(entry.id) ?? rowOf(entry, openFacts(entry), null);
  return {
    rows: () => journal.entries.map(row),
    row(id) {
      const entry = journal.entry(id);
      return entry && row(entry);
    },
    async exchange(id) {
      const entry = journal.entry(id);
      return entry && { row: row(entry), exchange: await exchangeOf(entry, pause) };
    },
    onRow(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    settled: () => last,
  };
}

/** Rows of exchanges that were recorded, judged in the order in which they ended, as they were when it happened. */
export async function recordedRows(entries: readonly Entry[], place: TapPlace): Promise<RowSource> {
  const judge = createJudge(place);
  const judged = new Map<number, ExchangeRow>();
  const endOf = ({ startedAt, times }: Entry): number => startedAt + (times.end ?? 0);
  for (const entry of [...entries].sort((a, b) => endOf(a) - endOf(b))) {
    const evidence = await evidenceOf(entry);
    judged.set(entry.id, rowOf(entry, evidence.facts, judge(evidence)));
  }
  return {
    rows: () => entries.flatMap(({ id }) => judged.get(id) ?? []),
    row: (id) => judged.get(id),
    async exchange(id) {
      const [entry, row] = [entries.find((one) => one.id === id), judged.get(id)];
      return entry && row && { row, exchange: await exchangeOf(entry) };
    },
    onRow: () => () => {},
  };
}

/** Of one that is open: the model, if the request begins with it, as that of most clients does. */
function openFacts({ requestBody }: Entry): AnswerFacts {
  const [first] = requestBody.chunks;
  const start = Buffer.from(first?.bytes.subarray(0, 200) ?? []).toString('utf8');
  return { ...noFacts, modelAsked: /^\s*\{\s*"model"\s*:\s*"([^"\\]+)"/.exec(start)?.[1] ?? null };
}

/** Of an answer that told nothing. */
export const noFacts: AnswerFacts = {
  modelAsked: null,
  modelServed: null,
  isStream: false,
  firstTextMs: null,
  tokensPerSecond: null,
  inputTokens: null,
  outputTokens: null,
  cacheReadTokens: null,
  cacheWriteTokens: null,
  stopReason: null,
};

export const rowOf = (entry: Entry, facts: AnswerFacts, verdict: TapVerdict | null): ExchangeRow => ({
  id: entry.id,
  startedAt: entry.startedAt,
  client: headerOf(entry.requestHeaders, 'user-agent') ?? null,
  method: entry.method,
  path: entry.path,
  status: entry.response?.status ?? null,
  ending: entry.ending,
  durationMs: entry.times.end,
  requestBytes: entry.requestBody.wireBytes,
  responseBytes: entry.response?.body.wireBytes ?? 0,
  fault: entry.fault,
  facts,
  verdict,
});
