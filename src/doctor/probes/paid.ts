// Probes that generate, and so cost tokens: one token, one counted stream, and what flags but --tools ask for.

import { isAlive } from '../engine/empty-request.ts';
import { isLate } from '../engine/exchange-facts.ts';
import type { Exchange, Observe } from '../engine/observations.ts';
import { type AnyProbe, type DoctorContext, type Go, probesOf } from '../engine/probe.ts';
import { isControlDecisive, isHeld } from '../streams/buffering-statistic.ts';
import { streamTokens } from '../streams/stream-end.ts';
import { judgedStream } from '../streams/stream-judgement.ts';
import { askEndpoint, askForText, asks } from './ask-endpoint.ts';
import {
  canGenerate,
  canStream,
  endpointOf,
  firstEventsMs,
  modelOf,
  needsFlag,
  noStream,
} from './conditions.ts';
import type { Question } from './exchange-record.ts';
import { bodyQuestion, oneToken, paidQuestion } from './questions.ts';

async function askOneToken(context: DoctorContext, observe: Observe): Promise<Exchange> {
  // Where nothing was answered yet, it is more likely that nothing will be.
  const timeoutMs =
    isAlive(observe) || observe('keyless')?.outcome === 'answered' ? undefined : firstEventsMs;
  const question = (maxTokens: number): Question => ({
    ...oneToken(endpointOf(context), modelOf(context), maxTokens),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  });
  const first = await askEndpoint(context, question(1));
  // Some reasoning models refuse a limit below 16.
  const isTooSmall =
    first.reading.kind === 'validation' &&
    /max_tokens|output[_ ]tokens/i.test(first.reading.errorMessage ?? '');
  return isTooSmall ? askEndpoint(context, question(16)) : first;
}

/**
 * SDKs and Claude Code accept compression, curl does not: a hop that compresses holds the stream for the
 * ones and not for the other, so the probe does as the SDKs do.
 */
const asSdk = { 'accept-encoding': 'gzip, deflate' };

/**
 * The stream every target is asked for: long enough to show a rhythm, short enough for one initial TCP window (14 KB).
 */
export const standardStream = {
  prompt: 'Count from 1 to 60, one number per line, nothing else.',
  maxTokens: streamTokens,
  headers: asSdk,
  timeoutMs: 180_000,
} as const;

const longStream = {
  prompt: standardStream.prompt.replace('60', '180'),
  maxTokens: 3 * streamTokens,
  timeoutMs: 300_000,
} as const;

const conformanceWhen = (observe: Observe, context: DoctorContext): Go => {
  const flag = needsFlag(context.options.isConformance, '--conformance');
  return flag === true ? canStream(observe, context) : flag;
};

export const paidProbes: readonly AnyProbe[] = probesOf('paid', ['stream'], {
  message: {
    label: 'M1',
    title: 'one token, not streamed',
    needs: ['keyed', 'count'],
    // Whatever the count says: routes for counting know less than those for messages.
    when: canGenerate,
    make: askOneToken,
  },

  stream: {
    label: 'S1',
    title: 'a stream of 60 lines',
    needs: ['message'],
    when: canStream,
    make: (context, observe) =>
      askForText(context, observe, {
        ...standardStream,
        ...(isLate(observe('message')) && { timeoutMs: firstEventsMs + 10_000 }),
      }),
  },

  /** What the times or the end of one stream say may be chance; checks ask for it where they doubt it. */
  streamAgain: {
    label: 'S4',
    title: 'the same stream once more',
    when: (observe) => observe('stream')?.stream != null || noStream,
    make: (context, observe) =>
      askForText(context, observe, observe('longStream') === undefined ? standardStream : longStream),
  },

  /** Whether a hop or the origin makes batches hangs on the control, and one slow answer must not decide that. */
  messageAgain: {
    label: 'M2',
    title: 'one token once more',
    when: (observe) => {
      const judged = judgedStream(observe);
      return (judged !== undefined && isControlDecisive(judged.judgement)) || 'the first one settles it';
    },
    make: askOneToken,
  },

  identityStream: {
    label: 'S2',
    title: 'the same stream without compression',
    when: (observe) => {
      const first = observe('stream')?.stream ?? null;
      if (first === null || first.contentEncoding === null) return 'the stream is not compressed';
      // The native API streams gzip with a flush per event: compression alone proves nothing, and is worth no request.
      const judged = judgedStream(observe);
      return (judged !== undefined && isHeld(judged.judgement)) || 'nothing holds the compressed stream';
    },
    make: (context, observe) =>
      askForText(context, observe, {
        ...standardStream,
        headers: { 'accept-encoding': 'identity' },
      }),
  },

  longStream: {
    label: 'S3',
    title: 'a stream three times as long',
    when: (observe, context) => {
      const flag = needsFlag(context.options.isSoak, '--soak');
      return flag === true ? observe('stream')?.stream != null || noStream : flag;
    },
    make: (context, observe) => askForText(context, observe, longStream),
  },

  vantage: {
    label: 'VIA',
    title: 'the same stream at the second address',
    when: (observe, { options }) => {
      if (options.via === null) return 'not asked for (--via URL)';
      return observe('stream')?.stream != null || noStream;
    },
    make: (context, observe) => {
      // The user gave this address with the command, so the key may go there.
      const endpoint = {
        ...endpointOf(context),
        baseUrl: context.options.via ?? '',
        messagesUrl: undefined,
      };
      return askForText(context, observe, { ...standardStream, endpoint });
    },
  },

  utf8Stream: {
    label: 'U8',
    title: 'a stream with CJK and emoji',
    needs: ['message'],
    when: conformanceWhen,
    make: (context, observe) =>
      askForText(context, observe, {
        prompt: 'Repeat exactly, three times, one per line: 春眠不覺曉，處處聞啼鳥 😀👩‍👩‍👧 Ünïcödé',
        maxTokens: streamTokens,
        timeoutMs: 120_000,
      }),
  },

  parameters: {
    label: 'PA',
    title: 'one token with a system prompt',
    needs: ['message'],
    when: conformanceWhen,
    make: asks((endpoint, context) =>
      paidQuestion(endpoint, modelOf(context), { maxTokens: 16, extra: { system: 'Answer briefly.' } }),
    ),
  },

  abort: {
    label: 'AB',
    title: 'a request after a stream was left in the middle',
    when: (observe, context) =>
      observe('stream')?.stream == null ? noStream : conformanceWhen(observe, context),
    async make(context, observe) {
      await askForText(context, observe, {
        prompt: 'Count from 1 to 60, one number per line.',
        maxTokens: streamTokens,
        stopAfterDeltas: 3,
      });
      return askEndpoint(context, bodyQuestion(endpointOf(context), {}, false));
    },
  },
});
