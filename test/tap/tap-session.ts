// A tap in front of a real mock server, and what it says of each exchange.
import { type Mock, type MockOptions, scenarios, startMock } from '../../src/mock/index.ts';
import type { ExchangeRow } from '../../src/tap/exchange.ts';
import { type SessionOptions, startSession } from '../../src/tap/session.ts';
import { clock, endpointAt } from './tapped.ts';

export type TapSession = {
  readonly url: string;
  readonly mock: Mock;
  /** All exchanges that are over, judged; resolves once there are `count`. */
  rows(count: number): Promise<readonly ExchangeRow[]>;
  /** Sends a request of Messages, and reads its answer to the end, however that is. */
  ask(
    body?: object,
    over?: { readonly path?: string; readonly headers?: object; readonly signal?: AbortSignal },
  ): Promise<string>;
  readonly session: Awaited<ReturnType<typeof startSession>>;
  close(): Promise<void>;
};

export const scenarioNamed = (name: string) => scenarios.find((one) => one.name === name)!;

export async function startTapSession(
  mockOptions: MockOptions & { readonly scenarioName?: string } = {},
  over: Partial<SessionOptions> = {},
): Promise<TapSession> {
  const { scenarioName, ...rest } = mockOptions;
  const mock = await startMock({
    ...rest,
    ...(scenarioName === undefined ? {} : { scenario: scenarioNamed(scenarioName) }),
  });
  const rows: ExchangeRow[] = [];
  const waiting: { count: number; resolve: (rows: readonly ExchangeRow[]) => void }[] = [];
  const session = await startSession({
    endpoint: () => endpointAt(mock.port),
    token: undefined,
    connectTimeoutMs: 600_000,
    tls: undefined,
    proxyFor: () => undefined,
    host: '127.0.0.1',
    port: 0,
    clock,
    doctorCommand: 'msg doctor work',
    plainCommand: 'msg tap work',
    proxy: null,
    onJudged(row) {
      rows.push(row);
      for (const { count, resolve } of waiting) if (rows.length >= count) resolve(rows);
    },
    ...over,
  });
  return {
    url: session.url,
    mock,
    session,
    rows: (count) =>
      new Promise((resolve) => {
        if (rows.length >= count) resolve(rows);
        else waiting.push({ count, resolve });
      }),
    async ask(body = {}, { path = '/v1/messages', headers = {}, signal } = {}) {
      const response = await fetch(`${session.url}${path}`, {
        method: 'POST',
        redirect: 'manual',
        headers: {
          'content-type': 'application/json',
          'anthropic-version': '2023-06-01',
          'x-api-key': 'sk-ant-test-0123456789abcdef',
          ...headers,
        },
        body: JSON.stringify({
          model: 'mock-1',
          max_tokens: 1000,
          stream: true,
          messages: [{ role: 'user', content: 'count from 1 to 60' }],
          ...body,
        }),
        ...(signal === undefined ? {} : { signal }),
      });
      return response.text();
    },
    async close() {
      await session.close('client-gone');
      await mock.close();
    },
  };
}
