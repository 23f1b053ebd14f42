// How a stream ends: at its limit or by itself, and how long after its last event. What one stream shows may be chance,
// so a second one is asked for where the first leaves a doubt. Pure.
import { isObject } from '../../text/json.ts';
import { messageOf } from '../engine/exchange-facts.ts';
import type { Observe, ProbeId } from '../engine/observations.ts';
import type { StreamFacts } from './stream-facts.ts';

/** Tokens that the stream of every run may have, and the one token. */
export const streamTokens = 160;

/** An answer that counts as many tokens as it may have and says that it ended by itself, which it may have. */
const claimsItsOwnEnd = (
  stopReason: unknown,
  usage: Readonly<Record<string, unknown>> | null | undefined,
  limit: number,
): boolean => stopReason === 'end_turn' && usage?.['output_tokens'] === limit;

const claims = (stream: StreamFacts | null | undefined, limit: number): boolean =>
  claimsItsOwnEnd(stream?.stopReason, stream?.endUsage, limit);

/** Which answers claim to have ended by themselves exactly at their limit: one may have, two have not. */
export function ownEnds(observe: Observe): readonly ('message' | 'stream' | 'streamAgain')[] {
  const message = messageOf(observe);
  const usage = message?.['usage'];
  // With --soak the second stream is as long as the long one.
  const again = observe('longStream') === undefined ? streamTokens : 3 * streamTokens;
  return [
    ...(claimsItsOwnEnd(message?.['stop_reason'], isObject(usage) ? usage : null, 1)
      ? ['message' as const]
      : []),
    ...(claims(observe('stream')?.stream, streamTokens) ? ['stream' as const] : []),
    ...(claims(observe('streamAgain')?.stream, again) ? ['streamAgain' as const] : []),
  ];
}

/** The second stream, where the first may have ended by itself at its limit. */
export function doubtsOfEnd(observe: Observe): readonly ProbeId[] {
  const ends = ownEnds(observe);
  return ends.length === 1 && ends[0] === 'stream' ? ['streamAgain'] : [];
}

/** A message that came whole in a body that did not: HTTP asks for an end, and clients wait for it. */
export const openBody = {
  means:
    'All of the message came, message_stop too, and then the connection closed before its body was at its end (no last chunk, or fewer bytes than Content-Length says): the official SDKs report an error and lose the answer (terminated, incomplete chunked read)',
  cure: 'Have the gateway end the body (the last chunk, or the right Content-Length) before it closes the connection.',
};

/** A connection that is still open this long after message_stop keeps clients waiting. */
const longestLagMs = 2000;

/** How long the body stayed open after message_stop, less what msg itself slept through; null without one. */
function lagOf(stream: StreamFacts | null | undefined): number | null {
  const stop = stream?.times.stop ?? null;
  if (stream == null || stop === null) return null;
  const slept = stream.stalls.reduce(
    (total, { from, to }) => total + Math.max(0, Math.min(to, stream.endMs) - Math.max(from, stop)),
    0,
  );
  return stream.endMs - stop - slept;
}

/** The second stream, where the first ends late. */
export const doubtsOfLag = (observe: Observe): readonly ProbeId[] =>
  (lagOf(observe('stream')?.stream) ?? 0) > longestLagMs ? ['streamAgain'] : [];

/** How long each stream stays open after message_stop, in milliseconds, if that keeps clients waiting; else null. */
export function lateEnd(observe: Observe): number | null {
  const lags = [lagOf(observe('stream')?.stream), lagOf(observe('streamAgain')?.stream)].filter(
    (lag) => lag !== null,
  );
  const shortest = Math.min(...lags);
  return lags.length > 0 && shortest > longestLagMs ? shortest : null;
}
