// Slash commands about the conversation itself: asking again, going on, taking back, files, results.
import type { ContentBlock } from '../../messages/types.ts';
import { cutCall } from '../../turn/tools.ts';
import {
  ask,
  openResults,
  type Session,
  type Step,
  say,
  stepTo,
  stillAttached,
  waitingText,
} from './chat-session.ts';
import { oneWord, type SlashCommand, words } from './slash-command.ts';
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

export const conversationCommands: readonly SlashCommand[] = [
  {
    name: 'retry',
    aliases: ['regenerate'],
    summary: 'ask the last question again',
    run: (session) => {
      const index = questionIndex(session.turns);
      if (index === -1) return stepTo(session, say('there is nothing to ask again'));
      const keep = index + 1;
      if (keep === session.turns.length) return stepTo(session, { kind: 'send' });
      return stepTo(
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
      if (last === undefined) return stepTo(session, say('there is no answer to continue'));
      // A paused turn is resumed by sending it back as it is; a question or results wait for their answer, whole
      // calls for their results.
      const isCut = cutCall({ content: [...blocksOf(last.message)], stop_reason: last.stopReason ?? null });
      const hasCalls = isCut === undefined && openCalls(session.turns).length > 0;
      if (last.message.role === 'user' || last.stopReason === 'pause_turn' || hasCalls)
        return stepTo(session, { kind: 'send' });
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
      if (turn === undefined) return stepTo(session, say('there is no question to edit'));
      return stepTo(session, { kind: 'edit', text: questionText(turn.message), keep: index });
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
      stepTo(
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
        ? stepTo(session, say('there is nothing to summarise yet'))
        : stepTo(session, { kind: 'compact' }),
  },
  {
    name: 'attach',
    aliases: ['file'],
    usage: 'FILE...',
    summary: 'attach files or directories to the next message',
    completes: 'path',
    run: (session, argument) => {
      if (argument !== '')
        return stepTo(session, { kind: 'attach', paths: words(argument), source: '/attach' });
      const names = session.attachments.map(({ name }) => name);
      return stepTo(
        session,
        say(names.length === 0 ? 'nothing is attached' : `attached: ${names.join(', ')}`),
      );
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
      return stepTo(
        { ...session, attachments },
        say(dropped === 0 ? 'nothing to detach' : `${dropped} detached`),
      );
    },
  },
  {
    name: 't',
    aliases: ['prompt', 'template'],
    usage: '[NAME [KEY=VALUE...] [TEXT]]',
    summary: 'ask what a kept prompt says',
    completes: 'prompt',
    takesLines: true,
    run: (session, argument) => stepTo(session, { kind: 'use-prompt', argument }),
  },
  {
    name: 'paste',
    summary: 'many lines as one message, up to Ctrl-D',
    run: (session) => stepTo(session, { kind: 'collect-paste' }),
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
        return stepTo(session, say(waitingText(calls)));
      const result: ContentBlock = { type: 'tool_result', tool_use_id: first.id, content: argument };
      const results = [...earlier, result];
      // All results of an answer go in one message: fewer would be refused.
      if (others.length > 0)
        return stepTo(
          { ...session, partialResults: { to: answer, results } },
          say(waitingText(others), 'warn'),
        );
      const turn: Turn = { message: { role: 'user', content: results } };
      return stepTo(
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
    return stepTo(session, say('/copy takes a number from 1, code, or file', 'warn'));
  const answer = answers.at(-count);
  if (answer === undefined) return stepTo(session, say('there is no such answer to copy'));
  const text = textOf(answer.message);
  if (argument !== 'code') return stepTo(session, { kind: 'copy', text, toFile: argument === 'file' });
  const code = lastCodeBlock(text);
  return stepTo(
    session,
    code === null ? say('the answer has no code block') : { kind: 'copy', text: code, toFile: false },
  );
}

/** The content of the last fenced block, closed or cut. */
function lastCodeBlock(text: string): string | null {
  const blocks = [...text.matchAll(/^ {0,3}(`{3,}|~{3,})[^\n]*\n([\s\S]*?)(?:^ {0,3}\1|(?![\s\S]))/gm)];
  return blocks.at(-1)?.[2] ?? null;
}
