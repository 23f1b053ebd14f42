// Slash commands about the conversation itself: asking again, going on, taking back, files, results.
import type { ContentBlock } from '../../messages/types.ts';
import { cutCall } from '../../turn/tools.ts';
import {
  ask,
  type Effect,
  openResults,
  type Session,
  type Step,
  say,
  stillAttached,
  waitingText,
} from './session.ts';
import type { SlashCommand } from './slash-command.ts';
import { oneWord, words } from './slash-command.ts';
import {
  answeredTurns,
  blocksOf,
  continuation,
  isQuestion,
  isSummary,
  openCalls,
  questionIndex,
  questionText,
  type Turn,
  textOf,
  wasAsked,
} from './turns.ts';
import { undo } from './undo.ts';

const only = (session: Session, ...effects: Effect[]): Step => ({ session, effects });

export const conversationCommands: readonly SlashCommand[] = [
  {
    name: 'retry',
    aliases: ['regenerate'],
    summary: 'ask the last question again',
    run: (session) => {
      const index = questionIndex(session.turns);
      if (index === -1) return only(session, say('there is nothing to ask again'));
      const keep = index + 1;
      if (keep === session.turns.length) return only(session, { kind: 'send' });
      return only(
        { ...session, turns: session.turns.slice(0, keep) },
        { kind: 'rewind', keep },
        { kind: 'send' },
      );
    },
  },
  {
    name: 'continue',
    summary: 'let a cut answer go on',
    run: (session) => {
      const last = answeredTurns(session.turns).at(-1);
      if (last === undefined) return only(session, say('there is no answer to continue'));
      // A paused turn is resumed by sending it back as it is; a question or results wait for their answer, whole
      // calls for their results.
      const isCut = cutCall({ content: [...blocksOf(last.message)], stop_reason: last.stopReason ?? null });
      const hasCalls = isCut === undefined && openCalls(session.turns).length > 0;
      if (last.message.role === 'user' || last.stopReason === 'pause_turn' || hasCalls)
        return only(session, { kind: 'send' });
      // What is attached waits for a message of the user's.
      const { attachments } = session;
      const { session: next, effects } = ask({ ...session, attachments: [] }, continuation);
      return { session: { ...next, attachments }, effects };
    },
  },
  {
    name: 'edit',
    summary: 'edit the last question, ask that instead',
    run: (session) => {
      const index = session.turns.findLastIndex(wasAsked);
      const turn = session.turns[index];
      if (turn === undefined) return only(session, say('there is no question to edit'));
      return only(session, { kind: 'edit', text: questionText(turn.message), keep: index });
    },
  },
  {
    name: 'undo',
    aliases: ['rewind'],
    usage: '[N]',
    summary: 'take back the last question, or /compact',
    run: undo,
  },
  {
    name: 'clear',
    aliases: ['new'],
    summary: 'begin a new conversation; the old one is kept',
    run: (session) =>
      only(
        { ...session, turns: [], summaries: [] },
        { kind: 'start-over' },
        say('a new conversation'),
        ...stillAttached(session),
      ),
  },
  {
    name: 'compact',
    summary: 'summarise older turns, after showing the cost',
    run: (session) =>
      !session.turns
        .slice(0, questionIndex(session.turns))
        .some((turn) => isQuestion(turn) && !isSummary(turn))
        ? only(session, say('there is nothing to summarise yet'))
        : only(session, { kind: 'compact' }),
  },
  {
    name: 'attach',
    aliases: ['file'],
    usage: 'FILE...',
    summary: 'attach files to the next message',
    completes: 'path',
    run: (session, argument) => {
      if (argument !== '')
        return only(session, { kind: 'attach', paths: words(argument), source: '/attach' });
      const names = session.attachments.map(({ name }) => name);
      return only(session, say(names.length === 0 ? 'nothing is attached' : `attached: ${names.join(', ')}`));
    },
  },
  {
    name: 'detach',
    usage: '[FILE]',
    summary: 'drop what is attached',
    run: (session, argument) => {
      const attachments = session.attachments.filter(
        ({ name }) => argument !== '' && name !== oneWord(argument),
      );
      const dropped = session.attachments.length - attachments.length;
      return only(
        { ...session, attachments },
        say(dropped === 0 ? 'nothing to detach' : `${dropped} detached`),
      );
    },
  },
  {
    name: 'paste',
    summary: 'many lines as one message, up to Ctrl-D',
    run: (session) => only(session, { kind: 'collect-paste' }),
  },
  {
    name: 'copy',
    usage: '[N|code|file]',
    summary: 'copy the last answer, an older one, or its code',
    run: copy,
  },
  {
    name: 'tool-result',
    usage: '[TEXT]',
    takesLines: true,
    summary: 'answer the next waiting tool call by hand',
    run: (session, argument) => {
      const { results: earlier, calls } = openResults(session, session.turns);
      const [first, ...others] = calls;
      const answer = session.turns.at(-1);
      if (argument === '' || first === undefined || answer === undefined)
        return only(session, say(waitingText(calls)));
      const result: ContentBlock = { type: 'tool_result', tool_use_id: first.id, content: argument };
      const results = [...earlier, result];
      // All results of an answer go in one message: fewer would be refused.
      if (others.length > 0)
        return only(
          { ...session, partialResults: { to: answer, results } },
          say(waitingText(others), 'warn'),
        );
      const turn: Turn = { message: { role: 'user', content: results } };
      return only(
        { ...session, turns: [...session.turns, turn], partialResults: null },
        { kind: 'record', turn },
        { kind: 'send' },
      );
    },
  },
];

function copy(session: Session, argument: string): Step {
  const answers = session.turns.filter(({ message }) => message.role === 'assistant');
  const count = ['', 'code', 'file'].includes(argument) ? 1 : Number(argument);
  if (!Number.isInteger(count) || count < 1)
    return only(session, say('/copy takes a number from 1, code, or file', 'warn'));
  const answer = answers.at(-count);
  if (answer === undefined) return only(session, say('there is no such answer to copy'));
  const text = textOf(answer.message);
  if (argument !== 'code') return only(session, { kind: 'copy', text, toFile: argument === 'file' });
  const code = lastCodeBlock(text);
  return only(
    session,
    code === null ? say('the answer has no code block') : { kind: 'copy', text: code, toFile: false },
  );
}

/** The content of the last fenced block, closed or cut. */
function lastCodeBlock(text: string): string | null {
  const blocks = [...text.matchAll(/^ {0,3}(`{3,}|~{3,})[^\n]*\n([\s\S]*?)(?:^ {0,3}\1|(?![\s\S]))/gm)];
  return blocks.at(-1)?.[2] ?? null;
}
