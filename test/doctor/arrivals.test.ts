import fc from 'fast-check';
import { expect, test } from 'vitest';
import { measureArrivals } from '../../src/doctor/arrivals.ts';
import { delta, direct, origin, paced, sse } from './synthetic-stream.ts';

const encoder = new TextEncoder();
const text = `: keep-alive\n\n${sse('ping', {})}${delta('é\n')}${delta('2')}${sse('message_stop', {})}`;

test('only content deltas count, each at the moment its blank line is here', () => {
  const body = encoder.encode(text);
  const cut = text.indexOf('"2"');
  const measured = measureArrivals(
    [
      { at: 1010, chunks: [body.subarray(0, 5)] },
      { at: 1100, chunks: [body.subarray(5, cut)] },
      { at: 1200, chunks: [body.subarray(cut)] },
    ],
    1000,
  );
  expect(measured.deltas).toEqual([100, 200]);
  expect(measured.firstEventAt).toBe(100);
  expect(measured.reads).toEqual([
    { at: 10, offset: 5 },
    { at: 100, offset: cut },
    { at: 200, offset: body.length },
  ]);
  expect(measured.boundaries.has(cut)).toBe(false);
  expect(measured.boundaries.has(body.length)).toBe(true);
});

test.each([
  ['LF', '\n'],
  ['CRLF', '\r\n'],
  ['CR', '\r'],
])('boundaries and deltas are the same however bytes are cut (%s)', (_, lineEnd) => {
  const body = encoder.encode(text.replaceAll('\n', lineEnd));
  const whole = measureArrivals([{ at: 7, chunks: [body] }], 0);
  expect(whole.deltas).toEqual([7, 7]);
  for (let cut = 0; cut <= body.length; cut += 1) {
    const halves = measureArrivals(
      [
        { at: 7, chunks: [body.subarray(0, cut)] },
        { at: 7, chunks: [body.subarray(cut)] },
      ],
      0,
    );
    expect(halves.deltas).toEqual(whole.deltas);
    expect([...halves.boundaries].sort()).toEqual([...whole.boundaries].sort());
  }
});

test('an event without a name is known by its data, one with broken data by its name', () => {
  const nameless = 'data: {"type":"content_block_delta"}\n\n';
  const broken = 'event: content_block_delta\ndata: {"type":\n\n';
  const other = 'event: x\ndata: {"type":\n\ndata: null\n\n';
  expect(measureArrivals([{ at: 1, chunks: [encoder.encode(nameless + broken + other)] }], 0).deltas).toEqual(
    [1, 1],
  );
});

test('an unfinished event at the end is not counted', () => {
  const body = encoder.encode(delta('a') + delta('b').trimEnd());
  expect(measureArrivals([{ at: 1, chunks: [body] }], 0).deltas).toEqual([1]);
});

test('a read that follows an event is its boundary, whatever the pace', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 500 }), { minLength: 1, maxLength: 40 }), (gaps) => {
      let now = 0;
      const times = gaps.map((gap) => {
        now += gap;
        return now;
      });
      const measured = measureArrivals(direct(origin(times)), 0);
      expect(measured.deltas).toEqual(times);
      for (const read of measured.reads) expect(measured.boundaries.has(read.offset)).toBe(true);
    }),
  );
  expect(paced(3, 10, 5)).toEqual([5, 15, 25]);
});
