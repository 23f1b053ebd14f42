// Probes that only --conformance asks for: characters, a system prompt, leaving a stream.

import type { Observe } from '../engine/observations.ts';
import type { AnyProbe, DoctorContext, Go, Probe } from '../engine/probe.ts';
import { askEndpoint, askStream } from './ask-endpoint.ts';
import { canStream, endpointOf, modelOf, needsFlag, noStream, patience } from './conditions.ts';
import { bodyQuestion, paidQuestion } from './questions.ts';

const conformanceWhen = (observe: Observe, context: DoctorContext): Go => {
  const flag = needsFlag(context.options.isConformance, '--conformance');
  return flag === true ? canStream(observe, context) : flag;
};

const utf8Stream: Probe<'utf8Stream'> = {
  cost: 'paid',
  id: 'utf8Stream',
  label: 'U8',
  title: 'a stream with CJK and emoji',
  needs: ['message'],
  when: conformanceWhen,
  make: (context, observe) =>
    askStream(context, {
      ...paidQuestion(endpointOf(context), modelOf(context), {
        label: 'U8',
        maxTokens: 160,
        prompt: 'Repeat exactly, three times, one per line: 春眠不覺曉，處處聞啼鳥 😀👩‍👩‍👧 Ünïcödé',
        stream: true,
      }),
      timeoutMs: 120_000,
      longestSilenceMs: patience(observe),
    }),
};

const parameters: Probe<'parameters'> = {
  cost: 'paid',
  id: 'parameters',
  label: 'PA',
  title: 'one token with a system prompt',
  needs: ['message'],
  when: conformanceWhen,
  make: (context) =>
    askEndpoint(
      context,
      paidQuestion(endpointOf(context), modelOf(context), {
        label: 'PA',
        maxTokens: 16,
        extra: { system: 'Answer briefly.' },
      }),
    ),
};

const abort: Probe<'abort'> = {
  cost: 'paid',
  id: 'abort',
  label: 'AB',
  title: 'a request after a stream was left in the middle',
  needs: ['stream'],
  when: (observe, context) =>
    observe('stream')?.stream == null ? noStream : conformanceWhen(observe, context),
  async make(context, observe) {
    await askStream(context, {
      ...paidQuestion(endpointOf(context), modelOf(context), {
        label: 'AB',
        maxTokens: 160,
        prompt: 'Count from 1 to 60, one number per line.',
        stream: true,
      }),
      longestSilenceMs: patience(observe),
      stopAfterDeltas: 3,
    });
    return askEndpoint(context, bodyQuestion(endpointOf(context), 'AB', {}, false));
  },
};

export const conformanceProbes: readonly AnyProbe[] = [utf8Stream, parameters, abort];
