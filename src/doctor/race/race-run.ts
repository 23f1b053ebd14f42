// One request of a race: asked as every other, measured, and what of the answer counts.
import type { Usage } from '../../messages/types.ts';
import type { Money } from '../../profiles/prices.ts';
import type { Streamed } from '../engine/observations.ts';
import type { DoctorContext } from '../engine/probe.ts';
import { askForStream } from '../probes/ask-endpoint.ts';
import { usageOf } from '../probes/exchange-record.ts';
import { standardStream } from '../probes/paid.ts';
import { quantile, spreadOf, tenth } from '../samples/quantile.ts';
import type { StreamFacts } from '../streams/stream-facts.ts';
import { effectiveArrivalsOf } from '../streams/stream-statistic.ts';
import type { Cost, RaceRun } from './race.ts';
import { troubleOf } from './run-trouble.ts';

/** What the tokens of an answer cost; undefined where nobody knows. */
export type Pricing = (model: string | null, usage: Usage) => Money | undefined;

/** A target that is open, under the name it has in the table. */
export type Racer = {
  readonly name: string;
  readonly doctor: DoctorContext;
  readonly pricing: Pricing;
};

/** A stream that brings no text for this long is given up. */
const longestSilenceMs = 60_000;
/** Below, the speed is that of the network. */
const measurableMs = 100;
/** A text that comes in fewer instants than this was held: when it was made cannot be seen. */
const fewestArrivals = 3;

/** Asks for the one stream of a race. Throws only the signal's reason. */
export async function raceOnce({ name, doctor, pricing }: Racer, round: number): Promise<RaceRun> {
  const streamed = await askForStream(doctor, standardStream, longestSilenceMs);
  const { exchange, stream } = streamed;
  const tokens = usageOf(exchange.outcome === 'answered' ? exchange.body : '');
  const trouble = troubleOf(streamed, doctor.setup);
  return {
    round,
    target: name,
    ...(stream === null || trouble !== null ? unmeasured : measured(stream)),
    totalMs: tenth(exchange.times.end),
    modelServed: stream?.model ?? null,
    ...tokens,
    cost: costOf(streamed, pricing),
    trouble,
  };
}

const unmeasured = { firstTextMs: null, tokensPerSecond: null, gapMs: null };

function measured(stream: StreamFacts): Pick<RaceRun, 'firstTextMs' | 'tokensPerSecond' | 'gapMs'> {
  const texts = textArrivals(stream);
  const gaps = texts.slice(1).map((at, index) => at - (texts[index] ?? at));
  const spread = spreadOf(gaps);
  const firstTextMs = texts[0];
  return {
    firstTextMs: firstTextMs === undefined ? null : tenth(firstTextMs),
    tokensPerSecond: speedOf(stream),
    gapMs: spread && { ...spread, longest: tenth(quantile(gaps, 1) ?? 0) },
  };
}

/** When each piece of text was here; what a model thinks before is none. */
const textArrivals = ({ events }: StreamFacts): number[] =>
  events.flatMap(({ at, json }) => {
    const part = (json?.['delta'] ?? json?.['content_block']) as { text?: unknown } | undefined;
    return typeof part?.text === 'string' && part.text !== '' ? [at] : [];
  });

/** Tokens a second from the first to the last delta, as `send --stats` has it: thinking is made at the same pace. */
function speedOf(stream: StreamFacts): number | null {
  const { firstDelta, lastDelta } = stream.times;
  const tokens = stream.endUsage?.['output_tokens'];
  const spanMs = (lastDelta ?? 0) - (firstDelta ?? 0);
  if (typeof tokens !== 'number' || tokens <= 0 || spanMs < measurableMs) return null;
  if (effectiveArrivalsOf(stream) < fewestArrivals) return null;
  return tenth((tokens * 1000) / spanMs);
}

/** A refused request costs nothing; one that broke off counts its tokens in part only: nobody knows. */
function costOf({ exchange, stream }: Streamed, pricing: Pricing): Cost {
  if (exchange.outcome === 'failed') return null;
  if (exchange.status >= 400) return [];
  if (stream === null || stream.stopReason === null) return null;
  const cost = pricing(stream.model, { ...stream.startUsage, ...stream.endUsage } as Usage);
  return cost === undefined ? null : [cost];
}
