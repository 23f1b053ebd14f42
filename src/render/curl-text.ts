// A request as a runnable curl command, quoted for a POSIX shell. Keys stand as variables, never as values.
import type { WireRequest } from '../http/wire.ts';

export type CurlOptions = {
  /** Further curl options, e.g. `--proxy URL`. */
  readonly extra: readonly string[];
};

/** `curl -sS -N -X POST URL -H ... --data-raw BODY`. Values that begin with a variable are left to the shell. */
export function curlText(request: WireRequest, { extra }: CurlOptions): string {
  const headers = Object.entries(request.headers).map(([name, value]) => `-H ${quoteHeader(name, value)}`);
  const parts = [
    `curl -sS -N -X ${request.method} ${shellQuote(request.url)}`,
    ...extra,
    ...headers,
    ...(request.body === undefined ? [] : [`--data-raw ${shellQuote(request.body)}`]),
  ];
  return `${parts.join(' \\\n  ')}\n`;
}

/** In double quotes where the value is a key variable, so that the shell fills it in. */
function quoteHeader(name: string, value: string): string {
  const match = /^(Bearer )?\$([A-Za-z_][A-Za-z0-9_]*)$/.exec(value);
  return match === null ? shellQuote(`${name}: ${value}`) : `"${name}: ${match[1] ?? ''}$${match[2]}"`;
}

/** One shell word. Nothing inside single quotes means anything, except the quote itself. */
export const shellQuote = (text: string): string =>
  /^[A-Za-z0-9_./:=@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
