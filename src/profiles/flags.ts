// Options several commands share, each declared once, in the groups `--help` prints.
import type { Command, Option } from 'commander';
import { usageError } from '../errors.ts';
import { authSchemes } from '../messages/endpoint.ts';
import { cacheTimes } from '../messages/request.ts';
import { modelName } from './kind.ts';
import { cacheValue, type KindValues, onOrOff, splitList, wrappings } from './setting-kinds.ts';
import {
  keyFileFlag,
  longFlag,
  type PromptLayer,
  type SettingName,
  type SettingOptions,
  settingRow,
  settingsIn,
} from './settings.ts';

/** The way to the endpoint. */
export type NetworkOptions = SettingOptions<'Network'> & {
  insecure?: boolean;
  /** Seconds. */
  timeout?: number;
  connectTimeout?: number;
  idleTimeout?: number;
};

/** Where to, with which key. */
export type ConnectionOptions = NetworkOptions &
  SettingOptions<'Connection'> & {
    profile?: string;
    /** What named the profile, for errors, where it was not --profile. */
    profileFrom?: string;
    apiKeyFile?: string;
    maxRetries?: number;
    /** Of the prompt that was asked for by name. */
    promptLayer?: PromptLayer;
  };

/** How msg itself behaves. */
export type CommonOptions = { quiet?: boolean; verbose?: boolean; debug?: boolean; color?: boolean };

/** The most --max-retries takes. */
export const mostRetries = 10;

export function connectionFlags(command: Command, timeLimit?: string): Command {
  command
    .optionsGroup('Connection:')
    .option('-P, --profile <name>', 'profile to use: a name from `msg profiles`, demo, or env (ANTHROPIC_*)');
  for (const name of settingsIn('Connection')) {
    settingFlag(command, name);
    if (name === 'key') command.option(keyFileFlag.flag, keyFileFlag.help);
  }
  return networkFlags(command, timeLimit).option(
    '--max-retries <n>',
    'how often a failed request is retried (default: 2)',
    numberParser('--max-retries', { min: 0, max: mostRetries }),
  );
}

/** Adds the option of a setting. */
export const settingFlag = (command: Command, name: SettingName, help?: string): Command =>
  command.addOption(settingOption(command, name, help));

/** The option of a setting, as its row declares it. */
export function settingOption(command: Command, name: SettingName, help = settingRow(name).help): Option {
  const { flag, kind } = settingRow(name);
  const option = command.createOption(flag ?? '', help);
  const parse = optionParsers[kind]?.(longFlag(flag ?? ''));
  if (parse !== undefined) option.argParser(parse as (text: string) => unknown);
  if (kind === 'cache') option.preset(cacheTimes[0]);
  if (kind === 'onOff') option.preset(onOrOff[0]);
  const words = choices[kind];
  return words === undefined ? option : option.choices(words);
}

/** The kinds whose values are a few words. */
const choices: { readonly [K in keyof KindValues]?: readonly string[] } = {
  scheme: authSchemes,
  wrapping: wrappings,
  onOff: onOrOff,
};

/** How commander makes of a text what an option of a kind gives, where it is not the text. */
const optionParsers: {
  readonly [K in keyof KindValues]?: (
    flag: string,
  ) => (text: string, previous: string[] | undefined) => unknown;
} = {
  model: (flag) => (text) => modelName(text, flag),
  count: (flag) => numberParser(flag, { min: 0 }),
  names: () => (text, previous) => [...(previous ?? []), ...splitList(text)],
  headers: () => collect,
  cache: (flag) => (text) => cacheValue(text, flag),
};

/** Proxy and certificates: all that matters where somebody else's requests are passed on. */
export function routeFlags(command: Command): Command {
  command.optionsGroup('Network:');
  for (const name of settingsIn('Network')) settingFlag(command, name);
  return command.option('-k, --insecure', 'accept any certificate');
}

/** The options of the way to an endpoint; `timeLimit` says what --timeout limits, and by how much without it. */
export function networkFlags(command: Command, timeLimit = 'the whole exchange (default: none)'): Command {
  const seconds = (flag: string): ((text: string) => number) =>
    numberParser(flag, { min: 0, isInteger: false });
  return routeFlags(command)
    .option('--timeout <seconds>', `limit for ${timeLimit}`, seconds('--timeout'))
    .option('--connect-timeout <seconds>', 'limit for connecting (default: 10)', seconds('--connect-timeout'))
    .option(
      '--idle-timeout <seconds>',
      'longest time without content, not counting pings; four times that before the answer begins (default: 600; 300 without any byte)',
      seconds('--idle-timeout'),
    );
}

/** What -v does where requests are made. */
export const verboseRequests = 'headers of requests and answers on stderr, keys masked';

/** `verbose` says what -v shows; where it shows nothing it is taken all the same, but not offered. */
export function commonFlags(command: Command, verbose?: string): Command {
  return command
    .optionsGroup('General:')
    .option('-q, --quiet', 'no notes and no spinner on stderr')
    .addOption(command.createOption('-v, --verbose', verbose ?? 'more').hideHelp(verbose === undefined))
    .option('--color', 'colours even in a pipe')
    .option('--no-color', 'no colours (NO_COLOR works too)')
    .option('--debug', 'stack traces and causes of errors');
}

/** For options that may be given several times. */
export const collect = (value: string, previous: string[] = []): string[] => [...previous, value];

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
