// `msg tap`: a recording proxy between any client and any endpoint, that says what went wrong.
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { usageError } from '../errors.ts';
import type { ExitCode } from '../exit-codes.ts';
import { collect, commonFlags, numberParser, routeFlags } from '../profiles/flags.ts';
import { isRecordings } from '../tap/recordings.ts';
import { defaultPort, runTap, showRecordings, type TapOptions } from '../tap/run.ts';
import { pathOf } from '../turn/connection/setting-sources.ts';
import type { Declaration } from './command.ts';

const description = `See what another client really does with an endpoint, and what goes wrong.
Listens on this machine, passes every byte on unchanged, and tells each exchange
on a line of stderr, with its cause where it failed; the page whose address it
prints shows them live, each with its times, its bodies and the fix.
With a URL, clients bring their own keys. With a profile, its key is lent to
clients that present a token made at start.

Examples:
  # a program with its environment set, a summary at the end
  msg tap work -- claude
  # without a key
  msg tap -P demo -- node examples/ask.mjs
  # the lines that point any client at it
  msg tap https://api.anthropic.com
  # every exchange kept, and looked at later
  msg tap work --record DIR -- claude -p hello
  msg tap --open DIR --report page.html
  # how a client takes an overload: its second request meets one
  msg tap -P demo --fail 529@2 -- node examples/ask.mjs`;

export const declare: Declaration = (command, context, finish) => {
  command
    .description(description)
    .usage('[options] [PROFILE | URL] [-- COMMAND...]')
    .argument('[target]', 'profile or URL (default: the current profile)')
    .argument('[command...]', 'behind --: a program to run, pointed at the tap')
    .optionsGroup('Tap:')
    .option('-P, --profile <name>', 'profile to use: a name from `msg profiles`, demo, or env (ANTHROPIC_*)')
    .option(
      '--port <n>',
      `port to listen on; 0 takes any free one (default: ${defaultPort}; with a command 0)`,
      numberParser('--port', { min: 0, max: 65_535 }),
    )
    .option('--record <dir>', 'keep each exchange in a file, as send --record does, with its request')
    .option('--har <file>', 'write all exchanges as an HTTP archive at the end')
    .option(
      '--report <file>',
      'write the page with all exchanges in it at the end: one file that needs nothing else',
    )
    .option('--no-page', 'serve no page')
    .option('--open [dir]', 'open the page in the browser; with DIR: look at recordings, offline')
    .optionsGroup('Faults:')
    .option(
      '--fail <scenario[@n]>',
      'the N-th Messages request (default: the first) meets a scenario of msg mock, or 401, 429, 500, 504, 529, cut, reset, silence, buffered; N is a number, 2-4 or all; repeatable',
      collect,
    )
    .option('--slow <ms[@n]>', 'each piece of the answer comes so much later than the one before')
    .option('--buffer <bytes[@n]>', 'answers are let out in blocks, as by a proxy that buffers');
  routeFlags(command);
  commonFlags(command, 'more of each exchange').action(
    async (_target: string | undefined, _words: string[], options: TapOptions, { args }: Command) => {
      const program = commandBehindDashes(command, args);
      const [target, ...others] = args.slice(0, args.length - program.length);
      if (others.length > 0)
        throw usageError(
          `msg tap takes one profile or URL; ${JSON.stringify(others[0])} is one too many.`,
          'A program to run stands behind --: msg tap work -- claude',
        );
      finish(await run(context, target, program, options));
    },
  );
};

/** The words behind `--`, which commander does not tell from those before. */
function commandBehindDashes(command: Command, words: readonly string[]): readonly string[] {
  let root = command;
  while (root.parent) root = root.parent;
  const { rawArgs } = root as unknown as { readonly rawArgs: readonly string[] };
  const at = rawArgs.indexOf('--');
  return at === -1 ? [] : words.slice(words.length - (rawArgs.length - at - 1));
}

/** What follows --open is a directory of recordings, or what any first word is. */
function run(
  context: Context,
  target: string | undefined,
  program: readonly string[],
  options: TapOptions,
): Promise<ExitCode> {
  const { open } = options;
  if (typeof open !== 'string') return runTap(context, target, program, options);
  const path = pathOf(open, context.dirs);
  if (isRecordings(path)) return showRecordings(context, path, options);
  if (target !== undefined)
    throw usageError(
      `${open} is neither a directory of recordings nor one of them.`,
      'Make them with: msg tap --record DIR',
    );
  return runTap(context, open, program, { ...options, open: true });
}
