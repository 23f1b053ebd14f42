// The reader of HTTP/1.1 messages: what it tells does not depend on how the bytes arrive, and nothing is lost on the way.
import { describe, expect, it } from 'vitest';
import { requestFraming } from '../../src/tap/http-head.ts';
import { createMessageReader } from '../../src/tap/message-reader.ts';
import fc from '../fast-check.ts';

/** What is told of bytes that come in these pieces. */
function toldOf(pieces: readonly Buffer[]): { readonly told: readonly string[]; readonly raw: string } {
  const told: string[] = [];
  let body = '';
  let raw = '';
  const settle = (): void => {
    if (body !== '') told.push(`body ${body}`);
    body = '';
  };
  const reader = createMessageReader({
    head(head) {
      told.push(`head ${head.start}`);
      return requestFraming(head);
    },
    raw(bytes) {
      raw += bytes.toString('latin1');
    },
    body(bytes, start, end) {
      body += bytes.toString('latin1', start, end);
    },
    end(trailers) {
      settle();
      told.push(`end ${JSON.stringify(trailers)}`);
    },
    unreadable(why) {
      settle();
      told.push(`unreadable: ${why}`);
    },
  });
  for (const piece of pieces) reader.read(piece);
  settle();
  told.push(`closed ${reader.close()}`);
  return { told, raw };
}

const messages = [
  'GET /a HTTP/1.1\r\nHost: x\r\n\r\n',
  'POST /b HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello',
  'POST /c HTTP/1.1\nTransfer-Encoding: chunked\n\n5\nhello\n0\n\n',
  'POST /d HTTP/1.1\r\nTransfer-Encoding: gzip, Chunked\r\n\r\n00A ; x="1"\r\n0123456789\r\nff\r\n' +
    `${'z'.repeat(255)}\r\n0\r\nT: 1\r\nT: 2\r\n\r\n`,
  '\r\n\r\nGET /e HTTP/1.1\r\nFolded: one\r\n  two\r\n\r\n',
];
const broken = [
  'POST /f HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n',
  'POST /g HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nlonger\r\n',
  'POST /h HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n',
  'POST /i HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n\r\n',
  'no: head\u0001 of HTTP\r\n bad name: 1\r\nx y: 1\r\n\r\n',
];

describe('a reader of messages', () => {
  const whole = Buffer.from(messages.join(''), 'latin1');

  it('tells heads, bodies, trailers and ends', () => {
    const { told, raw } = toldOf([whole]);
    expect(told).toEqual([
      'head GET /a HTTP/1.1',
      'end []',
      'head POST /b HTTP/1.1',
      'body hello',
      'end []',
      'head POST /c HTTP/1.1',
      'body hello',
      'end []',
      'head POST /d HTTP/1.1',
      `body 0123456789${'z'.repeat(255)}`,
      'end [["T","1"],["T","2"]]',
      'head GET /e HTTP/1.1',
      'end []',
      'closed true',
    ]);
    // All that is no head.
    expect(raw).toBe(messages.map((text) => text.replace(/^(\r\n)*[\s\S]*?\r?\n\r?\n/, '')).join(''));
  });

  it.each([messages.join(''), ...broken.map((text) => messages.join('') + text)])(
    'tells the same however it is cut: %#',
    (text) => {
      const bytes = Buffer.from(text, 'latin1');
      const expected = toldOf([bytes]);
      expect(toldOf([...bytes].map((byte) => Buffer.from([byte])))).toEqual(expected);
      fc.assert(
        fc.property(fc.array(fc.nat(bytes.length), { maxLength: 12 }), (cuts) => {
          const places = [0, ...cuts.sort((a, b) => a - b), bytes.length];
          const pieces = places.slice(1).map((end, index) => bytes.subarray(places[index], end));
          expect(toldOf(pieces)).toEqual(expected);
        }),
      );
    },
  );

  it.each(broken)('gives up where both sides could understand something else: %#', (text) => {
    const { told } = toldOf([Buffer.from(text, 'latin1')]);
    expect(told.some((line) => line.startsWith('unreadable: '))).toBe(true);
  });
});
