// Makes the request of a client at a target, and where it is refused, the tries that find out which part of it is.
import { envelopeOf } from '../../messages/envelope.ts';
import type { Exchange, RequestSeen } from '../engine/observations.ts';
import type { DoctorContext, RequestTask } from '../engine/probe.ts';
import { askEndpoint } from '../probes/ask-endpoint.ts';
import { endpointOf } from '../probes/conditions.ts';
import { clientQuestion } from '../probes/questions.ts';
import type { ClientRequest } from './client-request.ts';
import { requestTo } from './clients/known-client.ts';
import { findingsOf, missingWords } from './examination.ts';
import { patientRequests } from './patient-requests.ts';
import { isSameRefusal, type Refusal, refusalWords } from './refusal.ts';
import { affordable, partsOf } from './request-parts.ts';
import { searchRequest } from './search-request.ts';
import { type Decisive, isSteady } from './steadiness.ts';
import { type Answer, createTries } from './tries.ts';

/** Makes the request; throws only the signal's reason. */
export async function examineRequest(context: DoctorContext, task: RequestTask): Promise<RequestSeen> {
  const endpoint = endpointOf(context);
  const requests = patientRequests(context, task.budget);
  const ask = (request: ClientRequest, isWhole = false): Promise<Exchange> =>
    requests.make(() =>
      askEndpoint(context, {
        ...clientQuestion(endpoint, request),
        // What is accepted is paid for as far as it is read.
        ...(isWhole ? {} : { stopAfterDeltas: 1 }),
      }),
    );
  const request = withModel(requestTo(task, context.model), context.model);
  const cheap = { ...request, body: affordable(request.body) };
  let isFull = task.isFull;
  const answerOf = answerReader(context.timeoutMs !== null);
  let exchange = await ask(isFull ? request : cheap, true);
  let answer = answerOf(exchange);
  // It was refused where it was kept: then it is refused for what was changed, and costs nothing.
  if (answer.outcome === 'accepted' && !isFull && (task.answer?.status ?? 0) >= 400) {
    const [whole, before] = [await ask(request), exchange];
    isFull = answerOf(whole).outcome === 'refused';
    exchange = isFull ? whole : before;
    answer = answerOf(exchange);
  }
  const seen = {
    exchange,
    kind: task.kind,
    changes: changesOf(request, isFull ? request : cheap, task.hidden),
    model: typeof request.body['model'] === 'string' ? request.body['model'] : null,
    isStream: request.body['stream'] === true,
  };
  const unclear = (words: string): RequestSeen => ({ ...seen, unclear: words, findings: null });
  if (answer.outcome === 'unclear')
    return unclear(isTimedOut(exchange) ? `${answer.words} ${patienceWords}` : answer.words);
  if (answer.outcome === 'accepted') return { ...seen, unclear: null, findings: null };
  const { refusal } = answer;
  // A server that fails, or refuses, for no reason of the request does not do so twice.
  const again = answerOf(await ask(isFull ? request : cheap));
  if (again.outcome === 'accepted')
    return unclear(isFailure(refusal) ? exchange.reading.means : unsteadyWords(refusal));
  const isReworded = again.outcome === 'refused' && !isSameRefusal(refusal, again.refusal);
  const answerTo = async (one: ClientRequest): Promise<Answer> => {
    const told = answerOf(await ask(one));
    return isReworded && told.outcome === 'refused'
      ? { ...told, refusal: { ...told.refusal, isReworded } }
      : told;
  };
  const parts = partsOf(request, { model: context.model, isFull });
  const tries = createTries(answerTo, task.budget, () => requests.made);
  // Where the connection is closed on a request with nothing in it, too, there is nobody who refuses.
  if (refusal.status === 0 && (await tries.ask(parts.build([])))?.outcome !== 'accepted')
    return unclear(exchange.reading.means);
  const reason: Refusal = isReworded ? { ...refusal, isReworded } : refusal;
  const found = await searchRequest(request, parts, reason, tries);
  const findings = {
    ...findingsOf(found.search, found.causes, found.parts, task.reducedPath),
    missing: missingWords(found, refusal, task.reducedPath),
  };
  const decisive: Decisive[] = [
    ...(found.missing === null && !findings.isAlways ? [] : [[parts.build([]), 'refused'] as const]),
    ...findings.causes.map(({ reduced }) => [reduced, 'refused'] as const),
    ...(found.missing === null ? [] : [[found.parts.build([]), 'accepted'] as const]),
    ...(findings.rest === null ? [] : [[findings.rest, 'accepted'] as const]),
  ];
  if (!(await isSteady(decisive, tries))) return unclear(unsteadyWords(refusal));
  return {
    ...seen,
    unclear: null,
    findings: {
      ...findings,
      tries: tries.made,
      stop: found.search.stop ?? tries.stop,
      waitedMs: requests.waitedMs,
    },
  };
}

/** What can come by itself, whatever is in the request. */
const isFailure = ({ status }: Refusal): boolean => status === 0 || status >= 500;

const unsteadyWords = (refusal: Refusal): string =>
  `the same request is refused at one time (${refusalWords(refusal)}) and accepted at another, so no part of it can be blamed.`;

/** A built-in client asks for the model of the target. */
const withModel = (request: ClientRequest, model: string | null): ClientRequest =>
  'model' in request.body || model === null ? request : { ...request, body: { model, ...request.body } };

/** Kinds of answers that come to any request, whatever is in it. */
const passing: readonly string[] = ['rate', 'quota', 'billing', 'overloaded', 'redirect', 'wrong-port'];

const isTimedOut = ({ outcome, reading }: Exchange): boolean =>
  outcome === 'failed' && reading.check === 'net.timeout';

const patienceWords =
  'With --timeout SECONDS, what is not answered within them counts as refused, and is looked for.';

/**
 * What an answer says about its request.
 * @param isLimitNamed whether the user said how long an answer may take: then none is a refusal
 */
const answerReader =
  (isLimitNamed: boolean) =>
  (exchange: Exchange): Answer => {
    const { reading } = exchange;
    const isSilent = isLimitNamed && isTimedOut(exchange);
    if (exchange.outcome === 'failed' && (isSilent || reading.check === 'net.reset'))
      return { outcome: 'refused', refusal: { status: 0, type: null, message: reading.means } };
    if (exchange.outcome === 'failed' || passing.includes(reading.kind))
      return { outcome: 'unclear', words: reading.means };
    const refusal: Refusal = {
      status: exchange.status,
      type: reading.errorType,
      message: reading.errorMessage ?? reading.means,
    };
    if (exchange.status >= 400 || reading.isErrorInside) return { outcome: 'refused', refusal };
    const event = reading.shape === 'event-stream' ? errorEvent(exchange.body) : undefined;
    if (event !== undefined) return { outcome: 'refused', refusal: { ...refusal, ...event } };
    return reading.kind === 'message' || reading.kind === 'stream'
      ? { outcome: 'accepted' }
      : { outcome: 'unclear', words: reading.means };
  };

/** The error in a stream that brought no text before it. */
function errorEvent(body: string): Pick<Refusal, 'type' | 'message'> | undefined {
  if (body.includes('content_block_delta')) return undefined;
  const [, data] = /^data:\s*(\{.*"error".*\})\s*$/m.exec(body) ?? [];
  if (data === undefined) return undefined;
  const { type, message } = envelopeOf(data);
  return message === '' && type === undefined ? undefined : { type: type ?? null, message };
}

/** What is not sent as the client has it. */
function changesOf(request: ClientRequest, sent: ClientRequest, hidden: readonly string[]): string[] {
  const { max_tokens: before, thinking: budget } = request.body;
  const { max_tokens: limit, thinking } = sent.body;
  return [
    ...(hidden.length === 0
      ? []
      : [
          `the credentials of the target in place of what the file has in ${[...new Set(hidden)].slice(0, 4).join(', ')}`,
        ]),
    ...(before === limit
      ? []
      : [
          `max_tokens ${String(limit)} in place of ${before === undefined ? 'none' : String(before)} (--full sends that)`,
        ]),
    ...(JSON.stringify(budget) === JSON.stringify(thinking) ? [] : ['the smallest thinking budget']),
  ];
}
