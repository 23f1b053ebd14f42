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
Listens on this machine and passes every byte on unchanged. Prints one line for
each exchange on stderr, with the cause if it failed, and the address of a page
that shows the exchanges live, with times, bodies and fixes.
With a URL, clients use their own keys. With a profile, its key is used for
clients that present the token made at the start.

Examples:
  # a program with its environment set, a summary at the end
  msg tap work -- claude
  # without a key
  msg tap -P demo -- node examples/ask.mjs
  # the settings that point any client at it
  msg tap https://api.anthropic.com
  # save every exchange, and view them later
  msg tap work --record DIR -- claude -p hello
  msg tap --open DIR --report page.html
  # see how a client copes when its first request meets an overload
  msg tap -P demo --fail 529 -- node examples/ask.mjs`;

export const declare: Declaration = (command, context, finish) => {
  command
    .description(description)
    .usage('[options] [PROFILE | URL] [-- COMMAND...]')
    .argument('[target]', 'profile or URL (default: the current profile)')
    .argument('[command...]', 'after --: a program to run, pointed at the tap')
    .optionsGroup('Tap:')
    .option('-P, --profile <name>', 'profile to use: a name from `msg profiles`, demo, or env (ANTHROPIC_*)')
    .option(
      '--port <n>',
      `port to listen on; 0 takes any free one (default: ${defaultPort}; with a command 0)`,
      numberParser('--port', { min: 0, max: 65_535 }),
    )
    .option('--record <dir>', 'save each exchange with its request in a file, as send --record does')
    .option('--har <file>', 'write all exchanges as an HTTP archive at the end')
    .option('--report <file>', 'write the page with all exchanges at the end, as one self-contained file')
    .option('--no-page', 'serve no page')
    .option('--open [dir]', 'open the page in the browser; with DIR: view recordings, offline')
    .optionsGroup('Faults:')
    .option(
      '--fail <scenario[@n]>',
      'the N-th Messages request (default: the first) meets a scenario of msg mock, or 401, 429, 500, 504, 529, cut, reset, silence, buffered; N is a number, 2-4 or all; repeatable',
      collect,
    )
    .option('--slow <ms[@n]>', 'delay each piece of the answer by this much')
    .option('--buffer <bytes[@n]>', 'pass answers on in blocks of this size, like a proxy that buffers');
  routeFlags(command);
  commonFlags(command, 'more about each exchange').action(
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
