// A watch of a day with all there is in one: every verdict, a night that nobody watched, a latency that rises.
import type { Round } from '../../../src/doctor/watch/round.ts';

const start = Date.parse('2026-11-19T12:00:00.000Z');
const minute = 60_000;

export const sampleRounds: readonly Round[] = Array.from({ length: 1440 }, (_, index): Round => {
  const [verdict, cause] =
    index > 900 && index < 930
      ? (['broken', 'net.refused'] as const)
      : index > 1100 && index < 1110
        ? (['degraded', 'sse.buffered'] as const)
        : index === 1200
          ? (['undetermined', null] as const)
          : (['healthy', null] as const);
  return {
    at: start + index * minute,
    target: 'https://a-relay-with-a-very-long-name.example.com:8443/v1/some/path/messages',
    verdict,
    cause,
    sentence: `${cause ?? '52 checks made'}: <b>${'word '.repeat(20)}</b>`,
    latencyMs: verdict === 'broken' ? null : (index > 1250 ? 900 : 60) + ((index * 37) % 23),
  };
}).filter((_, index) => index < 400 || index > 800);
