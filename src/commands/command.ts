// What a command file exports: how it looks on the command line, and what runs.
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import type { ExitCode } from '../exit-codes.ts';

export type CommandModule = {
  /** Adds arguments, options and the action, which ends in `finish(code)`. */
  declare(command: Command, context: Context, finish: (code: ExitCode) => void): void;
};
