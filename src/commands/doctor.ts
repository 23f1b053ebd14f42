// `msg doctor`: one root cause, proven on the wire, with the command that fixes it.
import { reportFormats } from '../doctor/report/formats.ts';
import { clientChoices } from '../doctor/request/clients/client-names.ts';
import type { DoctorCommandOptions } from '../doctor/run/options.ts';
import { usageError } from '../errors.ts';
import { collect, commonFlags, connectionFlags, numberParser } from '../profiles/flags.ts';
import { shellQuote } from '../text/shell-quote.ts';
import { timeSpanMs } from '../text/time-span.ts';
import type { Declaration } from './command.ts';

const description = `Find what is wrong with an endpoint: one cause, the evidence, and how to fix it.
The first requests carry no key. Redirects are never followed, and the key is
sent only to the configured URL. A healthy endpoint gets 7 to 10 requests, 2 of
them paid (at most about 100 input and 176 output tokens); --free leaves these
2 out. If a stream seems to be held back, it is requested once more; if it is
compressed, also uncompressed; if its text comes in batches, also one token.
The verdict is healthy, degraded (everything works, but at a cost, such as a
stream that is held back), broken or undetermined: exit 0, 0, 10, 11. With
--strict, any warning is 10.

Examples:
  # the current profile
  msg doctor
  # spend no tokens; if a gateway spends some on {}, the report says so
  msg doctor work --free
  # find the right base URL, too
  msg doctor https://host
  # find which part of a client's request is refused
  msg doctor work --request body.json
  # explain an error message, without a request
  pbpaste | msg doctor --from-error -
  # write one page to attach to a ticket
  msg doctor work -o report.html
  # is it the model it claims? at most 12 more requests, about 25,000 tokens
  msg doctor work --identity
  # which of these is best? the same request to each, five times in turn
  msg doctor work home --race
  # repeat every minute until Ctrl-C; the page shows latency and verdict over time
  msg doctor work --watch --report watch.html
  # explain a check
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
    .option('--free', 'spend no tokens; streaming stays unknown')
    .option('--tools', 'also make a tool call and return its result')
    .option(
      '--conformance',
      'check everything in which compatible endpoints differ from the native API, with a score',
    )
    .option('--auth-matrix', 'try both auth headers, and which of two credentials wins')
    .option('--size', 'send bodies up to 9 MiB, without the key')
    .addOption(
      command
        .createOption(
          '--identity',
          'check who really answers: by signatures, cache, token counts, files and instructions',
        )
        .conflicts(['watch', 'fromError']),
    )
    .option(
      '--context <tokens>',
      'with --identity: check that a prompt of this length is read to its end',
      numberParser('--context', { min: 1000 }),
    )
    .option('--soak', 'also try a longer stream, and a connection left idle for 70 s')
    .option('--only <glob>', 'only checks whose id matches, e.g. "sse.*"; repeatable', splitGlobs)
    .option('--skip <glob>', 'all checks but these; repeatable', splitGlobs)
    .option('--compare <target>', 'examine another profile or URL too, and print the differences')
    .addOption(
      command
        .createOption('--baseline <file>', 'print the differences from a report saved with --json -o')
        .conflicts(['compare', 'watch']),
    )
    .option('--via <url>', 'a second address of the same service, to find the hop that holds the stream back')
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
          'show what --watch kept, without a request; with --watch: keep it in this file',
        )
        .conflicts(besidesHistory),
    )
    .optionsGroup('Several targets:')
    .addOption(
      command
        .createOption(
          '--race [rounds]',
          'send the same request to all targets, in random order, and compare (default: 5)',
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
          'send this request, and find which part is refused: a JSON body, a recording of msg tap, a HAR archive (FILE#N: its entry N) or a curl command; - reads stdin',
        )
        .conflicts(['watch', 'fromError', 'free']),
    )
    .addOption(
      command
        .createOption('--client <name>', 'the same with the request of a known client, or of all')
        .choices(clientChoices)
        .conflicts(['request', 'watch', 'fromError', 'free']),
    )
    .option('--full', 'send it with its own max_tokens (default: 1, which costs next to nothing)')
    .option(
      '--budget <n>',
      'maximum number of requests to find the part (default: 40)',
      numberParser('--budget', { min: 1 }),
    )
    .option('--reduced <file>', 'write the smallest request that is refused to this file')
    .optionsGroup('Without a request:')
    .option(
      '--from-error <file>',
      'diagnose an error message, a log line, curl -v output or a recording; - reads stdin',
    )
    .option('--explain <id>', 'explain a check: what it means, and what fixes it')
    .option('--list-checks', 'list all checks')
    .optionsGroup('Afterwards:')
    .option('--fix', 'correct the profile: base URL, auth, model, stray characters in the key; asks first')
    .option('--yes', 'do not ask before spending more than usual, or before --fix')
    .option('--bundle <file>', 'write report, JSON and wire trace to one Markdown file, without keys')
    .addOption(
      command
        .createOption('--report <file>', 'also write the report, the race or the watch as an HTML page')
        .conflicts(['compare', 'baseline', 'fromError', 'explain', 'listChecks']),
    )
    .addOption(
      command.createOption('--format <format>', 'format of the report').choices(Object.keys(reportFormats)),
    )
    .addOption(command.createOption('--json', 'the same as --format json').conflicts('format'))
    .option('-o, --output <file>', 'write the report to this file; its ending sets the format')
    .option('--strict', 'exit 10 if the target is degraded, or there is any other warning')
    .option('--redact-host', 'leave out host names and addresses');
  connectionFlags(command, 'each request (default: 10; 60 for tokens, 180 for streams)');
  commonFlags(command, 'every check with its evidence').action(
    async (targets: string[], options: DoctorCommandOptions) => {
      finish(await (await import('../doctor/run/run-doctor.ts')).runDoctor(targets, options, context));
    },
  );
};
