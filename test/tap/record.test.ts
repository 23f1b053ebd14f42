// Recordings, HAR and the faults that are put in: what the tap saw comes back, without a secret, also where it is broken.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseRecording } from '../../src/http/recording.ts';
import { jsonReply, type MockOptions } from '../../src/mock/index.ts';
import type { JudgedExchange } from '../../src/tap/exchange.ts';
import { openFaults } from '../../src/tap/faults.ts';
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

const place = { url: 'http://127.0.0.1:1', doctorCommand: 'msg doctor', proxy: null };

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

describe('faults', () => {
  it('meet the requests they were asked for, and no other', async () => {
    const faults = await openFaults({ fail: ['529@2', 'cut@3-4'] }, clock);
    tap = await startTapSession({ keepsRequests: true }, { faults });
    try {
      for (let count = 0; count < 5; count += 1) {
        await tap.ask({}, { path: '/v1/messages/count_tokens' });
        await tap.ask().catch(() => {});
      }
      const rows = (await tap.rows(10)).filter(({ path }) => path === '/v1/messages');
      expect(rows.map(({ status, fault, verdict }) => [status, fault, verdict?.id])).toEqual([
        [200, null, 'ok'],
        [529, 'overloaded-529', 'up.5xx'],
        [200, 'clean-eof', 'sse.truncated'],
        [200, 'clean-eof', 'sse.truncated'],
        [200, null, 'ok'],
      ]);
      expect(tap.mock.requests.filter(({ path }) => path === '/v1/messages')).toHaveLength(2);
    } finally {
      await faults.close();
    }
  });

  it('hold an answer in blocks, and lose nothing', async () => {
    const faults = await openFaults({ buffer: '1000@1' }, clock);
    tap = await startTapSession({ speed: 400 }, { faults });
    const held = await tap.ask();
    const plain = await tap.ask();
    const deltas = (text: string): number => text.split('content_block_delta').length;
    expect(deltas(held)).toBe(deltas(plain));
    await tap.rows(2);
    const { marks, wireBytes } = tap.session.journal.entries[0]!.response!.body;
    // Head and framing are in the blocks, too.
    for (const [, bytes] of marks) expect(bytes).toBeLessThanOrEqual(1000);
    expect(marks.length).toBeGreaterThanOrEqual(Math.floor(wireBytes / 1000));
    expect(marks.length).toBeLessThan(wireBytes / 500);
    await faults.close();
  });

  it('slow an answer down', async () => {
    const faults = await openFaults({ slow: '30@1' }, clock);
    tap = await startTapSession({ speed: 2000 }, { faults });
    await tap.ask();
    const [row] = await tap.rows(1);
    expect(row?.fault).toBe('slow 30 ms');
    const { marks } = tap.session.journal.entries[0]!.response!.body;
    const gaps = marks.slice(1).map(([at], index) => at - marks[index]![0]);
    expect(Math.min(...gaps)).toBeGreaterThan(20);
    await faults.close();
  });

  it.each([
    [{ fail: ['529@0'] }, '"529@0" says no request'],
    [{ fail: ['no-such-thing'] }, 'There is no scenario "no-such-thing"'],
    [{ slow: 'a bit' }, '--slow takes a whole number'],
    [{ buffer: '0' }, '--buffer takes a whole number'],
  ])('%j is refused', async (options, words) => {
    await expect(openFaults(options, clock)).rejects.toThrow(words);
  });
});
