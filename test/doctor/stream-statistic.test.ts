import { expect, test } from 'vitest';
import fc from '../fast-check.ts';
import { delta, direct, measure, origin, sse } from './synthetic-stream.ts';

const encoder = new TextEncoder();
const text = `: keep-alive\n\n${sse('ping', {})}${delta('é\n')}${delta('2')}${sse('message_stop', {})}`;

test('only content deltas count, each at the moment its blank line is here', () => {
  const body = encoder.encode(text);
  const cut = text.indexOf('"2"');
  const measured = measure([
    { at: 10, bytes: body.subarray(0, 5) },
    { at: 100, bytes: body.subarray(5, cut) },
    { at: 200, bytes: body.subarray(cut) },
  ]);
  expect(measured).toEqual({
    deltas: [100, 200],
    firstEventAt: 100,
    reads: [
      { at: 10, offset: 5, endsEvent: false },
      { at: 100, offset: cut, endsEvent: false },
      { at: 200, offset: body.length, endsEvent: true },
    ],
    stalls: [],
  });
});

test.each([
  ['LF', '\n'],
  ['CRLF', '\r\n'],
  ['CR', '\r'],
])('a read ends an event exactly where a blank line ends (%s)', (_, lineEnd) => {
  const body = encoder.encode(text.replaceAll('\n', lineEnd));
  const blank = lineEnd + lineEnd;
  const whole = new TextDecoder('latin1').decode(body);
  for (let cut = 1; cut < body.length; cut += 1) {
    const { reads, deltas } = measure([
      { at: 7, bytes: body.subarray(0, cut) },
      { at: 7, bytes: body.subarray(cut) },
    ]);
    expect(deltas).toEqual([7, 7]);
    const start = whole.slice(0, cut);
    // Between the two bytes of the last CRLF the blank line is over as well.
    expect(reads[0]?.endsEvent).toBe(
      start.endsWith(blank) || (lineEnd === '\r\n' && start.endsWith('\r\n\r')),
    );
  }
});

test('a keep-alive is the first sign of the stream', () => {
  const measured = measure([
    { at: 5, bytes: encoder.encode(': keep-alive\n\n') },
    { at: 900, bytes: encoder.encode(delta('a')) },
  ]);
  expect(measured).toMatchObject({ firstEventAt: 5, deltas: [900] });
  expect(measured.reads[0]?.endsEvent).toBe(true);
  expect(measure([])).toEqual({ deltas: [], firstEventAt: null, reads: [], stalls: [] });
});

test('single bytes end events where whole reads do', () => {
  const body = encoder.encode(delta('a') + delta('b'));
  const reads = measure([...body].map((byte, index) => ({ at: index, bytes: Uint8Array.of(byte) }))).reads;
  const ends = reads.filter(({ endsEvent }) => endsEvent).map(({ offset }) => offset);
  expect(ends).toEqual([delta('a').length, body.length]);
});

test('an event a read ends every read, whatever the pace', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 500 }), { minLength: 1, maxLength: 40 }), (gaps) => {
      let now = 0;
      const times = gaps.map((gap) => {
        now += gap;
        return now;
      });
      const measured = measure(direct(origin(times)));
      expect(measured.deltas).toEqual(times);
      expect(measured.reads.every(({ endsEvent }) => endsEvent)).toBe(true);
    }),
  );
});
