// Group I, the events: is the stream what a Messages stream has to be? Buffering is in buffering checks.
import { type Check, fail, info, pass, remedy, unknown, warn } from '../check.ts';
import { headerLines, wireLine } from '../evidence.ts';
import type { Look } from '../observations.ts';
import { again, longerTimeouts } from '../remedies.ts';
import type { StreamFacts } from '../stream-facts.ts';
import { hopsOf } from '../stream-judgement.ts';
import { messageOf } from './protocol.ts';

const streamOf = (look: Look): StreamFacts | null => look('stream')?.stream ?? null;
const wire = (look: Look): string[] => {
  const exchange = look('stream')?.exchange;
  return exchange === undefined
    ? []
    : [
        `${exchange.asked.method} ${exchange.asked.url} (stream) -> ${exchange.outcome === 'answered' ? `${exchange.status} ${exchange.headers['content-type'] ?? ''}` : exchange.failure.message}`,
      ];
};
const noStream = unknown('There was no event stream.');
const seconds = (ms: number): string => (ms < 995 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`);
const writer = remedy('Fix it where the gateway writes its events.', []);
const gateway = (look: Look, text: string) =>
  ({ owner: 'gateway', evidence: wire(look), remedy: { ...writer, text, commands: [again(look)] } }) as const;

/** A stream that ended in an error is judged by the error, not by what is missing after it. */
const isWhole = (stream: StreamFacts): boolean => stream.error === null;

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
      if (exchange?.outcome !== 'answered' || exchange.status !== 200)
        return pass('There is no answer to judge.');
      if (exchange.reading.shape === 'event-stream') return pass('It is.');
      const isMessage = exchange.reading.shape === 'message';
      return fail(
        isMessage
          ? 'stream: true is ignored: the answer is one JSON document at the end.'
          : `The streamed request is answered with ${exchange.reading.shape}, not with an event stream.`,
        {
          ...gateway(look, 'Have the gateway stream. Until then use --no-stream.'),
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
      const fix = remedy('Run the doctor again.', [again(look)]);
      if (exchange?.outcome !== 'answered')
        return fail(exchange?.reading.means ?? 'No answer.', {
          owner: 'gateway',
          confidence: 'likely',
          evidence: wire(look),
          remedy: fix,
        });
      if (exchange.status === 200) return pass(exchange.headers['content-type'] ?? '200.');
      const { means, owner, check } = exchange.reading;
      const problem = { owner, evidence: [wireLine(exchange)], remedy: fix } as const;
      return check === null || check === 'up.5xx' ? fail(means, problem) : unknown(means, problem);
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
      if (error == null) return streamOf(look) === null ? noStream : pass('None.');
      const isTransient = /overloaded|rate_limit|timeout/.test(error.type);
      const text = `An error came inside the stream, ${seconds(error.at)} after the request: ${error.type}: ${error.message}`;
      const problem = {
        ...gateway(look, isTransient ? 'Try again later.' : 'Look into the log of the gateway.'),
        owner: isTransient ? 'provider' : 'gateway',
      } as const;
      return isTransient ? warn(text, problem) : fail(text, problem);
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
      if (stream != null && stream.events.length > 0) return pass(`${stream.events.length}.`);
      return fail(
        'The event stream has no event at all.',
        gateway(look, 'Look into the log of the gateway: it opened a stream and wrote nothing.'),
      );
    },
  },
  {
    id: 'sse.truncated',
    group: 'stream',
    title: 'The stream comes to its end',
    why: 'A stream that breaks off, also one that ends cleanly in the middle (behind nginx and Caddy a cut upstream looks clean), leaves half an answer that looks whole.',
    proof: 'Neither stop_reason nor error at the end of the body, or the body broke off.',
    cure: 'The hop or backend that ended it.',
    needs: ['stream'],
    judge(look) {
      const streamed = look('stream');
      const stream = streamed?.stream;
      if (stream == null || stream.events.length === 0) return noStream;
      const isSilent =
        streamed?.exchange.outcome === 'answered' && streamed.exchange.breakage?.code === 'MSG_NO_TOKEN';
      if (
        isSilent ||
        !isWhole(stream) ||
        stream.times.stop !== null ||
        (stream.isClean && stream.stopReason !== null)
      )
        return pass('It does.');
      const how = stream.isClean ? 'cleanly' : 'by reset';
      return fail(
        `Stream ended ${how} after ${stream.deltas} deltas without message_stop; text may be cut. Last stop_reason: ${stream.stopReason ?? 'none'}.`,
        {
          ...gateway(
            look,
            'Find the hop that ends it: compare with --via at the next address inwards; look for read time-outs.',
          ),
          remedy: remedy(
            'Find the hop that ends it: compare with the next address inwards.',
            [`${again(look)} --via URL`, again(look)],
            longerTimeouts,
          ),
        },
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
      if (stream.times.stop !== null || stream.stopReason === null || !isWhole(stream))
        return pass('It does, or ends in another way.');
      return fail(
        `Stream ended ${stream.isClean ? 'cleanly' : 'by reset'} after ${stream.deltas} deltas without message_stop; the text is whole. Last stop_reason: ${stream.stopReason}.`,
        gateway(look, 'Have the gateway send message_stop.'),
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
      if (stream.unnamed === 0) return pass('It has.');
      return fail(
        `${stream.unnamed} of ${stream.events.length} events lack 'event:' lines; Claude Code and SDKs drop them and silently pay for a second request. Fix in the gateway's SSE writer.`,
        gateway(look, "Write 'event: TYPE' before each data line."),
      );
    },
  },
  {
    id: 'sse.content_type',
    group: 'stream',
    title: 'The stream is labelled text/event-stream',
    why: 'Hops flush only what is labelled so (cloudflared, nginx modules); under another label they collect it.',
    proof: 'The content type of a body that is an event stream.',
    cure: 'Content-Type: text/event-stream',
    needs: ['stream'],
    judge(look) {
      const stream = streamOf(look);
      if (stream === null) return noStream;
      if (/^text\/event-stream/i.test(stream.contentType)) return pass('It is.');
      return warn(
        `The stream is labelled ${stream.contentType || 'with nothing'}: hops may hold it.`,
        gateway(look, 'Send Content-Type: text/event-stream.'),
      );
    },
  },
  {
    id: 'sse.line_endings',
    group: 'stream',
    title: 'Lines end in LF, and the stream in a blank line',
    why: 'CRLF and CR are legal, but many clients hang on them; without the last blank line the last event is lost.',
    proof: 'The bytes.',
    cure: 'LF, and a blank line after every event.',
    needs: ['stream'],
    judge(look) {
      const stream = streamOf(look);
      if (stream === null) return noStream;
      if (stream.endsMidEvent && stream.isClean)
        return warn(
          'The last event lacks its blank line: many clients lose it.',
          gateway(look, 'End every event with a blank line.'),
        );
      return stream.lineEnding === 'lf'
        ? pass('They do.')
        : info(`Lines end in ${stream.lineEnding.toUpperCase()}: legal, but some clients hang on it.`);
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
      if (stream.isChatCompletion)
        return fail(
          'The stream is in the OpenAI dialect (chat.completion.chunk).',
          gateway(look, "Use the gateway's Anthropic route."),
        );
      const problems = [
        ...stream.orderProblems,
        ...(stream.notJson > 0 ? [`${stream.notJson} events that are not JSON`] : []),
      ];
      if (problems.length === 0 && stream.times.messageStart === null && stream.deltas === 0)
        return pass('No content to order.');
      if (problems.length === 0 && stream.times.messageStart === null)
        return fail(
          'The stream has no message_start.',
          gateway(look, 'Have the gateway send message_start first.'),
        );
      if (problems.length === 0) return pass('They do.');
      return fail(
        `The order is broken: ${problems.slice(0, 2).join('; ')}.`,
        gateway(look, 'Have the order of events corrected.'),
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
      if (first === undefined) return pass('They do.');
      const text = `Block indices are broken: ${first}${stream.indexProblems.length > 1 ? ` (and ${stream.indexProblems.length - 1} more)` : ''}.`;
      const isMild = /never stops|starts before/.test(first);
      return (isMild ? warn : fail)(text, gateway(look, 'Have the indices of content blocks corrected.'));
    },
  },
  {
    id: 'sse.done_sentinel',
    group: 'stream',
    title: 'No [DONE] follows the stream',
    why: 'data: [DONE] is the end of the OpenAI dialect; strict Messages clients fail to parse it.',
    proof: 'The last event.',
    cure: 'Leave it out.',
    needs: ['stream'],
    judge(look) {
      const stream = streamOf(look);
      if (stream === null) return noStream;
      return stream.hasDone
        ? warn(
            'The stream ends with data: [DONE], which strict clients fail to parse.',
            gateway(look, 'Leave [DONE] out on the Messages route.'),
          )
        : pass('None.');
    },
  },
  {
    id: 'sse.eof_lag',
    group: 'stream',
    title: 'The connection ends with the stream',
    why: 'A socket kept open after message_stop keeps clients waiting that read to the end.',
    proof: 'Time between message_stop and the end of the body.',
    cure: 'End the response after message_stop.',
    needs: ['stream'],
    judge(look) {
      const stream = streamOf(look);
      if (stream === null || stream.times.stop === null) return noStream;
      const lagMs = stream.endMs - stream.times.stop;
      if (lagMs <= 2000) return pass(`${Math.round(lagMs)} ms later.`);
      return warn(
        `The connection stays open ${seconds(lagMs)} after message_stop.`,
        gateway(look, 'End the response after message_stop.'),
      );
    },
  },
  {
    id: 'sse.idle_gap',
    group: 'stream',
    title: 'Silence stays below every time-out on the way',
    why: 'nginx gives up after 60 s without a byte, Cloudflare after 100 s, Envoy and undici after 300 s; pings keep a stream alive while the model thinks.',
    proof: 'The longest silence, pings and comments, and the shortest known time-out of the hops seen.',
    cure: 'Pings from the gateway, longer time-outs at the hop.',
    needs: ['stream'],
    judge(look) {
      const streamed = look('stream');
      const stream = streamed?.stream;
      if (stream == null) return noStream;
      const [smallest] = hopsOf(look)
        .flatMap(({ name }) => (timeouts[name] === undefined ? [] : [{ name, ms: timeouts[name] }]))
        .sort((a, b) => a.ms - b.ms);
      const pings = stream.keepalives.length === 0 ? 'no ping was seen' : `${stream.keepalives.length} pings`;
      const isCut =
        streamed?.exchange.outcome === 'answered' &&
        /BODY_TIMEOUT/.test(streamed.exchange.breakage?.code ?? '');
      const text = `Longest silence ${seconds(stream.longestGapMs)}, ${pings}${smallest === undefined ? '' : `; ${smallest.name} gives up after ${seconds(smallest.ms)} by default`}.`;
      const fix = {
        ...gateway(look, ''),
        remedy: remedy(
          'Send pings from the gateway, and allow longer silences at the hop.',
          [again(look)],
          longerTimeouts,
        ),
      };
      if (isCut || (smallest !== undefined && stream.longestGapMs > smallest.ms * 0.8))
        return warn(text, fix);
      return info(text);
    },
  },
  {
    id: 'sse.usage',
    group: 'stream',
    title: 'The stream counts tokens',
    why: 'Clients show cost and compact by usage; zeros at the start or none at the end mislead them.',
    proof: 'usage in message_start and message_delta.',
    cure: 'The gateway.',
    needs: ['stream'],
    judge(look) {
      const stream = streamOf(look);
      if (stream === null || stream.times.messageStart === null) return noStream;
      const [start, end] = [stream.startUsage, stream.endUsage];
      const input = Number(start?.['input_tokens'] ?? 0) || Number(end?.['input_tokens'] ?? 0);
      const output = Number(end?.['output_tokens'] ?? 0);
      if (input > 0 && output > 0) return pass(`${input} in, ${output} out.`);
      if (stream.times.stop === null) return unknown('The stream did not reach its usage.');
      return warn(
        input === 0 && output === 0
          ? 'The stream counts no tokens (usage is absent or 0).'
          : input === 0
            ? 'The stream counts no input tokens.'
            : 'The stream counts no output tokens.',
        gateway(look, 'Have the gateway fill in usage in message_start and message_delta.'),
      );
    },
  },
  {
    id: 'sse.stop_reason',
    group: 'stream',
    title: 'The stop reason is true',
    why: 'A cut-off answer that claims end_turn looks finished.',
    proof: 'stop_reason against the tokens spent and the limit of the request (160).',
    cure: 'The gateway.',
    needs: ['stream'],
    judge(look) {
      const stream = streamOf(look);
      if (stream === null || stream.times.stop === null) return noStream;
      const limit = 160;
      const output = Number(stream.endUsage?.['output_tokens'] ?? 0);
      if (stream.stopReason === null)
        return warn(
          'The stream has no stop_reason.',
          gateway(look, 'Have the gateway send stop_reason in message_delta.'),
        );
      if (stream.stopReason === 'end_turn' && output >= limit)
        return warn(
          `${output} of ${limit} tokens were spent, but stop_reason is end_turn: a cut-off answer looks finished.`,
          gateway(look, 'Have the gateway pass max_tokens on.'),
        );
      return pass(`${stream.stopReason}.`);
    },
  },
  {
    id: 'sse.utf8',
    group: 'stream',
    title: 'Characters survive the stream',
    why: 'A hop that decodes each chunk by itself breaks CJK and emoji at chunk borders.',
    proof: 'U+FFFD in a stream of CJK and emoji (--conformance), or in any.',
    cure: 'Decode incrementally, or do not decode at all.',
    needs: ['stream'],
    uses: ['utf8Stream'],
    judge(look) {
      const [plain, wide] = [streamOf(look), look('utf8Stream')?.stream ?? null];
      if (plain?.hasReplacement || wide?.hasReplacement)
        return fail(
          'Characters are broken (U+FFFD): a hop decodes chunk by chunk.',
          gateway(look, 'Decode incrementally (TextDecoder with stream: true), or pass bytes on.'),
        );
      if (wide === null)
        return unknown('Plain ASCII tells nothing (--conformance).', { confidence: 'certain' });
      return pass('They do.');
    },
  },
  {
    id: 'sse.model_drift',
    group: 'stream',
    title: 'One model speaks',
    why: 'A model that changes inside one stream is a sign of stitched answers.',
    proof: 'model in message_start and later.',
    cure: 'Ask the provider.',
    needs: ['stream'],
    judge(look) {
      const stream = streamOf(look);
      if (stream === null) return noStream;
      return stream.drift === null
        ? pass(stream.model ?? 'Named nowhere.')
        : info(`The model changes inside the stream: ${stream.drift}.`);
    },
  },
  {
    id: 'sse.parity',
    group: 'stream',
    title: 'Streamed and plain answers agree',
    why: 'Two code paths of a gateway that differ in model or usage bill and report differently.',
    proof: 'model and usage of both answers.',
    cure: 'The gateway.',
    needs: ['message', 'stream'],
    judge(look) {
      const [message, stream] = [messageOf(look), streamOf(look)];
      if (message === null || stream === null) return unknown('One of the two is missing.');
      const model = message['model'];
      if (typeof model !== 'string' || stream.model === null || model === stream.model)
        return pass('They do.');
      return info(`The plain answer is from ${model}, the streamed one from ${stream.model}.`);
    },
  },
  {
    id: 'sse.abort',
    group: 'stream',
    title: 'A stream can be left',
    why: 'Ctrl-C has to end the request; gateways that serialise by connection hang until the old answer is done.',
    proof: 'A stream is left after three deltas, then an empty request must answer (--conformance).',
    cure: 'Have the gateway pass the abort on.',
    needs: ['abort'],
    judge(look) {
      const exchange = look('abort');
      if (exchange?.outcome === 'answered' && exchange.status < 500)
        return pass(`The next request was answered in ${Math.round(exchange.times.end)} ms.`);
      return warn('After a stream was left, the next request is not answered.', {
        owner: 'gateway',
        evidence: exchange === undefined ? [] : [wireLine(exchange), ...headerLines(exchange, 'server')],
        remedy: remedy(
          'Have the gateway end the upstream request when its client leaves.',
          [again(look)],
          [
            {
              server: 'Caddy',
              text: '# do not set flush_interval -1 on old versions: the upstream is then not cancelled',
            },
            { server: 'nginx', text: 'proxy_ignore_client_abort off;' },
          ],
        ),
      });
    },
  },
];

/** Default silence limits, in milliseconds, by hop name. */
const timeouts: Readonly<Record<string, number>> = {
  nginx: 60_000,
  'ingress-nginx': 60_000,
  OpenResty: 60_000,
  HAProxy: 50_000,
  'AWS ALB': 60_000,
  Apache: 60_000,
  Cloudflare: 100_000,
  Envoy: 300_000,
  Istio: 300_000,
  Heroku: 55_000,
};
