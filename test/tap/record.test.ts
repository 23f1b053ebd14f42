// Recordings, HAR and the faults that are put in: what the tap saw comes back, without a secret, also where it is broken.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseRecording } from '../../src/http/recording.ts';
import { jsonReply, type MockOptions } from '../../src/mock/index.ts';
import type { JudgedExchange } from '../../src/tap/exchange.ts';
import { harPieces } from '../../src/tap/har.ts';
import { recordInto } from '../../src/tap/record.ts';
import { recordedEntries } from '../../src/tap/recordings.ts';
import { allExchanges } from '../../src/tap/row-source.ts';
import { recordedRows, type SessionOptions } from '../../src/tap/session.ts';
import { startTapSession, type TapSession } from './tap-session.ts';
import { clock, endpointAt } from './tapped.ts';

let directory: string;
let tap: TapSession | undefined;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'msg-tap-'));
});
afterEach(async () => {
  await tap?.close();
  rmSync(directory, { recursive: true, force: true });
});

const place = {
  url: 'http://127.0.0.1:1',
  plainCommand: 'msg tap',
  doctorCommand: 'msg doctor',
  proxy: null,
};

async function collected<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of source) items.push(item);
  return items;
}

async function recorded(
  mock: MockOptions & { readonly scenarioName?: string },
  work: (session: TapSession) => Promise<unknown>,
  over: Partial<SessionOptions> = {},
): Promise<{ readonly live: readonly JudgedExchange[]; readonly later: readonly JudgedExchange[] }> {
  const session = await startTapSession(mock, over);
  tap = session;
  const recorder = recordInto(directory, session.session.journal);
  await work(session).catch(() => {});
  const count = session.session.journal.entries.length;
  await session.rows(count);
  await recorder.settled();
  const source = await recordedRows(recordedEntries(directory), place);
  return {
    live: await collected(allExchanges(session.session.rows)),
    later: await collected(allExchanges(source)),
  };
}

describe('recordings', () => {
  it.each(['gzip-stream', 'reset-mid-stream', 'overloaded-529', 'cut-mid-utf8', 'byte-buffer-4096'])(
    'bring back what was seen of %s, and the same verdict',
    async (scenarioName) => {
      const { live, later } = await recorded({ scenarioName }, (session) => session.ask());
      const [before, after] = [live[0]!, later[0]!];
      expect(after.exchange.request).toEqual(before.exchange.request);
      expect(after.exchange.response?.body.text).toBe(before.exchange.response?.body.text);
      expect(after.exchange.times).toEqual(before.exchange.times);
      expect([after.row.verdict?.id, after.row.facts, after.exchange.ending]).toEqual([
        before.row.verdict?.id,
        before.row.facts,
        before.exchange.ending,
      ]);
    },
  );

  it('are files of their owner, one an exchange, that send --replay can play', async () => {
    await recorded({}, async (session) => {
      await session.ask();
      await session.ask({}, { path: '/v1/messages/count_tokens' });
    });
    const files = readdirSync(directory).sort();
    expect(files.map((name) => name.replace(/^\d{8}-\d{6}/, ''))).toEqual(['-0001.jsonl', '-0002.jsonl']);
    expect(statSync(join(directory, files[0]!)).mode & 0o777).toBe(0o600);
    const [answer] = parseRecording(readFileSync(join(directory, files[0]!), 'utf8'), 'a test');
    expect(answer?.head.status).toBe(200);
    expect(answer?.lines.some((line) => 'text' in line && line.text?.includes('message_stop'))).toBe(true);
  });

  it('hold no credential that only the name of its field tells, also where the body is written in steps', async () => {
    const server = { type: 'url', name: 'docs', url: 'https://docs.test/mcp' };
    const token = 'canary without a shape';
    const tools = [{ name: 'login', input_schema: { properties: { password: { type: 'string' } } } }];
    const { live } = await recorded({}, (session) =>
      session.ask({
        // The token stands around the place where a step would end.
        metadata: { user_id: 'u'.repeat(256 * 1024 - 380) },
        mcp_servers: Array.from({ length: 30 }, () => ({ authorization_token: token, ...server })),
        tools,
      }),
    );
    const [file = ''] = readdirSync(directory).map((name) => readFileSync(join(directory, name), 'utf8'));
    for (const text of [file, JSON.stringify(live)]) {
      expect(text).toContain('authorization_token');
      expect(text).not.toContain('canary');
    }
    const body = live[0]?.exchange.request.body.text ?? '';
    expect(JSON.parse(body)).toMatchObject({ tools, mcp_servers: { 29: { ...server } } });
  });

  it('of two taps in one directory, in the same second, are all kept, each with a number of its own', async () => {
    const sameSecond = { clock: { ...clock, wallTime: () => 1_700_000_000_000 } };
    await recorded({}, (session) => session.ask(), sameSecond);
    await tap?.close();
    const { later } = await recorded(
      { scenarioName: 'overloaded-529' },
      (session) => session.ask(),
      sameSecond,
    );
    expect(readdirSync(directory).sort()).toEqual([
      '20231114-221320-0001-2.jsonl',
      '20231114-221320-0001.jsonl',
    ]);
    expect(later.map(({ row, exchange }) => [row.id, exchange.id])).toEqual([
      [1, 1],
      [2, 2],
    ]);
    const seen = later.map(({ row, exchange }) => [row.status, exchange.response?.status, row.verdict?.id]);
    expect(seen).toEqual([
      [529, 529, 'up.5xx'],
      [200, 200, 'ok'],
    ]);
  });

  it('of requests that were never answered hold the request, and are no answer to play', async () => {
    const { later } = await recorded({}, (session) => session.ask(), { endpoint: () => endpointAt(1) });
    const [only] = later;
    expect([only?.exchange.ending, only?.exchange.response, only?.row.verdict?.id]).toEqual([
      'unreached',
      null,
      'net.refused',
    ]);
    expect(only?.exchange.request.body.text).toContain('count from 1');
    const [file = ''] = readdirSync(directory).map((name) => join(directory, name));
    expect(() => parseRecording(readFileSync(file, 'utf8'), 'a test')).toThrow('a request without an answer');
  });

  it('hold no key: not of the client, not quoted by the server, not cut in two by chunks', async () => {
    const key = 'sk-ant-api03-canary-9f8e7d6c5b4a39281706f5e4';
    const { live } = await recorded(
      {
        respond: (request) =>
          jsonReply(
            401,
            { error: { message: `Bad key ${request.headers['x-api-key']} in ${request.body}` } },
            {
              'x-echo': String(request.headers['x-api-key']),
              'set-cookie': 'session=0123456789abcdef0123',
            },
          ),
      },
      (session) =>
        session.ask(
          {
            metadata: { user_id: key },
            messages: [{ role: 'user', content: `my other key is sk-proj-1234567890abcdefghij` }],
          },
          {
            headers: { 'x-api-key': key, cookie: 'session=0123456789abcdef0123' },
            path: `/v1/messages?api_key=${key}`,
          },
        ),
    );
    const files = readdirSync(directory).map((name) => readFileSync(join(directory, name), 'utf8'));
    const har = (await collected(harPieces(allExchanges(tap!.session.rows), '1'))).join('');
    const all = [...files, har, JSON.stringify(live), JSON.stringify(tap!.session.rows.rows())].join('\n');
    expect(all).toContain('Bad key');
    expect(all).not.toMatch(/canary-9f8e|0123456789abcdef0123|sk-proj-1234567890/);
  });
});

describe('recordings of what cannot be decoded', () => {
  it.each([
    ['a text', 'br', 'event: ping\ndata: {"type":"ping"}\n\n', 'edge.encoding_lie'],
    ['bytes of another kind', 'lzw', Buffer.from('1f9d9061c40018', 'hex'), 'answer.encoded'],
  ])('%s said to be %s: keep it as it came, and its verdict', async (_, encoding, bytes, id) => {
    const headers = { 'content-type': 'text/event-stream', 'content-encoding': encoding };
    const { live, later } = await recorded(
      {
        replies: [
          [
            { step: 'head', headers },
            { step: 'bytes', bytes },
          ],
        ],
      },
      async (session) => {
        await session.ask().catch(() => {});
      },
    );
    for (const { row, exchange } of [live[0]!, later[0]!]) {
      expect(row.verdict?.id).toBe(id);
      expect(exchange.response?.body.text).toBe(typeof bytes === 'string' ? bytes : bytes.toString('base64'));
    }
  });
});

describe('HAR', () => {
  it('is 1.2, with everything a reader asks for', async () => {
    await recorded({ scenarioName: 'gzip-stream' }, (session) => session.ask());
    const text = (await collected(harPieces(allExchanges(tap!.session.rows), '1.0'))).join('');
    const { log } = JSON.parse(text);
    expect(log.version).toBe('1.2');
    const [entry] = log.entries;
    expect(Object.keys(entry)).toEqual(
      expect.arrayContaining(['startedDateTime', 'time', 'request', 'response', 'cache', 'timings']),
    );
    expect(Number.isNaN(Date.parse(entry.startedDateTime))).toBe(false);
    for (const name of [
      'method',
      'url',
      'httpVersion',
      'cookies',
      'headers',
      'queryString',
      'headersSize',
      'bodySize',
    ])
      expect(entry.request).toHaveProperty(name);
    for (const name of [
      'status',
      'statusText',
      'httpVersion',
      'cookies',
      'headers',
      'content',
      'redirectURL',
      'headersSize',
      'bodySize',
    ])
      expect(entry.response).toHaveProperty(name);
    const { connect, send, wait, receive } = entry.timings;
    for (const part of [send, wait, receive]) expect(part).toBeGreaterThanOrEqual(0);
    expect(connect).toBeGreaterThanOrEqual(-1);
    expect(entry.response.content.text).toContain('message_stop');
    expect(entry.response.bodySize).toBeLessThan(entry.response.content.size);
    expect(JSON.parse(entry.request.postData.text).model).toBe('mock-1');
  });
});
