// Group G: the model, and what the endpoint can do besides messages.

import { isObject } from '../../messages/types.ts';
import { type Check, type Finding, fail, info, nothing, pass, remedy, unknown, warn } from '../check.ts';
import { closestModels, modelIds } from '../closest-models.ts';
import { wireLine } from '../evidence.ts';
import type { Exchange, Look } from '../observations.ts';
import { again, change, listModels, owned, setCommand } from '../remedies.ts';
import { messageOf } from './protocol.ts';

const lines = (...exchanges: readonly (Exchange | undefined)[]): string[] =>
  exchanges.filter((one) => one !== undefined).map(wireLine);

const listed = (look: Look): string[] => {
  const models = look('models');
  return models?.outcome === 'answered' && models.status === 200 ? modelIds(models.body) : [];
};

/** The answer that refused the model: counting first, it is free. */
const refusal = (look: Look): Exchange | undefined => {
  const named = owned('model.not_found', look('keyed'), look('count'), look('message'));
  if (named !== undefined) return named;
  // {} was read, the same path with a model is 404: the model, not the path.
  const message = look('message');
  return look('keyed')?.reading.kind === 'validation' &&
    message?.outcome === 'answered' &&
    message.status === 404
    ? message
    : undefined;
};

/** Nothing speaks against the model: true only if a request named it. */
const accepted = (look: Look): Finding =>
  look('count') === undefined && look('message') === undefined
    ? nothing('no request named a model')
    : pass('');

const usageOf = (look: Look): Record<string, unknown> => {
  const usage = messageOf(look)?.['usage'];
  return isObject(usage) ? usage : {};
};

export const modelChecks: readonly Check[] = [
  {
    id: 'model.not_found',
    group: 'model',
    title: 'The model exists here',
    why: 'Natively a 404, elsewhere 400 or a 503 that looks like an outage and is retried ten times by clients.',
    proof: 'The empty request is read, the one that names the model is refused.',
    cure: 'An id of the list of models.',
    needs: ['setup', 'keyed'],
    uses: ['count', 'message', 'models'],
    judge(look) {
      const answer = refusal(look);
      const model = look('setup')?.model ?? '';
      if (answer?.outcome !== 'answered') return accepted(look);
      const near = closestModels(model, listed(look));
      const first = near[0] ?? listed(look)[0];
      return fail(
        `${look('keyed')?.reading.kind === 'validation' ? 'Path and key are fine; model' : 'Model'} '${model}' is unknown here (${answer.status}${answer.status === 503 ? ' - permanent despite 503' : ''}). ${near.length > 0 ? `Closest available: ${near.join(', ')}.` : listed(look).length > 0 ? `The list has ${listed(look).slice(0, 3).join(', ')}.` : 'The endpoint lists no models.'}`,
        {
          owner: 'you',
          confidence: answer.reading.check === 'model.not_found' ? 'certain' : 'likely',
          evidence: lines(answer),
          remedy: remedy(
            first === undefined ? 'Copy the id from the documentation of the provider.' : `Use ${first}.`,
            [setCommand(look, 'model', first ?? 'MODEL'), listModels(look), again(look)],
          ),
        },
      );
    },
  },
  {
    id: 'model.forbidden',
    group: 'model',
    title: 'The key may use the model',
    why: 'Keys can be limited to groups or models; the model exists, for others.',
    proof: 'A 403 that names the model.',
    cure: 'A key, group or plan that includes it.',
    needs: ['keyed'],
    uses: ['count', 'message'],
    judge(look) {
      const answer = owned('model.forbidden', look('keyed'), look('count'), look('message'));
      if (answer === undefined) return accepted(look);
      return fail(
        `The key may not use model '${look('setup')?.model ?? ''}': "${answer.reading.errorMessage ?? ''}".`,
        {
          owner: 'you',
          evidence: lines(answer),
          remedy: remedy(
            'Have the model added to the key, or use another one.',
            change(look, 'model', 'MODEL'),
          ),
        },
      );
    },
  },
  {
    id: 'model.dialect',
    group: 'model',
    title: 'The model belongs on the Messages route',
    why: 'Some providers serve only Claude models on the Messages route and want the OpenAI format for the rest.',
    proof: 'A model of another family that is refused.',
    cure: 'A Claude model here; the OpenAI route for the other.',
    needs: ['setup', 'keyed'],
    uses: ['count', 'message'],
    judge(look) {
      const model = look('setup')?.model ?? '';
      const isOther = /^(gpt|o\d|gemini|grok|llama|qwen|mistral|deepseek|kimi|glm)[-\d]/i.test(model);
      const answer =
        refusal(look) ??
        [look('message'), look('count')].find(
          (one) =>
            one?.outcome === 'answered' &&
            one.status >= 400 &&
            /openai|chat.?completions|format/i.test(one.reading.errorMessage ?? ''),
        );
      if (!isOther || answer === undefined) return accepted(look);
      return warn(`'${model}' is no Claude model; many hosts serve such models in the OpenAI format only.`, {
        owner: 'you',
        confidence: 'likely',
        evidence: lines(answer),
        remedy: remedy('Use a Claude model on this route.', [setCommand(look, 'model', 'MODEL')]),
      });
    },
  },
  {
    id: 'caps.models',
    group: 'model',
    title: 'Models can be listed',
    why: 'Pickers and suggestions use the list. Its absence is no fault: the protocol page does not demand it.',
    proof: 'GET /v1/models.',
    cure: 'Nothing to cure.',
    needs: ['models'],
    judge(look) {
      const [models, ids] = [look('models'), listed(look)];
      if (ids.length > 0) return pass(`${ids.length} models.`);
      return info('No list of models here; ids come from the documentation of the provider.', {
        evidence: lines(models),
      });
    },
  },
  {
    id: 'model.list_dialect',
    group: 'model',
    title: 'The list of models has the native shape',
    why: 'Anthropic gateways often list in the OpenAI shape; that says nothing about the dialect of messages.',
    proof: 'The shape of the list.',
    cure: 'Nothing to cure.',
    needs: ['models'],
    judge(look) {
      const models = look('models');
      if (listed(look).length === 0 || models?.outcome !== 'answered') return pass('');
      return /"type"\s*:\s*"model"/.test(models.body)
        ? pass('')
        : info('The list has the OpenAI shape; msg reads it all the same.');
    },
  },
  {
    id: 'caps.count_tokens',
    group: 'model',
    title: 'Tokens can be counted',
    why: 'Claude Code counts before it compacts; many gateways have no such route, or estimate. Its absence is no fault.',
    proof: 'POST /v1/messages/count_tokens.',
    cure: 'Nothing to cure.',
    needs: ['count'],
    judge(look) {
      const count = look('count');
      if (count?.outcome !== 'answered') return info('No answer.', { evidence: lines(count) });
      if (count.status === 200 && count.reading.shape === 'token-count')
        return pass(`${/"input_tokens"\s*:\s*(\d+)/.exec(count.body)?.[1] ?? '?'} tokens for "hi".`);
      return info(`Not available (${count.status}).`, { evidence: lines(count) });
    },
  },
  {
    id: 'model.substituted',
    group: 'model',
    title: 'The model that answers is the one that was asked for',
    why: 'Aliases, "auto" and silent mapping are by design at many gateways; which model is billed is then not what the request says.',
    proof: 'model in the answer against model in the request.',
    cure: 'Pin a concrete id where it matters.',
    needs: ['setup', 'message'],
    judge(look) {
      const [asked, answered] = [look('setup')?.model ?? '', messageOf(look)?.['model']];
      if (typeof answered !== 'string') return unknown('The answer names no model.');
      if (answered === asked)
        return asked === 'auto'
          ? info('"auto" is echoed: which model served cannot be told.')
          : pass(`${answered}.`);
      const isSame =
        closestModels(asked, [answered]).length > 0 && answered.startsWith(asked.replace(/-latest$/, ''));
      return info(
        `Asked for ${asked}, ${answered} answered${isSame ? ' (a dated name of the same model)' : '; billing may follow either'}.`,
      );
    },
  },
  {
    id: 'usage.inflated',
    group: 'model',
    title: 'Only what was sent is counted',
    why: 'A gateway that adds a prompt of its own makes every request longer, and dearer.',
    proof: 'input_tokens for "hi" in the answer against the count, or against 40.',
    cure: 'Ask the provider what is added.',
    needs: ['message'],
    uses: ['count'],
    judge(look) {
      const tokens = usageOf(look)['input_tokens'];
      if (typeof tokens !== 'number') return unknown('The answer counts no input.');
      const count = look('count');
      const counted =
        count?.outcome === 'answered'
          ? Number(/"input_tokens"\s*:\s*(\d+)/.exec(count.body)?.[1] ?? Number.NaN)
          : Number.NaN;
      const cached =
        Number(usageOf(look)['cache_read_input_tokens'] ?? 0) +
        Number(usageOf(look)['cache_creation_input_tokens'] ?? 0);
      const total = tokens + cached;
      if (total <= 40 || (!Number.isNaN(counted) && total <= counted * 2 + 20)) return pass('');
      return warn(
        `"hi" was counted as ${total} input tokens${Number.isNaN(counted) ? '' : ` (count_tokens says ${counted})`}: something is added to every prompt.`,
        {
          owner: 'gateway',
          confidence: 'likely',
          evidence: lines(look('message')),
          remedy: remedy('Ask the provider what is added.', [again(look)]),
        },
      );
    },
  },
  {
    id: 'out.empty',
    group: 'model',
    title: 'The answer is not empty',
    why: 'A backend that is offline, or a broken non-streaming path, answers 200 with an empty body or without content.',
    proof: 'The answer for one token.',
    cure: 'The backend of the gateway.',
    needs: ['message'],
    judge(look) {
      const exchange = look('message');
      const message = messageOf(look);
      const evidence = lines(exchange);
      const fix = remedy('Start a backend behind the gateway; look into its log.', [again(look)]);
      if (exchange?.reading.kind === 'empty')
        return fail('200 with an empty body: no backend answered.', {
          owner: 'gateway',
          evidence,
          remedy: fix,
        });
      const content = message?.['content'];
      if (message === null || !Array.isArray(content)) return pass('');
      if (content.length > 0) return pass('');
      const spent = Number(usageOf(look)['output_tokens'] ?? 0);
      // One token may be spent on thinking that is not shown; a turn that ended had its chance.
      if (
        message['stop_reason'] !== 'end_turn' &&
        (spent > 0 || message['stop_reason'] === 'refusal' || message['stop_reason'] === 'max_tokens')
      )
        return info('No text within one token; something was generated.');
      return fail(
        '200 without any content and without a token: the backend is offline, or the non-streaming path is broken.',
        { owner: 'gateway', confidence: 'likely', evidence, remedy: fix },
      );
    },
  },
  {
    id: 'model.answers',
    group: 'model',
    title: 'The model answers',
    why: 'Everything about answers needs one.',
    proof: 'One token, not streamed.',
    cure: 'See the check of this group that failed.',
    needs: ['message'],
    isGate: true,
    judge(look) {
      const message = look('message');
      const fix = remedy('Run the doctor again.', [again(look)]);
      if (message?.outcome !== 'answered') {
        return fail(`The request for one token got no answer: ${message?.reading.means ?? ''}`, {
          owner: message?.reading.owner ?? 'network',
          confidence: 'likely',
          evidence: lines(message),
          remedy: fix,
        });
      }
      const { kind, check, means, owner } = message.reading;
      if (kind === 'message' || kind === 'stream')
        return pass(`One token in ${Math.round(message.times.end)} ms.`);
      if (check !== null || kind === 'empty')
        return unknown(means, { owner, evidence: lines(message), remedy: fix });
      return fail(means, {
        owner,
        confidence: message.reading.confidence,
        evidence: lines(message),
        remedy: fix,
      });
    },
  },
];
