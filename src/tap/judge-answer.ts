// Answers that refuse, and requests that never got one: read by the doctor's tables, with the path the client chose.
import { checks } from '../doctor/engine/registry.ts';
import type { Answer } from '../doctor/reading/answer-rows/row.ts';
import { classify, type Reading, readFailure } from '../doctor/reading/classify.ts';
import { sentenceIn } from '../doctor/reading/sentences/sentences.ts';
import { isFailure } from '../messages/envelope.ts';
import { withoutSecrets } from '../messages/key-shapes.ts';
import type { Evidence } from './evidence.ts';
import type { TapVerdict } from './exchange.ts';
import { pathOf } from './http-head.ts';
import { isCount, isModelList, pathVerdict, unservedVerdict } from './judge-path.ts';
import { isMessages, type Look, type Rule, verdict } from './rule.ts';
import { headerOf } from './shown-head.ts';

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
    // One that is refused for its size is seldom sent to its end.
    bodyBytes: Math.max(
      entry.requestBody.wireBytes,
      Number(headerOf(entry.requestHeaders, 'content-length') ?? 0) || 0,
    ),
  };
}

/** An error is told in its first words; more is a page. */
const longestJudged = 64 * 1024;

/** Whether the answer is none that was asked for, whatever its status says. */
export function hasFailed(evidence: Evidence): boolean {
  const { entry, answer, stream } = evidence;
  const status = entry.response?.status ?? 0;
  // What the client has of it already is still true.
  if (status === 304) return false;
  if (status >= 300 || stream?.error != null || (answer !== null && isFailure(answer))) return true;
  // A page, another dialect, or nothing at all, in the place of what was asked for.
  const isWhole = entry.ending === 'complete' && !evidence.isEndUnseen && evidence.encoding !== 'unknown';
  return isWhole && stream === null && !isWhatWasAskedFor(evidence);
}

/** Only of what every endpoint answers alike is known what it looks like. */
function isWhatWasAskedFor(evidence: Evidence): boolean {
  const { entry, answer } = evidence;
  if (isMessages(evidence)) return answer?.['type'] === 'message';
  if (isCount(entry)) return typeof answer?.['input_tokens'] === 'number';
  return !isModelList(entry) || answer !== null;
}

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

/** Clients decode what is said to be compressed, and fail where it is not; what nothing here can read is not judged. */
export const otherEncoding: Rule = ({ evidence: { encoding, headers, entry }, tap }) => {
  const name = headers['content-encoding'];
  if (encoding === 'true' || name === undefined || (entry.response?.status ?? 0) >= 300) return undefined;
  if (encoding === 'unknown')
    return verdict('answer.encoded', {
      severity: 'info',
      summary: `The answer is compressed as ${name}, which nothing here can read: what it says is not known.`,
      owner: 'you',
      cure: name === 'zstd' ? 'Node 22.15 and newer read it.' : '',
    });
  return verdict('edge.encoding_lie', {
    severity: 'fail',
    summary: `The answer is labelled content-encoding: ${name}, and is not: clients fail to decode it.`,
    owner: 'proxy',
    cure: checks.find(({ id }) => id === 'edge.encoding_lie')?.cure ?? '',
    commands: [tap.doctorCommand],
  });
};

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

/** Kinds of answers that are none to a request for a message. */
const answered = new Set(['list', 'message', 'stream']);

/** Kinds that time or a retry cures. */
const passing = new Set(['rate', 'overloaded']);

function readVerdict(look: Look, answer: Answer, reading: Reading): TapVerdict {
  const {
    tap,
    evidence: { entry },
  } = look;
  const words = withoutSecrets(reading.errorMessage ?? '');
  const scheme = otherHeader(look, reading, words);
  if (scheme !== undefined) return scheme;
  // What never left the client was lost on no way.
  if (reading.check === 'proto.version_required' && !headerOf(entry.requestHeaders, 'anthropic-version'))
    return verdict(reading.check, {
      severity: 'fail',
      summary: 'The client sends no anthropic-version, which the endpoint asks for.',
      owner: 'client',
      cure: 'Have the client send anthropic-version: 2023-06-01; every SDK does.',
      evidence: [`${answer.status}: ${words.slice(0, 300)}`],
    });
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
  // The doctor's own requests are right: one that is refused is the gateway's fault. This one is the client's.
  const isOfClient = reading.kind === 'validation' && reading.check === null;
  // What is an answer elsewhere is none here.
  if (answered.has(reading.kind))
    return verdict('answer.unexpected', {
      severity: 'fail',
      summary: `The answer is JSON, and no message: ${withoutSecrets(answer.body.slice(0, 80))}`,
      owner: 'gateway',
      cure: 'Look where this path leads: another service, or another route of the gateway, answers at it.',
      commands: [tap.doctorCommand],
      evidence,
    });
  return verdict(checkOf(reading) ?? `answer.${reading.kind}`, {
    severity: passing.has(reading.kind) ? 'warn' : 'fail',
    summary: withoutSecrets(reading.means),
    owner: isOfClient ? 'client' : reading.owner,
    confidence: isOfClient ? 'likely' : reading.confidence,
    cure: isOfClient ? correctRequest : (reading.cure ?? cureOf(reading)),
    commands: [tap.doctorCommand],
    evidence,
  });
}

const correctRequest =
  'Correct in the request what these words name. Where it is right, something on the way changes it: msg doctor --request FILE finds out.';

/** The check that owns the finding. */
const checkOf = ({ check, kind }: Reading): string | null =>
  check ?? (kind === 'path' ? 'url.answers' : null);

/** What time cures needs no other cure; the catch-all of a stage has none of its own. */
function cureOf(reading: Reading): string {
  if (reading.isRetryable) return 'Wait, and try again; a client that backs off does so by itself.';
  const check = checks.find(({ id }) => id === checkOf(reading));
  return check === undefined || check.isGate === true ? 'The doctor finds out more.' : check.cure;
}
