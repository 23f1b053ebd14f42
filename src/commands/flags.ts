// Options several commands share, each declared once, in the groups `--help` prints.
import type { Command } from 'commander';
import { usageError } from '../errors.ts';
import { type AuthScheme, authSchemes } from '../messages/endpoint.ts';

/** Where to, with which key. */
export type ConnectionOptions = {
  profile?: string;
  baseUrl?: string;
  auth?: AuthScheme;
  apiKeyEnv?: string;
  model?: string;
};

/** How msg itself behaves. */
export type CommonOptions = { quiet?: boolean; debug?: boolean; color?: boolean };

export function connectionFlags(command: Command): Command {
  return command
    .optionsGroup('Connection:')
    .option('-P, --profile <name>', 'profile to use: a name from `msg profiles`, demo, or env (ANTHROPIC_*)')
    .option('--base-url <url>', 'endpoint, with or without /v1')
    .addOption(command.createOption('--auth <scheme>', 'header that carries the key').choices(authSchemes))
    .option('--api-key-env <name>', 'environment variable that holds the key')
    .option('-m, --model <id>', 'model to ask');
}

export function commonFlags(command: Command): Command {
  return command
    .optionsGroup('Output:')
    .option('-q, --quiet', 'no notes and no spinner on stderr')
    .option('--no-color', 'no colours (NO_COLOR works too)')
    .option('--debug', 'stack traces and causes of errors');
}

/** A parser for options that take a number within bounds. */
export function numberParser(
  name: string,
  check: { min: number; max?: number; isInteger?: boolean },
): (text: string) => number {
  const { min, max = Number.POSITIVE_INFINITY, isInteger = true } = check;
  return (text) => {
    const value = Number(text);
    if (
      text.trim() === '' ||
      Number.isNaN(value) ||
      value < min ||
      value > max ||
      (isInteger && !Number.isInteger(value))
    ) {
      const range = max === Number.POSITIVE_INFINITY ? `from ${min}` : `from ${min} to ${max}`;
      throw usageError(
        `${name} takes a ${isInteger ? 'whole ' : ''}number ${range}, not ${JSON.stringify(text)}.`,
      );
    }
    return value;
  };
}
