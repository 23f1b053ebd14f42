// A request as a command to run again: for curl, and for msg. Keys are no part of an exchange; they stand as variables.

import type { WireRequest } from '../../../http/wire.ts';
import { shellQuote } from '../../../text/shell-quote.ts';
import { curlText } from '../../../turn/curl-text.ts';
import type { HeaderList, TapExchange } from '../../exchange.ts';
import { bodyJson } from './answer.ts';
import { pathOf } from './words.ts';

/** What curl and msg write themselves, or what belonged to that connection. */
const ownHeaders =
  /^(host|connection|content-length|content-encoding|transfer-encoding|accept-encoding|expect|keep-alive|te|upgrade|proxy-.*)$/;

/** Where a key stood, and what stands there instead. */
const credentials = {
  'x-api-key': { text: '$ANTHROPIC_API_KEY', scheme: 'x-api-key', variable: 'ANTHROPIC_API_KEY' },
  authorization: { text: 'Bearer $ANTHROPIC_AUTH_TOKEN', scheme: 'bearer', variable: 'ANTHROPIC_AUTH_TOKEN' },
} as const;

type CredentialName = keyof typeof credentials;
const credentialNames = Object.keys(credentials) as CredentialName[];

/** Headers that are to be sent again, by lower-case name. */
function headersOf(headers: HeaderList): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    if (!ownHeaders.test(key)) kept[key] = key in kept ? `${kept[key]}, ${value}` : value;
  }
  for (const name of credentialNames) if (name in kept) kept[name] = credentials[name].text;
  return kept;
}

/** Letter by letter, unless a line of it could be taken for the end of a here-document: then JSON on one line. */
function bodyOf({ request: { body } }: TapExchange): string {
  return /^END_OF_BODY$/m.test(body.text) ? JSON.stringify(bodyJson(body)) : body.text;
}

export function curlCommand(exchange: TapExchange): string {
  const { method, url, headers } = exchange.request;
  const body = bodyOf(exchange);
  return curlText(
    {
      // Any method is one to curl.
      method: method as WireRequest['method'],
      // What was masked in a query stands as a variable, too.
      url: url.replaceAll('=…', '=$ANTHROPIC_API_KEY'),
      headers: headersOf(headers),
      ...(body === '' ? {} : { body }),
    },
    { extra: [] },
  );
}

/** Set by msg itself, each in its own way. */
const msgHeaders =
  /^(x-api-key|authorization|content-type|accept|user-agent|anthropic-version|anthropic-beta|x-stainless-.*)$/;

/** Whether msg can make it. */
export const isForMsg = ({ request: { method, url, body } }: TapExchange): boolean =>
  method === 'POST' && /\/messages$/.test(pathOf(url)) && bodyJson(body) !== undefined;

/**
 * The body as msg reads it: fields, their order and values are those of the request, blanks and the way numbers are
 * written are its own.
 * @param exchange one that is for msg
 */
export function msgCommand(exchange: TapExchange): string {
  const { url, headers, body } = exchange.request;
  const sent = headersOf(headers);
  const name = credentialNames.find((one) => one in sent);
  const version = sent['anthropic-version'];
  const betas = sent['anthropic-beta']?.replaceAll(/\s/g, '');
  const words = [
    'msg send',
    `--messages-url ${shellQuote(url)}`,
    name === undefined
      ? '--auth none'
      : `--auth ${credentials[name].scheme} --api-key-env ${credentials[name].variable}`,
    ...(version === undefined ? [] : [`--anthropic-version ${shellQuote(version)}`]),
    ...(betas === undefined ? [] : [`--beta ${shellQuote(betas)}`]),
    ...Object.entries(sent)
      .filter(([one]) => !msgHeaders.test(one))
      .map(([one, value]) => `-H ${shellQuote(`${one}: ${value}`)}`),
    `${bodyJson(body)?.['stream'] === true ? '' : '--no-stream '}--no-repair --body - <<'END_OF_BODY'`,
  ];
  return `${words.join(' \\\n  ')}\n${bodyOf(exchange)}\nEND_OF_BODY\n`;
}
