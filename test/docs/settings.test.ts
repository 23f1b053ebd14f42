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

Each can be given as an option of a command, as a variable of the environment, or as a field of a profile
(\`msg profiles set NAME field=value\`; a key by \`--key-env\`, \`--key-file\`, \`--key-command\`, \`--key-stdin\` or
\`--key-keychain\`). An option counts before the front matter of a prompt
(\`msg send -T\`: model, system, max-tokens, cache), that before a variable, a variable before the \`.msg.json\` of a project (profile and
model only), that before the profile, the profile before its preset, the preset before the default.
\`msg profiles show --explain\` tells which it was. What has neither option nor variable is true of a profile only.

${tableOf([['what', 'option', 'variable', 'field', 'default'], ...rows])}

\`MSG_API_KEY\` holds the key itself. The profile is chosen by \`-P NAME\`, \`MSG_PROFILE\`, \`.msg.json\` or \`msg profiles use NAME\`. \`MSG_CONFIG_DIR\` and
\`MSG_STATE_DIR\` say where profiles and sessions are kept. In \`config.json\` a field has the name that
[config.schema.json](schemas/config.schema.json) gives it; editors that know it help to write one.
`;
  await expect(text).toMatchFileSnapshot('../../docs/settings.md');
});
