// The keys that can be known without asking anybody: a server may quote one that this request did not use.
import { isSecretHeader } from '../http/wire.ts';
import { secretInHeader } from '../messages/secret.ts';
import { presets } from './presets.ts';
import { createStore } from './store.ts';

/** Where keys of this product and of the official SDKs stand, besides those the presets name. */
const commonVariables = ['MSG_API_KEY', 'ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN'];

/**
 * Stored keys, keys in variables, and secret headers, of every profile. No key command is run and no keychain is
 * opened for it. What cannot be read is left out: that is told where it is needed.
 */
export function keysAtHand(
  env: Readonly<Record<string, string | undefined>>,
  configDirectory: string,
): string[] {
  // Without a user id the files are only read: whatever is wrong with them, nothing is repaired on the way.
  const processes = { own: 0, isAlive: () => true };
  const store = createStore({ directory: configDirectory, userId: undefined, processes, note: () => {} });
  const config = attempt(() => store.read());
  const profiles = (config?.names ?? []).flatMap((name) => attempt(() => config?.profile(name)) ?? []);
  const variables = [
    ...commonVariables,
    ...presets.flatMap((preset) => preset.keyEnv),
    ...profiles.flatMap(({ key }) => (key?.kind === 'env' ? [key.name] : [])),
  ];
  return [
    ...(attempt(() => store.storedKeys()) ?? []),
    ...[...new Set(variables)].flatMap((name) => env[name]?.trim() || []),
    ...profiles.flatMap(({ headers }) =>
      Object.entries(headers ?? {}).flatMap(([name, value]) =>
        isSecretHeader(name) ? secretInHeader(value) : [],
      ),
    ),
  ];
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
