// The configured model: is it an id, is it known here, and may the key use it?

import { closestModels } from '../../messages/closest-models.ts';
import { channelMissing } from '../../messages/error-words.ts';
import { checksOf, type Finding, fail, info, nothing, pass, remedy, warn } from '../engine/check.ts';
import { isRouteMissing, listedModels, owned, withModel } from '../engine/exchange-facts.ts';
import type { Exchange, Observe } from '../engine/observations.ts';
import { again, change, listModels, setCommand } from '../engine/remedy-commands.ts';
import type { Remedy } from '../engine/report.ts';
import { wireLines } from '../engine/wire-lines.ts';

/** The answer that refused the model. What the message route answers outranks the route for counting. */
const refusal = (observe: Observe): Exchange | undefined => {
  const [message] = withModel(observe);
  const named = owned('model.not_found', ...withModel(observe));
  if (named !== undefined) return named;
  // {} was read, the same path with a model is 404: the model, unless the words are those of a router for paths.
  return observe('keyed')?.reading.kind === 'validation' &&
    message?.outcome === 'answered' &&
    message.status === 404 &&
    message.reading.check !== 'model.forbidden' &&
    !isRouteMissing(message)
    ? message
    : undefined;
};

/** Nothing speaks against the model: true only if a request named it. */
const accepted = (observe: Observe): Finding =>
  observe('count') === undefined && observe('message') === undefined
    ? nothing('no request named a model')
    : pass('');

/** Ids that a refusal itself offers: `known routes: ['a', 'b']`, `can only access models=['a']`. */
function offeredIn(answer: Exchange): string[] {
  const list =
    /\b(?:models?|routes?)\b[^[\]]{0,24}\[([^\]]{1,2000})\]/i.exec(answer.reading.errorMessage ?? '')?.[1] ??
    '';
  return [...list.matchAll(/['"]([^'"\s]{1,100})['"]/g)].map(([, id = '']) => id);
}

function availableWords(observe: Observe, near: readonly string[], listed: readonly string[]): string {
  if (near.length > 0) return ` Closest available: ${near.join(', ')}.`;
  if (listed.length > 0) return ` The list has ${listed.slice(0, 3).join(', ')}.`;
  return observe('models') === undefined ? '' : ' The endpoint lists no models.';
}

/** What to do about a model that is not there: never another one that has nothing to do with it. */
function modelCure(
  observe: Observe,
  near: readonly string[],
  listed: readonly string[],
  isListed: boolean,
  cure: string | null,
): Remedy {
  const hasList = observe('models') === undefined || listed.length > 0;
  const list = hasList ? [listModels(observe)] : [];
  if (isListed)
    return remedy(cure ?? 'Have the gateway serve it: the list offers it.', [...list, again(observe)]);
  const [best] = near;
  if (best !== undefined) {
    const [set = '', ...rest] = change(observe, 'model', best);
    return remedy(`Use ${best}, if that is what you mean.`, [set, ...list, ...rest]);
  }
  if (cure !== null) return remedy(cure, [...list, again(observe)]);
  return remedy(hasList ? 'Choose one of the list.' : 'Copy the id from the documentation of the provider.', [
    ...list,
    ...change(observe, 'model', 'MODEL'),
  ]);
}

export const modelChecks = checksOf({ group: 'model', needs: ['setup', 'keyed'] }, [
  {
    id: 'model.lint',
    title: 'The model is written as an id',
    why: 'Display names ("Claude Sonnet 4.5"), the [1m] suffix of Claude Code and vendor prefixes are not ids everywhere.',
    proof: 'The text of the model.',
    cure: 'Copy the id from msg models.',
    needs: ['setup'],
    uses: ['count', 'message'],
    judge(observe) {
      const model = observe('setup')?.model;
      if (model == null)
        return info('No model is configured: nothing that needs one was checked.', {
          remedy: remedy('Name a model.', [setCommand(observe, 'model', 'MODEL')]),
          owner: 'you',
        });
      const isRefused = [observe('count'), observe('message')].some(
        (answer) => answer?.reading.kind === 'model',
      );
      const suggestion = suggestId(model);
      const wasTried = observe('count') !== undefined || observe('message') !== undefined;
      if (suggestion === null) return pass(wasTried ? '' : `${model}, not tried`);
      const problem = {
        owner: 'you',
        confidence: 'likely',
        remedy: remedy(`Try ${suggestion.id}.`, [setCommand(observe, 'model', suggestion.id)]),
      } as const;
      const text = `"${model}" ${suggestion.why}; the id is probably ${suggestion.id}.`;
      if (isRefused) return warn(text, problem);
      return suggestion.isHarmless ? pass('') : warn(text, problem);
    },
  },
  {
    id: 'model.not_found',
    title: 'The model exists here',
    why: 'Natively a 404, elsewhere 400 or a 503 that looks like an outage and is retried ten times by clients.',
    proof: 'The empty request is read, the one that names the model is refused.',
    cure: 'An id of the list of models.',
    uses: ['count', 'message', 'models'],
    judge(observe) {
      const answer = refusal(observe);
      const model = observe('setup')?.model ?? '';
      if (answer?.outcome !== 'answered') return accepted(observe);
      const { isRelayed, check, owner, errorMessage, confidence, cure } = answer.reading;
      const words = errorMessage ?? '';
      const hasNoChannel = channelMissing.test(words);
      // The native words hold nothing but the name.
      const isTelling = words !== '' && !/^model: \S+$/.test(words);
      const certainty = {
        confidence: check === 'model.not_found' ? confidence : 'likely',
        evidence: wireLines(answer),
      } as const;
      if (isRelayed)
        return fail(`What '${model}' stands for is unknown further up: ${errorMessage ?? answer.status}`, {
          ...certainty,
          owner: 'gateway',
          remedy: remedy('Have the name that the gateway maps it to corrected there.', [again(observe)]),
        });
      const offered = offeredIn(answer);
      const listed = [...listedModels(observe), ...offered];
      const isListed = listed.includes(model);
      const near = closestModels(model, listed);
      const start =
        observe('keyed')?.reading.kind === 'validation' ? 'Path and key are fine; model' : 'Model';
      const is = isListed
        ? 'is listed here, and yet refused'
        : hasNoChannel
          ? 'has no channel here: it is unknown, or who served it is switched off'
          : cure !== null
            ? 'is not served by this name'
            : 'is unknown here';
      const status = `${answer.status}${answer.status === 503 ? ' - permanent despite 503' : ''}`;
      return fail(
        `${start} '${model}' ${is} (${status})${isTelling ? `: "${words.slice(0, 200)}"` : ''}.${availableWords(observe, near, listed)}`,
        {
          ...certainty,
          owner: isListed ? 'gateway' : owner,
          remedy: modelCure(observe, near, listed, isListed, cure),
        },
      );
    },
  },
  {
    id: 'model.forbidden',
    title: 'The key may use the model',
    why: 'Keys can be limited to groups or models; the model exists, for others.',
    proof: 'A 403 that names the model.',
    cure: 'A key, group or plan that includes it.',
    needs: ['keyed'],
    uses: ['count', 'message'],
    judge(observe) {
      const answer = owned('model.forbidden', ...withModel(observe));
      if (answer === undefined) return accepted(observe);
      return fail(
        `The key may not use model '${observe('setup')?.model ?? ''}': "${answer.reading.errorMessage ?? ''}".`,
        {
          owner: answer.reading.owner,
          evidence: wireLines(answer),
          remedy: remedy(
            answer.reading.cure ??
              (answer.reading.isRelayed
                ? 'Who runs the gateway has to have the model added to its account at the provider.'
                : 'Have the model added to the key, or use another one.'),
            [listModels(observe), ...change(observe, 'model', 'MODEL')],
          ),
        },
      );
    },
  },
  {
    id: 'model.dialect',
    title: 'The model belongs on the Messages route',
    why: 'Some providers serve only Claude models on the Messages route and want the OpenAI format for the rest.',
    proof: 'A model of another family that is refused.',
    cure: 'A Claude model here; the OpenAI route for the other.',
    uses: ['count', 'message'],
    judge(observe) {
      const model = observe('setup')?.model ?? '';
      const isOther = /^(gpt|o\d|gemini|grok|llama|qwen|mistral|deepseek|kimi|glm)[-\d]/i.test(model);
      const answer =
        refusal(observe) ??
        [observe('message'), observe('count')].find(
          (one) =>
            one?.outcome === 'answered' &&
            one.status >= 400 &&
            /openai|chat.?completions|format/i.test(one.reading.errorMessage ?? ''),
        );
      if (!isOther || answer === undefined) return accepted(observe);
      return warn(`'${model}' is no Claude model; many hosts serve such models in the OpenAI format only.`, {
        owner: 'you',
        confidence: 'likely',
        evidence: wireLines(answer),
        remedy: remedy('Use a Claude model on this route.', [setCommand(observe, 'model', 'MODEL')]),
      });
    },
  },
]);

/** What an id would look like that was written as a display name or with decoration. */
function suggestId(model: string): { id: string; why: string; isHarmless: boolean } | null {
  if (/\[1m\]$/i.test(model))
    return {
      id: model.replace(/\[1m\]$/i, ''),
      why: 'has the [1m] suffix of Claude Code',
      isHarmless: false,
    };
  if (/\s/.test(model) || /^Claude\b/.test(model))
    return {
      id: model
        .trim()
        .toLowerCase()
        .replace(/[\s.]+/g, '-'),
      why: 'is a display name',
      isHarmless: false,
    };
  if (/^[a-z-]+\/claude/i.test(model))
    return {
      id: model.replace(/^[^/]+\//, '').replace(/\./g, '-'),
      why: 'has a vendor prefix',
      isHarmless: true,
    };
  return null;
}
