// Does the endpoint keep to the protocol outside of streams?

import { isObject } from '../../text/json.ts';
import {
  checksOf,
  degrade,
  fail,
  info,
  notAsked,
  nothing,
  pass,
  remedy,
  unknown,
  warn,
} from '../engine/check.ts';
import { messageOf, owned } from '../engine/exchange-facts.ts';
import type { Answered, Exchange, Observe } from '../engine/observations.ts';
import { again, change, withoutBetas } from '../engine/remedy-commands.ts';
import { forHops, passHeaders } from '../engine/remedy-snippets.ts';
import { wireLine, wireLines } from '../engine/wire-lines.ts';
import { isOk } from '../reading/answer-rows/row.ts';
import { streamFacts } from '../streams/stream-facts.ts';

const answered = (...exchanges: readonly (Exchange | undefined)[]): Answered[] =>
  exchanges.filter((one): one is Answered => one?.outcome === 'answered');

/** Every answer that reports an error, of the messages route. */
const errors = (observe: Observe): Answered[] =>
  answered(
    observe('keyless'),
    observe('keyed'),
    observe('otherScheme'),
    observe('bogusKey'),
    observe('noVersion'),
    observe('message'),
    observe('stream')?.exchange,
  ).filter(({ status, reading }) => status >= 400 || reading.isErrorInside);

/** Fields of a Message that clients rely on and this one lacks. */
function missingFields(message: Record<string, unknown>): string[] {
  const usage = isObject(message['usage']) ? message['usage'] : {};
  return [
    ...(message['type'] === 'message' ? [] : ['type']),
    ...(message['role'] === 'assistant' ? [] : ['role']),
    ...(Array.isArray(message['content']) ? [] : ['content']),
    ...(typeof message['model'] === 'string' ? [] : ['model']),
    ...(typeof message['id'] === 'string' ? [] : ['id']),
    ...('stop_reason' in message ? [] : ['stop_reason']),
    ...(typeof usage['input_tokens'] === 'number' ? [] : ['usage.input_tokens']),
    ...(typeof usage['output_tokens'] === 'number' ? [] : ['usage.output_tokens']),
  ];
}

/** The version the API has had since 2023; there is no later one. */
const standardVersion = '2023-06-01';

export const protocolChecks = checksOf({ group: 'protocol', needs: ['setup', 'keyed'] }, [
  {
    id: 'proto.version_required',
    title: 'anthropic-version arrives where it is needed',
    why: 'The native API wants the header; a hop that strips it makes every request fail, whatever the client sends.',
    proof: 'The keyed request with and without the header.',
    cure: 'Forward the header at every hop, or add it at the gateway.',
    configuration: passHeaders,
    uses: ['noVersion', 'count', 'message'],
    judge(observe) {
      const answer = owned('proto.version_required', observe('keyed'), observe('count'), observe('message'));
      const { version = standardVersion } = observe('setup') ?? {};
      if (answer !== undefined && version !== standardVersion)
        return fail(
          `anthropic-version ${version} is refused: ${answer.reading.errorMessage ?? answer.reading.means}`,
          {
            owner: 'you',
            confidence: 'likely',
            evidence: [wireLine(answer)],
            remedy: remedy(
              `Send ${standardVersion}, which every endpoint knows.`,
              change(observe, 'version', standardVersion),
            ),
          },
        );
      if (answer !== undefined) {
        return fail(
          'Server needs anthropic-version. msg sends it; a hop strips it, or this version is not accepted. Forward the header.',
          {
            owner: 'proxy',
            confidence: 'likely',
            evidence: [wireLine(answer)],
            remedy: remedy(
              'Forward anthropic-version (nginx: mind header allow-lists; Envoy AI Gateway: header mutation).',
              [again(observe)],
              forHops(observe, passHeaders),
            ),
          },
        );
      }
      const without = observe('noVersion');
      if (without?.outcome !== 'answered') return nothing('the request without it was not made');
      return owned('proto.version_required', without) !== undefined
        ? pass('anthropic-version is required, and arrives', [wireLine(without)])
        : info('It is not required here; msg sends it all the same.');
    },
  },
  {
    id: 'proto.version_forwarded',
    title: 'It is known what becomes of the version',
    why: 'A gateway may pin or ignore the version; a client that opts into another one then gets the old behaviour.',
    proof: 'A version that never was (--conformance).',
    cure: 'Nothing to cure; know it.',
    needs: ['keyed', 'oddVersion'],
    judge(observe) {
      const odd = observe('oddVersion');
      if (odd?.outcome !== 'answered') return unknown('No answer.');
      return /version/i.test(odd.reading.errorMessage ?? '')
        ? info('The version is read: an impossible one is refused.', { evidence: [wireLine(odd)] })
        : info('The version is ignored or pinned by the gateway.', { evidence: [wireLine(odd)] });
    },
  },
  {
    id: 'proto.beta_passthrough',
    title: 'Beta flags do not break requests',
    why: 'Bedrock, Vertex and gateways in front of them refuse flags they do not know: "invalid beta flag", "Extra inputs are not permitted".',
    proof: 'A refusal that names a beta; counting tokens with a known flag (--conformance).',
    cure: 'CLAUDE_CODE_DISABLE_EXPERIMENTAL_BETAS=1, or a filter at the gateway.',
    uses: ['count', 'message', 'betaCount'],
    judge(observe) {
      const betas = observe('setup')?.betas ?? [];
      const answer = owned('proto.beta_passthrough', observe('keyed'), observe('count'), observe('message'));
      const flag = betas[0] ?? 'of Claude Code';
      const fix =
        betas.length > 0
          ? remedy('Send no beta flags here, or have the gateway filter them.', withoutBetas(observe))
          : remedy('Claude Code sends none with this; or have the gateway filter them.', [
              'export CLAUDE_CODE_DISABLE_EXPERIMENTAL_BETAS=1',
            ]);
      if (answer !== undefined) {
        const status = answer.outcome === 'answered' ? answer.status : '';
        return fail(
          `Beta flag ${flag} is rejected (${status}). Disable experimental betas or let the gateway filter them.`,
          { owner: 'gateway', evidence: [wireLine(answer)], remedy: fix },
        );
      }
      const betaAnswer = observe('betaCount');
      if (betaAnswer === undefined) return betas.length > 0 ? pass('') : notAsked('--conformance');
      if (owned('proto.beta_passthrough', betaAnswer) === undefined) return pass('');
      return warn('A known beta flag is rejected: Claude Code sends such flags.', {
        owner: 'gateway',
        evidence: [wireLine(betaAnswer)],
        remedy: fix,
      });
    },
  },
  {
    id: 'proto.max_tokens_required',
    title: 'max_tokens is required',
    why: 'The native API refuses a request without it; a gateway that fills in 4096 turns a harmless test into a bill.',
    proof: 'A request without max_tokens and without messages, so that nothing can run (--conformance).',
    cure: 'Always send max_tokens.',
    needs: ['noMaxTokens'],
    judge(observe) {
      const answer = observe('noMaxTokens');
      if (answer?.outcome !== 'answered') return unknown('No answer.');
      if (/max_tokens/i.test(answer.reading.errorMessage ?? '')) return pass('');
      return info('Its absence is not what is complained about: the gateway may fill it in.', {
        evidence: [wireLine(answer)],
      });
    },
  },
  {
    id: 'proto.error_shape',
    title: 'Errors have the shape of the Messages API',
    why: 'SDKs choose their error class by {type: "error", error: {type, message}} and by the status; another shape, or an error with status 200, is misread.',
    proof: 'Every error this run has seen.',
    cure: 'The error format of the gateway.',
    needs: ['keyless'],
    uses: ['keyed', 'noVersion'],
    judge(observe) {
      const errorAnswers = errors(observe);
      const inside = errorAnswers.find(({ reading }) => reading.isErrorInside);
      if (inside !== undefined) {
        return warn('An error comes with status 200: clients take it for an answer.', {
          owner: 'gateway',
          evidence: [wireLine(inside)],
          remedy: remedy('Have the gateway answer errors with their status.', [again(observe)]),
        });
      }
      const other = errorAnswers.find(({ reading }) => reading.shape !== 'anthropic-error');
      if (errorAnswers.length === 0) return unknown('No error was seen.');
      if (other === undefined) return pass('');
      return info(`Errors come as ${other.reading.shape}; status and words are still readable.`, {
        evidence: [wireLine(other)],
      });
    },
  },
  {
    id: 'proto.response_shape',
    title: 'The answer has the shape of a Message',
    why: 'Clients index into content, usage and stop_reason; a missing field or OpenAI choices make them fail or show nothing.',
    proof: 'The answer for one token.',
    cure: 'The Messages route of the gateway, or its translation.',
    needs: ['message'],
    judge(observe) {
      const exchange = observe('message');
      if (exchange?.outcome !== 'answered' || !isOk(exchange)) return pass('');
      const message = messageOf(observe);
      const evidence = [wireLine(exchange)];
      if (exchange.reading.kind === 'stream') return pass('');
      if (message !== null && 'choices' in message)
        return fail('The answer is an OpenAI chat completion (choices), not a Message.', {
          owner: 'gateway',
          evidence,
          remedy: remedy("Use the gateway's Anthropic route.", [again(observe)]),
        });
      if (message === null)
        return fail(`The answer is ${exchange.reading.shape}, not JSON of a Message.`, {
          owner: 'gateway',
          evidence,
          remedy: remedy('Look at what answers: the body above names it.', [again(observe)]),
        });
      if (exchange.reading.isErrorInside) return pass('');
      const missing = missingFields(message);
      if (missing.length === 0) return pass('');
      const isFatal = missing.includes('content') || missing.includes('role');
      return (isFatal ? fail : warn)(`The answer lacks ${missing.join(', ')}.`, {
        owner: 'gateway',
        evidence,
        remedy: remedy('Have the gateway send whole Messages.', [again(observe)]),
      });
    },
  },
  {
    id: 'proto.stream_default',
    title: 'What is streamed depends on stream alone',
    why: 'An event stream for a request without stream, or JSON for one with it, breaks clients that parse by what they asked for.',
    proof: 'The content type of both answers.',
    cure: 'The gateway.',
    needs: ['message'],
    judge(observe) {
      const exchange = observe('message');
      if (exchange?.outcome !== 'answered' || exchange.reading.kind !== 'stream') return pass('');
      // What the stream says went wrong is the finding of the checks of streams.
      const error = errorOf(exchange.body);
      const words = error === null ? '' : ` It holds an error: ${error}`;
      return (error === null ? fail : warn)(`An event stream comes although none was asked for.${words}`, {
        owner: 'gateway',
        evidence: [wireLine(exchange)],
        remedy: remedy('Have the gateway stream only when stream is true.', [again(observe)]),
      });
    },
  },
  {
    id: 'proto.system_role',
    title: 'A top-level system prompt is accepted',
    why: 'Messages carry the system prompt beside the messages; a half translated gateway refuses or drops it.',
    proof: 'A request with system (--conformance).',
    cure: 'The gateway.',
    needs: ['parameters'],
    judge(observe) {
      const exchange = observe('parameters');
      if (exchange?.outcome === 'answered' && isOk(exchange) && !exchange.reading.isErrorInside)
        return pass('');
      return degrade('A request with a system prompt is refused.', {
        owner: 'gateway',
        evidence: wireLines(exchange),
        remedy: remedy('Have the gateway accept system at the top level.', [again(observe)]),
      });
    },
  },
]);

/** The error in an event stream that was not asked for, in words; null when there is none. */
function errorOf(body: string): string | null {
  const raw = [{ at: 0, bytes: new TextEncoder().encode(body) }];
  const { error } = streamFacts(raw, {}, { isClean: true, endMs: 0 });
  return error === null ? null : `${error.type}: ${error.message}`;
}
