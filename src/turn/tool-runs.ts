// `--run-tools`: the tool loop of `send`, each call announced on stderr.
import type { Context } from '../context.ts';
import { usageError } from '../errors.ts';
import { endingProblem } from '../messages/result.ts';
import type { Message, MessageParam } from '../messages/types.ts';
import { runCommand } from '../terminal/run-command.ts';
import type { Notify } from './notes.ts';
import { toolCallLines } from './output/message-text.ts';
import { untilInterrupted } from './time-limit.ts';
import { cutCall, type DeclaredTools, runToolLoop, type ToolStep } from './tools.ts';

export type ToolRunOptions = {
  readonly tools: DeclaredTools;
  readonly send: (messages: readonly MessageParam[]) => Promise<Message>;
  readonly messages: readonly MessageParam[];
  readonly maxTurns: number;
  /** Whether calls nobody answered are printed; JSON forms hold them anyway. */
  readonly printsCalls: boolean;
  readonly context: Context;
  readonly note: Notify;
};

/** The last message, and why it is not the answer that was hoped for, if its stop reason does not tell. */
export type ToolRunEnd = { readonly message: Message; readonly problem?: string };

/** Sends, runs what the model asks for, sends the results, until it answers. */
export async function runTools({
  tools,
  send,
  messages,
  maxTurns,
  printsCalls,
  context,
  note,
}: ToolRunOptions): Promise<ToolRunEnd> {
  if (tools.commands.size === 0) {
    throw usageError(
      '--run-tools needs a tool with a command.',
      'Example: --tools \'[{"name":"now","command":["date"],"input_schema":{"type":"object"}}]\'',
    );
  }
  const { message, end } = await untilInterrupted(context, ({ signal }) =>
    runToolLoop(messages, {
      send,
      commands: tools.commands,
      run: runCommand,
      approve: async () => true,
      announce: (step) => note(announcement(step)),
      maxTurns,
      signal,
    }),
  );
  if (printsCalls && end !== 'answered') await context.streams.stdout.write(toolCallLines(message));
  if (end === 'turn-limit') {
    const turns = maxTurns === 1 ? 'one turn' : `${maxTurns} turns`;
    const how = message.stop_reason === 'pause_turn' ? 'is still at work' : 'still asks for tools';
    return { message, problem: `The model ${how} after ${turns} (--max-turns); stopped.` };
  }
  if (end === 'cut-call')
    return {
      message,
      problem: `The call of ${cutCall(message)?.name} is not whole, so it was not run. ${endingProblem(message)}`,
    };
  if (end === 'unanswerable')
    note('The model asked for a tool that declares no command, so nothing was run.');
  return { message };
}

function announcement(step: ToolStep): string {
  switch (step.kind) {
    case 'started':
      return `running ${step.call.name}: ${step.command.argv.join(' ')} with ${JSON.stringify(step.call.input)}`;
    case 'finished':
      return `${step.call.name} ${step.result.is_error ? 'failed' : 'done'}: ${preview(step.result.content)}`;
    case 'declined':
      return `${step.call.name} was not run`;
    case 'broken':
      return `${step.call.name} was not run: ${step.reason}`;
  }
}

function preview(content: unknown): string {
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
}
