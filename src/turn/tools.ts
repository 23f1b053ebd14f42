// The tool loop: runs the commands declared for tools and sends their results back until the model answers.
// Pure but for the runner it is given; child processes live in terminal/run-command.
import { usageError } from '../errors.ts';
import { toolInput } from '../messages/block-repairs.ts';
import { joinedMessages } from '../messages/turn-repairs.ts';
import {
  type ContentBlock,
  isBlock,
  type Message,
  type MessageParam,
  type ToolResultBlock,
  type ToolUseBlock,
} from '../messages/types.ts';
import type { CommandOutcome, RunCommand } from '../terminal/run-command.ts';
import type { Json, JsonObject } from '../text/json.ts';

/** How a tool is run on this machine: an argument vector, never a shell line. */
export type ToolCommand = { readonly argv: readonly string[]; readonly timeoutMs: number };

/** What `--tools` declares: the part that is sent, and the commands that stay here. */
export type DeclaredTools = {
  readonly definitions: readonly JsonObject[];
  readonly commands: ReadonlyMap<string, ToolCommand>;
};

const defaultTimeoutMs = 60_000;

/** An empty declaration: nothing to send, nothing to run. */
export const noTools: DeclaredTools = { definitions: [], commands: new Map() };

/**
 * Splits a `--tools` list into what the API gets and what stays here. A tool may carry `command: [argv]`
 * and `timeout` (seconds); both are taken out of the definition. Throws a usage error naming the tool at fault.
 */
export function declareTools(list: Json): DeclaredTools {
  const tools = Array.isArray(list) ? list : [list];
  const commands = new Map<string, ToolCommand>();
  const definitions = tools.map((tool, index) => {
    if (tool === null || typeof tool !== 'object' || Array.isArray(tool))
      throw usageError(`Tool ${index + 1} of --tools is not an object.`, 'Give a list of tool definitions.');
    const { command, timeout, ...definition } = tool;
    if (command === undefined) return definition;
    const name = typeof definition['name'] === 'string' ? definition['name'] : '';
    if (name === '') throw usageError(`Tool ${index + 1} of --tools has a command but no name.`);
    if (!isArgv(command))
      throw usageError(
        `The command of tool "${name}" is not a list of strings.`,
        'Write it as ["program", "argument"]: no shell is involved.',
      );
    if (timeout !== undefined && !(typeof timeout === 'number' && timeout > 0))
      throw usageError(`The timeout of tool "${name}" is not a positive number of seconds.`);
    commands.set(name, {
      argv: command,
      timeoutMs: timeout === undefined ? defaultTimeoutMs : timeout * 1000,
    });
    return definition;
  });
  return { definitions, commands };
}

function isArgv(value: Json): value is string[] {
  return Array.isArray(value) && value.length > 0 && value.every((part) => typeof part === 'string');
}

/**
 * The calls of an answer that wait for a result from us. The blocks say so, not the stop reason: gateways give
 * `end_turn`, `stop` or none. Only what a model was stopped in by a refusal is not meant to happen.
 */
export function pendingCalls(message: Pick<Message, 'content' | 'stop_reason'>): readonly ToolUseBlock[] {
  if (message.stop_reason === 'refusal') return [];
  return message.content.filter((block) => isBlock(block, 'tool_use')) as ToolUseBlock[];
}

/** Stop reasons of an answer that was not allowed to become longer; `length` is what OpenAI calls it. */
const cutReasons: readonly (string | null | undefined)[] = [
  'max_tokens',
  'model_context_window_exceeded',
  'length',
];

/**
 * The call an answer was cut in, if it was: its input is broken, or had not begun. The same limit would cut it
 * again, so that asking the model once more is no help.
 */
export function cutCall({
  content,
  stop_reason: reason,
}: Pick<Message, 'content' | 'stop_reason'>): ToolUseBlock | undefined {
  const last = content.at(-1);
  if (!cutReasons.includes(reason) || last === undefined || !isBlock(last, 'tool_use')) return undefined;
  return Object.keys(toolInput(last.input) ?? {}).length === 0 ? last : undefined;
}

/** What happened to one call, for the one who announces it. */
export type ToolStep =
  | { readonly kind: 'started'; readonly call: ToolUseBlock; readonly command: ToolCommand }
  | {
      readonly kind: 'finished';
      readonly call: ToolUseBlock;
      readonly outcome: CommandOutcome;
      readonly result: ToolResultBlock;
    }
  | { readonly kind: 'declined'; readonly call: ToolUseBlock }
  /** Its input is broken, so it was not run, and nobody was asked. */
  | { readonly kind: 'broken'; readonly call: ToolUseBlock; readonly reason: string };

export type ToolRun = {
  readonly commands: ReadonlyMap<string, ToolCommand>;
  readonly run: RunCommand;
  /** Asked before each call; `--run-tools` answers yes to all. */
  readonly approve: (call: ToolUseBlock, command: ToolCommand) => Promise<boolean>;
  readonly announce: (step: ToolStep) => void;
  /** Told each result as soon as it is there: the calls behind it may be interrupted. */
  readonly onResult?: (result: ToolResultBlock) => void;
  readonly signal?: AbortSignal;
};

/**
 * Runs every call of an answer, one after the other, and gives the user turn that carries all results
 * (the API refuses a turn that misses one). A call whose input is broken is never run: its result says why. Null
 * when a call has no declared command: nothing is run then, because a half-answered turn cannot be sent.
 */
export async function answerCalls(
  calls: readonly ToolUseBlock[],
  { commands, run, approve, announce, onResult, signal }: ToolRun,
): Promise<MessageParam | null> {
  if (calls.some((call) => !commands.has(call.name))) return null;
  const results: ToolResultBlock[] = [];
  const add = (result: ToolResultBlock): void => {
    results.push(result);
    onResult?.(result);
  };
  for (const call of calls) {
    const command = commands.get(call.name);
    if (command === undefined) return null;
    const input = toolInput(call.input);
    if (input === undefined) {
      const reason = `its input is ${typeof call.input === 'string' ? 'cut or not JSON' : 'not an object'}`;
      announce({ kind: 'broken', call, reason });
      add(failed(call, `Not run: ${reason}. Call it again with the whole input as one JSON object.`));
      continue;
    }
    if (!(await approve(call, command))) {
      announce({ kind: 'declined', call });
      add(failed(call, 'The user declined to run this tool.'));
      continue;
    }
    announce({ kind: 'started', call, command });
    const outcome = await run(command.argv, {
      input: JSON.stringify(input),
      timeoutMs: command.timeoutMs,
      ...(signal && { signal }),
    });
    const result = resultOf(call, outcome);
    announce({ kind: 'finished', call, outcome, result });
    add(result);
  }
  return { role: 'user', content: results as ContentBlock[] };
}

/** The result block of a finished command: stdout as it is, or what went wrong with `is_error`. */
export function resultOf(call: Pick<ToolUseBlock, 'id'>, outcome: CommandOutcome): ToolResultBlock {
  switch (outcome.kind) {
    case 'exited': {
      const output = outcome.wasCut ? `${outcome.output}\n[output cut here]` : outcome.output;
      if (outcome.exitCode === 0) return { type: 'tool_result', tool_use_id: call.id, content: output };
      const parts = [`exit code ${outcome.exitCode}`, outcome.errorOutput.trim(), output.trim()];
      return failed(call, parts.filter((part) => part !== '').join('\n'));
    }
    case 'timed-out':
      return failed(
        call,
        `stopped after ${outcome.afterMs / 1000} s without an end\n${outcome.output}`.trim(),
      );
    case 'not-started':
      return failed(call, outcome.reason);
  }
}

const failed = (call: Pick<ToolUseBlock, 'id'>, content: string): ToolResultBlock => ({
  type: 'tool_result',
  tool_use_id: call.id,
  content,
  is_error: true,
});

/** Why a loop stopped: a normal answer, a call nobody can run, one that was cut, or the limit of turns. */
export type LoopEnd = 'answered' | 'unanswerable' | 'cut-call' | 'turn-limit';

export type ToolLoop = ToolRun & {
  /** Sends the conversation and resolves with the finished answer. */
  readonly send: (messages: readonly MessageParam[]) => Promise<Message>;
  /** Called for every message the loop adds, in order, so that it can be saved at once. */
  readonly onMessage?: (message: MessageParam) => void | Promise<void>;
  /** How many times results, or a paused answer, may be sent back. */
  readonly maxTurns: number;
};

/**
 * Sends a conversation, runs the tools the answer asks for, sends the results, and so on until the model
 * answers, a call cannot be run, or `maxTurns` rounds have been made. A paused answer (`pause_turn`) is sent back
 * as it is, and goes on. Throws what `send` and `run` throw.
 */
export async function runToolLoop(
  conversation: readonly MessageParam[],
  { send, onMessage, maxTurns, ...tools }: ToolLoop,
): Promise<{ readonly message: Message; readonly messages: readonly MessageParam[]; readonly end: LoopEnd }> {
  const messages = [...conversation];
  const add = async (message: MessageParam): Promise<void> => {
    messages.push(message);
    await onMessage?.(message);
  };
  for (let turn = 0; ; turn++) {
    // A copy: what was sent is looked at later, and must not grow.
    const message = await send([...joinedMessages(messages)]);
    await add({ role: 'assistant', content: message.content });
    const calls = pendingCalls(message);
    if (cutCall(message) !== undefined) return { message, messages, end: 'cut-call' };
    const isPaused = message.stop_reason === 'pause_turn' && message.content.length > 0;
    if (calls.length === 0 && !isPaused) return { message, messages, end: 'answered' };
    if (turn === maxTurns) return { message, messages, end: 'turn-limit' };
    if (calls.length === 0) continue;
    const results = await answerCalls(calls, tools);
    if (results === null) return { message, messages, end: 'unanswerable' };
    await add(results);
  }
}
