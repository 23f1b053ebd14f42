// A race with all there is in one: a winner, failed runs, a target that is out, long and hostile names, a price.
import type { Race, RaceRun } from '../../../src/doctor/race/race.ts';
import { notesOf, raceRule, rankingsOf, standingOf } from '../../../src/doctor/race/standings.ts';

const down = {
  check: 'up.5xx',
  means: 'nginx/1.26.3 has no backend: <b>"502 Bad Gateway"</b>.',
  owner: 'gateway',
  isRetryable: true,
} as const;

const run = (target: string, round: number, firstTextMs: number | null): RaceRun => ({
  round,
  target,
  firstTextMs,
  totalMs: 900 + round,
  tokensPerSecond: firstTextMs === null ? null : 20_000 / firstTextMs,
  gapMs: firstTextMs === null ? null : { p50: 10, p95: 22.5, longest: 40 + round },
  modelServed: firstTextMs === null ? null : target === 'work' ? 'claude-sonnet-4-6' : 'gpt-4o',
  inputTokens: 24,
  outputTokens: 120,
  cost: target === 'work' ? [{ amount: 0.0019, currency: 'USD' }] : null,
  trouble: firstTextMs === null ? down : null,
});

const far = 'https://a-relay-with-a-very-long-name.example.com:8443/v1/some/path/<script>';
const runs: readonly RaceRun[] = [210, 230, 205, 290, 215].flatMap((ms, index) => [
  run('work', index + 1, ms),
  run(far, index + 1, index === 2 ? null : 500 + ms),
]);

const entrant = (name: string) => ({
  name,
  baseUrl: `https://${name}.example`,
  modelAsked: 'claude-sonnet-4-6',
  out: null,
});

const targets = [
  standingOf(entrant('work'), runs),
  standingOf(entrant(far), runs),
  standingOf(
    { ...entrant('gone'), out: { ...down, isRetryable: false, next: 'Next: msg doctor gone' } },
    runs,
  ),
];

export const sampleRace: Race = {
  schemaVersion: 1,
  madeAt: '2026-11-20T12:00:00.000Z',
  elapsedMs: 12_300,
  rounds: 5,
  concurrency: 1,
  prompt: 'Count.',
  maxTokens: 160,
  isComplete: true,
  targets,
  rankings: rankingsOf(targets, runs),
  rule: raceRule,
  notes: notesOf(targets, { rounds: 5 }),
  spend: { requests: 13, paidRequests: 10, inputTokens: 240, outputTokens: 1200, cost: null },
  runs,
};
