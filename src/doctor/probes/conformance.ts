// Probes that only --conformance asks for: characters, a system prompt, leaving a stream.

import type { Observe } from '../engine/observations.ts';
import { type AnyProbe, type DoctorContext, type Go, probesOf } from '../engine/probe.ts';
import { askEndpoint, askStream, asks } from './ask-endpoint.ts';
import { canStream, endpointOf, modelOf, needsFlag, noStream, patience } from './conditions.ts';
import { bodyQuestion, paidQuestion } from './questions.ts';

const conformanceWhen = (observe: Observe, context: DoctorContext): Go => {
  const flag = needsFlag(context.options.isConformance, '--conformance');
  return flag === true ? canStream(observe, context) : flag;
};

export const conformanceProbes: readonly AnyProbe[] = probesOf('paid', ['message'], {
  utf8Stream: {
    label: 'U8',
    title: 'a stream with CJK and emoji',
    when: conformanceWhen,
    make: (context, observe) =>
      askStream(context, {
        ...paidQuestion(endpointOf(context), modelOf(context), {
          maxTokens: 160,
          prompt: 'Repeat exactly, three times, one per line: 春眠不覺曉，處處聞啼鳥 😀👩‍👩‍👧 Ünïcödé',
          stream: true,
        }),
        timeoutMs: 120_000,
        longestSilenceMs: patience(observe),
      }),
  },

  parameters: {
    label: 'PA',
    title: 'one token with a system prompt',
    when: conformanceWhen,
    make: asks((endpoint, context) =>
      paidQuestion(endpoint, modelOf(context), { maxTokens: 16, extra: { system: 'Answer briefly.' } }),
    ),
  },

  abort: {
    label: 'AB',
    title: 'a request after a stream was left in the middle',
    needs: ['stream'],
    when: (observe, context) =>
      observe('stream')?.stream == null ? noStream : conformanceWhen(observe, context),
    async make(context, observe) {
      await askStream(context, {
        ...paidQuestion(endpointOf(context), modelOf(context), {
          maxTokens: 160,
          prompt: 'Count from 1 to 60, one number per line.',
          stream: true,
        }),
        longestSilenceMs: patience(observe),
        stopAfterDeltas: 3,
      });
      return askEndpoint(context, bodyQuestion(endpointOf(context), {}, false));
    },
  },
});
