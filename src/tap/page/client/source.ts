// Where the page has its data from: the tap, live, or the report it stands in.
import type { ExchangeRow, JudgedExchange } from '../../exchange.ts';
import type { PageFacts } from '../page-facts.ts';

export type Source = {
  readonly facts: PageFacts;
  /** Calls back with rows that are new or have changed; `all`: instead of those before. */
  follow(listener: RowListener): void;
  /** Rejects with words for people. */
  exchange(id: number, signal: AbortSignal): Promise<JudgedExchange>;
};

export type RowListener = {
  rows(rows: readonly ExchangeRow[], are: 'all' | 'some'): void;
  state(state: 'live' | 'lost'): void;
};

const dataIn = (id: string): unknown => {
  const holder = document.getElementById(id);
  return holder === null ? undefined : JSON.parse(holder.textContent ?? '');
};

export function openSource(): Source {
  const facts = dataIn('facts') as PageFacts;
  return facts.madeAt === null ? liveSource(facts) : reportSource(facts);
}

/** Tries in a row to connect to a tap that has ended, it seems. */
const mostFailures = 3;

function liveSource(facts: PageFacts): Source {
  const address = (path: string): string => `${path}${location.search}`;
  return {
    facts,
    follow({ rows, state }) {
      // It connects again by itself, and then gets all rows anew. Another tap would not know this token.
      const events = new EventSource(address('events'));
      let failures = 0;
      events.addEventListener('open', () => {
        failures = 0;
        state('live');
      });
      events.addEventListener('error', () => {
        failures += 1;
        if (failures >= mostFailures) events.close();
        state('lost');
      });
      for (const are of ['all', 'some'] as const)
        events.addEventListener(are, ({ data }: MessageEvent<string>) => rows(JSON.parse(data), are));
    },
    async exchange(id, signal) {
      const response = await fetch(address(`exchange/${id}`), { signal }).catch((error: unknown) => {
        if (signal.aborted) throw error;
        throw new Error('The tap has ended: what it kept of this exchange is gone with it.');
      });
      if (!response.ok) throw new Error(await response.text());
      return (await response.json()) as JudgedExchange;
    },
  };
}

function reportSource(facts: PageFacts): Source {
  return {
    facts,
    follow({ rows }) {
      rows(dataIn('rows') as ExchangeRow[], 'all');
    },
    async exchange(id) {
      const judged = dataIn(`exchange-${id}`);
      if (judged === undefined) throw new Error('This report does not hold the exchange.');
      return judged as JudgedExchange;
    },
  };
}
