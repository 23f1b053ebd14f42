// Long bodies in steps: the same texts as in one go, and turns for everything else meanwhile.
import { get } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { atOnce, type Steps } from '../../src/doctor/streams/in-steps.ts';
import { withoutSecrets } from '../../src/messages/key-shapes.ts';
import { streamReply } from '../../src/mock/index.ts';
import { evidenceOf } from '../../src/tap/evidence.ts';
import { createJournal, type Entry } from '../../src/tap/journal.ts';
import { createJudge } from '../../src/tap/judge.ts';
import { exchangeOf } from '../../src/tap/shown-exchange.ts';
import { jsonPieces, textOf, withoutSecretsIn } from '../../src/tap/shown-text.ts';
import { startTapSession, type TapSession } from './tap-session.ts';
import { clock } from './tapped.ts';

const megabyte = 1024 * 1024;

function stepsOf<T>(steps: Steps<T>): { readonly count: number; readonly result: T } {
  let count = 0;
  for (;;) {
    const step = steps.next();
    if (step.done) return { count, result: step.value };
    count += 1;
  }
}

describe('texts in steps', () => {
  it('decode characters that lie over two chunks, and two steps', () => {
    const text = 'aé€😀'.repeat(60_000);
    const bytes = Buffer.from(text);
    const chunks = [bytes.subarray(0, 5), bytes.subarray(5, 6), bytes.subarray(6)].map((part) => ({
      at: 0,
      bytes: part,
    }));
    const { count, result } = stepsOf(textOf(chunks));
    expect(result === text).toBe(true);
    expect(count).toBeGreaterThan(1);
  });

  it.each([
    ['JSON', '","', 'word word '],
    ['lines', '\n', 'word word '],
    ['a picture', '+', 'QUJDREVG'],
  ])('mask each key of %s, wherever a step ends', (_, separator, filler) => {
    const key = 'sk-ant-api03-canary0123456789abcdef';
    const before = filler.repeat(Math.floor((256 * 1024 - 20) / filler.length));
    // The key begins before the end of the first step, and ends behind it.
    const text = `${before}${separator}${key}${separator}${before}${separator}x`;
    const { count, result } = stepsOf(withoutSecretsIn(text));
    expect(result).not.toContain('canary');
    expect(result === withoutSecrets(text)).toBe(true);
    expect(count).toBeGreaterThan(0);
  });

  it('are written as the same JSON', () => {
    const long = 'a"\\\n\u2028é😀\ud800'.repeat(60_000);
    const value = { a: [1, null, { long, short: 'x' }], b: long, c: { d: '' } };
    const pieces = [...jsonPieces(value)];
    expect(JSON.stringify(JSON.parse(pieces.join(''))) === JSON.stringify(value)).toBe(true);
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(3 * megabyte);
    expect(atOnce(textOf([]))).toBe('');
  });
});

const event = (type: string, fields: object): string =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;
const opening =
  event('message_start', {
    message: { id: 'm', type: 'message', role: 'assistant', model: 'm', content: [], usage: {} },
  }) + event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } });
const closing =
  event('content_block_stop', { index: 0 }) +
  event('message_delta', { delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 777 } }) +
  event('message_stop', {});
const delta = event('content_block_delta', { index: 0, delta: { type: 'text_delta', text: ' token' } });

/** An exchange with an answer of so many bytes. */
function longExchange(bytes: number, { asked = 1000, hasEnd = true, isCut = false } = {}): Entry {
  const journal = createJournal(clock);
  const observer = journal.begin({
    connection: 1,
    method: 'POST',
    path: '/v1/messages',
    url: 'http://127.0.0.1/v1/messages',
    httpVersion: '1.1',
    headers: [],
    fault: null,
  });
  const messages = Array.from({ length: 64 }, () => ({ role: 'user', content: 'w '.repeat(asked / 128) }));
  observer.requestBody(Buffer.from(JSON.stringify({ model: 'm', stream: true, messages })));
  observer.requestEnd([]);
  observer.head({ version: '1.1', status: 200, reason: 'OK' }, [['content-type', 'text/event-stream']]);
  observer.body(Buffer.from(opening));
  const read = Buffer.from(delta.repeat(500));
  for (let sent = 0; sent < bytes; sent += read.length) observer.body(read);
  if (hasEnd) observer.body(Buffer.from(closing));
  if (isCut) observer.end('cut');
  else observer.complete([]);
  return observer.entry;
}

describe('a long exchange', () => {
  /** How many times everything else had its turn. */
  async function turnsDuring(work: (pause: () => Promise<void>) => Promise<unknown>): Promise<number> {
    let turns = 0;
    await work(() => {
      turns += 1;
      return new Promise((resolve) => setImmediate(resolve));
    });
    return turns;
  }

  it('leaves others their turns while it is judged, and while it is shown', async () => {
    const entry = longExchange(12 * megabyte, { asked: 12 * megabyte });
    // Each step takes a quarter of a megabyte at most, of either body, once for each thing that is done to it.
    expect(await turnsDuring((pause) => exchangeOf(entry, pause))).toBeGreaterThan(2 * 2 * 12 * 3);
    expect(await turnsDuring((pause) => evidenceOf(entry, pause))).toBeGreaterThan(12 * 3 + 8 * 3 + 8 * 7);
  });

  const mark = /whether it ended with message_stop is not known/;
  it.each([
    [12, {}, 'end_turn', 'ok', /^$/],
    [
      12,
      { hasEnd: false },
      null,
      'sse.truncated',
      /it ended after .*, behind 12\.\d MiB and without message_stop/,
    ],
    [
      12,
      { hasEnd: false, isCut: true },
      null,
      'sse.truncated',
      /connection closed after .*, behind 12\.\d MiB/,
    ],
    // What is not kept is neither called complete nor cut.
    [40, {}, null, 'answer.end_unseen', mark],
    [40, { isCut: true }, null, 'sse.truncated', /the connection closed after .*, behind 40\.\d MiB\./],
  ] as const)(
    'of %i MB %j is judged by what is seen of it',
    async (megabytes, how, stopReason, id, summary) => {
      const evidence = await evidenceOf(longExchange(megabytes * megabyte, how));
      expect(evidence.facts.stopReason).toBe(stopReason);
      expect(evidence.facts.outputTokens).toBe(stopReason === null ? null : 777);
      const found = createJudge({ url: '', doctorCommand: 'msg doctor', plainCommand: '', proxy: null })(
        evidence,
      );
      expect(found.id).toBe(id);
      expect(found.summary).toMatch(summary);
    },
  );
});

describe('beside a page that opens a long exchange', () => {
  let tap: TapSession;
  afterEach(() => tap.close());

  it('others are served', async () => {
    const hello = streamReply({ content: [{ type: 'text', text: 'hello' }] });
    tap = await startTapSession(
      { replies: [hello], keepsRequests: false },
      { page: { target: 'x', version: '1' } },
    );
    await tap.ask({ messages: [{ role: 'user', content: 'w '.repeat(8 * megabyte) }] });
    await tap.rows(1);
    const page = new URL(tap.session.pageUrl!);
    page.pathname += 'exchange/1';
    let isOpen = true;
    const opened = new Promise<string>((resolve, reject) => {
      get(page, { agent: false }, (response) => resolve(text(response))).on('error', reject);
    }).finally(() => {
      isOpen = false;
    });
    let served = 0;
    while (isOpen) {
      await fetch(`${tap.url}/v1/models`);
      served += 1;
    }
    expect((await opened).length).toBeGreaterThan(16 * megabyte);
    expect(served).toBeGreaterThan(10);
  });
});
