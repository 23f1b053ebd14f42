// Options several commands share, each declared once, in the groups `--help` prints.
import type { Command } from 'commander';
import { usageError } from '../errors.ts';
import { type AuthScheme, authSchemes } from '../messages/endpoint.ts';
import { modelName } from './fields.ts';

/** The way to the endpoint. */
export type NetworkOptions = {
  proxy?: string;
  cacert?: string;
  clientCert?: string;
  clientKey?: string;
  insecure?: boolean;
  /** Seconds. */
  timeout?: number;
  connectTimeout?: number;
  idleTimeout?: number;
};

/** Where to, with which key. */
export type ConnectionOptions = NetworkOptions & {
  profile?: string;
  /** What named the profile, for errors, where it was not --profile. */
  profileFrom?: string;
  baseUrl?: string;
  messagesUrl?: string;
  auth?: AuthScheme;
  apiKeyEnv?: string;
  apiKeyFile?: string;
  model?: string;
  anthropicVersion?: string;
  beta?: string[];
  header?: string[];
  maxRetries?: number;
};

/** How msg itself behaves. */
export type CommonOptions = { quiet?: boolean; verbose?: boolean; debug?: boolean; color?: boolean };

/** The most --max-retries takes. */
export const mostRetries = 10;

export function connectionFlags(command: Command, timeLimit?: string): Command {
  command
    .optionsGroup('Connection:')
    .option('-P, --profile <name>', 'profile to use: a name from `msg profiles`, demo, or env (ANTHROPIC_*)')
    .option('--base-url <url>', 'endpoint, with or without /v1')
    .option('--messages-url <url>', 'exact URL of the endpoint, for routes without /v1: nothing is added')
    .addOption(command.createOption('--auth <scheme>', 'header that carries the key').choices(authSchemes))
    .option('--api-key-env <name>', 'environment variable that holds the key')
    .option('--api-key-file <file>', 'file that holds the key')
    .option('-m, --model <id>', 'model to ask', parseModel)
    .option('--anthropic-version <date>', 'API version header (default: 2023-06-01)')
    .option('--beta <name>', 'beta to ask for; repeatable, or comma-separated', collectList)
    .option(
      '-H, --header <name: value>',
      'another request header, or "name:" to leave out one; repeatable',
      collect,
    );
  return networkFlags(command, timeLimit).option(
    '--max-retries <n>',
    'how often a failed request is sent again (default: 2)',
    numberParser('--max-retries', { min: 0, max: mostRetries }),
  );
}

/** The options of the way to an endpoint; `timeLimit` says what --timeout limits, and by how much without it. */
export function networkFlags(command: Command, timeLimit = 'the whole exchange (default: none)'): Command {
  const seconds = (flag: string): ((text: string) => number) =>
    numberParser(flag, { min: 0, isInteger: false });
  return command
    .optionsGroup('Network:')
    .option('-x, --proxy <url>', 'proxy (default: HTTPS_PROXY, HTTP_PROXY, NO_PROXY; none for localhost)')
    .option('--cacert <file>', 'PEM of a CA to trust beside the system roots')
    .option('--client-cert <file>', 'PEM of a client certificate')
    .option('--client-key <file>', 'PEM of its key')
    .option('-k, --insecure', 'accept any certificate')
    .option('--timeout <seconds>', `limit of ${timeLimit}`, seconds('--timeout'))
    .option('--connect-timeout <seconds>', 'limit of connecting (default: 10)', seconds('--connect-timeout'))
    .option(
      '--idle-timeout <seconds>',
      'longest time without content; pings are none (default: 600; 300 without a byte)',
      seconds('--idle-timeout'),
    );
}

export function commonFlags(command: Command): Command {
  return command
    .optionsGroup('Output:')
    .option('-q, --quiet', 'no notes and no spinner on stderr')
    .option(
      '-v, --verbose',
      'headers of request and answer on stderr, keys masked; what of the answer is left out',
    )
    .option('--color', 'colours even in a pipe')
    .option('--no-color', 'no colours (NO_COLOR works too)')
    .option('--debug', 'stack traces and causes of errors');
}

/** Of -m. */
export const parseModel = (text: string): string => modelName(text, '--model');

/** For options that may be given several times. */
export const collect = (value: string, previous: string[] = []): string[] => [...previous, value];

const collectList = (value: string, previous: string[] = []): string[] => [
  ...previous,
  ...value
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== ''),
];

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
