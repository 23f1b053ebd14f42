// The exchanges of a run as text: what went out and what came back, redacted. For `--bundle`. Pure.
import { scrub } from './evidence.ts';
import type { Exchange, Look, ProbeId } from './observations.ts';
import { probes } from './registry.ts';

const longestBody = 2000;

/** Every exchange of a run in the order of the probe plan, with headers, times and the start of its body. */
export function wireTrace(look: Look): string {
  return probes
    .flatMap(({ id, label, title }) =>
      exchangesOf(look, id).map((exchange) => `# ${label} ${title}\n${exchangeText(exchange)}`),
    )
    .join('\n');
}

function exchangesOf(look: Look, id: ProbeId): Exchange[] {
  const seen: unknown = look(id);
  if (Array.isArray(seen)) return seen.flatMap((entry: { exchange?: Exchange }) => entry.exchange ?? []);
  if (typeof seen !== 'object' || seen === null) return [];
  if ('outcome' in seen) return [seen as Exchange];
  return 'exchange' in seen ? [seen.exchange as Exchange] : [];
}

function exchangeText(exchange: Exchange): string {
  const { asked } = exchange;
  const start = `> ${asked.method} ${asked.url}\n> key: ${asked.keyHeader === null ? 'none' : `in ${asked.keyHeader} (${asked.credential})`}, body: ${asked.bodyBytes} bytes\n`;
  if (exchange.outcome === 'failed')
    return scrub(`${start}< ${exchange.failure.code ?? ''} ${exchange.failure.message}\n`);
  const headers = Object.entries(exchange.headers).map(([name, value]) => `< ${name}: ${value}`);
  const times = Object.entries(exchange.times).map(([name, ms]) => `${name} ${Math.round(ms)} ms`);
  const cut =
    exchange.body.length > longestBody ? `\n(${exchange.body.length - longestBody} more characters)` : '';
  return scrub(
    `${start}< ${exchange.status}\n${headers.join('\n')}\n# ${times.join(', ')}\n${exchange.body.slice(0, longestBody)}${cut}\n`,
  );
}
