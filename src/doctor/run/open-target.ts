// From a command line to what the doctor examines: settings, key facts, transport. Unlike `send` it goes on
// where something is missing: that is what it is there to find.

import type { Context } from '../../context.ts';
import { parseProxy } from '../../http/proxy-choice.ts';
import { type Endpoint, endpointUrl, revealFor } from '../../messages/endpoint.ts';
import type { CommonOptions, ConnectionOptions } from '../../profiles/flags.ts';
import { describeSource, home, type Settings, settingNames, settingRow } from '../../profiles/settings.ts';
import { shellQuote } from '../../text/shell-quote.ts';
import { openTransport } from '../../turn/connection/network.ts';
import { aimedAt } from '../../turn/connection/positional-target.ts';
import {
  doctorTarget,
  givenFlags,
  repeatedFlags,
  requireBaseUrl,
  settingsFor,
} from '../../turn/connection/setting-sources.ts';
import { notifier } from '../../turn/notes.ts';
import type { DoctorContext, DoctorOptions } from '../engine/probe.ts';
import { openLedger } from '../engine/probe.ts';
import { type SetupInput, setupOf } from '../engine/setup.ts';
import { type DoctorCall, doctorOptions } from './options.ts';
import { authorities, fileText, proxyChoice, readEndpoint, surroundings } from './target-sources.ts';

type TargetInput = {
  readonly options: ConnectionOptions & CommonOptions;
  readonly context: Context;
  readonly note: (text: string) => void;
  readonly doctor: DoctorOptions;
  readonly signal: AbortSignal;
};

/** An open target; `settings` is null when the base URL is no URL. */
export type Target = {
  readonly doctor: DoctorContext;
  readonly settings: Settings | null;
  close(): Promise<void>;
};

/** The profile a remedy may change: none when the address does not come from it. */
function examinedProfile({ profile, baseUrl, messagesUrl }: Settings): string | null {
  const from = (messagesUrl ?? baseUrl)?.source.from;
  const isOwn = profile?.value === 'env' || from === 'profile' || from === 'preset';
  return isOwn ? (profile?.value ?? null) : null;
}

/**
 * Opens what the argument names (a profile or an address), runs `work` on it, and closes it whatever happens.
 * @throws MsgError `config` when nothing is configured, or the profile cannot be read
 */
export async function withTarget<T>(
  { argument, options, context, signal }: DoctorCall,
  work: (target: Target) => Promise<T>,
  doctor: DoctorOptions = doctorOptions(options),
): Promise<T> {
  const target = await openTarget({
    options: { ...options, ...aimedAt(argument, options, context) },
    context,
    note: notifier(context, options),
    doctor,
    signal,
  });
  try {
    return await work(target);
  } finally {
    await target.close();
  }
}

async function openTarget(input: TargetInput): Promise<Target> {
  const { options, context, note } = input;
  const broken = brokenBaseUrl(options, context);
  if (broken !== undefined) return openBroken(broken, input);
  const settings = settingsFor(options, context, note);
  const baseUrl = requireBaseUrl(settings);
  const demo = settings.preset?.id === 'demo' ? await context.demo() : undefined;
  const endpoint = await readEndpoint(settings, demo?.url, input);
  const key = endpoint.key === undefined ? undefined : rawKey(settings, endpoint, context);
  const transport = await openTransport(settings, {
    options: { ...options, verbose: false, maxRetries: 0 },
    context,
    note,
  });
  const { messagesUrl, model, proxy, cacert, clientCert, clientKey } = settings;
  const choice =
    proxy === undefined
      ? proxyChoice(endpoint, context)
      : { url: proxy.value, source: describeSource(proxy.source), isUsed: true };
  if (choice?.isUsed) parseProxy(choice.url, choice.source);
  const setup = setupOf({
    profile: examinedProfile(settings),
    command: targetOf(settings),
    flags: [...repeatedFlags(settings), ...ownFlags(input)],
    baseUrl: demo?.url ?? baseUrl,
    baseUrlSource: describeSource((messagesUrl ?? settings.baseUrl)?.source ?? { from: 'default' }),
    messagesUrl: messagesUrl?.value,
    auth: endpoint.auth,
    acceptedAuth: settings.preset?.acceptedAuth ?? null,
    backendNote: settings.preset?.backendNote,
    mappingNote: settings.preset?.mappingNote,
    key,
    keySource: endpoint.keySource ?? null,
    keyVariable: settings.key?.value.kind === 'env' ? settings.key.value.name : null,
    withheld: key === undefined ? withheldKey(settings) : null,
    model: model?.value ?? null,
    modelAlias: model?.alias,
    overrides: overridesOf(settings),
    version: endpoint.version,
    betas: endpoint.betas,
    proxy: choice ?? null,
    cacert: cacert === undefined ? null : { path: cacert.value, source: describeSource(cacert.source) },
    isTlsCheckOff: options.insecure === true,
    ...surroundings(context),
  });
  return {
    settings,
    doctor: {
      ...running(input),
      setup,
      endpoint,
      model: model?.value ?? null,
      transport,
      route: {
        // No proxy leads back to this machine: one that is not used for it is not worth a try.
        proxy: choice === undefined || (setup.url.isLoopback && !choice.isUsed) ? null : choice,
        authorities: cacert === undefined ? [] : await authorities(cacert.value, context),
        clientCert: clientCert === undefined ? undefined : fileText(clientCert.value),
        clientKey: clientKey === undefined ? undefined : fileText(clientKey.value),
      },
    },
    async close() {
      await transport.close();
      await demo?.close();
    },
  };
}

/** The key as it was written, so that stray characters around it can be seen. */
function rawKey(settings: Settings, endpoint: Endpoint, { env }: Context): string | undefined {
  const reference = settings.key?.value;
  if (reference?.kind === 'env') return env[reference.name];
  return revealFor('examination', endpoint);
}

/** The fields of a profile that something else decides on this run: changing the profile would not cure them. */
function overridesOf(settings: Settings): SetupInput['overrides'] {
  return Object.fromEntries(
    settingNames.flatMap((name) => {
      const { source } = settings[name] ?? {};
      const origin = source && describeSource(source);
      // ANTHROPIC_* are a profile themselves.
      const isAbove =
        source?.from === 'env'
          ? origin?.startsWith('MSG_') === true
          : source?.from === 'flag' || source?.from === 'project';
      return isAbove && origin !== undefined ? [[settingRow(name).field, origin]] : [];
    }),
  );
}

/** A key that is there but stays at home. */
const withheldKey = ({ withheld }: Settings): SetupInput['withheld'] =>
  withheld === undefined
    ? null
    : {
        source: withheld.key.kind === 'env' ? withheld.key.name : describeSource(withheld.source),
        isVariable: withheld.key.kind === 'env',
        home: home(withheld.origin),
      };

const running = ({ options, context, note, doctor, signal }: TargetInput) => ({
  onStep: () => undefined,
  onWait: note,
  clock: context.clock,
  watchStalls: context.watchStalls,
  random: context.random,
  signal,
  timeoutMs: options.timeout ? options.timeout * 1000 : null,
  options: doctor,
  ledger: openLedger(),
});

/** The command that examines the same target again; what the environment says need not be repeated. */
const targetOf = (settings: Settings): string =>
  settings.profile === undefined && (settings.messagesUrl ?? settings.baseUrl)?.source.from === 'env'
    ? 'msg doctor'
    : doctorTarget(settings);

/** Options that are no settings, and without which a second run would do something else. */
const ownFlags = ({ options, doctor }: TargetInput): string[] => [
  ...(options.insecure === true ? ['--insecure'] : []),
  ...(doctor.isFree ? ['--free'] : []),
];

/** The base URL when it is no URL at all: everything else would fail before the doctor can say so. */
function brokenBaseUrl(options: ConnectionOptions, { env }: Context): string | undefined {
  const baseUrl =
    options.baseUrl ??
    (options.profile === undefined
      ? (env['MSG_BASE_URL'] ?? (env['MSG_PROFILE'] ? undefined : env['ANTHROPIC_BASE_URL']))
      : undefined);
  if (baseUrl === undefined) return undefined;
  try {
    endpointUrl(baseUrl, 'messages');
    return undefined;
  } catch {
    return baseUrl;
  }
}

async function openBroken(baseUrl: string, input: TargetInput): Promise<Target> {
  const { context } = input;
  const setup = setupOf({
    profile: null,
    command: input.options.baseUrl === undefined ? 'msg doctor' : `msg doctor ${shellQuote(baseUrl)}`,
    flags: [...givenFlags(input.options, context), ...ownFlags(input)],
    baseUrl,
    baseUrlSource: input.options.baseUrl === undefined ? 'the environment' : '--base-url',
    auth: input.options.auth ?? 'x-api-key',
    acceptedAuth: null,
    key: undefined,
    keySource: null,
    keyVariable: null,
    withheld: null,
    model: input.options.model ?? null,
    overrides: {},
    version: '',
    betas: [],
    proxy: null,
    cacert: null,
    isTlsCheckOff: false,
    ...surroundings(context),
  });
  const transport = await context.transport({
    connectTimeoutMs: 1000,
    headersTimeoutMs: 1000,
    idleTimeoutMs: 1000,
  });
  return {
    settings: null,
    doctor: {
      ...running(input),
      setup,
      endpoint: null,
      model: null,
      transport,
      route: { proxy: null, authorities: [] },
    },
    close: () => transport.close(),
  };
}
