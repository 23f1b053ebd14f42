// What of docs/ is made from tables of the code: `npx vitest run test/docs/reference.test.ts -u` writes it anew.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import type { HelpPage } from '../../src/commands/help-layout.ts';
import { pageOf } from '../../src/commands/help-page.ts';
import { helpTopics } from '../../src/commands/help-topics.ts';
import { commandTree } from '../../src/commands/program.ts';
import { systemContext } from '../../src/context.ts';
import { type Check, stages } from '../../src/doctor/engine/check.ts';
import { checks } from '../../src/doctor/engine/registry.ts';
import { scenarios } from '../../src/mock/scenarios.ts';
import { seedPresets } from '../../src/profiles/presets/seeds.ts';
import { presets } from '../../src/profiles/presets.ts';
import { manPage, markdownPage, prose, table } from './page-forms.ts';

const docs = join(import.meta.dirname, '../../docs');
const made = '<!-- Made from the tables of the code by test/docs/reference.test.ts: change those. -->';

type Described = { readonly words: readonly string[]; readonly command: Command; readonly page: HelpPage };
const tree = await commandTree({ ...systemContext('1.0.0'), env: {} });

function described(command: Command, words: readonly string[]): Described[] {
  const own = { words, command, page: pageOf(command, command.createHelp()) };
  return [own, ...command.commands.flatMap((one) => described(one, [...words, one.name()]))];
}
const pages = described(tree, ['msg']);
const topics = await Promise.all(helpTopics.map(async (topic) => ({ ...topic, page: await topic.page() })));

const file = async (name: string, text: string): Promise<void> =>
  await expect(text).toMatchFileSnapshot(join(docs, name));

it('commands.md', async () => {
  const parts = pages.map(({ words, page }) =>
    markdownPage(words.join(' '), page, words.length > 2 ? '###' : '##'),
  );
  await file(
    'commands.md',
    `${made}\n\n# Commands\n\n\`msg COMMAND --help\` prints the same.\n\n${parts.join('\n\n')}\n`,
  );
});

it.each(topics)('$name.md', async ({ name, summary, page }) => {
  const title = name.replace('-', ' ').replace(/^./, (letter) => letter.toUpperCase());
  const text = markdownPage(title, page, '#');
  await file(`${name}.md`, `${made}\n\n${text}\n\n\`msg help ${name}\` prints the same: ${summary}.\n`);
});

it('checks.md', async () => {
  const one = ({ id, title, why, proof, cure, configuration = [] }: Check): string =>
    [
      `### ${id}`,
      `**${prose(title)}.** ${prose(why)}`,
      `*How it is determined:* ${prose(proof)}`,
      `*How to fix it:* ${prose(cure)}`,
      ...configuration.map(({ server, text }) => `${server}:\n\n\`\`\`text\n${text}\n\`\`\``),
    ].join('\n\n');
  const parts = stages.map((stage) =>
    [`## ${stage}`, ...checks.filter(({ group }) => group === stage).map(one)].join('\n\n'),
  );
  const text = `${made}

# The doctor's checks

\`msg doctor\` makes these ${checks.length} checks in this order. Each title says what is true if the check passes. A check that cannot be
judged is \`unknown\`, never a pass. \`msg doctor --explain ID\` prints the same.

${parts.join('\n\n')}
`;
  await file('checks.md', text);
});

it('scenarios.md', async () => {
  const text = `${made}

# Scenarios of the mock

\`msg mock --scenario NAME\` serves one of these ${scenarios.length} scenarios. \`msg tap --fail NAME@2\` lets the second request of a real client meet it.

${table(
  ['scenario', 'what it does'],
  scenarios.map(({ name, summary }) => [name, summary]),
)}
`;
  await file('scenarios.md', text);
});

it('presets.md', async () => {
  const rows = presets.map(({ id, title, baseUrl, auth, keyEnv, isVerified }) => [
    id,
    title,
    `\`${baseUrl}\``,
    auth,
    keyEnv.join(', '),
    isVerified ? 'the provider' : 'third parties',
  ]);
  const text = `${made}

# Known providers

\`msg profiles add NAME --preset ID\` asks only for what is missing, and \`msg profiles presets ID\` prints everything that is known
about one. Parts in braces are yours to fill in, such as the origin of your own gateway (\`https://gateway.example.com\`).
The last column says whether the data was taken from the provider's own documentation.

${table(['preset', 'provider', 'base URL', 'key header', 'variable', 'documented by'], rows)}
`;
  await file('presets.md', text);
});

it.each(seedPresets)('providers/$id.md', async ({ id, title, ...preset }) => {
  const facts = [
    ['base URL', `\`${preset.baseUrl}\` (with or without \`/v1\`)`],
    ...Object.entries(preset.placeholders ?? {}).map(([name, { question, example }]) => [
      `\`{${name}}\``,
      `${question}, such as \`${example}\``,
    ]),
    [
      'key header',
      `\`${preset.auth}\`${preset.acceptedAuth === null ? '' : `; accepted: ${preset.acceptedAuth.join(', ')}`}`,
    ],
    ['key begins with', preset.keyPrefixes.map((prefix) => `\`${prefix}\``).join(', ') || 'not documented'],
    [
      'default model',
      preset.defaultModel === undefined ? 'none; you have to name one' : `\`${preset.defaultModel}\``,
    ],
  ];
  const variable = preset.keyEnv[0] ?? 'PROVIDER_KEY';
  const host = preset.placeholders === undefined ? '' : ' --base-url https://gateway.example.com';
  const model = preset.defaultModel === undefined ? ' --model MODEL' : '';
  const list = (heading: string, lines: readonly string[]): string[] =>
    lines.length === 0 ? [] : [`## ${heading}`, lines.map((line) => `- ${prose(line)}`).join('\n')];
  const text = [
    made,
    `# ${title}`,
    `| | |\n| --- | --- |\n${facts.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}`,
    `## Set it up`,
    `Put your key into a variable, here \`${variable}\`, and add a profile:`,
    `\`\`\`sh\nmsg profiles add ${id} --preset ${id}${host} --key-env ${variable}${model}\nmsg profiles test ${id}\nmsg send -P ${id} "hello"\n\`\`\``,
    'If it does not work, this says why, and how to fix it:',
    `\`\`\`sh\nmsg doctor ${id} --free\n\`\`\``,
    ...list('Good to know', preset.quirks),
    ...(preset.errors.length === 0
      ? []
      : [
          '## Errors',
          table(
            ['status', 'meaning'],
            preset.errors.map(({ status, meaning }) => [String(status), meaning]),
          ),
        ]),
    ...(preset.retry === undefined ? [] : [prose(preset.retry)]),
    ...list(
      'Documented models',
      preset.models.map((one) => `${one.id}${one.note === undefined ? '' : `: ${one.note}`}`),
    ),
    `Taken from the documentation of ${title}; nothing that it does not say was added. \`msg profiles presets ${id}\` prints the same.`,
  ];
  await file(`providers/${id}.md`, `${text.join('\n\n')}\n`);
});

/** Documents that people write, where an option can outlive itself. */
const written = [
  ...['README.md', 'SECURITY.md', 'CONTRIBUTING.md', 'CHANGELOG.md'],
  ...readdirSync(docs)
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

it.each(written)('%s names options that there are', (path) => {
  const known = new Set(pages.flatMap(({ command }) => command.options.map(({ long }) => long)));
  const text = readFileSync(join(docs, '..', path), 'utf8');
  const named = [...text.matchAll(/`((?:msg |-)[^`]*)`|^(msg .*)$/gm)].flatMap(([, inline, line]) =>
    // Behind `--` and a pipe stands the command line of another program.
    ((inline ?? line ?? '').split(/ -- | \| (?!msg)/)[0] ?? '').match(/(?<![\w-])--[a-z][\w-]*/g),
  );
  expect(named.filter((option) => option !== null && !known.has(option) && option !== '--help')).toEqual([]);
});

describe('man pages', () => {
  /** The options that every command has stand once. */
  const withoutGeneral = ({ parts, ...rest }: HelpPage): HelpPage => ({
    ...rest,
    parts: parts.filter((part) => part.kind !== 'list' || part.title !== 'General:'),
  });
  const commands = pages.filter(({ words }) => words.length <= 2);
  const nameOf = (words: readonly string[]): string => words.join('-');
  const all = [...commands.map(({ words }) => nameOf(words)), ...topics.map(({ name }) => `msg-${name}`)];
  const others = (name: string): string[] => all.filter((one) => one !== name);

  it.each(commands)('$words', async ({ words, command, page }) => {
    const name = nameOf(words);
    const summary = command.summary() || 'the command line for Anthropic-compatible Messages endpoints';
    const inner = pages
      .filter((one) => one.words.length > 2 && one.words[1] === words[1])
      .map(({ words: path, page: own }) => [path.join(' '), withoutGeneral(own)] as const);
    await file(`man/${name}.1`, manPage(name, summary, page, inner, others(name)));
  });

  it.each(topics)('msg-$name', async ({ name, summary, page }) => {
    await file(`man/msg-${name}.1`, manPage(`msg-${name}`, summary, page, [], others(`msg-${name}`)));
  });

  it('are those that npm installs', () => {
    const { man } = JSON.parse(readFileSync(join(docs, '../package.json'), 'utf8'));
    expect(man).toEqual(all.map((name) => `./docs/man/${name}.1`).sort());
    expect(readdirSync(join(docs, 'man')).sort()).toEqual(all.map((name) => `${name}.1`).sort());
  });

  it('have nothing that groff complains of', () => {
    for (const name of all) {
      const path = join(docs, 'man', `${name}.1`);
      const shown = execFileSync('groff', ['-man', '-Tutf8', '-ww', '-z', path], {
        encoding: 'utf8',
        stdio: 'pipe',
      });
      expect(shown).toBe('');
    }
  });
});
