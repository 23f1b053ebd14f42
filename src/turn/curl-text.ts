// A request as a runnable curl command, quoted for a POSIX shell. Keys stand as variables, never as values. Pure, and for
// pages, too.
import { isSecretHeader, type WireRequest } from '../http/wire.ts';
import { isSecretParameter } from '../messages/secret.ts';
import { shellQuote } from '../text/shell-quote.ts';

export type CurlOptions = {
  /** Further curl options, e.g. `--proxy URL`. */
  readonly extra: readonly string[];
};

/** Linux takes no argument longer than 128 KiB, and an attached picture easily is. */
const longestArgument = 100_000;

/** `curl -sS -N -X POST URL -H ... --data-raw BODY`. The variables of secret headers are left to the shell. */
export function curlText(request: WireRequest, { extra }: CurlOptions): string {
  const headers = Object.entries(request.headers).map(([name, value]) => `-H ${quoteHeader(name, value)}`);
  // What curl would send by itself.
  const unwanted = ['accept', 'content-type'].filter((name) => !(name in request.headers));
  // Brackets and braces in a URL are a pattern to curl, unless told otherwise.
  const plainUrl = /[[\]{}]/.test(request.url) ? ' -g' : '';
  const parts = [
    `curl -sS -N${plainUrl} -X ${request.method} ${quoteUrl(request.url)}`,
    ...extra,
    ...headers,
    ...unwanted.map((name) => `-H ${name}:`),
    ...(request.body === undefined ? [] : [bodyPart(request.body)]),
  ];
  return `${parts.join(' \\\n  ')}\n`;
}

/** JSON stands on one line, so that no line of it can be taken for the end of the here-document. */
const bodyPart = (body: string): string =>
  new TextEncoder().encode(body).length <= longestArgument
    ? `--data-raw ${shellQuote(body)}`
    : `--data-binary @- <<'END_OF_BODY'\n${body}\nEND_OF_BODY`;

/** A secret in the query stands in double quotes, as a variable. */
const quoteUrl = (url: string): string =>
  shellQuote(url)
    .replace(/([?&]([^=&]+)=)(\$[A-Za-z_]\w*)(?=[&'])/g, (all, start, name, variable) =>
      isSecretParameter(name) ? `${start}'"${variable}"'` : all,
    )
    .replace(/"''$/, '"');

/** In double quotes where a secret stands as a variable, so that the shell fills it in. */
function quoteHeader(name: string, value: string): string {
  if (value === '') return shellQuote(`${name};`);
  const match = isSecretHeader(name) ? /^(\w+ )?\$([A-Za-z_]\w*)$/.exec(value) : null;
  return match === null ? shellQuote(`${name}: ${value}`) : `"${name}: ${match[1] ?? ''}$${match[2]}"`;
}
