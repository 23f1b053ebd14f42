// A stream is answered, as a stream, with events that can be read, none of which is an error. How they follow on each
// other and end is stream-events.ts, their timing buffering.ts.
import { overloadQuoted, tooMany } from '../../messages/error-words.ts';
import { checksOf, degrade, fail, pass, remedy, unknown } from '../engine/check.ts';
import { messageOf } from '../engine/exchange-facts.ts';
import { again, sendPlain, sendShort } from '../engine/remedy-commands.ts';
import { wireLine } from '../engine/wire-lines.ts';
import { isOk } from '../reading/answer-rows/row.ts';
import type { Malformed } from '../streams/stream-facts.ts';
import { gatewayFault, noStream, ofStream, seconds, streamLine, streamOf } from './stream-wire.ts';

/** What is no event, in words. */
const malformedWords: Readonly<Record<Malformed['kind'], (first: Malformed) => string>> = {
  glued: ({ events }) =>
    `There is no blank line between events: ${events} of them come as one, which is not JSON. msg reads them line by line, other clients fail.`,
  words: ({ text, count }) =>
    `${count === 1 ? 'One event is' : `${count} events are`} not JSON but words, as a heartbeat: "data: ${text}". Clients that parse every event fail on it.`,
  broken: ({ text }) => `An event of the answer is not JSON: ${text}`,
  doubled: ({ text, count }) =>
    `${count === 1 ? 'One event carries' : `${count} events carry`} "data: " twice: "data: ${text}". msg reads them, other clients fail.`,
  list: ({ text }) => `An event is a JSON list, not an object: ${text}`,
};
const malformedCure: Readonly<Record<Malformed['kind'], string>> = {
  glued: 'End every event with a blank line.',
  words: 'Write heartbeats as comments (": ping") or as event: ping with {"type":"ping"}.',
  broken: 'Have the gateway write each event as one whole JSON object.',
  doubled: 'Have one hop write the "data: " of an event, not two of them.',
  list: 'Have the gateway write one event for each JSON object.',
};

/** Whether an error in a stream is over by itself: by its type, or by its words where the type is of another dialect. */
const isPassing = ({ type, message }: { readonly type: string; readonly message: string }): boolean =>
  /overloaded|rate_limit|timeout/.test(type) || tooMany.test(message) || overloadQuoted.test(message);

export const streamChecks = checksOf({ group: 'stream', needs: ['stream'] }, [
  {
    id: 'sse.not_streamed',
    title: 'stream: true is honoured',
    why: 'A gateway that ignores it answers with JSON at the end: clients wait, or fail to parse.',
    proof: 'The content type and the first bytes of the streamed request.',
    cure: 'The gateway; until then --no-stream.',
    judge(observe) {
      const exchange = observe('stream')?.exchange;
      if (exchange?.outcome !== 'answered' || !isOk(exchange)) return pass('');
      if (exchange.reading.shape === 'event-stream') return pass('');
      const isMessage = exchange.reading.shape === 'message';
      return fail(
        isMessage
          ? 'stream: true is ignored: the answer is one JSON document at the end.'
          : `The streamed request is answered with ${exchange.headers['content-type']?.replace(/;.*/s, '') || exchange.reading.shape}, not with an event stream.`,
        {
          ...gatewayFault(observe, 'Have the gateway stream. Until then use --no-stream.'),
          evidence: [wireLine(exchange)],
        },
      );
    },
  },
  {
    id: 'sse.answers',
    title: 'A streamed request is answered',
    why: 'Everything about streams needs one.',
    proof: 'The streamed request.',
    cure: 'See the check of this group that failed.',
    isGate: true,
    judge(observe) {
      const exchange = observe('stream')?.exchange;
      const isPlainFine = messageOf(observe) !== null;
      const plainly = isPlainFine ? 'A plain answer comes, but the stream' : 'The stream';
      const hasFailed = exchange?.reading.check === 'up.5xx';
      const fix = isPlainFine
        ? remedy(
            `${hasFailed ? 'Look into the log of the gateway for the streamed request' : 'Have whoever runs the gateway (or the provider behind it) allow streams for this model'}. Until then ask without: --no-stream.`,
            [sendPlain(observe), again(observe)],
          )
        : remedy('Look into the log of the gateway.', [again(observe)]);
      if (exchange?.outcome !== 'answered')
        return fail(`${plainly} gets no answer: ${exchange?.reading.means ?? ''}`, {
          owner: 'gateway',
          confidence: 'likely',
          evidence: streamLine(observe),
          remedy: fix,
        });
      const error = streamOf(observe)?.error;
      if (error != null && isPassing(error))
        return unknown(`The stream broke off with a passing error (${error.type}).`, {
          owner: 'provider',
          evidence: streamLine(observe),
          remedy: remedy('Try again in a minute; msg send retries by itself.', [again(observe)]),
        });
      if (isOk(exchange)) return pass('');
      const { means, owner, check, errorMessage } = exchange.reading;
      if (isPlainFine && exchange.status < 500 && /\bmax_\w*tokens\b/.test(errorMessage ?? ''))
        return unknown(
          `The stream is refused for its length, not for being one (${exchange.status}): ${errorMessage}`,
          {
            owner: 'you',
            evidence: [wireLine(exchange)],
            remedy: remedy(
              'A short stream tells: this model gives shorter answers than the doctor asks for.',
              [sendShort(observe)],
            ),
          },
        );
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
    title: 'The stream carries no error',
    why: 'An error after the headers comes as an event under status 200; the SDK reports status 200 and does not retry.',
    proof: 'An error event in the stream.',
    cure: 'By its type: overloaded means wait.',
    judge(observe) {
      const error = streamOf(observe)?.error;
      if (error == null) return streamOf(observe) === null ? noStream : pass('');
      const isTransient = isPassing(error);
      const words = [error.type === 'error' ? '' : error.type, error.message].filter(Boolean).join(': ');
      const text = `An error came inside the stream, ${seconds(error.at)} after the request: ${words || 'it has no words'}`;
      const problem = {
        ...gatewayFault(observe, isTransient ? 'Try again later.' : 'Look into the log of the gateway.'),
        owner: isTransient ? 'provider' : 'gateway',
      } as const;
      return isTransient ? degrade(text, problem) : fail(text, problem);
    },
  },
  {
    id: 'sse.zero_events',
    title: 'The stream has events',
    why: '200 and text/event-stream, then nothing: clients say "request ended without sending any chunks".',
    proof: 'The events of the stream.',
    cure: 'The backend of the gateway.',
    judge(observe) {
      const streamed = observe('stream');
      const stream = streamed?.stream;
      const isEmpty200 =
        streamed?.exchange.outcome === 'answered' &&
        isOk(streamed.exchange) &&
        streamed.exchange.bodyBytes === 0 &&
        /event-stream/.test(streamed.exchange.headers['content-type'] ?? '');
      if (stream == null && !isEmpty200) return noStream;
      // Words instead of events: sse.not_json quotes them.
      if (stream != null && stream.events.length + stream.malformed.length > 0) return pass('');
      return fail(
        'The event stream has no event at all.',
        gatewayFault(observe, 'Look into the log of the gateway: it opened a stream and wrote nothing.'),
      );
    },
  },
  {
    id: 'sse.not_json',
    title: 'Every event is one JSON object',
    why: 'Heartbeats in words (data: ping), events without a blank line between them, half objects: clients that parse every event throw in the middle of the answer.',
    proof: 'The data of each event.',
    cure: 'The event writer of the gateway: one JSON object an event, a blank line after it, heartbeats as comments.',
    judge: ofStream((stream, observe) => {
      const [first] = stream.malformed;
      if (first === undefined || stream.dialect !== null) return pass('');
      if (stream.events.length === 0)
        return fail(
          `Words came instead of events: ${first.text}`,
          gatewayFault(observe, 'Look into the log of the gateway.'),
        );
      return fail(malformedWords[first.kind](first), gatewayFault(observe, malformedCure[first.kind]));
    }),
  },
]);
