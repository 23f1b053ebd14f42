// msg profiles import: shows what other tools have configured, then makes profiles of it.
import { configError, usageError } from '../../errors.ts';
import { endpointUrl, hostOf, originOf } from '../../messages/endpoint.ts';
import { Secret } from '../../messages/secret.ts';
import { type CommonOptions, commonFlags } from '../../profiles/flags.ts';
import { findImports, type ImportCandidate, importSources } from '../../profiles/import-sources.ts';
import { makeProfile } from '../../profiles/profile-changes.ts';
import { describeReference } from '../../profiles/setting-kinds.ts';
import { pairsText } from '../../text/table.ts';
import type { Declaration } from '../command.ts';
import { type ProfilesContext, profilesContext } from './profile-command.ts';

type ImportOptions = CommonOptions & { as?: string; yes?: boolean; use?: boolean };

export const declareImport: Declaration = (profiles, context, finish) => {
  const importing = profiles
    .command('import [source]')
    .summary('add profiles from ANTHROPIC_*, Claude Code or ant')
    .description(
      `Make profiles of what is there. Sources:
  env      ANTHROPIC_* in this shell
  claude   ~/.claude/settings.json
  ant      the active profile of ant
Host and masked key are shown before anything is written.
A key in clear goes into credentials.json.

Examples:
  # look, choose, confirm
  msg profiles import
  # in a script
  msg profiles import env --as work --yes`,
    )
    .option('--as <name>', 'name of the profile')
    .option('--use', 'use it from now on')
    .option('-y, --yes', 'do not ask');
  commonFlags(importing).action(async (source: string | undefined, options: ImportOptions) =>
    finish(await runImport(profilesContext(context, options), source, options)),
  );
};

async function runImport(
  command: ProfilesContext,
  source: string | undefined,
  options: ImportOptions,
): Promise<0> {
  const { env, dirs, platform } = command.context;
  if (source !== undefined && !(importSources as readonly string[]).includes(source)) {
    throw usageError(
      `There is nothing to import from "${source}".`,
      `It can be ${importSources.join(', ')}.`,
    );
  }
  const candidates = findImports({ env, home: dirs.home, platform }).filter(
    (candidate) => source === undefined || candidate.source === source,
  );
  if (candidates.length === 0) {
    throw configError(
      source === undefined ? 'Nothing to import was found.' : `Nothing to import was found in ${source}.`,
      'Make a profile: msg profiles add NAME',
    );
  }
  for (const candidate of candidates) await command.print(`${candidateText(command, candidate)}\n`);
  const asker = command.isInteractive && !options.yes ? await command.context.asker() : undefined;
  if (asker === undefined && !options.yes) {
    throw usageError(
      'Nothing was written.',
      `To import it: msg profiles import ${candidates[0]?.source} --yes`,
    );
  }
  if (options.as !== undefined && candidates.length > 1) {
    throw usageError(
      '--as names one profile, and several were found.',
      `Say which: ${importSources.join(', ')}`,
    );
  }
  for (const candidate of candidates) {
    const name = options.as ?? freeName(candidate.suggestedName, command.store.read().names);
    const chosenName =
      asker === undefined ? name : await asker.line(`Name for ${candidate.place} (- skips it)`, name);
    if (chosenName !== '-') await importOne(command, chosenName, candidate, options);
  }
  return 0;
}

function candidateText({ theme }: ProfilesContext, { place, profile, keyValue }: ImportCandidate): string {
  const { baseUrl = '', auth, model, headers, key } = profile;
  const where = key === undefined ? 'none' : describeReference(key);
  return pairsText(
    [
      ['found in', [{ text: place, style: 'strong' }]],
      ['host', hostOf(baseUrl)],
      ['messages URL', endpointUrl(baseUrl, 'messages')],
      [
        'key',
        keyValue === undefined ? where : `${new Secret(keyValue)}${auth === undefined ? '' : ` as ${auth}`}`,
      ],
      ...(model === undefined ? [] : [['model', model] as const]),
      ...(headers === undefined ? [] : [['headers', Object.keys(headers).join(', ')] as const]),
    ],
    theme,
  );
}

async function importOne(
  command: ProfilesContext,
  name: string,
  candidate: ImportCandidate,
  options: ImportOptions,
): Promise<void> {
  const { profile, keyValue } = candidate;
  const keyOrigin = profile.key === undefined ? {} : { keyOrigin: originOf(profile.baseUrl ?? '') };
  const choice = profile.key && {
    reference: profile.key,
    ...(keyValue === undefined ? {} : { value: keyValue }),
  };
  const isCurrent = await makeProfile(
    command,
    name,
    { ...profile, ...keyOrigin },
    choice,
    options.use === true,
  );
  command.note(
    `Added profile ${name}${isCurrent ? ', now in use' : ''}. Try it: msg profiles test ${name} --free`,
  );
}

/** `work`, `work-2`, `work-3`: the first that is not taken. */
function freeName(suggestion: string, names: readonly string[]): string {
  const others = new Set(names.map((name) => name.toLowerCase()));
  if (!others.has(suggestion.toLowerCase())) return suggestion;
  let number = 2;
  while (others.has(`${suggestion}-${number}`.toLowerCase())) number += 1;
  return `${suggestion}-${number}`;
}
