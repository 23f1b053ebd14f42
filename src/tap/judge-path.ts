// Paths that nothing answers at: those that a client got wrong, by how they are wrong, and those that many gateways do not
// serve, by what comes of it.
import type { Answer } from '../doctor/reading/answer-rows/row.ts';
import type { Reading } from '../doctor/reading/classify.ts';
import { isFailure } from '../messages/envelope.ts';
import type { TapVerdict } from './exchange.ts';
import { pathOf } from './http-head.ts';
import { type Look, verdict } from './rule.ts';

/** A path the client got wrong, by how it is wrong. */
const wrongPaths: readonly {
  readonly pattern: RegExp;
  readonly id: string;
  readonly summary: (path: string) => string;
  readonly cure: (url: string) => string;
}[] = [
  {
    pattern: /\/v1\/+v1\//,
    id: 'url.v1_doubled',
    summary: (path) => `The client asks for ${path}: it adds /v1 itself, and its base URL has /v1 too.`,
    cure: (url) => `Give it the base URL without /v1: ${url}`,
  },
  {
    pattern: /\/messages\/+(v1\/+)?messages/,
    id: 'url.full_endpoint',
    summary: (path) =>
      `The client asks for ${path}: it adds the path itself, and its base URL is the whole endpoint.`,
    cure: (url) => `Give it the base URL alone: ${url}`,
  },
  {
    pattern: /\/chat\/completions$|\/responses$/,
    id: 'client.dialect',
    summary: (path) => `The client asks for ${path}: it speaks the dialect of OpenAI, not Messages.`,
    cure: () => 'Choose Anthropic as its provider, or use an endpoint with an OpenAI route.',
  },
  {
    pattern: /^(?!.*\/v1\/).*\/(messages(\/count_tokens)?|models)$/,
    id: 'url.v1_dropped',
    summary: (path) =>
      `The client asks for ${path}, without /v1: it adds only the last part, as the Vercel AI SDK does.`,
    cure: (url) => `Give it the base URL with /v1: ${url}/v1`,
  },
];

/** Paths that are no part of what most gateways serve, and what comes of it. */
const unserved: readonly {
  readonly test: (method: string, path: string) => boolean;
  readonly id: string;
  readonly severity: TapVerdict['severity'];
  readonly summary: string;
  readonly cure: string;
}[] = [
  {
    test: (method) => method === 'HEAD' || method === 'OPTIONS',
    id: 'client.probe_unserved',
    severity: 'info',
    summary:
      'The client looks whether the endpoint is there (HEAD), without a key; what it is answered is harmless.',
    cure: 'Nothing has to be done.',
  },
  {
    test: (_, path) => /\/messages\/count_tokens$/.test(path),
    id: 'caps.count_tokens',
    severity: 'warn',
    summary:
      'The endpoint does not serve count_tokens: the client has to guess how full the context is, and compacts too late or too early.',
    cure: 'Have the gateway pass /v1/messages/count_tokens on, or tell the client its limits by hand.',
  },
  {
    test: (_, path) => /\/v1\/models(\/|$)/.test(path),
    id: 'caps.models',
    severity: 'info',
    summary: 'The endpoint lists no models; clients that offer a choice have none.',
    cure: 'Name the model in the client.',
  },
  {
    test: (_, path) => !/\/(messages|models|complete|files|batches)(\/|$)/.test(path),
    id: 'path.foreign',
    severity: 'info',
    summary:
      'The client asks for a path that is no part of the Messages API; the endpoint does not serve it.',
    cure: 'Nothing has to be done unless the client complains.',
  },
];

/** The path of a request for a count of tokens. */
export const isCount = ({ method, path }: Asked): boolean =>
  method === 'POST' && /\/messages\/count_tokens$/.test(pathOf(path));

/** The path of a request for the list of models. */
export const isModelList = ({ method, path }: Asked): boolean =>
  method === 'GET' && /\/v1\/models$/.test(pathOf(path));

type Asked = { readonly method: string; readonly path: string };

/** Kinds that a path which does not exist is answered with. */
const nowhere = new Set(['path', 'web-page', 'redirect', 'empty', 'unexpected', 'blocked']);

/** A path that cannot be right, where nothing answers at it. */
export function pathVerdict(
  { evidence, tap }: Look,
  { status }: Answer,
  reading: Reading,
): TapVerdict | undefined {
  if (!nowhere.has(reading.kind) && status !== 404 && status !== 405) return undefined;
  const path = pathOf(evidence.entry.path);
  const { method } = evidence.entry;
  if (/\/messages$/.test(path) && !/^(POST|HEAD|OPTIONS)$/.test(method))
    return verdict('client.method', {
      severity: 'fail',
      summary: `The client asks with ${method}; ${path} takes POST only.`,
      owner: 'client',
      cure: 'Have the client use POST. A GET comes from a browser, from a health check, or from a redirect that was followed.',
      evidence: [`${method} ${path}: ${status}`],
    });
  const wrong = wrongPaths.find(({ pattern }) => pattern.test(path));
  return (
    wrong &&
    verdict(wrong.id, {
      severity: 'fail',
      summary: wrong.summary(path),
      owner: 'client',
      cure: wrong.cure(tap.url),
      evidence: [reading.means],
    })
  );
}

/** What the endpoint does not serve, and what that costs the client. */
export function unservedVerdict(
  { evidence: { entry, answer } }: Look,
  reading: Reading,
): TapVerdict | undefined {
  const status = entry.response?.status ?? 0;
  // What is no error and not what was asked for comes from somewhere else.
  const isElsewhere =
    status < 300 && (answer === null || !isFailure(answer)) && (isCount(entry) || isModelList(entry));
  const isAbsent = [404, 405, 501].includes(status) || nowhere.has(reading.kind) || isElsewhere;
  // Whatever a probe is answered, it asked for nothing.
  if (entry.method !== 'HEAD' && (!isAbsent || reading.kind === 'model')) return undefined;
  const found = unserved.find(({ test }) => test(entry.method, pathOf(entry.path)));
  return (
    found &&
    verdict(found.id, {
      severity: found.severity,
      summary: found.summary,
      owner: 'gateway',
      cure: found.cure,
      evidence: [`${entry.method} ${pathOf(entry.path)}: ${status}`],
    })
  );
}
