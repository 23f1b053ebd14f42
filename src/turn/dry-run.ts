// `--dry-run`: the request as it would be sent, and where each value comes from. Sends nothing.
import type { Context } from '../context.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { postRequest } from '../messages/request.ts';
import { redact } from '../messages/secret.ts';
import type { ConnectionOptions } from '../profiles/flags.ts';
import type { GenerationFlags } from '../profiles/generation-flags.ts';
import { describeSource, type Setting, type Settings } from '../profiles/settings.ts';
import { parseAssignment, readObjectArgument } from '../terminal/json-argument.ts';
import { isObject, type Json, type JsonObject, snakeCase } from '../text/json.ts';
import { proxyChoice } from './connection/network.ts';
import { printableEndpoint, splitProxy, withVariables } from './inspect.ts';

/** The options that make the body. */
export type BodyOptions = GenerationFlags &
  Pick<ConnectionOptions, 'model' | 'promptLayer'> & {
    /** Those that the prompt says, not the command line. */
    promptOptions?: readonly string[];
  };

type Shown = { readonly value: unknown; readonly alias?: string; readonly from: string };

/** Prints the request, keys masked, and the source of every value, as one JSON object. */
export async function printDryRun(
  settings: Settings,
  options: BodyOptions,
  body: JsonObject,
  context: Context,
): Promise<ExitCode> {
  const { method, url, headers } = postRequest(await printableEndpoint(settings), 'messages', body);
  const request = { method, url: redact(url), headers, body };
  const sources = {
    ...shownSettings(settings),
    ...shownHeaders(settings),
    ...shownProxy(url, settings, context),
    ...shownBody(body, settings, options),
  };
  await context.streams.stdout.write(`${JSON.stringify({ request, settings: sources }, null, 2)}\n`);
  return exitCodes.done;
}

const shownSettings = ({
  headers: _headers,
  headerSources: _ofEach,
  ...settings
}: Settings): Record<string, Shown> =>
  Object.fromEntries(
    Object.entries(settings).flatMap(([name, setting]) =>
      isSetting(setting)
        ? [
            [
              snakeCase(name),
              { value: shownValue(name, setting.value), from: describeSource(setting.source) },
            ],
          ]
        : [],
    ),
  );

const shownValue = (name: string, value: unknown): unknown =>
  name === 'baseUrl' || name === 'messagesUrl'
    ? redact(String(value))
    : name === 'proxy'
      ? withoutPassword(String(value))
      : value;

/** Named like the field of a profile that sets one. */
const shownHeaders = ({ headers, headerSources = {} }: Settings): Record<string, Shown> =>
  Object.fromEntries(
    Object.entries(withVariables(headers?.value ?? {})).flatMap(([name, value]) => {
      const source = headerSources[name];
      return source === undefined ? [] : [[`header.${name}`, { value, from: describeSource(source) }]];
    }),
  );

/** The proxy of the environment is no setting, and counts all the same. */
function shownProxy(url: string, settings: Settings, context: Context): Record<string, Shown> {
  const choice = proxyChoice(url, settings, context);
  return choice === undefined ? {} : { proxy: { value: withoutPassword(choice.url), from: choice.source } };
}

function withoutPassword(url: string): string | undefined {
  const { proxy, password } = splitProxy(url);
  return password === undefined ? proxy : `${proxy} (with user and password)`;
}

/** The options that make a field of the body, besides --body and --set, which may change any. */
const optionsOf: Readonly<Record<string, readonly (keyof BodyOptions)[]>> = {
  model: ['model'],
  system: ['system', 'systemFile'],
  max_tokens: ['maxTokens'],
  temperature: ['temperature'],
  top_p: ['topP'],
  top_k: ['topK'],
  stop_sequences: ['stop'],
  thinking: ['thinking'],
  output_config: ['effort', 'schema'],
  tools: ['tools'],
  tool_choice: ['toolChoice'],
  cache_control: ['cache'],
};

/** Every field of the body but the messages, which are the prompt. */
function shownBody(
  { messages: _messages, ...body }: JsonObject,
  settings: Settings,
  options: BodyOptions,
): Record<string, Shown> {
  const { body: bodyArgument, set = [] } = options;
  const over = bodyArgument === undefined ? {} : readObjectArgument('--body', bodyArgument);
  const assignments = set.map(parseAssignment);
  const sourceOf = (name: string): string => {
    const flags = (optionsOf[name] ?? []).filter((option) => options[option] !== undefined);
    let from = flags.map((option) =>
      options.promptOptions?.includes(option)
        ? `prompt ${options.promptLayer?.name}`
        : `--${snakeCase(option).replaceAll('_', '-')}`,
    );
    // Objects merge, everything else is replaced.
    if (over[name] !== undefined) from = [...(isObject(over[name]) ? from : []), '--body'];
    for (const { path } of assignments.filter(({ path: [first] }) => first === name))
      from = [...(path.length > 1 ? from : []), '--set'];
    return from.length > 0 ? [...new Set(from)].join(', ') : settingSource(name, settings);
  };
  // `--system ''` leaves out what the profile would send.
  const isLeftOut = body['system'] === undefined && (options.system ?? options.systemFile) !== undefined;
  return Object.fromEntries(
    Object.entries({ ...body, ...(isLeftOut ? { system: null } : {}) }).map(([name, value]) => [
      name,
      { value, ...(name === 'model' && aliasOf(value, settings)), from: sourceOf(name) },
    ]),
  );
}

/** The short name that the model of the body was given by. */
const aliasOf = (value: Json, { model }: Settings): { alias?: string } =>
  model?.alias !== undefined && model.value === value ? { alias: model.alias } : {};

function settingSource(name: string, { model, system, maxTokens, cache }: Settings): string {
  const setting = { model, system, max_tokens: maxTokens, cache_control: cache }[name];
  return setting === undefined ? 'default' : describeSource(setting.source);
}

const isSetting = (value: unknown): value is Setting<unknown> =>
  typeof value === 'object' && value !== null && 'source' in value && 'value' in value;
