// The loop of `msg chat`: sets the stage, then prompt -> session -> effects -> prompt, until somebody leaves.

import { existsSync } from 'node:fs';
import type { Context } from '../../context.ts';
import { usageError } from '../../errors.ts';
import { type ExitCode, exitCodeOf, exitCodes } from '../../exit-codes.ts';
import { delayHangUp } from '../../terminal/exit-signals.ts';
import type { Input } from '../../terminal/prompt/prompt-types.ts';
import { pathOf, sessionPlace } from '../../turn/connection/setting-sources.ts';
import { mentionsOfDrop } from '../../turn/input/mentions.ts';
import { plainly } from '../../turn/screen.ts';
import { slashLine } from '../session/slash.ts';
import { inputHistory } from '../store/prompt-history.ts';
import type { SessionEntry } from '../store/session-files.ts';
import type { Journal } from '../store/session-journal.ts';
import type { WriterOptions } from '../store/session-writer.ts';
import { connectionName, generationOf, modelNames, openChatConnection } from './chat-connection.ts';
import { openChatScreen } from './chat-screen.ts';
import type { Chat, ChatOptions } from './chat-types.ts';
import { completer } from './completer.ts';
import { carryOut } from './effects.ts';
import { openChat } from './open-chat.ts';

/** Runs a session until the user leaves. Gives the exit code; throws MsgError when it cannot begin. */
export async function runChat(first: string, options: ChatOptions, base: Context): Promise<ExitCode> {
  const context = options.plain ? plainly(base) : base;
  if (options.continue && options.resume !== undefined) {
    throw usageError('--continue and --resume both say which session to go on with.', 'Give one of them.');
  }
  if (options.fork && !options.continue && options.resume === undefined) {
    throw usageError('--fork does not say which session to copy.', 'Add --continue, or --resume NAME.');
  }
  const { streams, env } = context;
  const isDumb = env['TERM'] === 'dumb';
  const isPlain = options.plain === true;
  const waitsUnseen = !streams.stderr.isTTY || options.quiet === true;
  const screen = await openChatScreen(
    context,
    {
      isPlain,
      telling: waitsUnseen ? 'nothing' : isDumb || isPlain ? 'lines' : 'spinner',
      canDraw: streams.stdout.isTTY && !isDumb && !isPlain,
    },
    options.color,
  );
  const note = (text: string): void => {
    if (!options.quiet) screen.say(text);
  };
  let journal: Promise<Journal> | undefined;
  const openOnce = (): Promise<Journal> => {
    journal ??= import('../store/session-journal.ts').then(({ openJournal }) =>
      openJournal(context, { isSaved: options.save !== false, facts: () => facts(chat), note }),
    );
    return journal;
  };

  const connection = await openChatConnection(options, context, note);
  const history = inputHistory(context.dirs.state);
  const unsaved: string[] = [];
  const prompt = await context.prompt({
    theme: screen.theme,
    history: () => (unsaved.length === 0 ? history.entries() : [...unsaved, ...history.entries()]),
    onCleared: (text) => (options.save === false ? void unsaved.unshift(text) : history.remember(text)),
    drop: (paste) => mentionsOfDrop(paste, (path) => existsSync(pathOf(path, context.dirs))),
    notifies: connection.settings.notify?.value === 'on',
    isCommand: (text) => slashLine(text) !== null,
    isPlain,
    complete: completer({
      models: () => modelNames(chat.connection()),
      profiles: async () => chat.profiles(),
      sessions: async () => (await openOnce()).files.list().map(({ name, id }) => name ?? id),
      dirs: context.dirs,
    }),
  });
  let exitCode: ExitCode | null = null;
  const chat = openChat({
    context,
    options,
    screen,
    prompt,
    connection,
    journal: openOnce,
    note,
    leave: (code) => {
      exitCode ??= code;
    },
  });
  const stop = (code: ExitCode): void => {
    exitCode = code;
    chat.abandon();
    prompt.close();
  };
  /**
   * In the editor Ctrl-C is a key; as a signal it comes where lines are plain. It ends what runs and what is asked.
   * A script has nobody who would go on after it.
   */
  const takesInterrupt = (): boolean =>
    prompt.kind !== 'lines' && [chat.interrupt(), prompt.interrupt()].includes(true);
  const stopListening = context.interrupts.on((signal) => {
    if (signal === 'SIGTERM') stop(143);
    else if (!takesInterrupt()) stop(exitCodes.interrupted);
  });
  const endOfHangUp = delayHangUp(() => stop(exitCodes.done));
  streams.stdout.onClose(() => stop(exitCodes.done));

  try {
    // Not at once: the first keys come first.
    if (prompt.kind === 'editor') void context.clock.sleep(100).then(() => chat.connection().warmUp());
    if (prompt.kind !== 'lines') note(`${connectionName(chat.connection(), chat.session())} · /help`);
    let draft = await begin(first, options, chat);
    while (exitCode === null) {
      const input = await prompt.ask(screen.promptText, { initial: draft });
      draft = '';
      if (exitCode !== null) break;
      if (input.kind === 'text') {
        if (options.save === false) unsaved.unshift(input.text);
        else if (prompt.kind !== 'lines') history.add(input.text);
        if (!(await takeText(input, chat))) draft = input.text;
      } else if (input.kind === 'end') await chat.apply(input);
      else await chat.apply({ kind: 'interrupt', at: context.clock.now() });
    }
  } finally {
    stopListening();
    prompt.close();
    await chat.close();
    if (journal !== undefined) await farewell(await journal, prompt.kind !== 'lines', note);
    endOfHangUp();
  }
  // A script wants to know; a person saw it.
  const failure = chat.lastFailure();
  return prompt.kind === 'lines' && exitCode === exitCodes.done && failure !== null
    ? exitCodeOf(failure)
    : exitCode;
}

/**
 * An earlier session, attached files and the first message, as the command line asks. Gives what of it could not be sent.
 * @throws MsgError when one of them is not there: a question without what it is about helps nobody
 */
async function begin(first: string, options: ChatOptions, chat: Chat): Promise<string> {
  if (options.continue || options.resume !== undefined) {
    const { files } = await chat.journal();
    const entry: SessionEntry | null = options.continue
      ? files.latest()
      : options.resume === true
        ? null
        : files.find(options.resume ?? '');
    await carryOut({ kind: 'resume', which: entry?.id ?? null, isFork: options.fork === true }, chat);
  }
  if (options.file !== undefined)
    await carryOut({ kind: 'attach', paths: options.file, source: '--file' }, chat);
  // What the command line says is no command of the prompt.
  const question = { kind: 'text', text: first, typed: first, isPasted: slashLine(first) !== null } as const;
  return first === '' || (await takeText(question, chat)) ? '' : first;
}

/**
 * A message that a person wrote goes out with the files it names; a script may pass on what a stranger wrote. False when
 * it could not be sent, and is to be edited.
 */
async function takeText(
  { text, typed, isPasted }: Extract<Input, { kind: 'text' }>,
  chat: Chat,
): Promise<boolean> {
  if (isPasted || chat.prompt.kind === 'lines' || slashLine(text) !== null) {
    await chat.apply({ kind: isPasted ? 'question' : 'line', text });
    return true;
  }
  return (await import('./attaching.ts')).askWithFiles(text, typed, chat);
}

/** What the header of a new session says. */
function facts(chat: Chat): WriterOptions['facts'] {
  const { client, settings } = chat.connection();
  return {
    ...sessionPlace(settings, client.endpoint.baseUrl),
    model: generationOf(chat.connection(), chat.session()).model,
  };
}

async function farewell(journal: Journal, isPerson: boolean, note: (text: string) => void): Promise<void> {
  const which = journal.which();
  await journal.close();
  if (isPerson && which !== undefined) note(`go on with: msg chat -r ${which}`);
}
