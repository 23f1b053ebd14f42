// `msg chat`: a session. Sets the stage, then: line -> session -> effects -> turn -> session -> prompt.
import type { Command } from 'commander';
import { newSession, type Session, type SessionInput } from '../chat/session.ts';
import { step } from '../chat/step.ts';
import type { Context } from '../context.ts';
import { MsgError } from '../errors.ts';
import { type ExitCode, exitCodeOf, exitCodes } from '../exit-codes.ts';
import type { Exchange } from '../messages/client.ts';
import { usageLine } from '../render/chat-text.ts';
import { type Chat, perform } from './chat-effects.ts';
import { noJournal } from './chat-journal.ts';
import {
  generationOf,
  type LineOptions,
  lineName,
  makerOf,
  openLine,
  optionsForProfile,
} from './chat-line.ts';
import { createScreen } from './chat-screen.ts';
import { runChatTurn } from './chat-turn.ts';
import { type CommonOptions, commonFlags, connectionFlags } from './flags.ts';
import { generationFlags } from './generation.ts';

type ChatOptions = LineOptions &
  CommonOptions & {
    raw?: boolean;
    usage?: boolean;
    plain?: boolean;
    runTools?: boolean;
  };

const description = `Talk with a model, turn by turn. /help lists what a session can do.

Examples:
  msg chat -P demo                 no key, no network
  msg chat "explain this error"    begin with a question
  printf 'hi\\nbye\\n' | msg chat    lines as turns`;

export function declare(command: Command, context: Context, finish: (code: ExitCode) => void): void {
  command
    .description(description)
    .argument('[prompt...]', 'the first message')
    .optionsGroup('Session:')
    .option('--raw', 'answers as they come, without Markdown styling')
    .option('-u, --usage', 'tokens and times after each answer')
    .option('--plain', 'for screen readers: no spinner, no glyphs, spoken labels')
    .option('--run-tools', 'run declared tools without asking');
  generationFlags(command);
  connectionFlags(command);
  commonFlags(command).action(async (prompt: string[], options: ChatOptions) =>
    finish(await runChat(prompt.join(' '), options, context)),
  );
}

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
  });
  const { openPrompt } = await import('../terminal/open-prompt.ts');
  const { runCommand } = await import('../terminal/run-command.ts');
  const inputs: string[] = [];
  const prompt = openPrompt({
    theme: screen.theme,
    history: () => inputs,
    complete: async (text) => [[], text],
    env,
  });

  let exitCode: ExitCode | null = null;
  let lastFailure: MsgError | null = null;
  let turn: AbortController | null = null;
  let exchange: Exchange | null = null;

  const cancelTurn = (): void =>
    turn?.abort(new MsgError('interrupted', 'Interrupted.', { details: { signal: 'SIGINT' } }));
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

  const chat: Chat = {
    context,
    screen,
    prompt,
    journal: noJournal,
    session: () => session,
    line: () => line,
    lastExchange: () => exchange,
    leave: (code) => {
      exitCode ??= code;
    },
    switchLine: async (profile) => {
      const old = line;
      line = await openLine(optionsForProfile(options, profile, old, context), context, note);
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
      const result = await runChatTurn(session, {
        line,
        generation,
        maker: makerOf(line, generation),
        screen,
        prompt,
        run: runCommand,
        runsToolsUnasked: options.runTools === true,
        clock: context.clock,
        signal,
        tell,
        onExchange: (next) => {
          exchange = next;
        },
      });
      turn = null;
      endBusy();
      if (result !== null && session.view.showsUsage && !signal.aborted) screen.say(usageLine(result));
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
