// Work on much data, in steps: all at once, or with a turn for everything else in between. Pure.

/** Gives nothing at each step, and the result at the end. A step takes a few milliseconds. */
export type Steps<T> = Generator<void, T>;

export function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** @param pause resolves when everything else has had its turn */
export async function inTurns<T>(steps: Steps<T>, pause: () => Promise<void>): Promise<T> {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    await pause();
  }
}

/** Events or lines of one step. */
const stepSize = 2_048;

/** Every so many items of work a step ends. */
export function* inStepsOf<T>(items: Iterable<T>, work: (item: T, place: number) => void): Steps<void> {
  let place = 0;
  for (const item of items) {
    work(item, place);
    place += 1;
    if (place % stepSize === 0) yield;
  }
}
