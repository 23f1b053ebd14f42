// What the checks of streams share: the stream, its line of evidence, the gateway as owner.
import { type Check, type Finding, nothing, remedy } from '../engine/check.ts';
import type { Observe } from '../engine/observations.ts';
import { again } from '../engine/remedy-commands.ts';
import type { Owner, Remedy } from '../engine/report.ts';
import type { StreamFacts } from '../streams/stream-facts.ts';

/** The facts of the stream; null when no event stream came. */
export const streamOf = (observe: Observe): StreamFacts | null => observe('stream')?.stream ?? null;

export const noStream = nothing('there was no event stream');

/** Judges the stream; where none came, there is nothing to judge. */
export const ofStream =
  (judge: (stream: StreamFacts, observe: Observe) => Finding): Check['judge'] =>
  (observe) => {
    const stream = streamOf(observe);
    return stream === null ? noStream : judge(stream, observe);
  };

/** The streamed exchange in one line; its body is no evidence. */
export function streamLine(observe: Observe): string[] {
  const exchange = observe('stream')?.exchange;
  if (exchange === undefined) return [];
  const { method, url } = exchange.asked;
  const came =
    exchange.outcome === 'answered'
      ? `${exchange.status} ${exchange.headers['content-type'] ?? ''}`
      : exchange.failure.message;
  return [`${method} ${url} (stream) -> ${came}`];
}

/** Owner, evidence and remedy of a fault in what the gateway writes. */
export const gatewayFault = (
  observe: Observe,
  text: string,
): { readonly owner: Owner; readonly evidence: string[]; readonly remedy: Remedy } => ({
  owner: 'gateway',
  evidence: streamLine(observe),
  remedy: remedy(text, [again(observe)]),
});

/** `850 ms`, `2.5 s` */
export const seconds = (ms: number): string =>
  ms < 995 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
