// What `send` can do instead of sending: curl, dry run, counting.
import type { Context } from '../context.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import type { Client } from '../messages/client.ts';
import { postRequest } from '../messages/request.ts';
import { countTokens } from '../messages/resources.ts';
import { Secret } from '../messages/secret.ts';
import type { JsonObject } from '../messages/types.ts';
import type { KeyReference } from '../profiles/profile.ts';
import { describeSource, type Settings } from '../profiles/settings.ts';
import { curlText, shellQuote } from '../render/curl-text.ts';
import { endpointFor } from './connection.ts';
import type { ConnectionOptions } from './flags.ts';

/** Prints the request as a runnable curl command; the key stands as the variable it comes from. */
export async function printCurl(
  settings: Settings,
  options: ConnectionOptions,
  body: JsonObject,
  context: Context,
): Promise<ExitCode> {
  const endpoint = await endpointFor(
    settings,
    undefined,
    async (reference) => new Secret(`$${keyVariable(reference)}`),
  );
  const flags: readonly (readonly [string, string | undefined])[] = [
    ['--proxy', settings.proxy?.value],
    ['--cacert', settings.cacert?.value],
    ['--cert', settings.clientCert?.value],
    ['--key', settings.clientKey?.value],
    ['--connect-timeout', options.connectTimeout?.toString()],
    ['--max-time', options.timeout?.toString()],
  ];
  const extra = flags.flatMap(([flag, value]) =>
    value === undefined ? [] : [`${flag} ${shellQuote(value)}`],
  );
  if (options.insecure) extra.push('--insecure');
  await context.streams.stdout.write(curlText(postRequest(endpoint, 'messages', body), { extra }));
  return exitCodes.done;
}

/** Keys that are not in the environment have to be put there first; the name says which. */
const keyVariable = (reference: KeyReference): string =>
  reference.kind === 'env' ? reference.name : 'MSG_API_KEY';

/** Prints the request, keys masked, and the source of every setting, as one JSON object. */
export async function printDryRun(settings: Settings, body: JsonObject, context: Context): Promise<ExitCode> {
  const endpoint = await endpointFor(
    settings,
    undefined,
    async (reference) => new Secret(`$${keyVariable(reference)}`),
  );
  const { method, url, headers } = postRequest(endpoint, 'messages', body);
  const sources = Object.fromEntries(
    Object.entries(settings).flatMap(([name, setting]) =>
      isSetting(setting) ? [[name, { value: setting.value, from: describeSource(setting.source) }]] : [],
    ),
  );
  await context.streams.stdout.write(
    `${JSON.stringify({ request: { method, url, headers, body }, settings: sources }, null, 2)}\n`,
  );
  return exitCodes.done;
}

const isSetting = (
  value: unknown,
): value is { value: unknown; source: Parameters<typeof describeSource>[0] } =>
  typeof value === 'object' && value !== null && 'source' in value && 'value' in value;

/** Prints the number of input tokens. */
export async function countPrompt(client: Client, body: JsonObject, context: Context): Promise<ExitCode> {
  await context.streams.stdout.write(`${await countTokens(client, body)}\n`);
  return exitCodes.done;
}
