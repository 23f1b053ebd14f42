// The commands of remedies, for the target at hand: its profile, its variables, or the command line it came from.
import { printedFlag, settingOfField } from '../../profiles/settings.ts';
import { shellQuote } from '../../text/shell-quote.ts';
import { remedy } from './check.ts';
import type { Observe } from './observations.ts';
import type { Remedy } from './report.ts';

/** `msg doctor NAME`: what to run when the fix is in. */
export const again = (observe: Observe): string => examine(observe);

/** The command that examines the server behind a hop as well, whose address only the user knows, and compares. */
export const askBehind = (observe: Observe): string => `${again(observe)} --via URL`;

/** Says what `askBehind` is for. */
export const askBehindWords =
  'let the doctor ask the server behind it, too, and compare (URL is its address)';

/** The same with another option (without it, when it has no value), or with another address. */
function examine(observe: Observe, changed: { flag?: string; value?: string; url?: string } = {}): string {
  const { flag, value, url } = changed;
  const { command = 'msg doctor', flags = [] } = observe('setup') ?? {};
  const others = flags.filter((one) => flag === undefined || (one !== flag && !one.startsWith(`${flag} `)));
  const addition = flag === undefined || value === undefined ? [] : [`${flag} ${shellQuote(value)}`];
  const profile = / -P .*$/.exec(command)?.[0] ?? '';
  const target = url === undefined ? command : `msg doctor ${shellQuote(url)}${profile}`;
  return [target, ...others, ...addition].join(' ');
}

const variables: Readonly<Record<string, string>> = {
  'base-url': 'ANTHROPIC_BASE_URL',
  model: 'ANTHROPIC_MODEL',
};
const keyVariable = 'ANTHROPIC_API_KEY';
const tokenVariable = 'ANTHROPIC_AUTH_TOKEN';

/** The command that changes one setting, where it is kept: profile, environment, or the next command line. */
export function setCommand(observe: Observe, field: string, value: string): string {
  const { profile = null, overrides = {} } = observe('setup') ?? {};
  const source = overrides[field];
  if (profile !== null && profile !== 'env' && source === undefined) {
    const keepKey = keepsKey(observe, field, value) ? ' --keep-key' : '';
    const set = `msg profiles set ${shellQuote(profile)} ${field}=${shellQuote(value)}${keepKey}`;
    // An exact messages URL would outrank the new base.
    const isHidden = field === 'base-url' && observe('setup')?.url.isExact === true;
    return isHidden ? `msg profiles unset ${shellQuote(profile)} messages-url && ${set}` : set;
  }
  if (source?.startsWith('MSG_')) return `export ${source}=${shellQuote(value)}`;
  if (profile === 'env' && source === undefined) {
    const variable = variables[field];
    if (variable !== undefined) return `export ${variable}=${shellQuote(value)}`;
    // Of ANTHROPIC_* the variable that holds the key decides its header.
    const [to, from] = value === 'bearer' ? [tokenVariable, keyVariable] : [keyVariable, tokenVariable];
    if (field === 'auth') return `export ${to}="$${from}" && unset ${from}`;
  }
  if (field === 'base-url') return examine(observe, { url: value });
  const setting = settingOfField(field);
  return examine(observe, { flag: setting === undefined ? `--${field}` : printedFlag(setting), value });
}

/** A key is bound to scheme, host and port; at another port of its own host, or over TLS, it is still at home. */
function keepsKey(observe: Observe, field: string, value: string): boolean {
  const url = observe('setup')?.url;
  if (field !== 'base-url' || url === undefined || !URL.canParse(value) || !URL.canParse(url.messagesUrl))
    return false;
  const next = new URL(value);
  const isSafe = next.protocol === 'https:' || url.isLoopback;
  return isSafe && next.hostname === url.hostname && next.origin !== new URL(url.messagesUrl).origin;
}

/** The command that changes a setting, and the one that examines the target again (if the first does not). */
export function change(observe: Observe, field: string, value: string): string[] {
  const command = setCommand(observe, field, value);
  return command.startsWith('msg doctor') ? [command] : [command, again(observe)];
}

/** The commands that go to the host without the proxy, wherever that is configured. */
export function withoutProxy(observe: Observe): string[] {
  const { proxy = null, profile = null, url } = observe('setup') ?? {};
  const source = proxy?.source ?? '';
  if (source === `profile ${profile}`)
    return [`msg profiles unset ${shellQuote(profile ?? '')} proxy`, again(observe)];
  if (source === '--proxy') return [examine(observe, { flag: '--proxy' })];
  if (source === 'MSG_PROXY') return ['unset MSG_PROXY', again(observe)];
  const host = url?.hostname.replace(/^\[|\]$/g, '') ?? '';
  return [`export NO_PROXY="$NO_PROXY,${host}"`, again(observe)];
}

/** The commands that make a proxy of what is configured as base URL. Which host is meant, only the user knows. */
export function asProxy(observe: Observe): string[] {
  const proxy = `http://${observe('setup')?.url.host}`;
  const base = setCommand(observe, 'base-url', 'https://HOST');
  if (base.startsWith('msg doctor'))
    return [examine(observe, { flag: '--proxy', value: proxy, url: 'https://HOST' })];
  return [base, ...change(observe, 'proxy', proxy)];
}

/** The command that adds a request header. */
export const headerCommand = (observe: Observe, name: string): string => {
  const profile = observe('setup')?.profile ?? null;
  return profile === null || profile === 'env'
    ? `${again(observe)} --header "${name}: VALUE"`
    : `msg profiles set ${shellQuote(profile)} header.${name}=VALUE`;
};

/** The commands that examine the target without beta flags, wherever they are kept. */
export function withoutBetas(observe: Observe): string[] {
  const { profile = null, flags = [] } = observe('setup') ?? {};
  if (profile === null || profile === 'env' || flags.some((flag) => flag.startsWith('--beta ')))
    return [examine(observe, { flag: '--beta' })];
  return [`msg profiles unset ${shellQuote(profile)} betas`, again(observe)];
}

/** The commands that save a key again, without writing it on the command line, and examine the target with it. */
export function saveKey(observe: Observe): string[] {
  const setup = observe('setup');
  const { profile = null, keyVariable = null, flags = [] } = setup ?? {};
  if (profile !== null && profile !== 'env' && keyVariable === null)
    return [`msg profiles set ${shellQuote(profile)} --key-stdin`, again(observe)];
  if (flags.some((flag) => flag.startsWith('--api-key-file '))) return [again(observe)];
  // A key goes only where it is at home: these two lie beside the base URL they belong to.
  const beside =
    profile === 'env'
      ? 'ANTHROPIC_API_KEY'
      : setup?.url.source.startsWith('MSG_')
        ? 'MSG_API_KEY'
        : undefined;
  const variable = keyVariable ?? beside ?? 'API_KEY';
  const isFound = keyVariable !== null || beside !== undefined;
  return [
    `read -rs ${variable} && export ${variable}`,
    isFound ? again(observe) : examine(observe, { flag: '--api-key-env', value: variable }),
  ];
}

/** The commands that give a target a key that had none (`auth: none`), and examine it with it. */
export function addKey(observe: Observe, auth: 'bearer' | 'x-api-key'): string[] {
  const { profile = null, flags = [] } = observe('setup') ?? {};
  const isFlag = flags.some((flag) => flag.startsWith('--auth '));
  if (profile !== null && profile !== 'env' && !isFlag)
    return [`msg profiles set ${shellQuote(profile)} auth=${auth} --key-stdin`, again(observe)];
  // Named in any case: the profile in use may be what says none.
  const command = examine(observe, { flag: '--auth', value: auth });
  return flags.some((flag) => flag.startsWith('--api-key-'))
    ? [command]
    : ['read -rs API_KEY && export API_KEY', `${command} --api-key-env API_KEY`];
}

/** What tells more than an empty request: one that names a model. */
export function askWithModel(observe: Observe): Remedy {
  const { model = null, flags = [] } = observe('setup') ?? {};
  if (model === null)
    return remedy('A request with a model tells: name one.', change(observe, 'model', 'MODEL'));
  return flags.includes('--free')
    ? remedy('A request with the model tells, for a token or two: leave --free out.', [
        examine(observe, { flag: '--free' }),
      ])
    : remedy('Run the doctor again when the answer is clear.', [again(observe)]);
}

/** The command that lists the models of the target. */
export const listModels = (observe: Observe): string =>
  ['msg models', ...aim(observe, /^(-m |--free$)/)].join(' ');

/** The command that asks the target for an answer in one piece. */
export const sendPlain = (observe: Observe): string =>
  ['msg send', ...aim(observe, /^--free$/), '--no-stream hello'].join(' ');

/** The command that asks the target for a short stream. */
export const sendShort = (observe: Observe): string =>
  ['msg send', ...aim(observe, /^--free$/), '--max-tokens 16 hello'].join(' ');

/** What a command is to send besides a body. */
type Besides = {
  readonly query: readonly (readonly [name: string, value: string])[];
  readonly headers: Readonly<Record<string, string>>;
  readonly betas: readonly string[];
  readonly isStream: boolean;
};

/** The command that sends a body as it is, with what a client sent besides. */
export function sendBody(
  observe: Observe,
  path: string,
  { query, headers, betas, isStream }: Besides,
): string {
  const url = new URL(observe('setup')?.url.messagesUrl ?? '');
  for (const [name, value] of query) url.searchParams.set(name, value);
  // One address, not two: that with the query takes the place of the other.
  const target =
    query.length === 0
      ? aim(observe, /^(-m |--free$)/)
      : [
          ...aim(observe, /^(-m |--free$|--messages-url )/).filter((flag) => !flag.startsWith('--base-url ')),
          `--messages-url ${shellQuote(url.href)}`,
        ];
  return [
    'msg send',
    ...target,
    `--body ${shellQuote(path)} --no-repair`,
    ...(isStream ? [] : ['--no-stream']),
    ...betas.map((name) => `--beta ${shellQuote(name)}`),
    ...Object.entries(headers).map(([name, value]) => `-H ${shellQuote(`${name}: ${value}`)}`),
  ].join(' ');
}

/** The options that aim a command other than the doctor at the target, without those it does not take. */
function aim(observe: Observe, unfit: RegExp): string[] {
  const { profile = null, url, flags = [] } = observe('setup') ?? {};
  const target =
    profile !== null
      ? [`-P ${shellQuote(profile)}`]
      : url?.source === '--base-url'
        ? [`--base-url ${shellQuote(url.input)}`]
        : [];
  return [...target, ...flags.filter((flag) => !unfit.test(flag))];
}

/** The command that sends a key to this address although it belongs to another. */
export const sendAnyway = (observe: Observe, variable: string): string =>
  examine(observe, { flag: '--api-key-env', value: variable });

/** The commands that correct the base URL when its port is wrong. Which one is right, nobody but the user knows. */
export function setPort(observe: Observe): string[] {
  const url = observe('setup')?.url;
  return change(observe, 'base-url', `${url?.isHttps ? 'https' : 'http'}://${url?.hostname}:PORT`);
}

/** The command that sets the clock of this machine. */
export const setClock = (observe: Observe): string =>
  observe('setup')?.isWsl ? 'sudo hwclock -s' : 'sudo timedatectl set-ntp true';
