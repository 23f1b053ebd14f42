// What `--race` may be asked together with: which options would send one target's key to another, or mean nothing.
import { configError, usageError } from '../../errors.ts';
import { describeSource, type Settings } from '../../profiles/settings.ts';
import { isRaceFormat, type RaceFormat } from '../report/race-formats.ts';
import { type DoctorCommandOptions, formatFor } from './options.ts';

/** Options that hold for one target: with several, a key, a header or an address would reach all of them. */
const ofOneTarget: readonly (readonly [keyof DoctorCommandOptions, string])[] = [
  ['profile', '--profile'],
  ['baseUrl', '--base-url'],
  ['messagesUrl', '--messages-url'],
  ['apiKeyEnv', '--api-key-env'],
  ['apiKeyFile', '--api-key-file'],
  ['header', '--header'],
  ['clientCert', '--client-cert'],
  ['clientKey', '--client-key'],
];

/**
 * The format that is asked for.
 * @throws MsgError `usage` for one that a race has not
 */
export function raceFormatFor(options: DoctorCommandOptions): RaceFormat {
  const format = formatFor(options);
  if (!isRaceFormat(format))
    throw usageError(`A race is text, json, md or html, not ${format}.`, 'Next: --format json');
  return format;
}

/** @throws MsgError `usage` for options that do not go with several targets */
export function refuseShared(targets: readonly string[], options: DoctorCommandOptions): void {
  const shared = targets.length < 2 ? undefined : ofOneTarget.find(([name]) => options[name] !== undefined);
  if (shared !== undefined)
    throw usageError(
      `${shared[1]} is for one target, and would reach all ${targets.length} of this race.`,
      'Give each its own in a profile: msg profiles add NAME',
    );
}

/**
 * The same for variables: an address of the environment stands over those of all profiles.
 * @throws MsgError `config`
 */
export function refuseOneAddress(all: readonly Settings[]): void {
  const source = all
    .map(({ baseUrl, messagesUrl }) => (messagesUrl ?? baseUrl)?.source)
    .find((one) => one?.from === 'env' && one.name.startsWith('MSG_'));
  if (all.length > 1 && source !== undefined)
    throw configError(
      `${describeSource(source)} stands over the address of every profile: all would be one target.`,
      `Next: unset ${describeSource(source)}`,
    );
}
