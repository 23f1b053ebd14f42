// `msg chat`: a session. Sets the stage, then: line -> session -> effects -> turn -> session -> prompt.
import { newSession, type Session, type SessionInput } from '../chat/session.ts';
import { step } from '../chat/step.ts';
import { contextTokens } from '../chat/turns.ts';
import type { Context } from '../context.ts';
import { interrupted, type MsgError } from '../errors.ts';
import { type ExitCode, exitCodeOf, exitCodes } from '../exit-codes.ts';
import type { Exchange } from '../messages/client.ts';
import type { JsonObject } from '../messages/types.ts';
import { contextText } from '../render/chat-text.ts';
import { statsText, usageText } from '../render/stats-text.ts';
import { completer } from './chat-completer.ts';
import { type Chat, perform } from './chat-effects.ts';
import { noJournal } from './chat-journal.ts';
import {
  contextForProfile,
  generationOf,
  type LineOptions,
  lineName,
  makerOf,
  openLine,
  optionsForProfile,
} from './chat-line.ts';
import { createScreen } from './chat-screen.ts';
import { runChatTurn } from './chat-turn.ts';
import type { CommandModule } from './command.ts';
import { commonFlags, connectionFlags, numberParser } from './flags.ts';
import { generationFlags } from './generation.ts';

type ChatOptions = LineOptions & {
  raw?: boolean;
  usage?: boolean;
  stats?: boolean;
  maxTurns?: number;
  plain?: boolean;
  runTools?: boolean;
};

const description = `Talk with a model, turn by turn. /help lists what a session can do.

Examples:
  msg chat -P demo                 no key, no network
  msg chat "explain this error"    begin with a question
  printf 'hi\\nbye\\n' | msg chat    lines as turns`;

export const declare: CommandModule['declare'] = (command, context, finish) => {
  command
    .description(description)
    .argument('[prompt...]', 'the first message')
    .optionsGroup('Session:')
    .option('--raw', 'answers as they come, without Markdown styling')
    .option('-u, --usage', 'tokens after each answer')
    .option('--stats', 'tokens, times and speed after each answer')
    .option('--plain', 'for screen readers: no spinner, no glyphs, spoken labels');
  generationFlags(command)
    .option('--run-tools', 'run the commands declared beside the tools without asking')
    .option(
      '--max-turns <n>',
      'how often tool results are sent back within one turn (default: 25)',
      numberParser('--max-turns', { min: 1 }),
    );
  connectionFlags(command);
  commonFlags(command).action(async (prompt: string[], options: ChatOptions) =>
    finish(await runChat(prompt.join(' '), options, context)),
  );
};

/** From this share of the window on, each turn warns. */
const nearlyFull = 0.8;
/** Tokens; hardly a model in use takes fewer. */
const smallestWindow = 8_000;

/** Runs a session until the user leaves. Gives the exit code; throws MsgError when it cannot begin. */
export async function runChat(first: string, options: ChatOptions, context: Context): Promise<ExitCode> {
  const { streams, env } = context;
  const isDumb = env['TERM'] === 'dumb';
  const screen = createScreen(
    context,
    {
      isPlain: options.plain === true,
      showsSpinner: streams.stderr.isTTY && !isDumb && !options.plain && !options.quiet,
      showsMarkdown: streams.stdout.isTTY && !isDumb && !options.plain,
    },
    options.color,
  );
  const note = (text: string): void => {
    if (!options.quiet) screen.say(text);
  };
  let line = await openLine(options, context, note);
  let session: Session = newSession({
    isRaw: options.raw === true,
    showsThinking: options.hideThinking !== true,
    showsUsage: options.usage === true,
    showsStats: options.stats === true,
  });
  const { openPrompt } = await import('../terminal/open-prompt.ts');
  const { runCommand } = await import('../terminal/run-command.ts');
  const profileNames = (): readonly string[] => context.store(context.dirs.config, () => {}).read().names;
  const inputs: string[] = [];
  const prompt = openPrompt({
    theme: screen.theme,
    history: () => inputs,
    complete: completer({
      models: async () => (await line.models()).map(({ id }) => id),
      profiles: async () => profileNames(),
      sessions: async () => [],
      dirs: context.dirs,
    }),
    env,
  });

  let exitCode: ExitCode | null = null;
  let lastFailure: MsgError | null = null;
  let turn: AbortController | null = null;
  let exchange: Exchange | null = null;
  let lastBody: JsonObject | null = null;

  const cancelTurn = (): void => turn?.abort(interrupted('SIGINT'));
  const stopListening = context.interrupts.on((signal) => {
    if (signal === 'SIGINT' && turn !== null) {
      cancelTurn();
      return;
    }
    exitCode = signal === 'SIGTERM' ? 143 : exitCodes.interrupted;
    cancelTurn();
    prompt.close();
  });
  streams.stdout.onClose(() => {
    exitCode ??= exitCodes.done;
    cancelTurn();
    prompt.close();
  });

  const reportUsage = (done: Exchange, model: string): void => {
    if (session.view.showsStats) screen.say(statsText(done, model));
    else if (session.view.showsUsage) screen.say(usageText(done.draft().message().usage));
  };

  const warnOfFullContext = async (model: string): Promise<void> => {
    const tokens = contextTokens(session.turns) ?? 0;
    // Short conversations fit everywhere: no need to ask how large the window is.
    const windowTokens = tokens < smallestWindow * nearlyFull ? null : await line.windowOf(model);
    if (windowTokens !== null && tokens > windowTokens * nearlyFull)
      screen.say(`context: ${contextText(tokens, windowTokens)}; /compact makes room`, 'warn');
  };

  const chat: Chat = {
    context,
    screen,
    prompt,
    journal: noJournal,
    session: () => session,
    line: () => line,
    lastExchange: () => exchange,
    lastBody: () => lastBody,
    profiles: profileNames,
    options,
    leave: (code) => {
      exitCode ??= code;
    },
    switchLine: async (profile) => {
      const old = line;
      const there = contextForProfile(context);
      line = await openLine(optionsForProfile(options, profile, old, there), there, note);
      const { model: _other, ...overrides } = session.overrides;
      session = { ...session, overrides };
      await old.connection.close();
    },
    apply: async (input) => {
      const { session: next, effects } = step(session, input);
      session = next;
      for (const effect of effects) await perform(effect, chat);
    },
    sendTurn: async () => {
      const generation = generationOf(line, session);
      turn = new AbortController();
      const { signal } = turn;
      const endBusy = prompt.whileBusy(cancelTurn);
      const tell = (input: SessionInput): void => {
        if (input.kind === 'turn-broken') lastFailure = input.error;
        void chat.apply(input);
      };
      await runChatTurn(session, {
        line,
        generation,
        maker: makerOf(line, generation),
        screen,
        prompt,
        run: runCommand,
        runsToolsUnasked: options.runTools === true,
        maxToolTurns: options.maxTurns ?? 25,
        clock: context.clock,
        signal,
        tell,
        onExchange: (next, body) => {
          exchange = next;
          lastBody = body;
        },
      });
      turn = null;
      endBusy();
      if (exchange !== null && !signal.aborted) {
        reportUsage(exchange, generation.model);
        await warnOfFullContext(generation.model);
      }
      if (prompt.kind === 'editor') screen.gap();
      await screen.drained();
    },
  };

  try {
    if (prompt.kind !== 'lines') note(`${lineName(line, session)} · /help`);
    if (first !== '') await chat.apply({ kind: 'line', text: first });
    while (exitCode === null) {
      const input = await prompt.ask(promptText(options, screen.theme.glyphs.current));
      if (exitCode !== null) break;
      if (input.kind === 'text' && input.text.trim() !== '') inputs.push(input.text);
      if (input.kind === 'text') await chat.apply({ kind: 'line', text: input.text });
      else await chat.apply(input.kind === 'end' ? input : { kind: 'interrupt', at: context.clock.now() });
    }
  } finally {
    stopListening();
    prompt.close();
    await chat.journal.close();
    await line.connection.close();
  }
  // A script wants to know; a person saw it.
  if (prompt.kind === 'lines' && exitCode === exitCodes.done && lastFailure !== null)
    return exitCodeOf(lastFailure);
  return exitCode;
}

const promptText = ({ plain }: ChatOptions, glyph: string): string => (plain ? 'you: ' : `${glyph} `);
