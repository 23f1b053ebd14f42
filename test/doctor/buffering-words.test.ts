import { expect, test } from 'vitest';
import { judgeStream } from '../../src/doctor/streams/buffering-statistic.ts';
import { describeStream } from '../../src/doctor/streams/buffering-words.ts';
import type { StreamTrace } from '../../src/doctor/streams/stream-statistic.ts';
import {
  blocks,
  direct,
  dumped,
  flushed,
  heldByApp,
  heldStart,
  origin,
  type Path,
  paced,
  traceOf,
} from './synthetic-stream.ts';

const steady = paced(120, 20);
const stories: readonly [string, Path, readonly number[], Partial<StreamTrace>?, number?][] = [
  ['live', direct, steady],
  ['buffered', dumped, steady],
  ['buffered, headers too', dumped, steady, { oneTokenMs: null, headerHoldMs: 4200 }],
  ['buffered and compressed', dumped, steady, { contentEncoding: 'gzip' }],
  ['a stated length', dumped, steady, { hasContentLength: true, ageSeconds: 2 }],
  ['from a cache', dumped, paced(60, 1), { cacheHit: 'HIT' }],
  ['blocks', blocks(4096), steady],
  ['blocks of unknown size', blocks(4096), steady, { contentEncoding: 'gzip' }],
  ['a flush timer', flushed(500), steady],
  ['a corked socket', flushed(200), steady],
  ['held by the application', heldByApp, steady],
  ['held at its start', heldStart(8192), steady],
  ['one event', direct, [2400], { outputTokens: 150 }],
  ['no backend', direct, [], { end: 'timeout' }, 50],
  ['an empty answer', direct, [], {}, 50],
  ['too short', direct, paced(6, 80)],
  ['too fast', dumped, paced(60, 2)],
  ['late, then fast', direct, paced(100, 1.5, 3000)],
  ['no control', dumped, steady, { oneTokenMs: null }],
];

test('every verdict in words, with its proof', async () => {
  const told = stories.map(([name, path, times, facts, headAt]) => {
    const trace = traceOf(path(origin(times, headAt ?? times[0])), facts);
    const judgement = judgeStream(trace);
    const { summary, evidence } = describeStream(judgement, trace);
    const { report, severity, confidence } = judgement;
    const head = `# ${name}: ${report.verdict}, ${severity}, ${confidence}`;
    return [head, summary, ...evidence.map((line) => `  ${line}`), ''].join('\n');
  });
  await expect(told.join('\n')).toMatchFileSnapshot('../golden/doctor/stream-verdicts.txt');
});
