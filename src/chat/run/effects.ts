// Carries out what the session decided. One entry an effect; the session itself is chat/session/step.ts.
import type { Context } from '../../context.ts';
import { interrupted, isMsgError } from '../../errors.ts';
import type { ConnectionOptions } from '../../profiles/flags.ts';
import { readFileOf, refusePipe } from '../../terminal/json-argument.ts';
import { pathOf } from '../../turn/connection/setting-sources.ts';
import type { Effect } from '../session/chat-session.ts';
import { slashCommands } from '../session/slash.ts';
import { type ChatConnectionOptions, connectionName } from './chat-connection.ts';
import { helpText, keyHelp } from './chat-text.ts';
import type { Chat } from './chat-types.ts';
import { sayFailure } from './say-failure.ts';
import { chatViews } from './views.ts';

type Performers = {
  readonly [K in Effect['kind']]: (effect: Extract<Effect, { kind: K }>, chat: Chat) => void | Promise<void>;
};

/** Performs one effect. What fails for a reason of the user's is said, and the chat goes on. */
export async function perform(effect: Effect, chat: Chat): Promise<void> {
  try {
    await carryOut(effect, chat);
  } catch (error) {
    if (!isMsgError(error)) throw error;
    sayFailure(error, chat);
  }
}

/** The same where there is no chat yet that could go on: throws MsgError. */
export async function carryOut(effect: Effect, chat: Chat): Promise<void> {
  // The entry of a kind takes the effects of that kind: TypeScript cannot see it through the index.
  await performers[effect.kind](effect as never, chat);
}

const performers: Performers = {
  say: ({ text, tone }, { screen }) => screen.say(text, tone),
  send: (_, { sendTurn }) => sendTurn(),
  record: async ({ turn }, { journal }) => (await journal()).record(turn),
  rewind: async ({ keep, replacement }, { journal }) => (await journal()).rewind(keep, replacement),
  leave: ({ exitCode }, { leave }) => leave(exitCode),
  'start-over': async (_, { journal }) => (await journal()).startOver(),
  edit: async ({ text, keep }, { apply, prompt }) =>
    apply({ kind: 'edited', text: await prompt.edit(text), keep }),
  'show-question': ({ text }, { prompt, screen }) => prompt.show(screen.promptText, text),
  'collect-paste': collectPaste,
  'use-prompt': async (effect, chat) => (await import('./use-prompt.ts')).usePrompt(effect, chat),
  attach: async (effect, chat) => (await import('./attaching.ts')).attachFiles(effect, chat),
  copy: async (effect, chat) => (await import('./copy-export.ts')).copyOut(effect, chat),
  export: async (effect, chat) => (await import('./copy-export.ts')).exportTo(effect, chat),
  name: async ({ name }, { journal, screen }) => {
    (await journal()).name(name);
    screen.say(`this session is called ${name}`);
  },
  resume: async ({ which, isFork = false }, chat) => {
    const { resumeSession } = await import('./resume.ts');
    await resumeSession(which, isFork, chat);
  },
  fork: async ({ name }, { journal, screen }) => {
    const { from, to } = await (await journal()).fork(name);
    screen.say(`going on in the copy ${to}; /resume ${from} goes back`);
  },
  'list-models': async (_, chat) => (await import('./choices.ts')).chooseModel(chat),
  'switch-profile': async ({ name }, chat) => {
    await chat.switchProfile(name);
    chat.screen.say(`now talking to ${connectionName(chat.connection(), chat.session())}`);
  },
  'list-profiles': async (_, chat) => (await import('./choices.ts')).chooseProfile(chat),
  'read-system': ({ path }, { apply, context }) => {
    const file = pathOf(path, context.dirs);
    refusePipe('/system', file);
    return apply({ kind: 'system-read', text: readFileOf('/system', file) });
  },
  show: ({ what }, chat) => chatViews[what](chat),
  help: ({ command }, { screen, context }) => {
    const commands = slashCommands.filter(({ name }) => command === null || name === command);
    screen.say(helpText(commands, context.streams.stderr.columns()), 'plain');
    if (command === null) screen.say(keyHelp);
  },
  compact: async (_, chat) => {
    const { compact } = await import('./compact.ts');
    await compact(chat);
  },
  doctor: examine,
};

async function collectPaste(_: Effect, { prompt, screen, apply }: Chat): Promise<void> {
  // Where lines are plain, Ctrl-D would end stdin, and the chat with it.
  const endsWithDot = prompt.kind === 'terminal';
  screen.say(`paste, then ${endsWithDot ? 'a line with only a dot' : 'Ctrl-D on an empty line'}`);
  const lines: string[] = [];
  for (;;) {
    const input = await prompt.ask('', { as: 'lines' });
    if (input.kind === 'interrupt') {
      screen.say('nothing sent');
      return;
    }
    if (input.kind === 'end' || (endsWithDot && input.text === '.')) break;
    lines.push(input.text);
  }
  const text = lines.join('\n');
  if (text.trim() !== '') await apply({ kind: 'question', text });
}

/** Runs the doctor on the connection in use. Ctrl-C ends it, not the chat. */
async function examine(_: Effect, { connection, whileBusy, screen }: Chat): Promise<void> {
  const { options, context } = connection();
  const listeners = new Set<(signal: 'SIGINT' | 'SIGTERM') => void>();
  let isInterrupted = false;
  const interruptDoctor = (): void => {
    isInterrupted = true;
    for (const listener of listeners) listener('SIGINT');
  };
  const endBusy = whileBusy(interruptDoctor, { drawsItself: true });
  const on: Context['interrupts']['on'] = (listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  try {
    const { runDoctor } = await import('../../doctor/run/run-doctor.ts');
    // Ctrl-C while the doctor was loading: nobody listened yet.
    if (isInterrupted) throw interrupted('SIGINT');
    await runDoctor([], connectionOptions(options), { ...context, interrupts: { on } });
  } catch (error) {
    if (!isMsgError(error, 'interrupted')) throw error;
    screen.say('interrupted', 'warn');
  } finally {
    endBusy();
  }
}

/** Of the options of a chat, those that a doctor understands in the same way. */
function connectionOptions({ tools: _tools, ...options }: ChatConnectionOptions): ConnectionOptions {
  return options;
}
