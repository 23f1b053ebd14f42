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
import { environmentText, likelyShell, type Shell, shells, usesOf } from '../../profiles/shell.ts';
import { runChild } from '../../terminal/run-child.ts';
import type { Declaration } from '../command.ts';
import { nameInUse, type ProfilesContext, profileSettings, profilesContext } from './profile-command.ts';

type EnvOptions = CommonOptions & {
  shell?: Shell;
  sdk: Sdk;
  unset?: boolean;
  reveal?: boolean;
};

export const declareEnvironment: Declaration = (profiles, context, finish) => {
  const env = profiles
    .command('env [name]')
    .summary('print the settings that point other programs at a profile')
    .description(
      `Print the settings that point Claude Code, the SDKs and others at a profile.
The credential that is not used is cleared, so that there is no conflict.

Examples:
  # bash, zsh
  eval "$(msg profiles env work)"
  # fish, PowerShell, cmd
  msg profiles env work --shell fish | source
  msg profiles env work --shell powershell | Out-String | Invoke-Expression
  msg profiles env work --shell cmd > env.cmd && call env.cmd
  # undo it
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
    .option('--unset', 'print the lines that clear them all')
    .option('--reveal', 'print the key even on a terminal');
  commonFlags(env).action(async (name: string | undefined, options: EnvOptions) =>
    finish(await runEnv(profilesContext(context, options), name, options)),
  );

  const run = profiles
    .command('run <name> [command...]')
    .usage('[options] NAME -- COMMAND...')
    .summary('run a program that is pointed at a profile')
    .description(
      'Run a program with a profile in its environment. Nothing else is changed.\n\n' +
        'Example:\n  msg profiles run work -- claude',
    );
  commonFlags(run).action(async (name: string, words: string[], options: CommonOptions) =>
    finish(await runProgram(profilesContext(context, options), name, words)),
  );
};

async function runEnv(command: ProfilesContext, name: string | undefined, options: EnvOptions): Promise<0> {
  const { context } = command;
  const shell = options.shell ?? likelyShell(context.env, context.platform);
  if (options.unset) {
    await command.print(environmentText(noVariables, shell));
    return 0;
  }
  const profile = name ?? nameInUse(command);
  const settings = profileSettings(command, profile);
  if (settings.preset?.id === 'demo') {
    throw usageError(
      'The demo lives inside one command of msg; other programs cannot reach it.',
      'Serve it: msg mock. Or run one program with it: msg profiles run demo -- COMMAND',
    );
  }
  const variables = await withVariables(command, settings, options.sdk, async (values) => values);
  const hasSecret = variables['ANTHROPIC_API_KEY'] ?? variables['ANTHROPIC_AUTH_TOKEN'];
  if (context.streams.stdout.isTTY && hasSecret && settings.auth?.value !== 'none' && !options.reveal) {
    throw usageError(
      'The key would stand on the screen.',
      `Use it: ${usesOf[shell](profile)}  (or show it: --reveal)`,
    );
  }
  await command.print(environmentText(variables, shell));
  return 0;
}

/** Opens the profile (which starts the demo, if it is that one) while `use` works with its variables. */
async function withVariables<T>(
  command: ProfilesContext,
  settings: Settings,
  sdk: Sdk,
  use: (variables: Variables) => Promise<T>,
): Promise<T> {
  const connection = await command.open(settings);
  try {
    const { endpoint } = connection.client;
    if (endpoint.messagesUrl !== undefined) {
      command.note(
        `Other programs add /v1/messages to a base URL: they cannot be told the exact URL ${redact(endpoint.messagesUrl)}.`,
      );
    }
    const key = revealFor('program', endpoint);
    return await use(programVariables(endpoint, { key, sdk, settings }));
  } finally {
    await connection.close();
  }
}

async function runProgram(
  command: ProfilesContext,
  name: string,
  words: readonly string[],
): Promise<ExitCode> {
  const [program, ...rest] = words;
  if (program === undefined) {
    throw usageError('No command was given.', `Example: msg profiles run ${name} -- claude`);
  }
  const settings = profileSettings(command, name);
  return withVariables(command, settings, 'anthropic', (variables) => {
    return runChild([program, ...rest], withVariablesSet(command.context.env, variables), command.context);
  });
}
