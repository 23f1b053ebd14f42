// The plain answer of one token: who gave it, what it cost, and whether anything is in it.

import { isServed } from '../../messages/closest-models.ts';
import { isObject } from '../../text/json.ts';
import { checksOf, degrade, fail, info, nothing, pass, remedy, unknown, warn } from '../engine/check.ts';
import { isLate, messageOf } from '../engine/exchange-facts.ts';
import type { Exchange, Observe } from '../engine/observations.ts';
import { again } from '../engine/remedy-commands.ts';
import { wireLines } from '../engine/wire-lines.ts';

const usageOf = (observe: Observe): Record<string, unknown> => {
  const usage = messageOf(observe)?.['usage'];
  return isObject(usage) ? usage : {};
};

/** model.answers says why. */
const noAnswer = nothing('there was no answer');

/** How long a request was waited for. */
const secondsOf = (exchange: Exchange | undefined): number => Math.round((exchange?.times.end ?? 0) / 1000);

/** A block of text without any: `{"type":"text"}`, or an empty one. */
const isHollowBlock = (block: unknown): boolean =>
  !isObject(block) || ((block['type'] ?? 'text') === 'text' && (block['text'] ?? '') === '');

export const answerChecks = checksOf({ group: 'model', needs: ['message'] }, [
  {
    id: 'model.substituted',
    title: 'The model that answers is the one that was asked for',
    why: 'Aliases, "auto" and silent mapping are by design at many gateways; which model is billed is then not what the request says.',
    proof: 'model in the answer against model in the request.',
    cure: 'Pin a concrete id where it matters.',
    needs: ['setup', 'message'],
    judge(observe) {
      const [asked, answered] = [observe('setup')?.model ?? '', messageOf(observe)?.['model']];
      if (messageOf(observe) === null) return noAnswer;
      if (typeof answered !== 'string') return unknown('The answer names no model.');
      if (answered === asked)
        return asked === 'auto'
          ? info('"auto" is echoed: which model served cannot be told.')
          : pass(`${answered}.`);
      return info(
        `Asked for ${asked}, ${answered} answered${isServed(asked, answered) ? ' (another name of the same model)' : '; billing may follow either'}.`,
      );
    },
  },
  {
    id: 'usage.inflated',
    title: 'Only what was sent is counted',
    why: 'A gateway that adds a prompt of its own makes every request longer, and dearer.',
    proof: 'input_tokens for "hi" in the answer against the count, or against 40.',
    cure: 'Ask the provider what is added.',
    uses: ['count'],
    judge(observe) {
      const tokens = usageOf(observe)['input_tokens'];
      if (messageOf(observe) === null) return noAnswer;
      if (typeof tokens !== 'number') return unknown('The answer counts no input.');
      const count = observe('count');
      const counted =
        count?.outcome === 'answered'
          ? Number(/"input_tokens"\s*:\s*(\d+)/.exec(count.body)?.[1] ?? Number.NaN)
          : Number.NaN;
      const cached =
        Number(usageOf(observe)['cache_read_input_tokens'] ?? 0) +
        Number(usageOf(observe)['cache_creation_input_tokens'] ?? 0);
      const total = tokens + cached;
      if (total <= 40 || (!Number.isNaN(counted) && total <= counted * 2 + 20)) return pass('');
      // A template of the server adds a few tokens; a prompt of its own adds hundreds.
      return (total > 200 ? degrade : warn)(
        `"hi" was counted as ${total} input tokens${Number.isNaN(counted) ? '' : ` (count_tokens says ${counted})`}: something is added to every prompt.`,
        {
          owner: 'gateway',
          confidence: 'likely',
          evidence: wireLines(observe('message')),
          remedy: remedy('Ask the provider what is added.', [again(observe)]),
        },
      );
    },
  },
  {
    id: 'out.empty',
    title: 'The answer is not empty',
    why: 'A backend that is offline, or a broken non-streaming path, answers 200 with an empty body or without content.',
    proof: 'The answer for one token.',
    cure: 'The backend of the gateway.',
    judge(observe) {
      const exchange = observe('message');
      const message = messageOf(observe);
      const evidence = wireLines(exchange);
      const fix = remedy('Start a backend behind the gateway; look into its log.', [again(observe)]);
      if (exchange?.reading.kind === 'empty' && !isLate(exchange))
        return fail('200 with an empty body: no backend answered.', {
          owner: 'gateway',
          evidence,
          remedy: fix,
        });
      const content = message?.['content'];
      if (message === null || !Array.isArray(content)) return pass('');
      if (!content.every(isHollowBlock)) return pass('');
      const spent = Number(usageOf(observe)['output_tokens'] ?? 0);
      const isUncounted = usageOf(observe)['output_tokens'] === undefined && content.length > 0;
      // One token may be spent on thinking that is not shown; a turn that ended had its chance.
      if (
        message['stop_reason'] !== 'end_turn' &&
        (spent > 0 ||
          isUncounted ||
          message['stop_reason'] === 'refusal' ||
          message['stop_reason'] === 'max_tokens')
      )
        return info('No text within one token; something was generated.');
      if (spent > 0 && content.length > 0) return info('The one token is no text.');
      return fail(
        `200 ${content.length === 0 ? 'without any content' : 'with nothing in it'} and without a token: the backend is offline, or the non-streaming path is broken.`,
        { owner: 'gateway', confidence: 'likely', evidence, remedy: fix },
      );
    },
  },
  {
    id: 'model.answers',
    title: 'The model answers',
    why: 'Everything about answers needs one.',
    proof: 'One token, not streamed.',
    cure: 'See the check of this group that failed.',
    isGate: true,
    judge(observe) {
      const message = observe('message');
      const fix = remedy('Run the doctor again.', [again(observe)]);
      // Where it hangs, the first events of a stream tell: up.offline.
      if (isLate(message))
        return unknown(`The request for one token got no answer within ${secondsOf(message)} s.`, {
          owner: 'gateway',
          evidence: wireLines(message),
          remedy: remedy('See to what is behind the gateway.', [again(observe)]),
        });
      if (message?.outcome !== 'answered') {
        const { means = '', owner = 'gateway' } = message?.reading ?? {};
        return fail(`The request for one token got no answer, although {} was answered: ${means}`, {
          // The network let the same host answer a moment ago.
          owner: owner === 'network' ? 'gateway' : owner,
          confidence: 'likely',
          evidence: wireLines(message),
          remedy: remedy('Look into the log of the gateway: it, or what is behind it, ended the request.', [
            again(observe),
          ]),
        });
      }
      const { kind, check, means, owner } = message.reading;
      if (kind === 'message' || kind === 'stream')
        return pass(`One token in ${Math.round(message.times.end)} ms.`);
      const { breakage } = message;
      if (breakage !== null && !/^Z_DATA/.test(breakage.code ?? ''))
        return fail(`The answer broke off before its end: ${breakage.message}.`.replace(/\.+$/, '.'), {
          owner: 'gateway',
          evidence: wireLines(message),
          remedy: remedy(
            'Look into the log of the gateway, and of what is behind it: one of them ends the answer.',
            [again(observe)],
          ),
        });
      if (check !== null || kind === 'empty')
        return unknown(means, { owner, evidence: wireLines(message), remedy: fix });
      return fail(means, {
        owner,
        confidence: message.reading.confidence,
        evidence: wireLines(message),
        remedy: remedy('Correct what the answer names, or show it to the owner of the gateway.', [
          again(observe),
        ]),
      });
    },
  },
]);
