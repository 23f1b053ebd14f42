// What the endpoint can do besides messages: list models, count tokens. None of it is a fault when missing.
import { checksOf, info, pass } from '../engine/check.ts';
import { listedModels } from '../engine/exchange-facts.ts';
import { wireLines } from '../engine/wire-lines.ts';
import { isOk } from '../reading/answer-rows/row.ts';

export const capabilityChecks = checksOf({ group: 'model', needs: ['models'] }, [
  {
    id: 'caps.models',
    title: 'Models can be listed',
    why: 'Pickers and suggestions use the list. Its absence is no fault: the protocol page does not demand it.',
    proof: 'GET /v1/models.',
    cure: 'Nothing to cure.',
    judge(observe) {
      const [models, ids] = [observe('models'), listedModels(observe)];
      if (ids.length > 0) return pass(ids.length === 1 ? '1 model.' : `${ids.length} models.`);
      return info('No list of models here; ids come from the documentation of the provider.', {
        evidence: wireLines(models),
      });
    },
  },
  {
    id: 'model.list_dialect',
    title: 'The list of models has the native shape',
    why: 'Anthropic gateways often list in the OpenAI shape; that says nothing about the dialect of messages.',
    proof: 'The shape of the list.',
    cure: 'Nothing to cure.',
    judge(observe) {
      const models = observe('models');
      if (listedModels(observe).length === 0 || models?.outcome !== 'answered') return pass('');
      return /"type"\s*:\s*"model"/.test(models.body)
        ? pass('')
        : info('The list has the OpenAI shape; msg reads it all the same.');
    },
  },
  {
    id: 'caps.count_tokens',
    title: 'Tokens can be counted',
    why: 'Claude Code counts before it compacts; many gateways have no such route, or estimate. Its absence is no fault.',
    proof: 'POST /v1/messages/count_tokens.',
    cure: 'Nothing to cure.',
    needs: ['count'],
    judge(observe) {
      const count = observe('count');
      if (count?.outcome !== 'answered') return info('No answer.', { evidence: wireLines(count) });
      if (isOk(count) && count.reading.shape === 'token-count')
        return pass(`${/"input_tokens"\s*:\s*(\d+)/.exec(count.body)?.[1] ?? '?'} tokens for "hi".`);
      return info(`Not available (${count.status}).`, { evidence: wireLines(count) });
    },
  },
]);
