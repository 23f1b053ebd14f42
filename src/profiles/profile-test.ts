// The two requests of msg profiles test (one spends a token and proves everything, one is free), and what their answers
// say of a profile: which of path, auth, model and stream are right.
import { apiFactsOf, type ErrorKind, isMsgError, MsgError } from '../errors.ts';
import { requestIdOf } from '../messages/api-error.ts';
import { type Client, startExchange } from '../messages/client.ts';
import { postRequest } from '../messages/request.ts';
import { answerForm } from '../messages/response.ts';
import { endingProblem } from '../messages/result.ts';

export type Verdict = 'pass' | 'fail' | 'unknown';

export type TestVerdicts = {
  readonly path: Verdict;
  readonly auth: Verdict;
  readonly model: Verdict;
  readonly stream: Verdict;
};

/** What one request told. */
export type TestFacts = {
  readonly verdicts?: TestVerdicts | undefined;
  readonly firstByteMs?: number | undefined;
  readonly requestId?: string | undefined;
  /** What went wrong, in a sentence. */
  readonly trouble?: string | undefined;
  readonly hint?: string | undefined;
  readonly error?: unknown;
};

/** The facts of a failure. Throws what is none of ours. */
export function failureFacts(error: unknown, hasStarted = false): TestFacts {
  if (!isMsgError(error)) throw error;
  const { requestId } = apiFactsOf(error);
  return {
    error,
    verdicts: verdictsOf(error, hasStarted),
    trouble: error.message,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    ...(requestId === undefined ? {} : { requestId }),
  };
}

const allPass: TestVerdicts = { path: 'pass', auth: 'pass', model: 'pass', stream: 'pass' };

/** A streamed request for one token: proves everything. */
export async function probeOneToken(client: Client, model: string, signal: AbortSignal): Promise<TestFacts> {
  const body = { model, max_tokens: 1, stream: true, messages: [{ role: 'user', content: 'Hi' }] };
  const exchange = startExchange(client, body, { signal });
  let hasStarted = false;
  let error: unknown;
  try {
    for await (const { events } of exchange.batches) hasStarted ||= events.length > 0;
  } catch (reason) {
    error = signal.aborted ? signal.reason : reason;
  }
  const response = exchange.response();
  const { firstByteAt, startedAt } = response?.trace ?? {};
  const facts = {
    ...(firstByteAt === undefined || startedAt === undefined
      ? {}
      : { firstByteMs: Math.round(firstByteAt - startedAt) }),
    ...(response?.requestId === undefined ? {} : { requestId: response.requestId }),
  };
  if (error !== undefined) return { ...facts, ...failureFacts(error, hasStarted) };
  const message = exchange.draft().message();
  const emptiness = message.stop_reason === 'end_turn' ? endingProblem(message) : undefined;
  if (emptiness !== undefined)
    return {
      ...facts,
      error: new MsgError('server', emptiness, { details: { isRetryable: false } }),
      verdicts: { ...allPass, model: 'fail', stream: 'fail' },
      trouble: emptiness,
      hint: 'Look at what is behind the gateway: its backend may be offline.',
    };
  // An answer in one piece has no event marks: it works, but it is no stream.
  const hasStreamed = exchange.marks().firstEventAt !== undefined;
  return {
    ...facts,
    verdicts: { ...allPass, stream: hasStreamed ? 'pass' : 'unknown' },
    ...(hasStreamed ? {} : { trouble: 'The answer came in one piece although a stream was asked for.' }),
  };
}

/**
 * Without a token: count_tokens where it exists; elsewhere a request without messages, which must be refused,
 * and by its refusal shows that path and key are right.
 */
export async function probeFree(
  client: Client,
  model: string | undefined,
  signal: AbortSignal,
): Promise<TestFacts> {
  const { endpoint, clock } = client;
  const facts = { endpoint, model, wallTimeMs: clock.wallTime() };
  const ask = async (path: 'messages' | 'messages/count_tokens', body: object): Promise<TestFacts> => {
    const wire = await client.transport(postRequest(endpoint, path, JSON.parse(JSON.stringify(body))), {
      signal,
    });
    const requestId = requestIdOf(wire.headers);
    const { response } = await answerForm(wire, facts);
    for await (const _ of response.body);
    return {
      verdicts: {
        path: 'pass',
        auth: 'pass',
        model: model === undefined ? 'unknown' : 'pass',
        stream: 'unknown',
      },
      ...(wire.trace.headersAt === undefined
        ? {}
        : { firstByteMs: Math.round(wire.trace.headersAt - wire.trace.startedAt) }),
      ...(requestId === undefined ? {} : { requestId }),
    };
  };
  const messages = [{ role: 'user', content: 'Hi' }];
  try {
    if (model !== undefined) return await ask('messages/count_tokens', { model, messages });
  } catch (error) {
    // What else went wrong will show up again below, on the path that matters.
    if (!isMsgError(error)) throw error;
  }
  try {
    return await ask('messages', { model: model ?? 'none', max_tokens: 1, messages: [] });
  } catch (error) {
    const status = isMsgError(error, 'request') ? error.details.status : undefined;
    if (!isMsgError(error) || (status !== 400 && status !== 422)) return failureFacts(error);
    const { requestId } = apiFactsOf(error);
    return {
      verdicts: { path: 'pass', auth: 'pass', model: 'unknown', stream: 'unknown' },
      ...(requestId === undefined ? {} : { requestId }),
    };
  }
}

const nothingKnown: TestVerdicts = { path: 'unknown', auth: 'unknown', model: 'unknown', stream: 'unknown' };

/**
 * Reads a failure. `hasStarted` tells whether message_start had come: then everything before the stream was
 * right, whatever happened later.
 */
export function verdictsOf(error: MsgError, hasStarted: boolean): TestVerdicts {
  if (hasStarted) return { path: 'pass', auth: 'pass', model: 'pass', stream: 'fail' };
  const rule = rules[error.kind];
  return rule === undefined ? nothingKnown : { ...nothingKnown, ...rule(error) };
}

/** A 404 or 400 that speaks of the model is about the model; one that does not is about the path or the body. */
const isAboutModel = (error: MsgError): boolean =>
  /\bmodel\b/i.test(error.message) || /model/.test(apiFactsOf(error).code ?? '');

const rules: { readonly [K in ErrorKind]?: (error: MsgError) => Partial<TestVerdicts> } = {
  network: () => ({ path: 'fail' }),
  protocol: () => ({ path: 'fail' }),
  // Without credit the key is as good as before.
  auth: (error) => ({ path: 'pass', auth: apiFactsOf(error).isSpent ? 'pass' : 'fail' }),
  limit: () => ({ path: 'pass', auth: 'pass' }),
  server: () => ({ path: 'pass' }),
  request: (error) => {
    if (isAboutModel(error)) return { path: 'pass', auth: 'pass', model: 'fail' };
    const { status } = apiFactsOf(error);
    return status === 404 || status === 405 ? { path: 'fail' } : { path: 'pass', auth: 'pass' };
  },
};

/** The classes of failure, worst first: what is broken for good stands above what passes by itself. */
const byWeight: readonly ErrorKind[] = [
  'interrupted',
  'config',
  'usage',
  'auth',
  'request',
  'protocol',
  'network',
  'server',
  'limit',
];

/** The worst of several failures; undefined when there was none. Anything not a MsgError is worse still. */
export function worstOf(errors: readonly unknown[]): unknown {
  const weight = (error: unknown): number => (isMsgError(error) ? byWeight.indexOf(error.kind) : -1);
  return [...errors].sort((a, b) => weight(a) - weight(b))[0];
}
