// A tool call and its result, end to end. Opt-in (--tools): it costs tokens.
import { type Check, fail, info, nothing, pass, remedy, warn } from '../check.ts';
import { wireLines } from '../evidence.ts';
import type { Look } from '../observations.ts';
import { again } from '../remedy-commands.ts';
import { isJson } from '../shapes.ts';
import type { BlockFact } from '../stream-sequence.ts';

const calls = (look: Look): readonly BlockFact[] =>
  (look('toolCall')?.stream?.blocks ?? []).filter(({ type }) => type === 'tool_use');

const problem = (look: Look, text: string) => {
  const exchange = look('toolCall')?.exchange;
  return {
    owner: 'gateway',
    evidence: wireLines(exchange),
    remedy: remedy(text, [`${again(look)} --tools`]),
  } as const;
};

const noCall = nothing('no tool was called');

export const toolChecks: readonly Check[] = [
  {
    id: 'tool.lost',
    group: 'tools',
    title: 'A forced tool is called',
    why: 'A gateway that drops tools or tool_choice answers with text; agents then do nothing.',
    proof: 'A request with tool_choice any.',
    cure: 'The translation of the gateway.',
    needs: ['toolCall'],
    judge(look) {
      const streamed = look('toolCall');
      if (calls(look).length > 0)
        return pass(`${calls(look).length} call${calls(look).length > 1 ? 's' : ''}.`);
      if (streamed?.exchange.outcome !== 'answered' || streamed.exchange.status !== 200)
        return fail('A request with tools is refused.', problem(look, 'Have the gateway accept tools.'));
      return fail(
        'Tools are lost: text came instead of a call.',
        problem(look, 'Have the gateway pass tools and tool_choice on.'),
      );
    },
  },
  {
    id: 'tool.start_input',
    group: 'tools',
    title: 'A tool block starts with its input',
    why: 'content_block_start without input: {} makes clients fail on undefined.',
    proof: 'The start of the tool block.',
    cure: 'input: {} in content_block_start.',
    needs: ['toolCall'],
    judge(look) {
      const [first] = calls(look);
      if (first === undefined) return noCall;
      return calls(look).every(({ hasStartInput }) => hasStartInput)
        ? pass('')
        : warn(
            'content_block_start of the tool has no input; clients fail on it.',
            problem(look, 'Send input: {} in content_block_start.'),
          );
    },
  },
  {
    id: 'tool.json',
    group: 'tools',
    title: "The tool's input is JSON",
    why: 'partial_json that does not add up to JSON loses the call.',
    proof: 'The deltas of the tool block, joined.',
    cure: 'The gateway.',
    needs: ['toolCall'],
    judge(look) {
      if (calls(look).length === 0) return noCall;
      const broken = calls(look).find(({ partialJson }) => partialJson !== '' && !isJson(partialJson));
      if (broken !== undefined)
        return fail(
          'The parts of the input do not add up to JSON.',
          problem(look, 'Have the gateway split input_json_delta without changing it.'),
        );
      const empty = calls(look).find(
        ({ partialJson, startInput }) => partialJson === '' && JSON.stringify(startInput ?? {}) === '{}',
      );
      if (empty !== undefined)
        return warn(
          'The tool is called without its required input.',
          problem(look, 'Have the gateway pass the input on.'),
        );
      const whole = calls(look).every(({ deltas }) => deltas <= 1);
      return whole ? info('The input is valid, and comes in one piece.') : pass('');
    },
  },
  {
    id: 'tool.stop_reason',
    group: 'tools',
    title: 'A call ends with stop_reason tool_use',
    why: 'Agents look at stop_reason to know that a result is wanted.',
    proof: 'stop_reason of the stream with the call.',
    cure: 'The gateway.',
    needs: ['toolCall'],
    judge(look) {
      if (calls(look).length === 0) return noCall;
      const reason = look('toolCall')?.stream?.stopReason ?? null;
      return reason === 'tool_use'
        ? pass('')
        : warn(
            `stop_reason is ${reason ?? 'missing'} although a tool was called.`,
            problem(look, 'Have the gateway send stop_reason: tool_use.'),
          );
    },
  },
  {
    id: 'tool.id_roundtrip',
    group: 'tools',
    title: 'The result of a tool is taken',
    why: 'The id of the call has to be known when its result comes back.',
    proof: 'A second request with tool_use and tool_result.',
    cure: 'The gateway.',
    needs: ['toolResult'],
    judge(look) {
      const result = look('toolResult');
      if (result?.outcome === 'answered' && result.status === 200 && !result.reading.isErrorInside)
        return pass('');
      return fail('The result of the tool is refused.', {
        owner: 'gateway',
        evidence: wireLines(result),
        remedy: remedy('Have the gateway keep the ids of calls.', [`${again(look)} --tools`]),
      });
    },
  },
  {
    id: 'tool.parallel',
    group: 'tools',
    title: 'Parallel calls have their own index',
    why: 'Two calls in one answer need two indices; otherwise their inputs mix.',
    proof: 'The indices of the tool blocks.',
    cure: 'The gateway.',
    needs: ['toolCall'],
    judge(look) {
      const made = calls(look);
      const indexProblem = look('toolCall')?.stream?.indexProblems[0];
      if (indexProblem !== undefined && made.length > 0)
        return fail(`Calls share an index: ${indexProblem}.`, problem(look, 'Give each call its own index.'));
      if (made.length < 2) return nothing('only one call was made');
      return pass(`${made.length} calls, ${new Set(made.map(({ index }) => index)).size} indices.`);
    },
  },
];
