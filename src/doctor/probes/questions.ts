// The requests of the probes: same join rule, same headers as `send`, with the key only where it belongs.
import type { WireRequest } from '../../http/wire.ts';
import { type Endpoint, requestHeaders, urlOf } from '../../messages/endpoint.ts';
import { countTokensBody, getRequest, messagesBody } from '../../messages/request.ts';
import { Secret } from '../../messages/secret.ts';
import type { JsonObject } from '../../text/json.ts';
import type { ClientRequest } from '../request/client-request.ts';
import type { Question } from './exchange-record.ts';

const credentialHeaders = /^(x-api-key|authorization|api-key|cookie|cf-aig-authorization)$/i;

/** A key nobody issued, shaped like one. Made when it is asked with: from then on its zeros are hidden like any key. */
const bogusKey = (): Secret => new Secret('sk-msg-doctor-control-0000000000000000000000');

/** The endpoint without any credential; its other headers stay, they are part of the address. */
const keyless = (endpoint: Endpoint): Endpoint => ({
  ...endpoint,
  auth: 'none',
  key: undefined,
  headers: Object.fromEntries(
    Object.entries(endpoint.headers).filter(([name]) => !credentialHeaders.test(name)),
  ),
});

/** The same, for an address nobody configured: none of the user's headers go there. */
const stranger = (endpoint: Endpoint): Endpoint => ({ ...keyless(endpoint), headers: {}, betas: [] });

const post = (endpoint: Endpoint, url: string, body: string): WireRequest => ({
  method: 'POST',
  url,
  headers: requestHeaders(endpoint),
  body,
});

const messagesUrl = (endpoint: Endpoint): string => urlOf(endpoint, 'messages');

/**
 * The free question: an empty object. It names no model and no messages, so nothing can be generated,
 * whatever a gateway fills in (leaving out max_tokens only would be: some default it and bill).
 */
export const emptyBody = '{}';

/** The free question without any credential. */
export const keylessQuestion = (endpoint: Endpoint): Question => ({
  credential: 'none',
  request: post(keyless(endpoint), messagesUrl(endpoint), emptyBody),
});

/** One token, asked for without any credential. */
export const keylessMessage = (endpoint: Endpoint, model: string): Question =>
  oneToken(keyless(endpoint), model);

/** Counting "hi" without any credential: nothing is generated, whoever answers. */
export const keylessCount = (endpoint: Endpoint, model: string): Question => ({
  ...countQuestion(keyless(endpoint), model),
  credential: 'none',
});

/** The free question, without credentials of the user's, at any other URL. */
export const strangerQuestion = (
  endpoint: Endpoint,
  url: string,
  credential: 'none' | 'bogus' = 'none',
): Question => ({
  credential,
  // Several are asked one after the other, and most lead nowhere.
  timeoutMs: 5000,
  request: post(credential === 'none' ? stranger(endpoint) : madeUp(stranger(endpoint)), url, emptyBody),
});

/** The free question with the key, as `msg send` would send it. */
export const keyedQuestion = (endpoint: Endpoint): Question => ({
  credential: endpoint.auth === 'none' ? 'none' : 'own',
  request: post(endpoint, messagesUrl(endpoint), emptyBody),
});

/** A question with the key in another header than the one that is configured. */
export const inScheme = (
  endpoint: Endpoint,
  auth: 'x-api-key' | 'bearer',
  question: (endpoint: Endpoint) => Question,
): Question => ({ ...question({ ...endpoint, auth }), credential: 'other-scheme' });

/** The endpoint with a made-up key: where none is configured, in either header, as nobody knows which one is read. */
const madeUp = (endpoint: Endpoint): Endpoint => ({
  ...endpoint,
  key: bogusKey(),
  auth: endpoint.auth === 'none' ? 'both' : endpoint.auth,
});

/** The free question with a made-up key. */
export const bogusQuestion = (endpoint: Endpoint): Question => ({
  ...keyedQuestion(madeUp(endpoint)),
  credential: 'bogus',
});

/** Two credentials at once, one of them made up: which one does the endpoint read? */
export function matrixQuestion(endpoint: Endpoint, goodIn: 'x-api-key' | 'authorization'): Question {
  const good = requestHeaders({ ...endpoint, auth: goodIn === 'x-api-key' ? 'x-api-key' : 'bearer' });
  const bad = requestHeaders({
    ...endpoint,
    key: bogusKey(),
    auth: goodIn === 'x-api-key' ? 'bearer' : 'x-api-key',
  });
  return {
    credential: goodIn === 'x-api-key' ? 'own-and-bogus' : 'bogus-and-own',
    request: { method: 'POST', url: messagesUrl(endpoint), headers: { ...bad, ...good }, body: emptyBody },
  };
}

/** The free question with another version header; undefined sends none. */
export function versionQuestion(endpoint: Endpoint, version: string | undefined): Question {
  const question = keyedQuestion(endpoint);
  const { 'anthropic-version': _own, ...headers } = question.request.headers;
  return {
    ...question,
    request: {
      ...question.request,
      headers: version === undefined ? headers : { ...headers, 'anthropic-version': version },
    },
  };
}

/** The list of models, with the key. */
export const modelsQuestion = (endpoint: Endpoint): Question => ({
  credential: 'own',
  request: getRequest(endpoint, 'models'),
});

/** Counts the tokens of "hi": key, model and body accepted from end to end, and nothing generated. */
export function countQuestion(
  endpoint: Endpoint,
  model: string,
  headers: Record<string, string> = {},
): Question {
  const body = countTokensBody(messagesBody({ model, maxTokens: 1, stream: false }, hi));
  const request = post(endpoint, urlOf(endpoint, 'messages/count_tokens'), JSON.stringify(body));
  return { credential: 'own', request: { ...request, headers: { ...request.headers, ...headers } } };
}

/** The count of tokens with a made-up key: does the endpoint check keys at all? */
export const bogusCountQuestion = (endpoint: Endpoint, model: string): Question => ({
  ...countQuestion({ ...endpoint, key: bogusKey() }, model),
  credential: 'bogus',
});

const hi = [{ role: 'user' as const, content: 'hi' }];

export type Paid = {
  readonly maxTokens: number;
  readonly prompt?: string;
  readonly stream?: boolean;
  readonly extra?: JsonObject;
};

/** A request that costs tokens; max_tokens is always explicit and thinking never on. */
export function paidQuestion(endpoint: Endpoint, model: string, paid: Paid): Question {
  const options = { model, maxTokens: paid.maxTokens, stream: paid.stream === true, body: paid.extra ?? {} };
  const messages = paid.prompt === undefined ? hi : [{ role: 'user' as const, content: paid.prompt }];
  return {
    credential: endpoint.auth === 'none' ? 'none' : 'own',
    isPaid: true,
    request: post(endpoint, messagesUrl(endpoint), JSON.stringify(messagesBody(options, messages))),
  };
}

/** One token, not streamed. */
export const oneToken = (endpoint: Endpoint, model: string, maxTokens = 1): Question =>
  paidQuestion(endpoint, model, { maxTokens });

/** Any body to the messages URL, with the key. */
export const bodyQuestion = (endpoint: Endpoint, body: JsonObject, isPaid: boolean): Question => ({
  credential: endpoint.auth === 'none' ? 'none' : 'own',
  isPaid,
  request: post(endpoint, messagesUrl(endpoint), JSON.stringify(body)),
});

/**
 * The request of a client, at the target's URL and with its key. Where both name a header, the client's stands (it brings
 * no credentials); betas of both are sent.
 */
export function clientQuestion(endpoint: Endpoint, { headers, betas, query, body }: ClientRequest): Question {
  const url = new URL(messagesUrl(endpoint));
  for (const [name, value] of query) url.searchParams.set(name, value);
  // In front, as everywhere here: by it a request that names a model is known.
  const { model, ...others } = body;
  const request = post(
    endpoint,
    url.href,
    JSON.stringify({ ...(model === undefined ? {} : { model }), ...others }),
  );
  const allBetas = [...new Set([...endpoint.betas, ...betas])].join(',');
  return {
    credential: endpoint.auth === 'none' ? 'none' : 'own',
    isPaid: true,
    request: {
      ...request,
      headers: { ...request.headers, ...headers, ...(allBetas === '' ? {} : { 'anthropic-beta': allBetas }) },
    },
  };
}

/** Any body to be counted, with the key. */
export const countBodyQuestion = (endpoint: Endpoint, body: JsonObject): Question => ({
  credential: endpoint.auth === 'none' ? 'none' : 'own',
  request: post(endpoint, urlOf(endpoint, 'messages/count_tokens'), JSON.stringify(body)),
});

/** The keyless question, grown to a size by a field nobody knows. */
export const sizedQuestion = (endpoint: Endpoint, bytes: number): Question => ({
  credential: 'none',
  request: post(keyless(endpoint), messagesUrl(endpoint), JSON.stringify({ padding: 'a'.repeat(bytes) })),
  timeoutMs: 30_000,
});

/** A GET-like variation of the messages URL, keyless. */
export const keylessAt = (
  endpoint: Endpoint,
  url: string,
  headers: Record<string, string> = {},
): Question => {
  const request = post(keyless(endpoint), url, emptyBody);
  return { credential: 'none', request: { ...request, headers: { ...request.headers, ...headers } } };
};
