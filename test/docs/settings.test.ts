// docs/settings.md says what the rows of the settings say: `npx vitest run test/docs/settings.test.ts -u` writes it anew.
import { expect, it } from 'vitest';
import { settingNames, settingRow } from '../../src/profiles/settings.ts';

const tableOf = (rows: readonly (readonly string[])[]): string =>
  rows
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .toSpliced(1, 0, `|${' --- |'.repeat(rows[0]?.length ?? 0)}`)
    .join('\n');

const code = (text: string): string => `\`${text}\``;

it('docs/settings.md', async () => {
  const rows = settingNames.map((name) => {
    const { flag, help, variable, field, default: value } = settingRow(name);
    return [
      value === undefined ? help : help.replace(/ \(default: .*\)$/, ''),
      flag === undefined ? '' : code(flag),
      variable === undefined ? '' : code(variable),
      code(field),
      value === undefined ? '' : code(String(value)),
    ];
  });
  const text = `# Settings

Each setting can be given as an option of a command, as an environment variable, or as a field of a profile
(\`msg profiles set NAME field=value\`; the key by \`--key-env\`, \`--key-file\`, \`--key-command\`, \`--key-stdin\` or
\`--key-keychain\`). The first of these that has a value wins:

1. the option
2. the front matter of a prompt (\`msg send -T\`: model, system, max-tokens, cache)
3. the environment variable
4. the \`.msg.json\` of the project (profile and model only)
5. the profile
6. the preset of the profile
7. the default

\`msg profiles show --explain\` prints where each value comes from. Settings without an option and a variable belong to a profile only.

${tableOf([['what', 'option', 'variable', 'field', 'default'], ...rows])}

\`MSG_API_KEY\` holds the key itself. The profile is chosen by \`-P NAME\`, \`MSG_PROFILE\`, \`.msg.json\` or \`msg profiles use NAME\`.
\`MSG_CONFIG_DIR\` and \`MSG_STATE_DIR\` set the directories for profiles and sessions. The names of the fields in \`config.json\` are
in [config.schema.json](schemas/config.schema.json), which your editor can use to check and complete the file.
`;
  await expect(text).toMatchFileSnapshot('../../docs/settings.md');
});
