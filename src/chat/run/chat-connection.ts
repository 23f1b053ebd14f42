// What a chat talks over: an open connection, tools, and what is generated. `/profile` replaces it.

import type { Context } from '../../context.ts';
import { interrupted } from '../../errors.ts';
import type { Transport, WireResponse } from '../../http/wire.ts';
import { hostOf } from '../../messages/endpoint.ts';
import type { GenerationOptions } from '../../messages/request.ts';
import { listModels, type ModelInfo } from '../../messages/resources.ts';
import type { CommonOptions, ConnectionOptions } from '../../profiles/flags.ts';
import type { GenerationFlags } from '../../profiles/generation-flags.ts';
import { aliasText, modelOfAlias } from '../../profiles/profile-kinds.ts';
import { modelText } from '../../profiles/settings.ts';
import { type Connection, openConnection } from '../../turn/connection/connection.ts';
import { requireBaseUrl, settingsFor } from '../../turn/connection/setting-sources.ts';
import { generationOptions, readToolDefinitions } from '../../turn/generation.ts';
import { type DeclaredTools, declareTools, noTools } from '../../turn/tools.ts';
import type { Session } from '../session/chat-session.ts';
import { type Author, authorAt } from '../session/turns.ts';

export type ChatConnection = Connection & {
  /** What it was opened with: the doctor examines the same. */
  readonly options: ChatConnectionOptions;
  readonly context: Context;
  readonly tools: DeclaredTools;
  /** What the flags and the profile say; `/model`, `/system` and `/set` go over it. */
  readonly generation: GenerationOptions;
  /** Loads what the first request needs, while the user still types. */
  readonly warmUp: () => void;
  /** The models on offer, asked for once. @throws MsgError where the endpoint has no list */
  readonly models: () => Promise<readonly ModelInfo[]>;
  /** The context window of a model in tokens; null when nobody says. */
  readonly windowOf: (model: string) => Promise<number | null>;
  /** Ends the wait for the list of models. */
  readonly stopAsking: () => void;
};

export type ChatConnectionOptions = ConnectionOptions & CommonOptions & GenerationFlags;

/**
 * Opens the connection.
 * @throws MsgError `config` when endpoint, key or model is missing, `usage` for malformed options
 */
export async function openChatConnection(
  options: ChatConnectionOptions,
  context: Context,
  note: (text: string) => void,
  signal?: AbortSignal,
): Promise<ChatConnection> {
  const settings = settingsFor(options, context, note);
  requireBaseUrl(settings);
  const generation = generationOptions(options, settings);
  const transport = deferredTransport(context);
  const input = { options, context: { ...context, ...transport }, note, signal };
  const connection = await openConnection(settings, input);
  let list: Promise<readonly ModelInfo[]> | undefined;
  let asking = new AbortController();
  const models = (): Promise<readonly ModelInfo[]> => {
    list ??= listModels(connection.client, { signal: asking.signal });
    // Asked again after a failure: it may have been the network.
    list.catch(() => {
      list = undefined;
    });
    return list;
  };
  const windowOf = async (model: string): Promise<number | null> => {
    const known = await models().catch(() => []);
    return known.find(({ id }) => id === model)?.maxInputTokens ?? null;
  };
  return {
    ...connection,
    options,
    context,
    warmUp: transport.warmUp,
    models,
    windowOf,
    stopAsking: () => {
      asking.abort(interrupted('SIGINT'));
      asking = new AbortController();
    },
    tools: options.tools === undefined ? noTools : declareTools(readToolDefinitions(options.tools)),
    generation,
  };
}

/** Opens the transport with the first request, not before the prompt: loading it takes as long as Node itself. */
function deferredTransport(context: Context): Pick<Context, 'transport'> & { readonly warmUp: () => void } {
  let warmUp = (): void => {};
  return {
    warmUp: () => warmUp(),
    async transport(options) {
      let opened: Promise<Transport> | undefined;
      const open = (): Promise<Transport> => {
        opened ??= context.transport(options);
        return opened;
      };
      warmUp = () => void open();
      const send = async (...call: Parameters<Transport>): Promise<WireResponse> => (await open())(...call);
      return Object.assign(send, { close: async () => (await opened)?.close() });
    },
  };
}

/**
 * The options for another profile: nothing that says where to and with which key outlives the switch. The
 * profile's own model counts; where it has none, the one in use stays.
 */
export function optionsForProfile(
  {
    baseUrl: _url,
    messagesUrl: _exactUrl,
    auth: _auth,
    apiKeyEnv: _env,
    apiKeyFile: _file,
    header: _header,
    model: _model,
    ...rest
  }: ChatConnectionOptions,
  profile: string,
  current: ChatConnection,
  context: Context,
): ChatConnectionOptions {
  const options = { ...rest, profile, profileFrom: '/profile' };
  const hasModel = settingsFor(options, context, () => {}).model !== undefined;
  return hasModel ? options : { ...options, model: current.generation.model };
}

/** Variables that say where to and with which key: they stand above profiles, but not above `/profile`. */
const whereToVariables = [
  'MSG_PROFILE',
  'MSG_BASE_URL',
  'MSG_MESSAGES_URL',
  'MSG_AUTH',
  'MSG_API_KEY',
  'MSG_MODEL',
  'MSG_HEADERS',
];

/** The context in which a switch of profile is resolved. */
export function contextForProfile(context: Context): Context {
  const env = Object.fromEntries(
    Object.entries(context.env).filter(([name]) => !whereToVariables.includes(name)),
  );
  return { ...context, env };
}

/** What the next request asks for. */
export function generationOf(
  connection: ChatConnection,
  { overrides, promptOverrides }: Session,
): GenerationOptions {
  const { system, model, cache, ...rest } = { ...promptOverrides, ...overrides };
  return {
    ...connection.generation,
    ...rest,
    ...(model === undefined ? {} : { model: modelNamed(model, connection) }),
    ...(cache === undefined ? {} : { cache: cache === 'off' ? undefined : cache }),
    // An empty text takes the system prompt away.
    ...(system === undefined ? {} : { system: system === '' ? undefined : system }),
  };
}

/** The model a name means here: one of the profile's short names, or itself. */
const modelNamed = (name: string, { settings: { aliases, profile } }: ChatConnection): string =>
  modelOfAlias(name, aliases?.value ?? {}, profile?.value ?? '');

/** The model in use: `s -> claude-sonnet-5-5` where it was given by a short name. */
export function modelInUse(connection: ChatConnection, { overrides: { model } }: Session): string {
  const { settings, generation } = connection;
  if (model === undefined)
    return settings.model?.value === generation.model ? (modelText(settings) ?? '') : generation.model;
  const meant = modelNamed(model, connection);
  return aliasText(meant === model ? undefined : model, meant);
}

/** What a model can be called here; the short names of the profile are there even where no list is. */
export async function modelNames({ models, settings }: ChatConnection): Promise<string[]> {
  const listed = await models().catch(() => []);
  return [...Object.keys(settings.aliases?.value ?? {}), ...listed.map(({ id }) => id)];
}

/** Who answers under these options: what thinking blocks are bound to. */
export const authorOf = ({ client }: ChatConnection, generation: GenerationOptions): Author =>
  authorAt(client.endpoint.baseUrl, generation);

/** Who one is talking to: `claude-x at host (profile work)`. */
export function connectionName(connection: ChatConnection, session: Session): string {
  const { client, settings } = connection;
  const profile = settings.profile === undefined ? '' : ` (profile ${settings.profile.value})`;
  const where = settings.preset?.id === 'demo' ? 'the built-in demo' : hostOf(client.endpoint.baseUrl);
  return `${modelInUse(connection, session)} at ${where}${profile}`;
}
