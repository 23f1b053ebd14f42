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
import { type OutputOptions, outputFlags } from '../turn/output/output-flags.ts';

export type SendOptions = ConnectionOptions &
  CommonOptions &
  GenerationFlags &
  KeptSessionOptions &
  OutputOptions & {
    prompt?: string;
    file?: string[];
    editor?: boolean;
    curl?: boolean;
    dryRun?: boolean;
    count?: boolean;
    replay?: string;
    replaySpeed?: number;
    runTools?: boolean;
    maxTurns?: number;
  };

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
