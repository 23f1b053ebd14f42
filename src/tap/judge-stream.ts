// Answers that began: broken off, left by the client, of another form, or of events that do not fit.
import { checks } from '../doctor/engine/registry.ts';
import { identifyHops } from '../doctor/reading/hops.ts';
import { isJson } from '../doctor/reading/shapes.ts';
import { isMildIndexProblem } from '../doctor/streams/stream-sequence.ts';
import { limits } from '../http/limits.ts';
import { withoutSecrets } from '../messages/key-shapes.ts';
import { counted, duration, mebibytes } from '../text/counted.ts';
import { isMessages, type Rule, verdict } from './rule.ts';

/** A user who stops an answer closes the connection while text comes; who waits longer than this for more gives up. */
const silenceMs = 5_000;

/** The client closed before the answer was complete. */
export const leftByClient: Rule = ({ evidence: { entry, stream, facts }, tap }) => {
  if (entry.ending !== 'client-gone') return undefined;
  const leftAt = entry.times.clientEnd ?? entry.times.end ?? 0;
  // Some close as soon as they have read message_stop.
  if (stream !== null && stream.times.stop !== null) return undefined;
  // Pings go on while nothing else comes.
  const lastAt = stream?.times.lastDelta ?? entry.times.lastByte ?? entry.times.head;
  const silentMs = leftAt - (lastAt ?? 0);
  const isStopped = facts.firstTextMs !== null && silentMs < silenceMs;
  if (isStopped)
    return verdict('client.stopped', {
      severity: 'info',
      summary: `The client stopped the answer after ${duration(leftAt)}, while text was coming (Esc, Ctrl-C, or a limit of its own).`,
      owner: 'client',
      confidence: 'likely',
    });
  const doing =
    entry.times.requestEnd === null
      ? 'its own request was not sent in whole'
      : entry.response === undefined
        ? 'no answer had come'
        : facts.firstTextMs === null
          ? `no text had come${entry.response.status === 200 ? ', although the answer had begun' : ''}`
          : `nothing had come for ${duration(silentMs)}`;
  return verdict('client.gave_up', {
    severity: 'warn',
    summary: `The client gave up after ${duration(leftAt)}: ${doing}.`,
    owner: 'client',
    confidence: 'likely',
    cure: 'Give the client more time (timeout of the SDK; Claude Code: API_TIMEOUT_MS), or find out what keeps the answer.',
    commands: [tap.doctorCommand],
  });
};

/** The server, or a hop, ended an answer before its end. */
export const brokenOff: Rule = ({ evidence, tap }) => {
  const { entry, stream } = evidence;
  const { ending, response } = entry;
  if (response === undefined) {
    if (ending !== 'cut' && ending !== 'reset') return undefined;
    // A connection that is only closed has no failure to tell of.
    if (ending === 'cut' && entry.failure !== null)
      return verdict('net.reset', {
        severity: 'fail',
        summary: entry.failure.message,
        owner: 'you',
        confidence: 'likely',
        cure: /: it is not HTTP|first bytes/.test(entry.failure.message)
          ? 'Another service listens on that port, or the port wants https://.'
          : 'The server, or a hop, writes what HTTP does not allow: its name and version tell who is to mend it.',
        commands: [tap.doctorCommand],
      });
    return verdict('net.reset', {
      severity: 'fail',
      summary: `The server ${ending === 'reset' ? 'broke' : 'closed'} the connection after ${duration(entry.times.end ?? 0)} without an answer.`,
      owner: 'gateway',
      confidence: 'likely',
      cure:
        entry.requestBody.wireBytes > largeRequestBytes
          ? 'The size of the request may be the cause: many servers close rather than answer 413. msg doctor --size tells.'
          : 'Look for a time limit or a crash in the hops between; a kept connection that was idle is closed like this, too.',
      commands: [tap.doctorCommand],
      evidence: entry.failure === null ? [] : [entry.failure.message],
    });
  }
  // An error in the stream ends it, too: that one is the cause.
  const isOver =
    stream === null || evidence.isEndUnseen
      ? ending === 'complete'
      : stream.times.stop !== null || stream.error !== null;
  if (isOver || ending === 'client-gone' || ending === 'stopped' || response.status >= 300) return undefined;
  if (stream !== null && stream.dialect !== null) return undefined;
  const hops = identifyHops([{ status: response.status, headers: evidence.headers, body: '' }]);
  const after = duration(entry.times.end ?? 0);
  const how =
    ending === 'reset' ? 'the connection broke' : ending === 'cut' ? 'the connection closed' : 'it ended';
  const what = stream === null ? 'The answer' : 'The stream';
  const had =
    stream === null
      ? ''
      : evidence.isPartial
        ? `, behind ${mebibytes(response.body.wireBytes)}${evidence.isEndUnseen ? '' : ' and without message_stop'}`
        : `, behind ${counted(stream.deltas, 'delta')} and without message_stop`;
  return verdict('sse.truncated', {
    severity: 'fail',
    summary: `${what} broke off: ${how} after ${after}${had}.`,
    owner: 'gateway',
    confidence: 'likely',
    cure: 'Look for a read or idle time limit, or a restart, in the hops between.',
    commands: [tap.doctorCommand],
    evidence: [
      ...(entry.failure === null ? [] : [entry.failure.message]),
      ...hops.map(({ name, evidence: seen }) => `on the way: ${name} (${seen})`),
    ],
  });
};

/** A stream whose end was not kept came to the end of its body: of its message nobody knows. */
export const unseenEnd: Rule = ({ evidence: { entry, stream, isEndUnseen } }) => {
  if (!isEndUnseen || stream === null || entry.ending !== 'complete') return undefined;
  return verdict('answer.end_unseen', {
    severity: 'info',
    summary: `This answer has ${mebibytes(entry.response?.body.wireBytes ?? 0)}, of which the tap keeps the first ${mebibytes(limits.tapBody)}: whether it ended with message_stop is not known.`,
    owner: 'you',
    cure: 'With --record DIR all of it is kept.',
  });
};

const largeRequestBytes = 1024 * 1024;

/** The client asked for a stream and got a document, or the other way round. */
export const otherForm: Rule = ({ evidence, tap }) => {
  const { stream, answer, facts, entry } = evidence;
  if (facts.modelAsked === null || !isMessages(evidence) || entry.ending !== 'complete') return undefined;
  if (facts.isStream === (stream !== null) || (stream === null && answer === null)) return undefined;
  return verdict(facts.isStream ? 'sse.not_streamed' : 'proto.stream_default', {
    severity: 'fail',
    summary: facts.isStream
      ? 'The client asked for a stream and got one JSON document: clients that read events show nothing.'
      : 'The client asked for one JSON document and got a stream.',
    owner: 'gateway',
    cure: 'The gateway has to heed "stream"; until then the client can be told to ask the other way.',
    commands: [tap.doctorCommand],
  });
};

/** Events that do not fit together, are of another protocol, or are not told so that every client hears them. */
export const brokenStream: Rule = ({ evidence: { stream, headers, isPartial }, tap }) => {
  if (stream === null || isPartial) return undefined;
  const contentType = headers['content-type'] ?? '';
  const [malformed] = stream.malformed;
  const [orderProblem] = stream.orderProblems;
  const indexProblem = stream.indexProblems.find((one) => !isMildIndexProblem(one));
  const [id, problem] =
    stream.dialect !== null
      ? ['url.dialect', `it speaks ${stream.dialect}`]
      : orderProblem !== undefined
        ? ['sse.sequence', orderProblem]
        : indexProblem !== undefined
          ? ['sse.block_index', indexProblem]
          : malformed !== undefined
            ? ['sse.not_json', `what came is no event of JSON: ${malformed.text}`]
            : stream.events.length > 0 && stream.unnamed === stream.events.length
              ? [
                  'sse.no_event_lines',
                  'its events have no event: lines, and the official SDKs drop all of them',
                ]
              : [];
  if (id !== undefined)
    return verdict(id, {
      severity: 'fail',
      summary: `The stream breaks the rules of Messages: ${problem}.`,
      owner: 'gateway',
      cure:
        checks.find((check) => check.id === id)?.cure ??
        'The gateway has to send the events of Messages in their order; until then: another route, or no streaming.',
      commands: [tap.doctorCommand],
      evidence: stream.orderProblems.slice(1, 4),
    });
  if (/event-stream/i.test(contentType)) return undefined;
  return verdict('sse.content_type', {
    severity: 'warn',
    summary: `The stream is labelled ${contentType === '' ? 'as nothing' : contentType}, not text/event-stream: some clients refuse it, and hops may hold it.`,
    owner: 'gateway',
    cure: checks.find((check) => check.id === 'sse.content_type')?.cure ?? '',
    commands: [tap.doctorCommand],
  });
};

/** The input of a tool whose parts are no JSON: the call is lost. Where a limit cut the answer, that is the cause. */
export const brokenInput: Rule = ({ evidence: { stream, facts, isPartial }, tap }) => {
  if (stream === null || isPartial || facts.stopReason !== 'tool_use') return undefined;
  const broken = stream.blocks.find(({ partialJson }) => partialJson !== '' && !isJson(partialJson));
  if (broken === undefined) return undefined;
  return verdict('tool.json', {
    severity: 'fail',
    summary: `The input of the tool ${broken.name ?? ''} does not add up to JSON: the call is lost.`,
    owner: 'gateway',
    cure: 'Have the gateway split input_json_delta without changing it.',
    commands: [tap.doctorCommand],
    evidence: [withoutSecrets(broken.partialJson).slice(-200)],
  });
};
