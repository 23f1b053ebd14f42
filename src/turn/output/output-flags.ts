// The options about the form of an answer on stdout, and of what is told about it on stderr.
import type { Command } from 'commander';
import { usageError } from '../../errors.ts';
import { settingOption } from '../../profiles/flags.ts';
import type { Wrapping } from '../../profiles/setting-kinds.ts';

/** What each form of an answer is, in the words of `msg help formats`. */
export const outputFormats = {
  text: 'the text as it arrives; on a terminal, Markdown is rendered',
  json: 'one object at the end: the message, how it ended, tokens, cost if known, times, request id, and the error, if any',
  'stream-json':
    "the provider's own events, one per line as they arrive, then one line that sums up, as in json",
} as const;
type OutputFormat = keyof typeof outputFormats;

export type OutputOptions = {
  outputFormat: OutputFormat;
  json?: boolean;
  raw?: boolean;
  plain?: boolean;
  wrap?: Wrapping | undefined;
  extractCode?: boolean;
  usage?: boolean;
  stats?: boolean;
  strict?: boolean;
  record?: string;
};

export function outputFlags(command: Command): Command {
  return command
    .optionsGroup('Output:')
    .addOption(
      command
        .createOption('-o, --output-format <format>', 'format of the answer')
        .choices(Object.keys(outputFormats))
        .default('text'),
    )
    .option('--json', 'the same as -o json')
    .option(
      '--raw',
      'the exact text: Markdown is not rendered, no line break is added, control characters are not escaped',
    )
    .option('--plain', 'for screen readers: no spinner, no Markdown styling, no symbols')
    .addOption(settingOption(command, 'wrap'))
    .option('--extract-code', 'print only the first code block')
    .option('-u, --usage', 'tokens, on stderr')
    .option(
      '--stats',
      'time, tokens and cost, if known, in one line on stderr; with -v everything that was measured',
    )
    .option('--strict', 'exit 12 if the answer did not end normally')
    .addOption(
      command
        .createOption('--record <file>', 'save the bytes of the answer and when they arrived')
        .conflicts(['curl', 'dryRun', 'count', 'replay']),
    );
}

/** The format of the answer, whichever of its two options asked for it. */
export const formOf = ({ json, outputFormat }: OutputOptions): OutputOptions['outputFormat'] =>
  json ? 'json' : outputFormat;

/** @throws MsgError `usage` for two forms at once */
export function checkOutput(options: OutputOptions): void {
  if (options.json && options.outputFormat === 'stream-json')
    throw usageError('--json and -o stream-json ask for two formats.', 'Leave out one of them.');
  if (options.extractCode && formOf(options) !== 'text')
    throw usageError(
      `--extract-code prints code as it is, not as ${formOf(options)}.`,
      'Leave out one of them.',
    );
}
