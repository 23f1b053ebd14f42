// The events of a stream: do they come to their end, with something said before it, and are they in their order?
import { limits } from '../../http/limits.ts';
import { checksOf, fail, pass, remedy, unknown, warn } from '../engine/check.ts';
import { brokeOff, fellSilent, neverEnded, ranOut } from '../engine/exchange-facts.ts';
import { askBehind, askBehindWords } from '../engine/remedy-commands.ts';
import { forHops, longerTimeouts } from '../engine/remedy-snippets.ts';
import { openBody } from '../streams/stream-end.ts';
import type { StreamFacts } from '../streams/stream-facts.ts';
import { isMildIndexProblem } from '../streams/stream-sequence.ts';
import { gatewayFault, noStream, ofStream, seconds } from './stream-wire.ts';

/** A stream that ended in an error, or speaks another dialect, is judged by that, not by what is missing then. */
const isWhole = (stream: StreamFacts): boolean => stream.error === null && stream.dialect === null;

/** After the last token the rest of the events is due at once; a proxy or a busy machine may hold it for so long. */
const promptMs = 5000;

export const streamEventChecks = checksOf({ group: 'stream', needs: ['stream'] }, [
  {
    id: 'sse.truncated',
    title: 'The stream comes to its end',
    why: 'A stream that breaks off, also one that ends cleanly in the middle (behind nginx and Caddy a cut upstream looks clean), leaves half an answer that looks whole.',
    proof:
      'Neither stop_reason nor error at the end of the body, or the body broke off, also behind message_stop, or goes on for megabytes.',
    cure: 'The hop or backend that ended it.',
    judge(observe) {
      const streamed = observe('stream');
      const stream = streamed?.stream;
      if (stream != null && neverEnded(streamed?.exchange))
        return fail(
          `The stream does not end: ${stream.deltas} deltas and ${stream.keepalives.length} pings or comments in ${limits.probe / 1024 / 1024} MB; it was read no further.`,
          gatewayFault(
            observe,
            'Look into the log of the gateway: it goes on writing whatever was asked for.',
          ),
        );
      if (stream == null || stream.events.length === 0) return noStream;
      const isSilent = fellSilent(streamed?.exchange);
      if (ranOut(streamed?.exchange) && stream.deltas > 0)
        return unknown(
          `The stream was still going after ${seconds(stream.endMs)}, and was read no further; ${stream.deltas} deltas had come.`,
          gatewayFault(observe, 'Allow more with --timeout.'),
        );
      if (stream.times.stop !== null && isWhole(stream) && brokeOff(streamed?.exchange))
        return fail(`${openBody.means}.`, {
          ...gatewayFault(observe, openBody.cure),
          confidence: 'likely',
        });
      if (
        // Not one token is another matter: up.offline.
        ((isSilent || ranOut(streamed?.exchange)) && stream.deltas === 0) ||
        !isWhole(stream) ||
        stream.times.stop !== null ||
        (stream.isClean && stream.stopReason !== null)
      )
        return pass('');
      const how = isSilent ? 'in silence (no token, pings at most)' : stream.isClean ? 'cleanly' : 'by reset';
      const search = `Find the hop that ${isSilent ? 'holds' : 'ends'} it: ${askBehindWords}.`;
      return fail(
        `Stream ended ${how} after ${stream.deltas} deltas without message_stop; text may be cut. Last stop_reason: ${stream.stopReason ?? 'none'}.`,
        {
          ...gatewayFault(observe, search),
          remedy: remedy(
            search,
            [askBehind(observe)],
            // An end that early is nobody's time-out, and a silence that msg gave up is none of theirs.
            stream.endMs > 9000 && !isSilent ? forHops(observe, longerTimeouts) : [],
          ),
        },
      );
    },
  },
  {
    id: 'sse.empty',
    title: 'A stream that comes to its end brings an answer',
    why: 'A gateway whose backend is offline or failed may end the stream as if all was said: clients show nothing, and no error.',
    proof: 'A stream with a stop reason and without content or a token.',
    cure: 'The backend of the gateway.',
    judge: ofStream((stream, observe) => {
      const isEnd = stream.stopReason !== null && isWhole(stream) && stream.stopReason !== 'refusal';
      if (!isEnd || stream.deltas > 0 || stream.text !== '') return pass('');
      const spent = Number(stream.endUsage?.['output_tokens'] ?? 0);
      // Tokens without a delta are lost on the way; the answer may also be a block that is whole at its start.
      if (stream.blocks.some(({ type }) => type !== 'text')) return pass('');
      return fail(
        `The stream ends as a whole answer (${stream.stopReason}) without any content${spent > 0 ? `, though it counts ${spent} tokens` : ' and without a token'}: ${spent > 0 ? 'the text is lost on the way' : 'the backend is offline or failed'}.`,
        gatewayFault(observe, 'Look into the log of the gateway, and at what is behind it.'),
      );
    }),
  },
  {
    id: 'sse.missing_stop',
    title: 'The stream ends with message_stop',
    why: 'Clients wait for it, some for 300 s.',
    proof: 'message_delta with a stop_reason, and no message_stop.',
    cure: 'The event writer of the gateway.',
    judge: ofStream((stream, observe) => {
      if (stream.times.stop !== null || stream.stopReason === null || !isWhole(stream)) return pass('');
      const exchange = observe('stream')?.exchange;
      const waitedMs = stream.endMs - (stream.times.lastDelta ?? 0);
      if (ranOut(exchange) && waitedMs < promptMs)
        return unknown(
          `The time of the request was over right behind the stop reason, after ${seconds(stream.endMs)}: message_stop may have been on its way.`,
          gatewayFault(observe, 'Allow more with --timeout.'),
        );
      const how =
        ranOut(exchange) || fellSilent(exchange)
          ? `was still open ${seconds(waitedMs)} after the last of ${stream.deltas} deltas`
          : `ended ${stream.isClean ? 'cleanly' : 'by reset'} after ${stream.deltas} deltas`;
      return fail(
        `Stream ${how} without message_stop; the text is whole. Last stop_reason: ${stream.stopReason}.`,
        gatewayFault(observe, 'Have the gateway send message_stop.'),
      );
    }),
  },
  {
    id: 'sse.no_event_lines',
    title: 'Every event has its event: line',
    why: 'SDKs drop events without a name; Claude Code then asks again without streaming, and pays twice.',
    proof: 'data: lines without an event: line.',
    cure: "The gateway's SSE writer.",
    judge: ofStream((stream, observe) => {
      if (stream.events.length === 0) return noStream;
      if (stream.unnamed === 0 || stream.dialect !== null) return pass('');
      // An error and nothing else has the form of whoever made it.
      if (stream.error !== null && stream.times.messageStart === null) return pass('');
      return fail(
        `${stream.unnamed} of ${stream.events.length} events lack 'event:' lines; Claude Code and SDKs drop them and silently pay for a second request. Fix in the gateway's SSE writer.`,
        gatewayFault(observe, "Write 'event: TYPE' before each data line."),
      );
    }),
  },
  {
    id: 'sse.sequence',
    title: 'Events come in the right order',
    why: 'message_start first and once, deltas inside blocks, message_delta before message_stop: clients are state machines.',
    proof: 'The stream played through the state machine.',
    cure: 'The gateway.',
    judge: ofStream((stream, observe) => {
      if (stream.events.length === 0) return noStream;
      if (stream.dialect !== null)
        return fail(
          `The stream is in ${stream.dialect}, not in that of Messages.`,
          gatewayFault(observe, "Use the gateway's Anthropic route."),
        );
      const problems = stream.orderProblems;
      if (problems.length === 0 && stream.times.messageStart === null && stream.deltas === 0) return pass('');
      if (problems.length === 0 && stream.times.messageStart === null)
        return fail(
          'The stream has no message_start.',
          gatewayFault(observe, 'Have the gateway send message_start first.'),
        );
      if (problems.length === 0) return pass('');
      return fail(
        `The order is broken: ${problems.slice(0, 2).join('; ')}.`,
        gatewayFault(observe, 'Have the order of events corrected.'),
      );
    }),
  },
  {
    id: 'sse.block_index',
    title: 'Deltas belong to open blocks',
    why: '"Content block not found" and "is not a text block": a delta or stop for an index that was never opened, or of another type.',
    proof: 'The indices of the events.',
    cure: 'The gateway.',
    judge: ofStream((stream, observe) => {
      if (stream.events.length === 0) return noStream;
      const [first] = stream.indexProblems;
      if (first === undefined) return pass('');
      const text = `Block indices are broken: ${first}${stream.indexProblems.length > 1 ? ` (and ${stream.indexProblems.length - 1} more)` : ''}.`;
      return (stream.indexProblems.every(isMildIndexProblem) ? warn : fail)(
        text,
        gatewayFault(observe, 'Have the indices of content blocks corrected.'),
      );
    }),
  },
]);
