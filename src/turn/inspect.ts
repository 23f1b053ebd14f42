// What can be done with a request instead of sending it: curl, counting. The dry run is dry-run.ts.
import type { Context } from '../context.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { configuredProxy } from '../http/proxy-choice.ts';
import { isSecretHeader } from '../http/wire.ts';
import type { Client } from '../messages/client.ts';
import { type Endpoint, isLoopback, urlOf } from '../messages/endpoint.ts';
import { postRequest } from '../messages/request.ts';
import { countTokens } from '../messages/resources.ts';
import { isSecretParameter, Secret } from '../messages/secret.ts';
import type { ConnectionOptions } from '../profiles/flags.ts';
import type { KeyReference } from '../profiles/setting-kinds.ts';
import type { Settings } from '../profiles/settings.ts';
import type { JsonObject } from '../text/json.ts';
import { shellQuote } from '../text/shell-quote.ts';
import { endpointFor } from './connection/connection.ts';
import { curlText } from './curl-text.ts';
import { type Notify, retryNote } from './notes.ts';
import { withTimeLimit } from './time-limit.ts';

/** Whether the environment has a proxy for a URL that msg leaves out because the URL is this machine. */
const isMissedByMsg = (url: string, { proxy }: Settings, { env }: Context): boolean =>
  proxy === undefined && isLoopback(url) && configuredProxy(url, env) !== undefined;

/** Prints the request as a runnable curl command; every secret stands as a variable. */
export async function printCurl(
  settings: Settings,
  options: ConnectionOptions,
  body: JsonObject,
  context: Context,
  note: Notify,
): Promise<ExitCode> {
  const endpoint = await printableEndpoint(settings);
  const { proxy, password } = splitProxy(settings.proxy?.value);
  const flags: readonly (readonly [string, string | undefined])[] = [
    ['--proxy', proxy],
    // curl would ask a proxy of the environment for this machine too.
    ['--noproxy', isMissedByMsg(urlOf(endpoint, 'messages'), settings, context) ? '*' : undefined],
    ['--cacert', settings.cacert?.value],
    ['--cert', settings.clientCert?.value],
    ['--key', settings.clientKey?.value],
    ['--connect-timeout', options.connectTimeout?.toString()],
    ['--max-time', options.timeout?.toString()],
  ];
  const extra = flags.flatMap(([flag, value]) =>
    value === undefined ? [] : [`${flag} ${shellQuote(value)}`],
  );
  if (password !== undefined) extra.push(`--proxy-user "$${proxyVariable}"`);
  if (options.insecure) extra.push('--insecure');
  const request = postRequest(endpoint, 'messages', body);
  const { url, names } = withoutQuerySecrets(request.url);
  await context.streams.stdout.write(curlText({ ...request, url }, { extra }));
  if (settings.preset?.id === 'demo')
    note('The demo lives inside msg, where curl cannot reach it. For an address it can: msg mock');
  for (const text of missingVariables(settings, names, password !== undefined)) note(text);
  return exitCodes.done;
}

const proxyVariable = 'PROXY_USER_AND_PASSWORD';

/** What has to be put into the environment before the command can run. */
function missingVariables(
  { key, headers }: Settings,
  parameters: readonly string[],
  hasProxyPassword: boolean,
): string[] {
  return [
    ...(key === undefined || key.value.kind === 'env'
      ? []
      : [`Before you run it, put the key into ${keyVariable(key.value)}.`]),
    ...Object.keys(headers?.value ?? {})
      .filter(isSecretHeader)
      .map((name) => `Before you run it, put the value of the header ${name} into ${variableFor(name)}.`),
    ...parameters.map(
      (name) => `Before you run it, put ${name}, as it stands in the URL, into ${variableFor(name)}.`,
    ),
    ...(hasProxyPassword ? [`Before you run it, put user:password of the proxy into ${proxyVariable}.`] : []),
  ];
}

/** Keys that are not in the environment have to be put there first; the name says which. */
const keyVariable = (reference: KeyReference): string =>
  reference.kind === 'env' ? reference.name : 'MSG_API_KEY';
const variableFor = (name: string): string => name.toUpperCase().replace(/\W/g, '_');

/** The endpoint, with a variable in place of every secret. */
export async function printableEndpoint(settings: Settings): Promise<Endpoint> {
  const endpoint = await endpointFor(
    settings,
    undefined,
    async (reference) => new Secret(`$${keyVariable(reference)}`),
  );
  return { ...endpoint, headers: withVariables(endpoint.headers) };
}

/** Headers with a variable in place of every secret. */
export function withVariables(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => {
      if (!isSecretHeader(name)) return [name, value];
      const scheme = /^\w+ (?=\S)/.exec(value)?.[0] ?? '';
      return [name, `${scheme}$${variableFor(name)}`];
    }),
  );
}

/** A URL with variables in place of the secrets in its query, and the names of those. */
function withoutQuerySecrets(address: string): { url: string; names: string[] } {
  const names: string[] = [];
  const url = address.replace(/([?&])([^=&]+)=[^&]*/g, (all, sign, name) => {
    if (!isSecretParameter(name)) return all;
    names.push(name);
    return `${sign}${name}=$${variableFor(name)}`;
  });
  return { url, names };
}

/** A proxy URL and, apart from it, whether a user and a password belong to it. */
export function splitProxy(url: string | undefined): { proxy: string | undefined; password?: string } {
  const [, scheme = '', password, host] = /^([a-z0-9+.-]+:\/\/)?([^@/]+)@(.*)$/i.exec(url ?? '') ?? [];
  return password === undefined ? { proxy: url } : { proxy: `${scheme}${host}`, password };
}

/** Prints the number of input tokens. `timeout` in seconds. */
export async function countPrompt(
  client: Client,
  body: JsonObject,
  { timeout, isJson }: { readonly timeout: number | undefined; readonly isJson: boolean },
  context: Context,
  note: Notify,
): Promise<ExitCode> {
  const count = await withTimeLimit(timeout, context, (signal) =>
    countTokens(client, body, { signal, onRetry: retryNote(note) }),
  );
  const text = isJson ? JSON.stringify({ input_tokens: count }) : count;
  await context.streams.stdout.write(`${text}\n`);
  return exitCodes.done;
}
