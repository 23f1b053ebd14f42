// msg profiles env and run: the same endpoint for other programs, as lines for a shell or as a child's
// environment. Nothing of the caller's own environment is changed.
import { usageError } from '../../errors.ts';
import type { ExitCode } from '../../exit-codes.ts';
import { revealFor } from '../../messages/endpoint.ts';
import { redact } from '../../messages/secret.ts';
import { type CommonOptions, commonFlags } from '../../profiles/flags.ts';
import {
  noVariables,
  programVariables,
  type Sdk,
  sdks,
  type Variables,
  withVariablesSet,
} from '../../profiles/program-variables.ts';
import type { Settings } from '../../profiles/settings.ts';
import { environmentText, likelyShell, type Shell, shells } from '../../profiles/shell.ts';
import { runChild } from '../../terminal/run-child.ts';
import { type Declaration, type Desk, givenOrInUse, openDesk, profileSettings } from './profile-command.ts';

type EnvOptions = CommonOptions & {
  shell?: Shell;
  sdk: Sdk;
  unset?: boolean;
  reveal?: boolean;
};

export const declareEnvironment: Declaration = (profiles, context, finish) => {
  const env = profiles
    .command('env [name]')
    .summary('the lines that point other programs at a profile')
    .description(
      `The lines that point Claude Code, the SDKs and others at a profile.
The other credential is cleared, so that no conflict remains.

Examples:
  # bash, zsh
  eval "$(msg profiles env work)"
  # fish, PowerShell, cmd
  msg profiles env work --shell fish | source
  msg profiles env work --shell powershell | Out-String | Invoke-Expression
  msg profiles env work --shell cmd > env.cmd && call env.cmd
  # back again
  eval "$(msg profiles env --unset)"`,
    )
    .addOption(
      profiles.createOption('--shell <shell>', 'how to write them (default: your shell)').choices(shells),
    )
    .addOption(
      profiles
        .createOption('--sdk <sdk>', 'whose base URL: vercel wants /v1 in it')
        .choices(sdks)
        .default('anthropic'),
    )
    .option('--unset', 'the lines that clear them all')
    .option('--reveal', 'print the key even on a terminal');
  commonFlags(env).action(async (name: string | undefined, options: EnvOptions) =>
    finish(await runEnv(openDesk(context, options), name, options)),
  );

  const run = profiles
    .command('run <name> [command...]')
    .usage('[options] NAME -- COMMAND...')
    .summary('run a program with a profile in its environment only')
    .description(
      'Run a program that is pointed at a profile by its environment; nothing else is changed.\n\n' +
        'Example:\n  msg profiles run work -- claude',
    );
  commonFlags(run).action(async (name: string, command: string[], options: CommonOptions) =>
    finish(await runProgram(openDesk(context, options), name, command)),
  );
};

async function runEnv(desk: Desk, name: string | undefined, options: EnvOptions): Promise<0> {
  const { context } = desk;
  const shell = options.shell ?? likelyShell(context.env, context.platform);
  if (options.unset) {
    await desk.print(environmentText(noVariables, shell));
    return 0;
  }
  const profile = givenOrInUse(desk, name);
  const settings = profileSettings(desk, profile);
  if (settings.preset?.id === 'demo') {
    throw usageError(
      'The demo lives inside one command of msg; other programs cannot reach it.',
      'Serve it: msg mock. Or run one program with it: msg profiles run demo -- COMMAND',
    );
  }
  const variables = await withVariables(desk, settings, options.sdk, async (found) => found);
  const hasSecret = variables['ANTHROPIC_API_KEY'] ?? variables['ANTHROPIC_AUTH_TOKEN'];
  if (context.streams.stdout.isTTY && hasSecret && settings.auth?.value !== 'none' && !options.reveal) {
    throw usageError(
      'The key would stand on the screen.',
      `Use it: ${usesOf[shell](profile)}  (or show it: --reveal)`,
    );
  }
  await desk.print(environmentText(variables, shell));
  return 0;
}

/** How the lines are put to use without being seen. */
const usesOf: { readonly [S in Shell]: (profile: string) => string } = {
  bash: (profile) => `eval "$(msg profiles env ${profile})"`,
  zsh: (profile) => `eval "$(msg profiles env ${profile})"`,
  fish: (profile) => `msg profiles env ${profile} --shell fish | source`,
  powershell: (profile) => `msg profiles env ${profile} --shell powershell | Out-String | Invoke-Expression`,
  cmd: (profile) => `msg profiles env ${profile} --shell cmd > env.cmd && call env.cmd`,
  dotenv: (profile) => `msg profiles env ${profile} --shell dotenv > .env`,
  json: (profile) => `msg profiles env ${profile} --shell json | your-program`,
};

/** Opens the profile (which starts the demo, if it is that one) while `use` works with its variables. */
async function withVariables<T>(
  desk: Desk,
  settings: Settings,
  sdk: Sdk,
  use: (variables: Variables) => Promise<T>,
): Promise<T> {
  const connection = await desk.open(settings);
  try {
    const { endpoint } = connection.client;
    if (endpoint.messagesUrl !== undefined) {
      desk.note(
        `Other programs add /v1/messages to a base URL: they cannot be told the exact URL ${redact(endpoint.messagesUrl)}.`,
      );
    }
    const key = revealFor('program', endpoint);
    return await use(programVariables(endpoint, { key, sdk, settings }));
  } finally {
    await connection.close();
  }
}

async function runProgram(desk: Desk, name: string, command: readonly string[]): Promise<ExitCode> {
  const [program, ...rest] = command;
  if (program === undefined) {
    throw usageError('No command was given.', `Example: msg profiles run ${name} -- claude`);
  }
  const settings = profileSettings(desk, name);
  return withVariables(desk, settings, 'anthropic', (variables) => {
    return runChild([program, ...rest], withVariablesSet(desk.context.env, variables), desk.context);
  });
}
