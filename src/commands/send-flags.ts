// The options of `msg send`: what they are called, what they say of themselves, what they become.
import type { Command } from 'commander';
import { type KeptSessionOptions, keptSessionFlags } from '../chat/store/kept-session.ts';
import {
  type CommonOptions,
  type ConnectionOptions,
  collect,
  commonFlags,
  connectionFlags,
  numberParser,
} from '../profiles/flags.ts';
import { type GenerationFlags, generationFlags } from '../turn/generation.ts';

const outputFormats = ['text', 'json', 'stream-json'] as const;

export type SendOptions = ConnectionOptions &
  CommonOptions &
  GenerationFlags &
  KeptSessionOptions & {
    prompt?: string;
    file?: string[];
    editor?: boolean;
    outputFormat: (typeof outputFormats)[number];
    json?: boolean;
    raw?: boolean;
    extractCode?: boolean;
    usage?: boolean;
    stats?: boolean;
    strict?: boolean;
    curl?: boolean;
    dryRun?: boolean;
    count?: boolean;
    record?: string;
    replay?: string;
    replaySpeed?: number;
    runTools?: boolean;
    maxTurns?: number;
  };

/** The form of the answer, whichever of its two options asked for it. */
export const formOf = ({ json, outputFormat }: SendOptions): SendOptions['outputFormat'] =>
  json ? 'json' : outputFormat;

/** Declares them all, in the order and the groups `--help` prints. */
export function sendFlags(command: Command): Command {
  promptFlags(command);
  generationFlags(command);
  toolRunFlags(command);
  keptSessionFlags(command);
  outputFlags(command);
  commonFlags(command);
  insteadFlags(command);
  return connectionFlags(command);
}

function promptFlags(command: Command): void {
  command
    .optionsGroup('Prompt:')
    .option('-p, --prompt <text>', 'the prompt, for those used to -p')
    .option(
      '-f, --file <path|url|->',
      'attach text, a picture or a PDF; a page of the web is fetched and attached as it is; repeatable',
      collect,
    )
    .option('-e, --editor', 'write the prompt in $VISUAL or $EDITOR');
}

function toolRunFlags(command: Command): void {
  command
    .option('--run-tools', 'run the command each tool declares, and send back what it prints')
    .option(
      '--max-turns <n>',
      'how often results or paused answers are sent back (default: 10)',
      numberParser('--max-turns', { min: 1 }),
    );
}

function outputFlags(command: Command): void {
  command
    .optionsGroup('Output:')
    .addOption(
      command
        .createOption('-o, --output-format <format>', 'form of the answer')
        .choices(outputFormats)
        .default('text'),
    )
    .option('--json', 'the same as -o json')
    .option('--raw', 'the exact text: no line end added, no control character made visible')
    .option('--extract-code', 'print only the first code block')
    .option('-u, --usage', 'tokens, on stderr')
    .option('--stats', 'timings, speed, tokens, est. cost and request id, as one line on stderr')
    .option('--strict', 'exit 12 when the answer did not end normally')
    .addOption(
      command
        .createOption('--record <file>', 'keep the bytes of the answer with their arrival times')
        .conflicts(['curl', 'dryRun', 'count', 'replay']),
    );
}

function insteadFlags(command: Command): void {
  command
    .optionsGroup('Instead of sending:')
    .addOption(
      command
        .createOption('--curl', 'print the request as a curl command, with the key as a variable')
        .conflicts(['dryRun', 'count', 'replay']),
    )
    .addOption(
      command
        .createOption('--dry-run', 'print the request and where each value comes from')
        .conflicts(['count', 'replay']),
    )
    .addOption(
      command
        .createOption('--count', 'print how many tokens the prompt has, and send nothing else')
        .conflicts(['replay']),
    )
    .addOption(
      command
        .createOption('--replay <file>', 'show a recorded answer again, offline')
        .conflicts(['continue', 'session']),
    )
    .option(
      '--replay-speed <n>',
      'pace of the replay; 0 is at once (default: 1)',
      numberParser('--replay-speed', { min: 0, isInteger: false }),
    );
}
