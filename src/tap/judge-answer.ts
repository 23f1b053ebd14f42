// Answers that refuse, and requests that never got one: read by the doctor's tables, with the path the client chose.
import { checks } from '../doctor/engine/registry.ts';
import type { Answer } from '../doctor/reading/answer-rows/row.ts';
import { classify, type Reading, readFailure } from '../doctor/reading/classify.ts';
import { sentenceIn } from '../doctor/reading/sentences/sentences.ts';
import { isFailure } from '../messages/envelope.ts';
import { withoutSecrets } from '../messages/key-shapes.ts';
import type { Evidence } from './evidence.ts';
import type { TapVerdict } from './exchange.ts';
import { isMessages, type Look, pathOf, type Rule, verdict } from './rule.ts';

/** The tap refused it: no token, another host, a page, no HTTP. */
export const refusedByTap: Rule = ({ evidence: { entry }, tap }) => {
  if (entry.ending !== 'refused') return undefined;
  const message = entry.failure?.message ?? 'The request was refused.';
  if (/^msg tap: .*HTTP\/1\.1/.test(message) && entry.path === '')
    return verdict('tls.scheme_mismatch', {
      severity: 'fail',
      summary: 'What came is no HTTP/1.1: a client that speaks TLS or HTTP/2 to the tap sends such bytes.',
      owner: 'client',
      confidence: 'likely',
      cure: `Its base URL has to begin with http://: ${tap.url}`,
      evidence: [message],
    });
  return verdict('tap.refused', {
    severity: 'fail',
    summary: message.replace(/^msg tap: (.)/, (_, first: string) => first.toUpperCase()),
    owner: 'client',
    cure:
      entry.response?.status === 401
        ? 'Start the client by the tap (msg tap ... -- COMMAND), or with the lines that the tap prints.'
        : 'Point the client at the address that the tap prints, from a program rather than a page.',
  });
};

export const unreached: Rule = ({ evidence: { entry }, tap }) => {
  if (entry.ending !== 'unreached') return undefined;
  const { code, message } = entry.failure ?? { code: null, message: '' };
  const reading = readFailure(code, message);
  return verdict(reading.check ?? 'net.unreached', {
    severity: 'fail',
    summary: message,
    owner: reading.owner,
    confidence: reading.confidence,
    cure: reading.means,
    commands: [tap.doctorCommand],
  });
};

/** The answer as the doctor's table wants it. */
export function answerOf({ entry, request, headers, answerText, stream }: Evidence): Answer | undefined {
  if (entry.response === undefined) return undefined;
  const url = URL.canParse(entry.url) ? new URL(entry.url) : undefined;
  const names = entry.requestHeaders.map(([name]) => name.toLowerCase());
  return {
    status: entry.response.status,
    // An error inside a stream is read as if it had come alone.
    headers: stream?.error == null ? headers : { ...headers, 'content-type': 'application/json' },
    body:
      stream?.error == null
        ? answerText.slice(0, longestJudged)
        : JSON.stringify({
            type: 'error',
            error: { type: stream.error.type, message: stream.error.message },
          }),
    host: url?.host ?? 'the endpoint',
    path: url?.pathname ?? pathOf(entry.path),
    hasModel: request === null ? null : typeof request['model'] === 'string',
    hasKey: names.includes('x-api-key') || names.includes('authorization'),
    bodyBytes: entry.requestBody.wireBytes,
  };
}

/** An error is told in its first words; more is a page. */
const longestJudged = 64 * 1024;

/** Whether the answer is none that was asked for, whatever its status says. */
export function hasFailed(evidence: Evidence): boolean {
  const { entry, answer, stream } = evidence;
  const status = entry.response?.status ?? 0;
  if (status >= 300 || stream?.error != null || (answer !== null && isFailure(answer))) return true;
  // A page, another dialect, or nothing at all, in the place of a message.
  return (
    isMessages(evidence) && entry.ending === 'complete' && stream === null && answer?.['type'] !== 'message'
  );
}

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

/** The endpoint answered, and not with what was asked for. */
export const refusedByServer: Rule = (look) => {
  const { evidence } = look;
  const answer = answerOf(evidence);
  if (answer === undefined || evidence.entry.ending === 'refused' || !hasFailed(evidence)) return undefined;
  const reading = classify(answer);
  return (
    pathVerdict(look, answer, reading) ?? unservedVerdict(look, reading) ?? readVerdict(look, answer, reading)
  );
};

/** Kinds that a path which does not exist is answered with. */
const nowhere = new Set(['path', 'web-page', 'redirect', 'empty', 'unexpected', 'blocked']);

function pathVerdict({ evidence, tap }: Look, { status }: Answer, reading: Reading): TapVerdict | undefined {
  if (!nowhere.has(reading.kind) && status !== 404 && status !== 405) return undefined;
  const path = pathOf(evidence.entry.path);
  const wrong = wrongPaths.find(({ pattern }) => pattern.test(path));
  return (
    wrong &&
    verdict(wrong.id, {
      severity: 'fail',
      summary: wrong.summary(path),
      owner: 'client',
      cure: wrong.cure(tap.url),
      evidence: [`${status}: ${reading.means}`],
    })
  );
}

function unservedVerdict({ evidence: { entry } }: Look, reading: Reading): TapVerdict | undefined {
  const status = entry.response?.status ?? 0;
  const isAbsent = [404, 405, 501].includes(status) || nowhere.has(reading.kind);
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

/** The header that the words of a 401 ask for, where the client used the other one. */
function otherHeader(
  { evidence: { entry }, tap }: Look,
  reading: Reading,
  words: string,
): TapVerdict | undefined {
  if (reading.kind !== 'unauthorized') return undefined;
  const sent = new Set(entry.requestHeaders.map(([name]) => name.toLowerCase()));
  const [wanted, used, variable] =
    /\bauthorization\b|\bbearer\b/i.test(words) && !sent.has('authorization')
      ? ['Authorization: Bearer', 'x-api-key', 'ANTHROPIC_AUTH_TOKEN instead of ANTHROPIC_API_KEY']
      : /x-api-key/i.test(words) && !sent.has('x-api-key') && sent.has('authorization')
        ? ['x-api-key', 'Authorization', 'ANTHROPIC_API_KEY instead of ANTHROPIC_AUTH_TOKEN']
        : [];
  if (wanted === undefined) return undefined;
  return verdict('auth.scheme', {
    severity: 'fail',
    summary: `The endpoint wants the key as ${wanted}, and the client sends it in ${used}.`,
    owner: 'client',
    confidence: 'likely',
    cure: `Set ${variable} for the client.`,
    commands: [tap.doctorCommand],
    evidence: [`${entry.response?.status}: ${words.slice(0, 300)}`],
  });
}

/** Kinds that time or a retry cures. */
const passing = new Set(['rate', 'overloaded']);

function readVerdict(look: Look, answer: Answer, reading: Reading): TapVerdict {
  const { tap } = look;
  const words = withoutSecrets(reading.errorMessage ?? '');
  const scheme = otherHeader(look, reading, words);
  if (scheme !== undefined) return scheme;
  const sentence = sentenceIn(words);
  const evidence = words === '' ? [] : [`${answer.status}: ${words.slice(0, 300)}`];
  if (sentence !== undefined)
    return verdict(sentence.id, {
      severity: 'fail',
      summary: sentence.means,
      owner: sentence.owner,
      confidence: 'likely',
      cure: sentence.cure,
      commands: [tap.doctorCommand],
      evidence,
    });
  return verdict(checkOf(reading) ?? `answer.${reading.kind}`, {
    severity: passing.has(reading.kind) ? 'warn' : 'fail',
    summary: withoutSecrets(reading.means),
    owner: reading.owner,
    confidence: reading.confidence,
    cure: reading.cure ?? cureOf(reading),
    commands: [tap.doctorCommand],
    evidence,
  });
}

/** The check that owns the finding. */
const checkOf = ({ check, kind }: Reading): string | null =>
  check ?? (kind === 'path' ? 'url.answers' : null);

/** What time cures needs no other cure; the catch-all of a stage has none of its own. */
function cureOf(reading: Reading): string {
  if (reading.isRetryable) return 'Wait, and try again; a client that backs off does so by itself.';
  const check = checks.find(({ id }) => id === checkOf(reading));
  return check === undefined || check.isGate === true ? 'The doctor finds out more.' : check.cure;
}
