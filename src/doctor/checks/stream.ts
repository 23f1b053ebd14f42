// The events: is the stream what a Messages stream has to be? Its timing is buffering.ts.
import { limits } from '../../limits.ts';
import { type Check, degrade, fail, pass, remedy, unknown, warn } from '../check.ts';
import { wireLine } from '../evidence.ts';
import { fellSilent, messageOf, neverEnded, ranOut } from '../exchanges.ts';
import { again, sendPlain } from '../remedy-commands.ts';
import { forHops, longerTimeouts } from '../remedy-snippets.ts';
import type { StreamFacts } from '../stream-facts.ts';
import type { Malformed } from '../stream-reading.ts';
import { isMildIndexProblem } from '../stream-sequence.ts';
import { gatewayFault, noStream, seconds, streamLine, streamOf } from './stream-wire.ts';

/** A stream that ended in an error, or speaks another dialect, is judged by that, not by what is missing then. */
const isWhole = (stream: StreamFacts): boolean => stream.error === null && stream.dialect === null;

/** What is no event, in words. */
const malformedWords: Readonly<Record<Malformed['kind'], (first: Malformed) => string>> = {
  glued: ({ events }) =>
    `There is no blank line between events: ${events} of them come as one, which is not JSON. msg reads them line by line, other clients fail.`,
  words: ({ text, count }) =>
    `${count === 1 ? 'One event is' : `${count} events are`} not JSON but words, as a heartbeat: "data: ${text}". Clients that parse every event fail on it.`,
  broken: ({ text }) => `An event of the answer is not JSON: ${text}`,
  list: ({ text }) => `An event is a JSON list, not an object: ${text}`,
};
const malformedCure: Readonly<Record<Malformed['kind'], string>> = {
  glued: 'End every event with a blank line.',
  words: 'Write heartbeats as comments (": ping") or as event: ping with {"type":"ping"}.',
  broken: 'Have the gateway write each event as one whole JSON object.',
  list: 'Have the gateway write one event for each JSON object.',
};

export const streamChecks: readonly Check[] = [
  {
    id: 'sse.not_streamed',
    group: 'stream',
    title: 'stream: true is honoured',
    why: 'A gateway that ignores it answers with JSON at the end: clients wait, or fail to parse.',
    proof: 'The content type and the first bytes of the streamed request.',
    cure: 'The gateway; until then --no-stream.',
    needs: ['stream'],
    judge(look) {
      const exchange = look('stream')?.exchange;
      if (exchange?.outcome !== 'answered' || exchange.status !== 200) return pass('');
      if (exchange.reading.shape === 'event-stream') return pass('');
      const isMessage = exchange.reading.shape === 'message';
      return fail(
        isMessage
          ? 'stream: true is ignored: the answer is one JSON document at the end.'
          : `The streamed request is answered with ${exchange.reading.shape}, not with an event stream.`,
        {
          ...gatewayFault(look, 'Have the gateway stream. Until then use --no-stream.'),
          evidence: [wireLine(exchange)],
        },
      );
    },
  },
  {
    id: 'sse.answers',
    group: 'stream',
    title: 'A streamed request is answered',
    why: 'Everything about streams needs one.',
    proof: 'The streamed request.',
    cure: 'See the check of this group that failed.',
    needs: ['stream'],
    isGate: true,
    judge(look) {
      const exchange = look('stream')?.exchange;
      const isPlainFine = messageOf(look) !== null;
      const plainly = isPlainFine ? 'A plain answer comes, but the stream' : 'The stream';
      const fix = isPlainFine
        ? remedy(
            'Have whoever runs the gateway (or the provider behind it) allow streams for this model. Until then ask without: --no-stream.',
            [sendPlain(look), again(look)],
          )
        : remedy('Look into the log of the gateway.', [again(look)]);
      if (exchange?.outcome !== 'answered')
        return fail(`${plainly} gets no answer: ${exchange?.reading.means ?? ''}`, {
          owner: 'gateway',
          confidence: 'likely',
          evidence: streamLine(look),
          remedy: fix,
        });
      const error = streamOf(look)?.error;
      if (error != null && /overloaded|rate_limit|timeout/.test(error.type))
        return unknown(`The stream broke off with a passing error (${error.type}).`, {
          owner: 'provider',
          evidence: streamLine(look),
          remedy: remedy('Try again in a minute; msg send retries by itself.', [again(look)]),
        });
      if (exchange.status === 200) return pass('');
      const { means, owner, check } = exchange.reading;
      const isUnlike = check === null || check === 'up.5xx';
      return (isUnlike ? fail : unknown)(`${plainly} is refused with ${exchange.status}: ${means}`, {
        owner,
        evidence: [wireLine(exchange)],
        remedy: fix,
      });
    },
  },
  {
    id: 'sse.error_event',
    group: 'stream',
    title: 'The stream carries no error',
    why: 'An error after the headers comes as an event under status 200; the SDK reports status 200 and does not retry.',
    proof: 'An error event in the stream.',
    cure: 'By its type: overloaded means wait.',
    needs: ['stream'],
    judge(look) {
      const error = streamOf(look)?.error;
      if (error == null) return streamOf(look) === null ? noStream : pass('');
      const isTransient = /overloaded|rate_limit|timeout/.test(error.type);
      const words = [error.type === 'error' ? '' : error.type, error.message].filter(Boolean).join(': ');
      const text = `An error came inside the stream, ${seconds(error.at)} after the request: ${words || 'it has no words'}`;
      const problem = {
        ...gatewayFault(look, isTransient ? 'Try again later.' : 'Look into the log of the gateway.'),
        owner: isTransient ? 'provider' : 'gateway',
      } as const;
      return isTransient ? degrade(text, problem) : fail(text, problem);
    },
  },
  {
    id: 'sse.zero_events',
    group: 'stream',
    title: 'The stream has events',
    why: '200 and text/event-stream, then nothing: clients say "request ended without sending any chunks".',
    proof: 'The events of the stream.',
    cure: 'The backend of the gateway.',
    needs: ['stream'],
    judge(look) {
      const streamed = look('stream');
      const stream = streamed?.stream;
      const isEmpty200 =
        streamed?.exchange.outcome === 'answered' &&
        streamed.exchange.status === 200 &&
        streamed.exchange.bodyBytes === 0 &&
        /event-stream/.test(streamed.exchange.headers['content-type'] ?? '');
      if (stream == null && !isEmpty200) return noStream;
      // Words instead of events: sse.not_json quotes them.
      if (stream != null && stream.events.length + stream.malformed.length > 0) return pass('');
      return fail(
        'The event stream has no event at all.',
        gatewayFault(look, 'Look into the log of the gateway: it opened a stream and wrote nothing.'),
      );
    },
  },
  {
    id: 'sse.not_json',
    group: 'stream',
    title: 'Every event is one JSON object',
    why: 'Heartbeats in words (data: ping), events without a blank line between them, half objects: clients that parse every event throw in the middle of the answer.',
    proof: 'The data of each event.',
    cure: 'The event writer of the gateway: one JSON object an event, a blank line after it, heartbeats as comments.',
    needs: ['stream'],
    judge(look) {
      const stream = streamOf(look);
      if (stream === null) return noStream;
      const [first] = stream.malformed;
      if (first === undefined || stream.dialect !== null) return pass('');
      if (stream.events.length === 0)
        return fail(
          `Words came instead of events: ${first.text}`,
          gatewayFault(look, 'Look into the log of the gateway.'),
        );
      return fail(malformedWords[first.kind](first), gatewayFault(look, malformedCure[first.kind]));
    },
  },
  {
    id: 'sse.truncated',
    group: 'stream',
    title: 'The stream comes to its end',
    why: 'A stream that breaks off, also one that ends cleanly in the middle (behind nginx and Caddy a cut upstream looks clean), leaves half an answer that looks whole.',
    proof:
      'Neither stop_reason nor error at the end of the body, or the body broke off, or goes on for megabytes.',
    cure: 'The hop or backend that ended it.',
    needs: ['stream'],
    judge(look) {
      const streamed = look('stream');
      const stream = streamed?.stream;
      if (stream != null && neverEnded(streamed?.exchange))
        return fail(
          `The stream does not end: ${stream.deltas} deltas and ${stream.keepalives.length} pings or comments in ${limits.probe / 1024 / 1024} MB; it was read no further.`,
          gatewayFault(look, 'Look into the log of the gateway: it goes on writing whatever was asked for.'),
        );
      if (stream == null || stream.events.length === 0) return noStream;
      const isSilent = fellSilent(streamed?.exchange);
      if (ranOut(streamed?.exchange) && stream.deltas > 0)
        return unknown(
          `The stream was still going after ${seconds(stream.endMs)}, and was read no further; ${stream.deltas} deltas had come.`,
          gatewayFault(look, 'Allow more with --timeout.'),
        );
      if (
        // Not one token is another matter: up.offline.
        ((isSilent || ranOut(streamed?.exchange)) && stream.deltas === 0) ||
        !isWhole(stream) ||
        stream.times.stop !== null ||
        (stream.isClean && stream.stopReason !== null)
      )
        return pass('');
      const how = isSilent ? 'in silence (no token, pings at most)' : stream.isClean ? 'cleanly' : 'by reset';
      return fail(
        `Stream ended ${how} after ${stream.deltas} deltas without message_stop; text may be cut. Last stop_reason: ${stream.stopReason ?? 'none'}.`,
        {
          ...gatewayFault(
            look,
            'Find the hop that ends it: compare with --via at the next address inwards; look for read time-outs.',
          ),
          remedy: remedy(
            `Find the hop that ${isSilent ? 'holds' : 'ends'} it: compare with the next address inwards.`,
            [`${again(look)} --via URL`, again(look)],
            // An end that early is nobody's time-out, and a silence that msg gave up is none of theirs.
            stream.endMs > 9000 && !isSilent ? forHops(look, longerTimeouts) : [],
          ),
        },
      );
    },
  },
  {
    id: 'sse.empty',
    group: 'stream',
    title: 'A stream that comes to its end brings an answer',
    why: 'A gateway whose backend is offline or failed may end the stream as if all was said: clients show nothing, and no error.',
    proof: 'A stream with a stop reason and without content or a token.',
    cure: 'The backend of the gateway.',
    needs: ['stream'],
    judge(look) {
      const stream = streamOf(look);
      if (stream === null) return noStream;
      const isEnd = stream.stopReason !== null && isWhole(stream) && stream.stopReason !== 'refusal';
      if (!isEnd || stream.deltas > 0 || stream.text !== '') return pass('');
      const spent = Number(stream.endUsage?.['output_tokens'] ?? 0);
      // Tokens without a delta are lost on the way; the answer may also be a block that is whole at its start.
      if (stream.blocks.some(({ type }) => type !== 'text')) return pass('');
      return fail(
        `The stream ends as a whole answer (${stream.stopReason}) without any content${spent > 0 ? `, though it counts ${spent} tokens` : ' and without a token'}: ${spent > 0 ? 'the text is lost on the way' : 'the backend is offline or failed'}.`,
        gatewayFault(look, 'Look into the log of the gateway, and at what is behind it.'),
      );
    },
  },
  {
    id: 'sse.missing_stop',
    group: 'stream',
    title: 'The stream ends with message_stop',
    why: 'Clients wait for it, some for 300 s.',
    proof: 'message_delta with a stop_reason, and no message_stop.',
    cure: 'The event writer of the gateway.',
    needs: ['stream'],
    judge(look) {
      const stream = streamOf(look);
      if (stream === null) return noStream;
      if (stream.times.stop !== null || stream.stopReason === null || !isWhole(stream)) return pass('');
      return fail(
        `Stream ended ${stream.isClean ? 'cleanly' : 'by reset'} after ${stream.deltas} deltas without message_stop; the text is whole. Last stop_reason: ${stream.stopReason}.`,
        gatewayFault(look, 'Have the gateway send message_stop.'),
      );
    },
  },
  {
    id: 'sse.no_event_lines',
    group: 'stream',
    title: 'Every event has its event: line',
    why: 'SDKs drop events without a name; Claude Code then asks again without streaming, and pays twice.',
    proof: 'data: lines without an event: line.',
    cure: "The gateway's SSE writer.",
    needs: ['stream'],
    judge(look) {
      const stream = streamOf(look);
      if (stream === null || stream.events.length === 0) return noStream;
      if (stream.unnamed === 0 || stream.dialect !== null) return pass('');
      return fail(
        `${stream.unnamed} of ${stream.events.length} events lack 'event:' lines; Claude Code and SDKs drop them and silently pay for a second request. Fix in the gateway's SSE writer.`,
        gatewayFault(look, "Write 'event: TYPE' before each data line."),
      );
    },
  },
  {
    id: 'sse.sequence',
    group: 'stream',
    title: 'Events come in the right order',
    why: 'message_start first and once, deltas inside blocks, message_delta before message_stop: clients are state machines.',
    proof: 'The stream played through the state machine.',
    cure: 'The gateway.',
    needs: ['stream'],
    judge(look) {
      const stream = streamOf(look);
      if (stream === null || stream.events.length === 0) return noStream;
      if (stream.dialect !== null)
        return fail(
          `The stream is in ${stream.dialect}, not in that of Messages.`,
          gatewayFault(look, "Use the gateway's Anthropic route."),
        );
      const problems = stream.orderProblems;
      if (problems.length === 0 && stream.times.messageStart === null && stream.deltas === 0) return pass('');
      if (problems.length === 0 && stream.times.messageStart === null)
        return fail(
          'The stream has no message_start.',
          gatewayFault(look, 'Have the gateway send message_start first.'),
        );
      if (problems.length === 0) return pass('');
      return fail(
        `The order is broken: ${problems.slice(0, 2).join('; ')}.`,
        gatewayFault(look, 'Have the order of events corrected.'),
      );
    },
  },
  {
    id: 'sse.block_index',
    group: 'stream',
    title: 'Deltas belong to open blocks',
    why: '"Content block not found" and "is not a text block": a delta or stop for an index that was never opened, or of another type.',
    proof: 'The indices of the events.',
    cure: 'The gateway.',
    needs: ['stream'],
    judge(look) {
      const stream = streamOf(look);
      if (stream === null || stream.events.length === 0) return noStream;
      const [first] = stream.indexProblems;
      if (first === undefined) return pass('');
      const text = `Block indices are broken: ${first}${stream.indexProblems.length > 1 ? ` (and ${stream.indexProblems.length - 1} more)` : ''}.`;
      return (stream.indexProblems.every(isMildIndexProblem) ? warn : fail)(
        text,
        gatewayFault(look, 'Have the indices of content blocks corrected.'),
      );
    },
  },
];
