// What a positional argument of a command names: a profile, or an address.
import type { Context } from '../../context.ts';
import type { ConnectionOptions } from '../../profiles/flags.ts';

/** A positional argument that is an address rather than the name of a profile. */
const isAddress = (text: string): boolean => /:\/\/|[/:]|^localhost$|\.[a-z]{2,}$/i.test(text);

/** Adds the positional argument to the options: as profile, or as base URL. */
export function aimedAt(
  argument: string | undefined,
  options: ConnectionOptions,
  context: Context,
): ConnectionOptions {
  if (argument === undefined) return options;
  // Nothing with a colon or a slash is the name of a profile: a broken config.json does not matter then.
  const isProfile =
    !/[:/]/.test(argument) &&
    context
      .store(context.dirs.config, () => {})
      .read()
      .profile(argument) !== undefined;
  return !isProfile && isAddress(argument)
    ? { ...options, baseUrl: argument }
    : { ...options, profile: argument, profileFrom: 'the command line' };
}
