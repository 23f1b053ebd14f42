// Carries out what the session decided. One entry an effect; the session itself is chat/step.ts.
import { writeFile } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import type { Effect } from '../chat/session.ts';
import { slashCommands } from '../chat/slash.ts';
import { contextTokens, droppedThinking } from '../chat/turns.ts';
import type { Context } from '../context.ts';
import { configError, isMsgError } from '../errors.ts';
import { contextText, count, helpText, keyHelp } from '../render/chat-text.ts';
import { modelsText } from '../render/models-text.ts';
import { attachmentBlock } from './attachments.ts';
import type { Chat } from './chat-conversation.ts';
import { generationOf, type LineOptions, lineName, makerOf } from './chat-line.ts';
import type { ConnectionOptions } from './flags.ts';
import { printCurl } from './inspect.ts';
import { readFileOf } from './json-argument.ts';

type Performers = {
  readonly [K in Effect['kind']]: (effect: Extract<Effect, { kind: K }>, chat: Chat) => void | Promise<void>;
};

/** Performs one effect. What fails for a reason of the user's is said, and the chat goes on. */
export async function perform(effect: Effect, chat: Chat): Promise<void> {
  try {
    // The entry of a kind takes the effects of that kind: TypeScript cannot see it through the index.
    await performers[effect.kind](effect as never, chat);
  } catch (error) {
    if (!isMsgError(error)) throw error;
    chat.screen.say(error.message, 'bad');
    if (error.hint !== undefined) chat.screen.say(error.hint);
  }
}

const performers: Performers = {
  say: ({ text, tone }, { screen }) => screen.say(text, tone),
  send: (_, { sendTurn }) => sendTurn(),
  record: async ({ turn }, { journal }) => (await journal()).record(turn),
  rewind: async ({ keep }, { journal }) => (await journal()).rewind(keep),
  leave: ({ exitCode }, { leave }) => leave(exitCode),
  'start-over': async (_, { journal }) => (await journal()).startOver(),
  edit: async ({ text, keep }, { apply, prompt }) =>
    apply({ kind: 'edited', text: await prompt.edit(text), keep }),
  'collect-paste': collectPaste,
  attach: ({ paths }, { apply, context, screen }) =>
    apply({
      kind: 'attached',
      attachments: paths.map((path) => ({
        name: path,
        block: attachmentBlock(
          pathOf(path, context.dirs),
          () => new Uint8Array(),
          (text) => screen.say(text),
        ),
      })),
    }),
  copy: copy,
  export: exportTo,
  name: async ({ name }, { journal, screen }) => {
    (await journal()).name(name);
    screen.say(`this session is called ${name}`);
  },
  resume: async ({ which }, chat) => {
    const { resumeSession } = await import('./chat-sessions.ts');
    await resumeSession(which, chat);
  },
  'list-models': async (_, { screen, line, session, context }) => {
    const models = await line().models();
    const current = generationOf(line(), session()).model;
    if (models.length === 0) screen.say(`no models are listed here; in use: ${current}`);
    else
      screen.show(
        `${modelsText(models, screen.theme, context.streams.stderr)}in use: ${current}; /model NAME changes it`,
      );
  },
  'switch-profile': async ({ name }, chat) => {
    await chat.switchProfile(name);
    const session = chat.session();
    const dropped = droppedThinking(session.turns, makerOf(chat.line(), generationOf(chat.line(), session)));
    chat.screen.say(`now talking to ${lineName(chat.line(), session)}`);
    if (dropped > 0) chat.screen.say(`${dropped} thinking blocks of earlier answers are not sent there`);
  },
  'list-profiles': (_, { screen, line, profiles }) => {
    const current = line().connection.settings.profile?.value;
    const names = profiles();
    const lines = names.map((name) => `${name === current ? screen.theme.glyphs.current : ' '} ${name}`);
    screen.say(
      lines.length === 0 ? 'there are no profiles: msg profiles add NAME' : lines.join('\n'),
      'plain',
    );
  },
  'read-system': ({ path }, { apply, context }) =>
    apply({ kind: 'line', text: `/system ${readFileOf('/system', pathOf(path, context.dirs))}` }),
  show: ({ what }, chat) => views[what](chat),
  help: ({ command }, { screen, context }) => {
    const commands = slashCommands.filter(({ name }) => command === null || name === command);
    screen.say(helpText(commands, context.streams.stderr.columns()), 'plain');
    if (command === null) screen.say(keyHelp);
  },
  compact: async (_, chat) => {
    const { compact } = await import('./chat-compact.ts');
    await compact(chat);
  },
  doctor: examine,
};

async function collectPaste(_: Effect, { prompt, screen, apply }: Chat): Promise<void> {
  screen.say('paste, then Ctrl-D on an empty line');
  const lines: string[] = [];
  for (;;) {
    const input = await prompt.ask('', { as: 'lines' });
    if (input.kind === 'interrupt') {
      screen.say('nothing sent');
      return;
    }
    if (input.kind === 'end') break;
    lines.push(input.text);
  }
  const text = lines.join('\n');
  // A paste that begins with a slash is still a message.
  if (text.trim() !== '') await apply({ kind: 'line', text: text.startsWith('/') ? `/${text}` : text });
}

async function copy(
  { text, toFile }: Extract<Effect, { kind: 'copy' }>,
  { context, screen }: Chat,
): Promise<void> {
  const { copyText } = await import('../terminal/clipboard.ts');
  const { stdout } = context.streams;
  const result = await copyText(text, {
    env: toFile ? {} : context.env,
    platform: toFile ? 'none' : context.platform,
    writeToTerminal: stdout.isTTY ? (sequence) => void stdout.write(sequence) : undefined,
    fallbackPath: join(context.dirs.state, 'copied.md'),
  });
  const size = `${count(text.length)} characters`;
  switch (result.kind) {
    case 'copied':
      screen.say(`copied ${size}`);
      return;
    case 'sent-to-terminal':
      screen.say(`${size} sent to your terminal's clipboard; if it did not take them: /copy file`);
      return;
    case 'saved':
      screen.say(`no clipboard here: ${size} written to ${result.path}`);
  }
}

/** Runs the doctor on the line in use. Ctrl-C ends it, not the chat. */
async function examine(_: Effect, { line, prompt, screen }: Chat): Promise<void> {
  const { runDoctor } = await import('./doctor-run.ts');
  const { options, context } = line();
  const listeners = new Set<(signal: 'SIGINT' | 'SIGTERM') => void>();
  const endBusy = prompt.whileBusy(() => {
    for (const listener of listeners) listener('SIGINT');
  });
  const on: Context['interrupts']['on'] = (listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  try {
    await runDoctor(undefined, connectionOptions(options), { ...context, interrupts: { on } });
  } catch (error) {
    if (!isMsgError(error, 'interrupted')) throw error;
    screen.say('interrupted', 'warn');
  } finally {
    endBusy();
  }
}

/** Of the options of a chat, those that a doctor understands in the same way. */
function connectionOptions({ tools: _tools, ...options }: LineOptions): ConnectionOptions {
  return options;
}

/** Writes the conversation; the ending of the file says in which form. Never over an existing file. */
async function exportTo({ path }: Extract<Effect, { kind: 'export' }>, chat: Chat): Promise<void> {
  const { conversationText, exportFormats } = await import('../render/conversation.ts');
  const { clock, dirs } = chat.context;
  const exportedAt = new Date(clock.wallTime()).toISOString();
  const name = path === '' ? `msg-chat-${exportedAt.slice(0, 19).replace(/[:T]/g, '-')}.md` : path;
  const format = exportFormats.find((one) => name.endsWith(`.${one}`));
  if (format === undefined) throw configError(`${name}: export writes .md, .json or .html`);
  const full = pathOf(name, dirs);
  const title = `Chat with ${lineName(chat.line(), chat.session())}`;
  try {
    await writeFile(full, conversationText(chat.session().turns, format, { title, exportedAt }), {
      flag: 'wx',
    });
  } catch (cause) {
    const isThere = (cause as NodeJS.ErrnoException).code === 'EEXIST';
    throw configError(
      isThere ? `${full} exists already` : `${full} cannot be written: ${(cause as Error).message}`,
      isThere ? 'choose another name: /export FILE' : undefined,
      { path: full },
      cause,
    );
  }
  chat.screen.say(`written to ${full}`);
}

const views: Readonly<
  Record<Extract<Effect, { kind: 'show' }>['what'], (chat: Chat) => void | Promise<void>>
> = {
  settings: (chat) => {
    const { system, ...generation } = generationOf(chat.line(), chat.session());
    const lines = Object.entries(generation)
      .filter(([name, value]) => value !== undefined && name !== 'stream' && name !== 'tools')
      .map(
        ([name, value]) =>
          `${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}: ${JSON.stringify(value)}`,
      );
    chat.screen.say([...lines, `system: ${system ?? 'none'}`].join('\n'), 'plain');
  },
  usage: ({ session, screen }) => {
    const { requests, input, output } = session().totals;
    screen.say(`${count(requests)} answers · ${count(input)} tokens in, ${count(output)} out`, 'plain');
  },
  context: async ({ session, screen, line }) => {
    const { model } = generationOf(line(), session());
    screen.say(contextText(contextTokens(session().turns), await line().windowOf(model)), 'plain');
  },
  tools: ({ line, screen }) => {
    const { definitions, commands } = line().tools;
    const lines = definitions.map(({ name, type }) => {
      const command = commands.get(String(name));
      return `${name ?? type}  ${command === undefined ? 'no command: /tool-result by hand' : command.argv.join(' ')}`;
    });
    screen.say(lines.length === 0 ? 'no tools: start with --tools' : lines.join('\n'), 'plain');
  },
  curl: async ({ screen, line, lastBody, options, context }) => {
    const body = lastBody();
    if (body === null) screen.say('nothing was sent yet');
    else await printCurl(line().connection.settings, options, body, context, (text) => screen.say(text));
  },
  headers: ({ lastExchange, screen }) => {
    const response = lastExchange()?.response();
    if (response === undefined) return screen.say('there was no response yet');
    const lines = Object.entries(response.headers).map(([name, value]) => `${name}: ${value}`);
    screen.say([String(response.status), ...lines].join('\n'), 'plain');
  },
};

/** Paths are written as in a shell: relative to where msg was started, `~/` for home; URLs stay URLs. */
function pathOf(path: string, dirs: Context['dirs']): string {
  if (/^https?:\/\//i.test(path)) return path;
  const expanded = path.startsWith('~/') ? join(dirs.home, path.slice(2)) : path;
  return isAbsolute(expanded) ? expanded : resolve(dirs.working, expanded);
}
