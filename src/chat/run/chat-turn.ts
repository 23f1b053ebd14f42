// One turn of the chat: the conversation goes out, the answer comes in, tools are run, and the session is
// told about each message. Ctrl-C or a failure ends it early; what arrived is kept.

import { interrupted, isMsgError, type MsgError } from '../../errors.ts';
import type { Client, MessageExchange } from '../../messages/client.ts';
import { type GenerationOptions, wishesOf } from '../../messages/request.ts';
import { type Change, sendableBody } from '../../messages/sendable.ts';
import type { ContentBlock, Message, MessageParam, ToolUseBlock } from '../../messages/types.ts';
import { durationText } from '../../messages/wait-text.ts';
import type { Prompt } from '../../terminal/prompt/prompt-types.ts';
import type { RunCommand } from '../../terminal/run-command.ts';
import {
  answerCalls,
  type DeclaredTools,
  runToolLoop,
  type ToolCommand,
  type ToolStep,
} from '../../turn/tools.ts';
import { runTurn } from '../../turn/turn.ts';
import { openResults, type Session, type SessionInput } from '../session/chat-session.ts';
import { type Author, blocksOf, outgoing, servedBy } from '../session/turns.ts';
import type { Screen } from './chat-screen.ts';
import { toolCallText, toolCommandText, toolResultText } from './chat-text.ts';

type TurnNeeds = {
  readonly client: Client;
  readonly tools: DeclaredTools;
  readonly generation: GenerationOptions;
  readonly author: Author;
  /** The profile it is sent with, if there is one. */
  readonly profile: string | undefined;
  readonly screen: Screen;
  readonly prompt: Prompt;
  readonly run: RunCommand;
  readonly runsToolsUnasked: boolean;
  /** Tools the user has allowed for as long as the chat lasts, by name; added to here. */
  readonly alwaysRun: Set<string>;
  /** False in a script: its next line is a turn, not the answer to a question it knows nothing of. */
  readonly canAsk: boolean;
  /** How often tool results go back within one turn. */
  readonly maxToolTurns: number;
  readonly signal: AbortSignal;
  /** Tells the session; the answer is the session after it. */
  readonly tell: (input: SessionInput) => Promise<void>;
  readonly onExchange: (exchange: MessageExchange) => void;
  /** Tells what was changed before sending. */
  readonly tellChanges: (changes: readonly Change[]) => void;
};

/**
 * Sends the conversation of a session, with the results of calls that wait at its end, and tells it what came of
 * it. Never throws a MsgError.
 */
export async function runChatTurn(session: Session, needs: TurnNeeds): Promise<void> {
  const { client, generation, author, screen, prompt, signal, tell } = needs;
  let exchange: MessageExchange | null = null;
  let isRecorded = false;

  const { messages, changes } = outgoing(session.turns, author);
  const send = async (conversation: readonly MessageParam[]): Promise<Message> => {
    isRecorded = false;
    const { body, changes: made } = sendableBody(generation, conversation, changes);
    needs.tellChanges(made);
    const { message, error } = await runTurn(client, body, {
      renderer: await screen.answer(session.view),
      screen,
      label: 'waiting',
      wishes: wishesOf(generation),
      signal,
      note: (text) => screen.say(text),
      onSilence,
      onRetry: screen.tellRetry,
      onExchange(begun) {
        exchange = begun;
        needs.onExchange(begun);
      },
    });
    await screen.drained();
    if (error !== undefined) throw error;
    isRecorded = true;
    await tell({
      kind: 'message',
      message: { role: 'assistant', content: message.content },
      madeBy: author,
      ...(needs.profile !== undefined && { profile: needs.profile }),
      ...servedBy(message, author),
      usage: message.usage,
      stopReason: message.stop_reason,
    });
    return message;
  };
  const onSilence = (silentMs: number): boolean => {
    // In a script there is nobody who could decide.
    if (!needs.canAsk) return false;
    screen.say(
      `no content for ${durationText(silentMs)}, only signs of life; Ctrl-C leaves this turn`,
      'warn',
    );
    return true;
  };

  /** What runs was shown with the question. */
  let confirmedCall: ToolUseBlock | null = null;
  const isAllowed = ({ name }: ToolUseBlock): boolean => needs.runsToolsUnasked || needs.alwaysRun.has(name);
  const approve = async (call: ToolUseBlock, command: ToolCommand): Promise<boolean> => {
    if (isAllowed(call)) return true;
    if (!needs.canAsk) {
      screen.say(`${toolCallText(call)}: there is nobody to ask; --run-tools runs it unasked`, 'warn');
      return false;
    }
    confirmedCall = call;
    screen.say(toolCommandText(call, command), 'plain');
    const answer = await prompt.ask('run it? [y/N, a: always in this session] ', { as: 'question' });
    if (answer.kind !== 'text') throw interrupted('SIGINT');
    const isAlways = /^a(lways)?$/i.test(answer.text.trim());
    if (isAlways) needs.alwaysRun.add(call.name);
    return isAlways || /^y(es)?$/i.test(answer.text.trim());
  };
  const announce = (step: ToolStep): void => {
    if (step.kind === 'started' && step.call !== confirmedCall)
      screen.say(`run ${toolCommandText(step.call, step.command)}`);
    if (step.kind === 'finished') screen.say(toolResultText(step.result));
    if (step.kind === 'declined') screen.say('not run');
    if (step.kind === 'broken') screen.say(`${toolCallText(step.call)}: not run, ${step.reason}`, 'warn');
  };

  let results: ContentBlock[] = [];
  const tellResults = async (message: MessageParam): Promise<void> => {
    results = [];
    await tell({ kind: 'message', message });
  };
  const onResult = (result: ContentBlock): void => void results.push(result);
  const tools = { commands: needs.tools.commands, run: needs.run, approve, announce, onResult, signal };

  try {
    const open = openResults(session, session.turns);
    if (open.calls.length > 0) {
      const answers = await answerCalls(open.calls, tools);
      if (answers === null)
        return await tell({ kind: 'turn-ended', end: 'unanswerable', stopReason: 'tool_use' });
      const message: MessageParam = { role: 'user', content: [...open.results, ...blocksOf(answers)] };
      messages.push(message);
      await tellResults(message);
    }
    const { end, message } = await runToolLoop(messages, {
      ...tools,
      send,
      maxTurns: needs.maxToolTurns,
      onMessage: async (message) => {
        if (message.role === 'user') await tellResults(message);
      },
    });
    await tell({ kind: 'turn-ended', end, stopReason: message.stop_reason });
  } catch (error) {
    const isInterrupt = signal.aborted || isMsgError(error, 'interrupted');
    if (!isInterrupt && !isMsgError(error)) throw error;
    const content =
      exchange === null || isRecorded ? [] : (exchange as MessageExchange).draft().message().content;
    await tell({
      kind: 'turn-broken',
      content,
      results,
      madeBy: author,
      error: isInterrupt ? null : (error as MsgError),
    });
  }
}
