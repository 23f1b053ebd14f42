// `msg doctor`: one root cause, proven on the wire, with the command that fixes it.
import { reportFormats } from '../doctor/report/formats.ts';
import { clientChoices } from '../doctor/request/clients/client-names.ts';
import type { DoctorCommandOptions } from '../doctor/run/options.ts';
import { usageError } from '../errors.ts';
import { collect, commonFlags, connectionFlags, numberParser } from '../profiles/flags.ts';
import { shellQuote } from '../text/shell-quote.ts';
import { timeSpanMs } from '../text/time-span.ts';
import type { Declaration } from './command.ts';

const description = `Find what is wrong with an endpoint: one cause, its proof, and what fixes it.
Asks without the key first, follows no redirect, and sends the key only to
the configured URL. A healthy endpoint costs 7 to 10 requests, 2 of them paid
(at most about 100 input and 176 output tokens); --free leaves these 2 out.
A stream that seems to be held back is asked for once more, a compressed one
uncompressed as well; where text comes in batches, one token is.
The verdict is healthy, degraded (all works, at a cost: a stream held back),
broken or undetermined: exit 0, 0, 10, 11; with --strict any warning is 10.

Examples:
  # the current profile
  msg doctor
  # asks for no token; if a gateway spends some on {}, the report says so
  msg doctor work --free
  # looks for the right base URL, too
  msg doctor https://host
  # which part of a client's request is refused (refused tries cost nothing)
  msg doctor work --request body.json
  # what an error means; no request
  pbpaste | msg doctor --from-error -
  # one page to attach to a ticket
  msg doctor work -o report.html
  # is it the model it says? at most 12 more requests, about 25,000 tokens
  msg doctor work --identity
  # which of these is best: the same request to each, five times in turns
  msg doctor work home --race
  # every minute, until Ctrl-C; the page shows latency and verdict over time
  msg doctor work --watch --report watch.html
  # what a check means
  msg doctor --explain sse.buffered`;

/** Groups and ids, for `--only` and `--skip`. */
const splitGlobs = (value: string, previous: string[] = []): string[] =>
  collect(value, previous)
    .flatMap((text) => text.split(','))
    .filter(Boolean);

/** What examines a target in another way than a race, or means nothing for one. */
const besidesRace = [
  ...['free', 'tools', 'conformance', 'authMatrix', 'size', 'identity', 'context', 'soak', 'only', 'skip'],
  ...['compare', 'baseline', 'via', 'watch', 'request', 'client', 'full', 'budget', 'reduced', 'fromError'],
  ...['explain', 'listChecks', 'fix', 'bundle', 'history'],
];

/** What spends tokens, changes something, or is another task. */
const besidesWatch = [
  ...[
    'tools',
    'conformance',
    'soak',
    'identity',
    'context',
    'via',
    'compare',
    'baseline',
    'request',
    'client',
  ],
  ...['fromError', 'explain', 'listChecks', 'fix', 'bundle'],
];
const besidesHistory = [...besidesWatch, 'only', 'skip', 'authMatrix', 'size', 'output'];

const mostRounds = 1000;

/** The targets of a race are arguments, too: behind the option, the first would be its value. */
function roundsOf(text: string): number {
  if (/^\d+$/.test(text)) return numberParser('--race', { min: 1, max: mostRounds })(text);
  throw usageError(
    `--race takes a number of rounds, not ${JSON.stringify(text)}.`,
    'Name the targets before it: msg doctor A B --race',
  );
}

/** The target is an argument here, too. Seconds, as a number or with a unit. */
function watchSeconds(text: string): number {
  const seconds = /^\d+$/.test(text) ? Number(text) : (timeSpanMs(text) ?? 0) / 1000;
  if (seconds >= 1) return seconds;
  throw usageError(
    `--watch takes a time from 1 second on (30, 5m, 1h), not ${JSON.stringify(text)}.`,
    ...(/^\d/.test(text) ? [] : [`Name the target before it: msg doctor ${shellQuote(text)} --watch`]),
  );
}

export const declare: Declaration = (command, context, finish) => {
  command
    .description(description)
    .argument('[targets...]', 'profile or URL (default: the current profile); several with --race')
    .optionsGroup('What to examine:')
    .option('--free', 'ask for no tokens; streaming stays unknown')
    .option('--tools', 'a tool call and its result as well')
    .option('--conformance', 'everything that tells native from nearly native, with a score')
    .option('--auth-matrix', 'both headers, and which of two credentials wins')
    .option('--size', 'bodies up to 9 MiB, without the key')
    .addOption(
      command
        .createOption(
          '--identity',
          'who really answers: proofs of signatures, cache, counts, files and obedience',
        )
        .conflicts(['watch', 'fromError']),
    )
    .option(
      '--context <tokens>',
      'with --identity: is a prompt that long read from beginning to end',
      numberParser('--context', { min: 1000 }),
    )
    .option('--soak', 'a longer stream, and a connection left idle for 70 s')
    .option('--only <glob>', 'only checks whose id matches, e.g. "sse.*"; repeatable', splitGlobs)
    .option('--skip <glob>', 'all but these; repeatable', splitGlobs)
    .option('--compare <target>', 'examine another profile or URL too, and print the differences')
    .addOption(
      command
        .createOption('--baseline <file>', 'print the differences from a report that --json -o kept')
        .conflicts(['compare', 'watch']),
    )
    .option('--via <url>', 'a second address of the same service, to find the hop that holds the stream')
    .optionsGroup('Over time:')
    .addOption(
      command
        .createOption(
          '--watch [time]',
          'free requests again and again, that far apart (30, 5m, 1h; default: 60 seconds), printing changes; every round is kept',
        )
        .argParser(watchSeconds)
        .conflicts(besidesWatch),
    )
    .addOption(
      command
        .createOption(
          '--history [file]',
          'what was kept (default: a file for each target in the directory of the state); alone, it makes no request',
        )
        .conflicts(besidesHistory),
    )
    .optionsGroup('Several targets:')
    .addOption(
      command
        .createOption(
          '--race [rounds]',
          'the same request to all targets, in shuffled turns: which is best (default: 5)',
        )
        .argParser(roundsOf)
        .conflicts(besidesRace),
    )
    .option(
      '--concurrency <n>',
      'requests of a race at a time (default: 1)',
      numberParser('--concurrency', { min: 1, max: 32 }),
    )
    .optionsGroup('The request of a client:')
    .addOption(
      command
        .createOption(
          '--request <file>',
          'make this request, and find what of it is refused: a JSON body, a recording of msg tap, a HAR archive (FILE#N: its entry N), a curl command; - reads stdin',
        )
        .conflicts(['watch', 'fromError', 'free']),
    )
    .addOption(
      command
        .createOption('--client <name>', 'the same with the request of a known client, or of all (a table)')
        .choices(clientChoices)
        .conflicts(['request', 'watch', 'fromError', 'free']),
    )
    .option('--full', 'with its own max_tokens (default: 1, so that it costs next to nothing)')
    .option(
      '--budget <n>',
      'requests to find the part with (default: 40)',
      numberParser('--budget', { min: 1 }),
    )
    .option('--reduced <file>', 'write the smallest request that is refused there')
    .optionsGroup('Without a request:')
    .option(
      '--from-error <file>',
      'diagnose an error message, a log line, curl -v output or a recording; - reads stdin',
    )
    .option('--explain <id>', 'what a check means and what cures it')
    .option('--list-checks', 'every check')
    .optionsGroup('Afterwards:')
    .option('--fix', 'correct the profile: base URL, auth, model, stray characters in the key; asks first')
    .option('--yes', 'do not ask: neither before spending more than usual nor before --fix')
    .option('--bundle <file>', 'report, JSON and wire trace in one Markdown file, redacted')
    .addOption(
      command
        .createOption(
          '--report <file>',
          'write it as an HTML page, too: an examination, a race, or how a watch went',
        )
        .conflicts(['compare', 'baseline', 'fromError', 'explain', 'listChecks']),
    )
    .addOption(
      command
        .createOption('--format <format>', 'how to print the report')
        .choices(Object.keys(reportFormats)),
    )
    .addOption(command.createOption('--json', 'the same as --format json').conflicts('format'))
    .option('-o, --output <file>', 'write the report there; the ending names the format')
    .option('--strict', 'exit 10 where the target is degraded, and for any other warning')
    .option('--redact-host', 'leave host names and addresses out');
  connectionFlags(command, 'each request (default: 10; 60 for tokens, 180 for streams)');
  commonFlags(command, 'every check with its evidence').action(
    async (targets: string[], options: DoctorCommandOptions) => {
      finish(await (await import('../doctor/run/run-doctor.ts')).runDoctor(targets, options, context));
    },
  );
};
