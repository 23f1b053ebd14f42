// The page of the tap over HTTP: who gets it, what it holds, and what is told of exchanges as they happen.
import { Agent, get, type IncomingMessage } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import type { ExchangeRow, JudgedExchange } from '../../src/tap/exchange.ts';
import { startTapSession, type TapSession } from './tap-session.ts';

const facts = { target: 'https://api.example (profile work)', version: '1.2.3' };
const canary = 'sk-ant-api03-canary-0123456789abcdef';

let tap: TapSession;
afterEach(() => tap.close());

const pageUrl = (path = ''): string => tap.session.pageUrl!.replace('/_msg/', `/_msg/${path}`);

type Answer = { readonly status: number; readonly headers: Record<string, unknown>; readonly text: string };

/** A request with headers that `fetch` would not send. */
const ask = (
  url: string,
  headers: Record<string, string> = {},
  agent: Agent | false = false,
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    get(url, { headers, agent }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece) => {
        text += piece;
      });
      response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, text }));
    }).on('error', reject);
  });

describe('who gets the page', () => {
  it('is who has its address', async () => {
    tap = await startTapSession({}, { page: facts });
    const { status, headers, text } = await ask(pageUrl());
    expect([status, headers['content-type'], headers['cache-control'], headers['referrer-policy']]).toEqual([
      200,
      'text/html; charset=utf-8',
      'no-store',
      'no-referrer',
    ]);
    expect(text).toContain('<title>msg tap: https://api.example (profile work)</title>');
    expect(text).not.toContain(new URL(pageUrl()).searchParams.get('token'));
    expect(tap.mock.requests).toEqual([]);
  });

  it.each([
    ['no token', '/_msg/', {}, 401],
    ['another token', '/_msg/?token=x', {}, 401],
    ['events without the token', '/_msg/events', {}, 401],
    ['an exchange without the token', '/_msg/exchange/1', {}, 401],
    ['a name that was rebound', '/_msg/?TOKEN', { host: 'evil.example' }, 403],
    ['another page', '/_msg/events?TOKEN', { origin: 'https://evil.example' }, 403],
    ['another page that says so', '/_msg/?TOKEN', { 'sec-fetch-site': 'cross-site' }, 403],
    ['another path', '/_msg/other?TOKEN', {}, 404],
    ['an exchange that is not there', '/_msg/exchange/7?TOKEN', {}, 404],
  ])('%s: refused', async (_, path, headers, status) => {
    tap = await startTapSession({}, { page: facts });
    const url = `${tap.url}${path.replace('TOKEN', new URL(pageUrl()).search.slice(1))}`;
    const answer = await ask(url, headers as Record<string, string>);
    expect(answer.status).toBe(status);
    expect(answer.text).toMatch(/^msg tap: /);
    expect(tap.mock.requests).toEqual([]);
  });

  it('is no server, on whatever connection its address is asked for', async () => {
    tap = await startTapSession({}, { page: facts });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const models = await ask(
      `${tap.url}/v1/models`,
      { 'x-api-key': canary, 'anthropic-version': '2023-06-01' },
      agent,
    );
    const page = await ask(pageUrl(), {}, agent);
    agent.destroy();
    expect([models.status, page.status]).toEqual([200, 421]);
    expect(tap.mock.requests.map(({ path }) => path)).toEqual(['/v1/models']);
    expect(JSON.stringify(tap.session.rows.rows())).not.toContain(
      new URL(pageUrl()).searchParams.get('token'),
    );
  });

  it('only reads', async () => {
    tap = await startTapSession({}, { page: facts });
    expect((await fetch(pageUrl(), { method: 'POST', body: 'x' })).status).toBe(405);
  });
});

describe('what the page is told', () => {
  it('is all rows at first, then each that changes; no key stands in any of it', async () => {
    tap = await startTapSession({}, { page: facts });
    await tap.ask({ system: `The key is ${canary}.` }, { headers: { 'x-api-key': canary } });
    await tap.rows(1);
    const lines = linesOf(await eventsOf(pageUrl('events')));
    const first = JSON.parse(await lines('event: all')) as ExchangeRow[];
    expect(first.map(({ id, status, client, verdict }) => [id, status, client, verdict?.severity])).toEqual([
      [1, 200, 'node', 'ok'],
    ]);
    await tap.ask();
    let last: ExchangeRow | undefined;
    while (last?.verdict == null)
      last = (JSON.parse(await lines('event: some')) as ExchangeRow[]).find(({ id }) => id === 2);
    expect([last.ending, last.facts.modelServed]).toEqual(['complete', 'mock-1']);

    const { text } = await ask(pageUrl('exchange/1'));
    const { exchange } = JSON.parse(text) as JudgedExchange;
    expect(exchange.request.body.text).toContain('The key is sk-ant-');
    expect(exchange.response?.body.text).toContain('message_stop');
    expect(text + JSON.stringify(first)).not.toContain('canary');
  });
});

/** On a connection of its own: one that was used for something else is no place for the page. */
const eventsOf = (url: string): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    get(url, { agent: false }, resolve).on('error', reject);
  });

/** Gives the data of the next event of a name. */
function linesOf(response: IncomingMessage): (event: string) => Promise<string> {
  const reader = response.setEncoding('utf8')[Symbol.asyncIterator]();
  let text = '';
  return async (event) => {
    for (;;) {
      const end = text.indexOf('\n\n');
      if (end === -1) {
        const { value, done } = await reader.next();
        if (done) throw new Error(`The stream ended before ${event}.`);
        text += value;
        continue;
      }
      const [name, data = ''] = text.slice(0, end).split('\ndata: ');
      text = text.slice(end + 2);
      if (name === event) return data;
    }
  };
}
