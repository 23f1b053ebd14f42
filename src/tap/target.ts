// What the tap stands in front of: an address, to which clients bring their own keys, or a profile, whose key is lent to
// those who present the token.
import { randomBytes } from 'node:crypto';
import { baseForms, defaultVersion, type Endpoint, revealFor } from '../messages/endpoint.ts';
import { redact, Secret } from '../messages/secret.ts';
import type { ConnectionOptions } from '../profiles/flags.ts';
import { programVariables, type Variables } from '../profiles/program-variables.ts';
import type { Settings } from '../profiles/settings.ts';
import { shellQuote } from '../text/shell-quote.ts';
import { openConnection } from '../turn/connection/connection.ts';
import { type ConnectionInput, routeOf } from '../turn/connection/network.ts';
import { requireBaseUrl, settingsFor } from '../turn/connection/setting-sources.ts';
import type { RouteOptions } from './routes.ts';

export type TapTarget = Pick<RouteOptions, 'endpoint' | 'token' | 'connectTimeoutMs' | 'tls' | 'proxyFor'> & {
  /** For people: the base URL, and whose profile it is. */
  readonly title: string;
  readonly settings: Settings;
  /** A key that was refused may have a successor. */
  refreshKey(): Promise<void>;
  close(): Promise<void>;
};

/** A token nobody can guess. */
export const newToken = (): Secret => new Secret(`msg-tap-${randomBytes(20).toString('hex')}`);

/**
 * Opens the target of the options. With a base URL alone, clients bring their own keys.
 * @throws MsgError `config` when there is none, or its key cannot be had
 */
export async function openTapTarget(options: ConnectionOptions, input: ConnectionInput): Promise<TapTarget> {
  const { context, note } = input;
  if (options.baseUrl !== undefined && options.profile === undefined) {
    const settings = settingsFor({ ...options, auth: 'none' }, context, note);
    const endpoint = bareEndpoint(requireBaseUrl(settings));
    return {
      ...(await routeOf(settings, input)),
      title: baseForms(endpoint.baseUrl).sdk,
      settings,
      token: undefined,
      endpoint: () => endpoint,
      async refreshKey() {},
      async close() {},
    };
  }
  const settings = settingsFor(options, context, note);
  const { client, close } = await openConnection(settings, input);
  const { preset, profile } = settings;
  const base = preset?.id === 'demo' ? 'the built-in demo' : baseForms(client.endpoint.baseUrl).sdk;
  return {
    ...(await routeOf(settings, { ...input, note: () => {} })),
    title: profile === undefined || preset?.id === 'demo' ? base : `${base} (profile ${profile.value})`,
    settings,
    token: newToken(),
    endpoint: () => client.endpoint,
    async refreshKey() {
      await client.freshEndpoint?.();
    },
    close,
  };
}

const bareEndpoint = (baseUrl: string): Endpoint => ({
  baseUrl,
  auth: 'none',
  version: defaultVersion,
  betas: [],
  headers: {},
  doctorCommand: `msg doctor ${shellQuote(redact(baseUrl))}`,
  modelsCommand: 'msg models',
});

/**
 * The variables that point a client at the tap. Where a key is lent, the token stands in its place: in the variable that
 * fits the client, as Claude Code asks about every new ANTHROPIC_API_KEY, and others know no ANTHROPIC_AUTH_TOKEN.
 */
export function clientVariables(
  { token, endpoint, settings }: TapTarget,
  url: string,
  client: 'claude' | 'other',
): Variables {
  if (token === undefined) return { ANTHROPIC_BASE_URL: url };
  const auth = client === 'claude' || endpoint().auth === 'bearer' ? 'bearer' : 'x-api-key';
  // What the tap adds itself (headers of the profile), the client need not.
  return lentVariables(
    { ...endpoint(), baseUrl: url, messagesUrl: undefined, headers: {}, key: token, auth },
    settings,
  );
}

/** The token stands where the key would. */
const lentVariables = (lent: Endpoint, settings: Settings): Variables =>
  programVariables(lent, { key: revealFor('program', lent), sdk: 'anthropic', settings });
