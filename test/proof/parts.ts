// The parts of the proof, in the order of the results.
import { bench } from './bench.ts';
import { cuts } from './cuts.ts';
import { fuzz } from './fuzz.ts';
import { gigabyte } from './gigabyte.ts';
import { hops } from './hops.ts';
import { matrix } from './matrix.ts';
import type { Part } from './part.ts';
import { peers } from './peers.ts';
import { processes } from './processes.ts';
import { writes } from './writes.ts';

export const parts: readonly Part[] = [cuts, matrix, hops, processes, gigabyte, writes, fuzz, bench, peers];
