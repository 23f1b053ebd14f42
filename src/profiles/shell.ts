// Environment variables as text a shell, a .env file or a program reads. Pure: quoting is all there is here.
import { usageError } from '../errors.ts';
import { singleQuoted } from '../text/shell-quote.ts';
import type { Variables } from './program-variables.ts';

export const shells = ['bash', 'zsh', 'fish', 'powershell', 'cmd', 'dotenv', 'json'] as const;
export type Shell = (typeof shells)[number];

type Syntax = {
  readonly set: (name: string, value: string) => string;
  readonly unset: (name: string) => string;
};

const posix: Syntax = {
  set: (name, value) => `export ${name}=${singleQuoted(value)}`,
  unset: (name) => `unset ${name}`,
};

const syntaxes: { readonly [S in Exclude<Shell, 'json'>]: Syntax } = {
  bash: posix,
  zsh: posix,
  fish: {
    set: (name, value) => `set -gx ${name} '${value.replace(/[\\']/g, '\\$&')}'`,
    // -e of a variable that is not there is an error in fish; setting it first makes it none.
    unset: (name) => `set -gx ${name}; set -e ${name}`,
  },
  powershell: {
    // PowerShell takes the curly single quotes for straight ones.
    set: (name, value) => `$env:${name} = '${value.replace(/['\u2018\u2019\u201a\u201b]/g, '$&$&')}'`,
    unset: (name) => `Remove-Item Env:${name} -ErrorAction SilentlyContinue`,
  },
  cmd: {
    // For a batch file (call env.cmd): there, % begins a variable and is doubled. A quote cannot be escaped.
    set(name, value) {
      if (/["\r\n]/.test(value)) {
        throw usageError(
          `${name} holds a quotation mark or a line break, which cmd cannot set.`,
          'Use --shell powershell.',
        );
      }
      return `set "${name}=${value.replaceAll('%', '%%')}"`;
    },
    unset: (name) => `set "${name}="`,
  },
  dotenv: {
    // Single quotes are literal in every dotenv reader; double quotes expand $ in some of them.
    set: (name, value) =>
      /['\r\n]/.test(value)
        ? `${name}="${value.replace(/["\\$`]/g, '\\$&').replaceAll('\n', '\\n')}"`
        : `${name}='${value}'`,
    // There is no "unset" in such a file; the SDKs take an empty value for none.
    unset: (name) => `${name}=`,
  },
};

/** The lines, each ended. JSON is one object, null for what must not be set. */
export function environmentText(variables: Variables, shell: Shell): string {
  if (shell === 'json') return `${JSON.stringify(variables, undefined, 2)}\n`;
  const { set, unset } = syntaxes[shell];
  return Object.entries(variables)
    .map(([name, value]) => `${value === null ? unset(name) : set(name, value)}\n`)
    .join('');
}

/** The shell of whoever asks, as far as the environment tells. */
export function likelyShell(env: Readonly<Record<string, string | undefined>>, platform: string): Shell {
  const name = /([^/\\]+?)(?:\.exe)?$/.exec(env['SHELL'] ?? '')?.[1];
  if (platform === 'win32' && name === undefined) return 'powershell';
  if (name === 'pwsh') return 'powershell';
  return shells.find((shell) => shell === name) ?? 'bash';
}

/** How the lines are put to use without being seen. */
export const usesOf: { readonly [S in Shell]: (profile: string) => string } = {
  bash: (profile) => `eval "$(msg profiles env ${profile})"`,
  zsh: (profile) => `eval "$(msg profiles env ${profile})"`,
  fish: (profile) => `msg profiles env ${profile} --shell fish | source`,
  powershell: (profile) => `msg profiles env ${profile} --shell powershell | Out-String | Invoke-Expression`,
  cmd: (profile) => `msg profiles env ${profile} --shell cmd > env.cmd && call env.cmd`,
  dotenv: (profile) => `msg profiles env ${profile} --shell dotenv > .env`,
  json: (profile) => `msg profiles env ${profile} --shell json | your-program`,
};
