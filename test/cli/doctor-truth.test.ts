// `msg doctor` against servers whose truth is known: verdict, root cause and what it says. One row a truth, in truth/.
import { expect, it } from 'vitest';
import { examineTruth, expectationOf, truths } from './truth/truths.ts';

// All at once: some of them wait for what never comes.
it.concurrent.for(truths.map((truth) => [truth.name, truth] as const))('%s', async ([, truth]) => {
  const { rootCause, ...seen } = await examineTruth(truth);
  expect(seen, JSON.stringify(rootCause)).toEqual(expectationOf(truth));
  if (truth.owner !== undefined) expect(rootCause?.owner).toBe(truth.owner);
  if (truth.confidence !== undefined) expect(rootCause?.confidence).toBe(truth.confidence);
  if (truth.says !== undefined) expect(JSON.stringify(rootCause)).toMatch(truth.says);
});
