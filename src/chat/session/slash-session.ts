// Slash commands about the session: leaving, saving, looking, and what crossed the wire.

import { type Effect, say, stepTo } from './chat-session.ts';
import { oneWord, type SlashCommand } from './slash-command.ts';
import { questionText, shortened, wasAsked } from './turns.ts';

const show =
  (what: Extract<Effect, { kind: 'show' }>['what']): SlashCommand['run'] =>
  (session) =>
    stepTo(session, { kind: 'show', what });

export const sessionCommands: readonly SlashCommand[] = [
  {
    name: 'history',
    summary: 'the questions of this conversation, numbered',
    run: (session) => {
      const questions = session.turns.filter(wasAsked).map(({ message }) => questionText(message));
      const lines = questions.map((text, index) => `${String(index + 1).padStart(3)}  ${oneLine(text)}`);
      return stepTo(session, say(lines.length === 0 ? 'nothing was asked yet' : lines.join('\n'), 'plain'));
    },
  },
  {
    name: 'save',
    usage: 'NAME',
    summary: 'name this session; it is saved anyway',
    run: (session, argument) =>
      stepTo(session, argument === '' ? say('/save NAME', 'warn') : { kind: 'name', name: argument }),
  },
  {
    name: 'resume',
    aliases: ['load'],
    usage: '[ID|NAME]',
    summary: 'choose an earlier session and go on with it',
    completes: 'session',
    run: (session, argument) => stepTo(session, { kind: 'resume', which: argument === '' ? null : argument }),
  },
  {
    name: 'fork',
    aliases: ['branch'],
    usage: '[NAME]',
    summary: 'go on in a copy; this session stays as it is',
    run: (session, argument) =>
      session.turns.length === 0
        ? stepTo(session, say('there is nothing to copy yet'))
        : stepTo(session, { kind: 'fork', name: argument === '' ? undefined : argument }),
  },
  {
    name: 'export',
    usage: '[FILE]',
    summary: 'write it to FILE: .md, .json or .html',
    completes: 'path',
    run: (session, argument) =>
      session.turns.length === 0
        ? stepTo(session, say('there is nothing to export yet'))
        : stepTo(session, { kind: 'export', path: oneWord(argument) }),
  },
  {
    name: 'usage',
    aliases: ['cost', 'tokens'],
    summary: 'tokens of this chat, and of the session it goes on with',
    run: show('usage'),
  },
  { name: 'context', summary: "how full the model's context is", run: show('context') },
  { name: 'tools', summary: 'the tools the model may call', run: show('tools') },
  { name: 'curl', summary: 'the last request as a curl command', run: show('curl') },
  { name: 'headers', summary: 'the headers of the last response', run: show('headers') },
  {
    name: 'doctor',
    summary: 'examine the connection',
    run: (session) => stepTo(session, { kind: 'doctor' }),
  },
  {
    name: 'exit',
    aliases: ['quit', 'q'],
    summary: 'leave',
    run: (session) => stepTo(session, { kind: 'leave', exitCode: 0 }),
  },
];

const oneLine = (text: string): string => shortened(text.replace(/\s+/g, ' ').trim(), 70);
