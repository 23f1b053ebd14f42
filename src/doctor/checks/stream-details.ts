// The details of a stream: labels, line ends, counts, reasons. Its structure is stream.ts.
import { counted } from '../../text/counted.ts';
import { checksOf, degrade, fail, info, notAsked, pass, remedy, unknown, warn } from '../engine/check.ts';
import { isThrough, messageOf } from '../engine/exchange-facts.ts';
import { again } from '../engine/remedy-commands.ts';
import { forHops, longerTimeouts } from '../engine/remedy-snippets.ts';
import { headerLines, wireLines } from '../engine/wire-lines.ts';
import { doubtsOfEnd, doubtsOfLag, lateEnd, ownEnds, streamTokens } from '../streams/stream-end.ts';
import { hopsOf } from '../streams/stream-judgement.ts';
import { gatewayFault, noStream, ofStream, seconds, streamOf } from './stream-wire.ts';

export const streamDetailChecks = checksOf({ group: 'stream', needs: ['stream'] }, [
  {
    id: 'sse.content_type',
    title: 'The stream is labelled text/event-stream',
    why: 'Strict clients, msg send among them, take only what is labelled so for a stream; and hops flush only that (cloudflared, nginx modules), under another label they collect it.',
    proof: 'The content type of a body that is an event stream.',
    cure: 'Content-Type: text/event-stream',
    judge: ofStream((stream, observe) => {
      if (/^text\/event-stream/i.test(stream.contentType)) return pass('');
      const fault = gatewayFault(observe, 'Send Content-Type: text/event-stream.');
      if (stream.contentType === '')
        return warn('The stream is labelled with nothing: hops may hold it.', fault);
      return fail(
        `The stream is labelled ${stream.contentType}: strict clients refuse it (msg send does), and hops may hold it.`,
        fault,
      );
    }),
  },
  {
    id: 'sse.line_endings',
    title: 'Lines end in LF, and the stream in a blank line',
    why: 'CRLF and CR are legal, but many clients hang on them; without the last blank line the last event is lost.',
    proof: 'The bytes.',
    cure: 'LF, and a blank line after every event.',
    judge: ofStream((stream, observe) => {
      if (stream.endsMidEvent && stream.isClean && stream.stopReason !== null)
        return degrade(
          'The last event lacks its blank line: many clients lose it.',
          gatewayFault(observe, 'End every event with a blank line.'),
        );
      return stream.lineEnding === 'lf'
        ? pass('')
        : info(`Lines end in ${stream.lineEnding.toUpperCase()}: legal, but some clients hang on it.`);
    }),
  },
  {
    id: 'sse.done_sentinel',
    title: 'No [DONE] follows the stream',
    why: 'data: [DONE] is the end of the OpenAI dialect; strict Messages clients fail to parse it.',
    proof: 'The last event.',
    cure: 'Leave it out.',
    judge: ofStream((stream, observe) => {
      return stream.hasDone && stream.dialect === null
        ? warn(
            'The stream ends with data: [DONE], which strict clients fail to parse.',
            gatewayFault(observe, 'Leave [DONE] out on the Messages route.'),
          )
        : pass('');
    }),
  },
  {
    id: 'sse.eof_lag',
    title: 'The connection ends with the stream',
    why: 'A socket kept open after message_stop keeps clients waiting that read to the end.',
    proof: 'Time between message_stop and the end of the body, of two streams if the first one ends late.',
    cure: 'End the response after message_stop.',
    doubts: doubtsOfLag,
    judge: ofStream((stream, observe) => {
      if (stream.times.stop === null) return noStream;
      const lagMs = lateEnd(observe);
      if (lagMs === null) return pass('');
      return degrade(
        `The connection stays open ${seconds(lagMs)} after message_stop.`,
        gatewayFault(observe, 'End the response after message_stop.'),
      );
    }),
  },
  {
    id: 'sse.idle_gap',
    title: 'Silence stays below every time-out on the way',
    why: 'nginx gives up after 60 s without a byte, Cloudflare after 100 s, Envoy and undici after 300 s; pings keep a stream alive while the model thinks.',
    proof: 'The longest silence, pings and comments, and the shortest known time-out of the hops seen.',
    cure: 'Pings from the gateway, longer time-outs at the hop.',
    configuration: longerTimeouts,
    judge(observe) {
      const streamed = observe('stream');
      const stream = streamed?.stream;
      if (stream == null) return noStream;
      const [smallest] = hopsOf(observe)
        .flatMap(({ name }) => (timeouts[name] === undefined ? [] : [{ name, ms: timeouts[name] }]))
        .sort((a, b) => a.ms - b.ms);
      const pings =
        stream.keepalives.length === 0 ? 'no ping was seen' : counted(stream.keepalives.length, 'ping');
      const isCut =
        streamed?.exchange.outcome === 'answered' &&
        /BODY_TIMEOUT/.test(streamed.exchange.breakage?.code ?? '');
      const text = `Longest silence ${seconds(stream.longestGapMs)}, ${pings}${smallest === undefined ? '' : `; ${smallest.name} gives up after ${seconds(smallest.ms)} by default`}.`;
      const fix = {
        ...gatewayFault(observe, ''),
        remedy: remedy(
          'Send pings from the gateway, and allow longer silences at the hop.',
          [again(observe)],
          forHops(observe, longerTimeouts),
        ),
      };
      if (isCut || (smallest !== undefined && stream.longestGapMs > smallest.ms * 0.8))
        return degrade(text, fix);
      return info(text);
    },
  },
  {
    id: 'sse.usage',
    title: 'The stream counts tokens',
    why: 'Clients show cost and compact by usage; zeros at the start or none at the end mislead them.',
    proof: 'usage in message_start and message_delta.',
    cure: 'The gateway.',
    judge: ofStream((stream, observe) => {
      if (stream.times.messageStart === null) return noStream;
      const [start, end] = [stream.startUsage, stream.endUsage];
      const input = Number(start?.['input_tokens'] ?? 0) || Number(end?.['input_tokens'] ?? 0);
      const output = Number(end?.['output_tokens'] ?? 0);
      if (input > 0 && output > 0) return pass(`${input} in, ${output} out.`);
      if (stream.times.stop === null) return unknown('The stream did not reach its usage.');
      const isAllMissing = input === 0 && output === 0;
      return warn(
        isAllMissing
          ? 'The stream counts no tokens (usage is absent or 0).'
          : `The stream counts no ${input === 0 ? 'input' : 'output'} tokens.`,
        gatewayFault(observe, 'Have the gateway fill in usage in message_start and message_delta.'),
      );
    }),
  },
  {
    id: 'sse.stop_reason',
    title: 'The stop reason is true',
    why: 'A cut-off answer that claims end_turn looks finished.',
    proof:
      'stop_reason against the tokens spent and the limit of the request (160, and 1). An answer may end by itself exactly at its limit; two do not.',
    cure: 'The gateway.',
    uses: ['message'],
    doubts: doubtsOfEnd,
    judge: ofStream((stream, observe) => {
      if (stream.times.stop === null) return noStream;
      const ends = ownEnds(observe);
      const output = Number(stream.endUsage?.['output_tokens'] ?? 0);
      if (stream.stopReason === null)
        return degrade(
          'The stream has no stop_reason.',
          gatewayFault(observe, 'Have the gateway send stop_reason in message_delta.'),
        );
      const isOver = stream.stopReason === 'end_turn' && output > streamTokens;
      if (isOver || (ends.includes('stream') && ends.length > 1))
        return degrade(
          `${output} of ${streamTokens} tokens were spent, but stop_reason is end_turn: a cut-off answer looks finished.`,
          gatewayFault(observe, 'Have the gateway pass max_tokens on.'),
        );
      if (ends.includes('stream'))
        return info(
          `end_turn, with as many tokens as it may have (${streamTokens}): it may have ended there by itself.`,
        );
      if (ends.includes('message'))
        return warn(
          'One of one token was spent, but stop_reason is end_turn: a cut-off answer looks finished.',
          {
            ...gatewayFault(observe, 'Have the gateway pass max_tokens on, and say when it was reached.'),
            evidence: wireLines(observe('message')),
          },
        );
      return pass(`${stream.stopReason}.`);
    }),
  },
  {
    id: 'sse.utf8',
    title: 'Characters survive the stream',
    why: 'A hop that decodes each chunk by itself breaks CJK and emoji at chunk borders.',
    proof: 'U+FFFD in a stream of CJK and emoji (--conformance), or in any.',
    cure: 'Decode incrementally, or do not decode at all.',
    uses: ['utf8Stream'],
    judge(observe) {
      const [plain, wide] = [streamOf(observe), observe('utf8Stream')?.stream ?? null];
      // A small model writes them, too: bytes that are no character, one token each. What tells the two apart is not seen.
      if (plain?.hasReplacement || wide?.hasReplacement)
        return warn(
          'Characters are broken (U+FFFD): a hop decodes chunk by chunk, or the model wrote them so.',
          {
            ...gatewayFault(
              observe,
              'Decode incrementally (TextDecoder with stream: true), or pass bytes on.',
            ),
            confidence: 'possible',
          },
        );
      if (wide === null) return notAsked('--conformance');
      return pass('');
    },
  },
  {
    id: 'sse.model_drift',
    title: 'One model speaks',
    why: 'A model that changes inside one stream is a sign of stitched answers.',
    proof: 'model in message_start and later.',
    cure: 'Ask the provider.',
    judge: ofStream((stream) => {
      return stream.drift === null
        ? pass(stream.model ?? 'Named nowhere.')
        : info(`The model changes inside the stream: ${stream.drift}.`);
    }),
  },
  {
    id: 'sse.parity',
    title: 'Streamed and plain answers agree',
    why: 'Two code paths of a gateway that differ in model or usage bill and report differently.',
    proof: 'model and usage of both answers.',
    cure: 'The gateway.',
    needs: ['message', 'stream'],
    judge(observe) {
      const [message, stream] = [messageOf(observe), streamOf(observe)];
      if (message === null || stream === null) return unknown('One of the two is missing.');
      const model = message['model'];
      if (typeof model !== 'string' || stream.model === null || model === stream.model) return pass('');
      return info(`The plain answer is from ${model}, the streamed one from ${stream.model}.`);
    },
  },
  {
    id: 'sse.abort',
    title: 'A stream can be left',
    why: 'Ctrl-C has to end the request; gateways that serialise by connection hang until the old answer is done.',
    proof: 'A stream is left after three deltas, then an empty request must answer (--conformance).',
    cure: 'Have the gateway pass the abort on.',
    needs: ['abort'],
    judge(observe) {
      const exchange = observe('abort');
      // Some read an empty request with a 500: what counts is that it is answered as it was before.
      if (isThrough(exchange) || (exchange?.outcome === 'answered' && exchange.status < 500))
        return pass(`The next request was answered in ${Math.round(exchange?.times.end ?? 0)} ms.`);
      return warn('After a stream was left, the next request is not answered.', {
        owner: 'gateway',
        evidence: [...wireLines(exchange), ...headerLines(exchange, 'server')],
        remedy: remedy(
          'Have the gateway end the upstream request when its client leaves.',
          [again(observe)],
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
]);

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
