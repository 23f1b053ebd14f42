// A tool call and its result, end to end. Opt-in (--tools): it costs tokens.
import { toolsRefused } from '../../messages/error-words.ts';
import {
  checksOf,
  degrade,
  type Finding,
  fail,
  info,
  nothing,
  pass,
  remedy,
  unknown,
  warn,
} from '../engine/check.ts';
import { fellSilent, toolCalls } from '../engine/exchange-facts.ts';
import type { Exchange, Observe } from '../engine/observations.ts';
import { again, listModels } from '../engine/remedy-commands.ts';
import { wireLines } from '../engine/wire-lines.ts';
import { isOk } from '../reading/answer-rows/row.ts';
import { isJson } from '../reading/shapes.ts';
import { isMildIndexProblem } from '../streams/stream-sequence.ts';

const problem = (observe: Observe, text: string) => {
  const exchange = observe('toolCall')?.exchange;
  return {
    owner: 'gateway',
    evidence: wireLines(exchange),
    remedy: remedy(text, [`${again(observe)} --tools`]),
  } as const;
};

const noCall = nothing('no tool was called');

/**
 * What a request with tools came to that was not answered with a stream, or broke off: a failure that has nothing
 * to do with tools proves nothing about them. Null: it was answered as it should be.
 */
function refusal(observe: Observe, exchange: Exchange | undefined): Finding | null {
  if (exchange === undefined) return null;
  const { kind, means, owner, errorMessage } = exchange.reading;
  const detail = {
    // The network let the same host answer a moment ago.
    owner: owner === 'network' ? ('gateway' as const) : owner,
    evidence: wireLines(exchange),
    remedy: remedy('Try again when requests with tools get an answer; only then can tools be judged.', [
      `${again(observe)} --tools`,
    ]),
  };
  const untold = (why: string): Finding => unknown(`Whether tools work cannot be told: ${why}`, detail);
  if (exchange.outcome === 'failed')
    return untold(`the request with tools got no answer (${exchange.failure.message.replace(/\.$/, '')}).`);
  if (fellSilent(exchange)) return untold('the request with tools was accepted, and no token came.');
  if (isOk(exchange) && !exchange.reading.isErrorInside) return null;
  if (toolsRefused.test(errorMessage ?? ''))
    return fail(`This model has no tools: "${errorMessage?.slice(0, 160)}".`, {
      owner: 'you',
      evidence: detail.evidence,
      remedy: remedy('Choose a model that has tools.', [listModels(observe)]),
    });
  if (exchange.status >= 500 || passing.includes(kind)) return untold(means);
  return fail(`A request with tools is refused: ${means}`, {
    ...problem(observe, 'Have the gateway accept what the answer names.'),
    confidence: 'likely',
    evidence: detail.evidence,
  });
}

/** Refusals that any request may meet. */
const passing: readonly string[] = ['rate', 'quota', 'billing', 'overloaded', 'server-error'];

export const toolChecks = checksOf({ group: 'tools', needs: ['toolCall'] }, [
  {
    id: 'tool.lost',
    title: 'A forced tool is called',
    why: 'A gateway that drops tools or tool_choice answers with text; agents then do nothing.',
    proof: 'A request with tool_choice any.',
    cure: 'The translation of the gateway; or a model that has tools.',
    isGate: true,
    judge(observe) {
      const streamed = observe('toolCall');
      if (toolCalls(observe).length > 0)
        return pass(`${toolCalls(observe).length} call${toolCalls(observe).length > 1 ? 's' : ''}.`);
      const refused = refusal(observe, streamed?.exchange);
      if (refused !== null) return refused;
      const { error, text = '' } = streamed?.stream ?? {};
      if (error != null)
        return unknown(`Whether tools work cannot be told: the stream brought an error (${error.message}).`, {
          ...problem(observe, 'Try again when requests with tools get an answer.'),
        });
      // Both have been seen: the way to the model is not broken for that, and agents cannot work with either.
      return degrade(
        `No tool was called although one was forced: ${text === '' ? 'neither text nor a call' : 'text'} came instead. Either the gateway loses tools or tool_choice, or this model calls none.`,
        {
          ...problem(
            observe,
            'Try a model that is known to call tools; if that fails too, it is the gateway.',
          ),
          confidence: 'possible',
        },
      );
    },
  },
  {
    id: 'tool.start_input',
    title: 'A tool block starts with its input',
    why: 'content_block_start without input: {} makes clients fail on undefined.',
    proof: 'The start of the tool block.',
    cure: 'input: {} in content_block_start.',
    judge(observe) {
      const [first] = toolCalls(observe);
      if (first === undefined) return noCall;
      return toolCalls(observe).every(({ hasStartInput }) => hasStartInput)
        ? pass('')
        : warn(
            'content_block_start of the tool has no input; clients fail on it.',
            problem(observe, 'Send input: {} in content_block_start.'),
          );
    },
  },
  {
    id: 'tool.json',
    title: "The tool's input is JSON",
    why: 'partial_json that does not add up to JSON loses the call.',
    proof: 'The deltas of the tool block, joined.',
    cure: 'The gateway.',
    judge(observe) {
      if (toolCalls(observe).length === 0) return noCall;
      const broken = toolCalls(observe).find(({ partialJson }) => partialJson !== '' && !isJson(partialJson));
      if (broken !== undefined)
        return fail(
          'The parts of the input do not add up to JSON.',
          problem(observe, 'Have the gateway split input_json_delta without changing it.'),
        );
      const empty = toolCalls(observe).find(
        ({ partialJson, startInput }) => partialJson === '' && JSON.stringify(startInput ?? {}) === '{}',
      );
      if (empty !== undefined)
        return warn(
          'The tool is called without its required input.',
          problem(observe, 'Have the gateway pass the input on.'),
        );
      const whole = toolCalls(observe).every(({ deltas }) => deltas <= 1);
      return whole ? info('The input is valid, and comes in one piece.') : pass('');
    },
  },
  {
    id: 'tool.stop_reason',
    title: 'A call ends with stop_reason tool_use',
    why: 'Agents look at stop_reason to know that a result is wanted.',
    proof: 'stop_reason of the stream with the call.',
    cure: 'The gateway.',
    judge(observe) {
      if (toolCalls(observe).length === 0) return noCall;
      const reason = observe('toolCall')?.stream?.stopReason ?? null;
      return reason === 'tool_use'
        ? pass('')
        : warn(
            `stop_reason is ${reason ?? 'missing'} although a tool was called.`,
            problem(observe, 'Have the gateway send stop_reason: tool_use.'),
          );
    },
  },
  {
    id: 'tool.id_roundtrip',
    title: 'The result of a tool is taken',
    why: 'The id of the call has to be known when its result comes back.',
    proof: 'A second request with tool_use and tool_result.',
    cure: 'The gateway.',
    needs: ['toolResult'],
    judge(observe) {
      const result = observe('toolResult');
      if (result?.outcome === 'answered' && isOk(result) && !result.reading.isErrorInside) return pass('');
      if (
        result !== undefined &&
        (result.outcome === 'failed' || result.status >= 500 || passing.includes(result.reading.kind))
      )
        return unknown(`Whether the result of a tool is taken cannot be told: ${result.reading.means}`, {
          ...problem(observe, 'Try again when requests get an answer.'),
          owner: result.reading.owner,
          evidence: wireLines(result),
        });
      return fail('The result of the tool is refused.', {
        owner: 'gateway',
        evidence: wireLines(result),
        remedy: remedy('Have the gateway keep the ids of calls.', [`${again(observe)} --tools`]),
      });
    },
  },
  {
    id: 'tool.parallel',
    title: 'Parallel calls have their own index',
    why: 'Two calls in one answer need two indices; otherwise their inputs mix.',
    proof: 'The indices of the tool blocks.',
    cure: 'The gateway.',
    judge(observe) {
      const calls = toolCalls(observe);
      const problems = (observe('toolCall')?.stream?.indexProblems ?? []).filter(
        (one) => !isMildIndexProblem(one),
      );
      const shared = problems.find((one) => /is started twice/.test(one));
      if (shared !== undefined && calls.length > 0)
        return fail(`Calls share an index: ${shared}.`, problem(observe, 'Give each call its own index.'));
      if (problems[0] !== undefined && calls.length > 0)
        return fail(
          `The indices of the calls are broken: ${problems[0]}.`,
          problem(observe, 'Have the indices of content blocks corrected.'),
        );
      if (calls.length < 2) return nothing('only one call was made');
      return pass(`${calls.length} calls, ${new Set(calls.map(({ index }) => index)).size} indices.`);
    },
  },
]);
