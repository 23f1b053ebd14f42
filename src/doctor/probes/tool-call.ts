// Probes of a tool call and its result (--tools, --conformance): they cost tokens.

import { parseObject } from '../../messages/parse-json.ts';
import { isObject } from '../../text/json.ts';
import { toolCalls } from '../engine/exchange-facts.ts';
import type { Exchange } from '../engine/observations.ts';
import { type AnyProbe, probesOf } from '../engine/probe.ts';
import { askEndpoint, askForText } from './ask-endpoint.ts';
import { canStream, endpointOf, modelOf, needsFlag } from './conditions.ts';
import { bodyQuestion } from './questions.ts';

const tool = {
  name: 'get_weather',
  description: 'Weather of a city.',
  input_schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};
const toolPrompt = 'Use the tool twice, in parallel: what is the weather in Paris, and in Rome?';

export const toolProbes: readonly AnyProbe[] = probesOf('paid', ['message'], {
  toolCall: {
    label: 'T1',
    title: 'a forced tool call',
    when: (observe, context) => {
      const flag = needsFlag(context.options.hasTools || context.options.isConformance, '--tools');
      return flag === true ? canStream(observe, context) : flag;
    },
    async make(context, observe) {
      const call = (toolChoice: { type: string }) =>
        askForText(context, observe, {
          prompt: toolPrompt,
          maxTokens: 200,
          extra: { tools: [tool], tool_choice: toolChoice },
        });
      const forced = await call({ type: 'any' });
      // The newest models refuse a forced choice (protocol reference 1.6).
      const isRefused =
        forced.exchange.reading.kind === 'validation' &&
        /tool_choice/i.test(forced.exchange.reading.errorMessage ?? '');
      return isRefused ? call({ type: 'auto' }) : forced;
    },
  },

  toolResult: {
    label: 'T2',
    title: 'the result of the tool call, sent back',
    needs: ['toolCall'],
    when: (observe) => toolCalls(observe).length > 0 || 'no tool was called',
    make(context, observe): Promise<Exchange> {
      const calls = toolCalls(observe).map(({ id, name, partialJson, startInput }) => ({
        type: 'tool_use',
        id: id ?? '',
        name: name ?? '',
        input: parseObject(partialJson) ?? (isObject(startInput) ? startInput : {}),
      }));
      const results = calls.map(({ id }) => ({
        type: 'tool_result',
        tool_use_id: id,
        content: 'Sunny, 21 degrees.',
      }));
      const body = {
        model: modelOf(context),
        max_tokens: 60,
        tools: [tool],
        messages: [
          { role: 'user', content: toolPrompt },
          { role: 'assistant', content: calls },
          { role: 'user', content: results },
        ],
      };
      return askEndpoint(context, bodyQuestion(endpointOf(context), JSON.parse(JSON.stringify(body)), true));
    },
  },
});
