// What one attempt brings: failures in the place where they arise, and what was left out.
import { describe, expect, it } from 'vitest';
import { createIntake, type Taken } from '../../src/messages/intake.ts';
import { Secret } from '../../src/messages/secret.ts';

const words = (data: string): { event: undefined; data: string } => ({ event: undefined, data });
const json = (value: unknown): { event: undefined; data: string } => words(JSON.stringify(value));
const start = json({ type: 'message_start', message: { id: 'a' } });
const text = json({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'x' } });
const error = json({ type: 'error', error: { type: 'api_error', message: 'gone' } });
const half = words('{"type":"content_block_del');

const reads = (...reads: { event: undefined; data: string }[][]): Taken[] => {
  const intake = createIntake({});
  return reads.map((arrived) => intake.read(() => arrived));
};

describe('half an event', () => {
  it('fails when the answer goes on, and only then', () => {
    const [first, second] = reads([start, text, half], [text]);
    expect(first?.failure).toBeUndefined();
    expect(first?.events).toHaveLength(2);
    expect(second?.events).toEqual([]);
    expect(String(second?.failure)).toContain('an event that is not JSON: {"type":"content_block_del');
  });

  it('is explained by the error that comes next', () => {
    const [, second] = reads([start, text, half], [error]);
    expect(second).toMatchObject({ error: { message: 'gone' } });
  });

  it('fails when the stream ends', () => {
    const intake = createIntake({});
    intake.read(() => [start, half]);
    expect(String(intake.end(() => []).failure)).toContain('not JSON');
  });

  it('that the end of the stream cut is no event', () => {
    const intake = createIntake({});
    intake.read(() => [start]);
    expect(intake.end(() => [half])).toEqual({ events: [] });
  });

  it('is quoted without half of a key', () => {
    const key = `sk-quoted-${'k'.repeat(40)}`;
    new Secret(key);
    const [taken] = reads([words(`{"not json ${'.'.repeat(90)} ${key}`), text]);
    expect(String(taken?.failure)).toContain('not json');
    expect(String(taken?.failure)).not.toContain('kk');
  });
});

describe('what was left out', () => {
  it('is counted, and shown as it came', () => {
    const intake = createIntake({});
    intake.read(() => [start, words('heartbeat'), start, json({ type: 'new', a: 1 }), text]);
    expect(intake.ignored()).toEqual({
      count: 3,
      latest: '{"type":"new","a":1}',
      latestWords: 'heartbeat',
    });
  });

  it('does not count what says nothing by design', () => {
    const intake = createIntake({});
    intake.read(() => [start, json({ type: 'ping' }), words('[DONE]'), words('')]);
    expect(intake.ignored().count).toBe(0);
  });

  it('keeps its JSON for programs, and its words from them', () => {
    const [taken] = reads([start, words('heartbeat'), start]);
    expect(taken?.events.map(({ data }) => data)).toEqual([start.data, undefined, start.data]);
  });
});
