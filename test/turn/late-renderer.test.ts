import { expect, it } from 'vitest';
import type { ReceivedEvent } from '../../src/messages/events.ts';
import { lateRenderer } from '../../src/turn/output/late-renderer.ts';
import type { Renderer, TurnEnd } from '../../src/turn/output/renderer.ts';

const end = {} as TurnEnd;
const events = (...types: string[]) => types.map((type) => ({ event: { type } }) as unknown as ReceivedEvent);

function late() {
  const calls: string[] = [];
  const inner: Renderer = {
    push: (some) => void calls.push(some.map(({ event }) => event.type).join('+')),
    settled: async () => void calls.push('settled'),
    end: () => void calls.push('end'),
    hasWritten: () => calls.length > 0,
  };
  const { promise, resolve } = withResolvers<Renderer>();
  return { calls, renderer: lateRenderer(promise), open: () => resolve(inner) };
}

function withResolvers<T>() {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

it('keeps what comes early, and shows it in order when it is there', async () => {
  const { calls, renderer, open } = late();
  renderer.push(events('a', 'b'));
  const settled = renderer.settled?.();
  expect([calls, renderer.hasWritten()]).toEqual([[], false]);
  open();
  await settled;
  expect(calls).toEqual(['a+b', 'settled']);
  renderer.push(events('c'));
  await renderer.settled?.();
  renderer.end(end);
  expect([calls, renderer.hasWritten()]).toEqual([['a+b', 'settled', 'c', 'settled', 'end'], true]);
});

it('ends nothing where nothing came', () => {
  const { calls, renderer } = late();
  renderer.end(end);
  expect(calls).toEqual([]);
});
