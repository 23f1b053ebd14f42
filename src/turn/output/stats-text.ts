// Usage and timings of a turn as one line each.
import type { MessageExchange } from '../../messages/client.ts';
import { resultOf } from '../../messages/result.ts';
import type { Usage } from '../../messages/types.ts';
import { costText, type Money } from '../../profiles/prices.ts';

/** Usage, and the cost where it is known. */
export const usageLine = (usage: Usage, cost: Money | undefined): string =>
  [usageText(usage), ...(cost === undefined ? [] : [costText(cost)])].join(' · ');

/** `12 in (10 from cache, 2 to cache) + 58 out tokens`; words for what was not reported. */
export function usageText(usage: Usage): string {
  const { input_tokens: fresh, output_tokens: output } = usage;
  const read = usage.cache_read_input_tokens ?? 0;
  const written = usage.cache_creation_input_tokens ?? 0;
  if (fresh === undefined && output === undefined) return 'usage not reported';
  const cache = [read > 0 ? `${read} from cache` : '', written > 0 ? `${written} to cache` : ''].filter(
    Boolean,
  );
  // The whole input is the sum: input_tokens counts only what was neither read from nor written to the cache.
  const input = fresh === undefined ? '?' : String(fresh + read + written);
  return `${input} in${cache.length > 0 ? ` (${cache.join(', ')})` : ''} + ${output ?? '?'} out tokens`;
}

/**
 * How long it took and how many tokens; the cost if known, and another model than the one that was asked.
 * With `isVerbose` (-v) besides: headers, first event, first text, longest gap, speed, chunks, request id.
 */
export function statsText(
  exchange: MessageExchange,
  modelAsked: string,
  cost: Money | undefined,
  isVerbose: boolean,
): string {
  const { timings, request_id: requestId, usage, model_served: served } = resultOf(exchange, modelAsked);
  const { firstTextAt, lastTextAt } = exchange.marks();
  const trace = exchange.response()?.trace;
  const seconds =
    firstTextAt === undefined || lastTextAt === undefined ? 0 : (lastTextAt - firstTextAt) / 1000;
  const speed = seconds > 0 && usage.output_tokens !== undefined ? usage.output_tokens / seconds : undefined;
  const details = [
    fact('headers', timings.headers_ms),
    fact('first event', timings.first_event_ms),
    fact('first text', timings.first_text_ms),
    fact('longest gap', timings.longest_gap_ms),
    speed === undefined ? '' : `${speed.toFixed(speed < 10 ? 1 : 0)} tokens/s`,
    trace === undefined ? '' : `${trace.chunks} chunks, ${trace.bytes} bytes`,
  ];
  const facts = [
    ...(isVerbose ? details : []),
    fact(isVerbose ? 'total' : '', timings.total_ms),
    usageLine(usage, cost),
    served === null || served === modelAsked ? '' : `served by ${served}`,
    requestId === null || !isVerbose ? '' : `request ${requestId}`,
  ];
  return facts.filter(Boolean).join(' · ');
}

function fact(name: string, milliseconds: number | undefined): string {
  if (milliseconds === undefined) return '';
  return `${name} ${milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(2)} s`}`.trim();
}
