// The events of a stream in their order: names, sequence, blocks.
import { checksOf, fail, pass, warn } from '../engine/check.ts';
import { isMildIndexProblem } from '../streams/stream-sequence.ts';
import { gatewayFault, noStream, ofStream } from './stream-wire.ts';

export const streamEventChecks = checksOf({ group: 'stream', needs: ['stream'] }, [
  {
    id: 'sse.no_event_lines',
    title: 'Every event has its event: line',
    why: 'SDKs drop events without a name; Claude Code then asks again without streaming, and pays twice.',
    proof: 'data: lines without an event: line.',
    cure: "The gateway's SSE writer.",
    judge: ofStream((stream, observe) => {
      if (stream.events.length === 0) return noStream;
      if (stream.unnamed === 0 || stream.dialect !== null) return pass('');
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
