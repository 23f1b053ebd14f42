// What a command file exports, and what a command is that only has subcommands.
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import type { ExitCode } from '../exit-codes.ts';
import { addAliases } from './command-words.ts';

/**
 * Adds to a command its arguments, its options and the action, which ends in `finish(code)`; to a group, one
 * subcommand.
 */
export type Declaration = (command: Command, context: Context, finish: (code: ExitCode) => void) => void;

export type CommandModule = { readonly declare: Declaration };

/** A command that only has subcommands. */
export const groupOf =
  (description: string, declarations: readonly Declaration[]): Declaration =>
  (command, context, finish) => {
    command.description(description);
    for (const declareOne of declarations) declareOne(command, context, finish);
    addAliases(command);
  };
