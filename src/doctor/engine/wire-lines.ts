// Lines from the wire, short and free of secrets: what a finding shows as its proof.
import { isSecretHeader } from '../../http/wire.ts';
import { type Shape, withoutSecrets } from '../../messages/key-shapes.ts';
import type { Answered, Exchange } from './observations.ts';

const longestBody = 160;

/** A report is shown to others: besides keys, what looks a little like one, and mail addresses. */
const patterns: readonly Shape[] = [
  [/\b(sk|rk|pk|gsk|xai|rtr)[-_][A-Za-z0-9_*.-]{8,}/g, '$1-…'],
  // Behind a scheme stands a host.
  [/(?<!\/\/)\b(user|team)\.[A-Za-z0-9_-]{16,}/g, '$1.…'],
  [/\b(Bearer|Basic)\s+(?!realm|error|scheme|token\b|is\b|or\b|and\b)[A-Za-z0-9+/=._~-]{12,}/gi, '$1 …'],
  [/(\b(?:set-)?cookie:\s*)[^\r\n]+/gi, '$1…'],
  [
    /(\b(?:x-api-key|api-key|authorization|proxy-authorization|cf-aig-authorization|x-amz-security-token)["']?\s*[:=]\s*["']?)(?=[^\s"',}]{0,200}\d)(?!(?:Bearer|Basic)\b)[^\s"',}]{6,}/gi,
    '$1…',
  ],
  [/\b[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){0,10}\.[A-Za-z]{2,24}\b/g, '…@…'],
  [/\b(token|key)(_hash)?(["']?\s*[:=]\s*["']?)[0-9a-f]{32,}/gi, '$1$2$3…'],
];

/** Removes every secret from a text: keys this process holds (whole or in part), and what looks like one. */
export function scrub(text: string): string {
  let clean = withoutSecrets(text);
  for (const [pattern, replacement] of patterns) clean = clean.replace(pattern, replacement);
  return clean;
}

/** Not keys, but names of an account, which a report in a public place should not tell. */
const accountHeaders = /^anthropic-(organization|workspace)-id$/;

/** Response headers as they may be kept. */
export function scrubHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      isSecretHeader(name) || accountHeaders.test(name) ? '…' : scrub(value),
    ]),
  );
}

/** `POST https://host/v1/messages (no key) -> 404 application/json {"error":...}` */
export function wireLine(exchange: Exchange): string {
  const { asked } = exchange;
  const start = `${asked.method} ${asked.url} (${credentialWords[asked.credential]}${asked.hasModel ? '' : ', {}'})`;
  if (exchange.outcome === 'failed') {
    return `${start} -> ${exchange.failure.code ?? 'no answer'}: ${exchange.failure.message}`;
  }
  const type = (exchange.headers['content-type'] ?? '').split(';', 1)[0];
  return `${start} -> ${exchange.status}${type ? ` ${type}` : ''}${bodyLine(exchange)}`;
}

/** One line for each of these that was made. */
export const wireLines = (...exchanges: readonly (Exchange | undefined)[]): string[] =>
  exchanges.filter((one) => one !== undefined).map(wireLine);

const credentialWords = {
  none: 'no key',
  own: 'key',
  'other-scheme': 'key, other header',
  bogus: 'made-up key',
  'own-and-bogus': 'key in x-api-key, made-up Bearer',
  'bogus-and-own': 'made-up x-api-key, key as Bearer',
} as const;

/** The first printable characters of a body. */
function bodyLine({ body }: Answered): string {
  const line = body.replace(/\s+/g, ' ').trim();
  if (line === '') return ' (empty body)';
  return ` ${line.length > longestBody ? `${line.slice(0, longestBody)}…` : line}`;
}

/** `server: nginx` for those of the headers that are there. */
export function headerLines(exchange: Exchange | undefined, ...names: string[]): string[] {
  if (exchange === undefined || exchange.outcome === 'failed') return [];
  return names.flatMap((name) =>
    exchange.headers[name] === undefined ? [] : [`${name}: ${exchange.headers[name]}`],
  );
}
