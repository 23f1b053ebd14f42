// The two requests of msg profiles test: one that spends a token and proves everything, one that is free.
import { apiFactsOf, isMsgError, MsgError } from '../../errors.ts';
import { requestIdOf } from '../../messages/api-error.ts';
import { type Client, startExchange } from '../../messages/client.ts';
import { endingProblem } from '../../messages/ending.ts';
import { postRequest } from '../../messages/request.ts';
import { answerForm } from '../../messages/response.ts';
import type { TestRow } from '../../profiles/profile-tests-text.ts';
import { type TestVerdicts, verdictsOf } from '../../profiles/test-verdict.ts';

/** What one request told. */
export type Probed = Pick<TestRow, 'verdicts' | 'firstByteMs' | 'requestId' | 'trouble' | 'hint'> & {
  readonly error?: unknown;
};

/** The facts of a failure. Throws what is none of ours. */
export function failureFacts(error: unknown, hasStarted = false): Probed {
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
export async function probeOneToken(client: Client, model: string, signal: AbortSignal): Promise<Probed> {
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
): Promise<Probed> {
  const { endpoint, clock } = client;
  const facts = { endpoint, model, wallTimeMs: clock.wallTime() };
  const ask = async (path: 'messages' | 'messages/count_tokens', body: object): Promise<Probed> => {
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
