// One row declares a setting. Of each row, whichever there are, everything that is to follow from it: the option and
// its help, the variable, the field of a profile, the check of config.json, the line of `msg profiles show`.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fields } from '../../src/profiles/fields.ts';
import type { KindValues } from '../../src/profiles/setting-kinds.ts';
import { keyFileFlag, kindOf, longFlag, settingNames, settingRow } from '../../src/profiles/settings.ts';
import { snakeCase } from '../../src/text/json.ts';
import { type Run, runMsg } from './run-msg.ts';

/** Of each kind a value as text, and as config.json holds it. */
const samples: {
  readonly [K in keyof KindValues]: {
    readonly text: string;
    readonly value: KindValues[K];
    /** What is set is a part of the value. */
    readonly part?: string;
  };
} = {
  text: { text: 'some words', value: 'some words' },
  url: { text: 'https://other.example/api', value: 'https://other.example/api' },
  scheme: { text: 'none', value: 'none' },
  key: { text: 'SOME_KEY', value: { kind: 'env', name: 'SOME_KEY' } },
  model: { text: 'some-model', value: 'some-model' },
  count: { text: '77', value: 77 },
  date: { text: '2026-10-21', value: '2026-10-21' },
  names: { text: 'one,two', value: ['one', 'two'] },
  headers: { part: 'x-team', text: 'x-team: search', value: { 'x-team': 'search' } },
  proxy: { text: 'http://proxy.example:3128', value: 'http://proxy.example:3128' },
  file: { text: '/etc/some.pem', value: '/etc/some.pem' },
  cache: { text: '1h', value: '1h' },
  aliases: { part: 's', text: 'some-model', value: { s: 'some-model' } },
  prices: { part: 'input', text: '2.5', value: { input: 2.5 } },
  factor: { text: '0.3', value: 0.3 },
  wrapping: { text: 'off', value: 'off' },
  onOff: { text: 'on', value: 'on' },
};

let home: string;
let configPath: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'msg-settings-'));
  configPath = join(home, 'config', 'config.json');
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

function writeProfile(profile: object): void {
  mkdirSync(join(home, 'config'), { recursive: true, mode: 0o700 });
  writeFileSync(configPath, JSON.stringify({ current: 'work', profiles: { work: profile } }), {
    mode: 0o600,
  });
}

const run = (argv: readonly string[], env: Record<string, string> = {}): Promise<Run> =>
  runMsg(argv, { home, env });

/** What is enough to be a profile, without a setting that stands in the way of another. */
const base = { baseUrl: 'https://work.example', model: 'work-model', auth: 'none' };

/** The text of a help without its line ends. */
const flat = (text: string): string => text.replace(/\s+/g, ' ');

describe.each(settingNames)('the setting %s', (name) => {
  const { group, flag, help, variable, field, kind, label } = settingRow(name);
  const { text, value, part } = samples[kind];
  const partName = field.replace(/\.[A-Z]+$/, `.${part}`);
  const shownName = kind === 'headers' ? 'header.x-team' : snakeCase(name);

  it('is an option of send (or of chat alone), with its help, if it is not of profiles only', async () => {
    writeProfile(base);
    expect(flag === undefined).toBe(group === 'Profile');
    if (flag === undefined) return;
    const command = group === 'Chat' ? 'chat' : 'send';
    expect(flat((await run([command, '--help'])).stdout)).toContain(`${flag} ${help}`);
    if (group === 'Chat') return;
    const long = longFlag(flag);
    const { stdout } = await run(['send', '--dry-run', long, text, 'hello']);
    const fieldOfBody = name === 'cache' ? 'cache_control' : shownName;
    expect(JSON.parse(stdout).settings[fieldOfBody].from).toBe(long);
  });

  it('is a variable, if it is not of profiles only', async () => {
    writeProfile(base);
    expect(variable === undefined).toBe(group === 'Profile');
    if (variable === undefined) return;
    const { stdout } = await run(['profiles', 'show', '--explain', '--json'], {
      // A key and headers stay where they were configured for: beside a variable that is the address of them.
      MSG_BASE_URL: base.baseUrl,
      [variable]: text,
    });
    expect(JSON.parse(stdout).sources[snakeCase(name)]).toMatchObject({ from: 'env', name: variable });
  });

  it('is a field of a profile, which show shows', async () => {
    const { baseUrl: _url, ...rest } = base;
    // Of two addresses in one profile the exact one counts.
    writeProfile({ ...(name === 'messagesUrl' ? rest : base), [name]: value });
    const { stdout } = await run(['profiles', 'show', 'work', '--explain']);
    expect(stdout).toMatch(new RegExp(`^${label} .*from profile work$`, 'm'));
  });

  it('is refused in config.json when it is of another kind', async () => {
    writeProfile({ ...base, [name]: true });
    const { code, stderr } = await run(['profiles', 'show', 'work']);
    expect(code).toBe(3);
    expect(stderr).toContain(`"profiles.work.${name}" in ${configPath} must be ${kindOf(name).shape}.`);
    // Nor is anything else of that file replaced.
    expect((await run(['profiles', 'set', 'work', 'preset=demo'])).code).toBe(3);
  });

  it('is set and removed by the name of its field', async () => {
    writeProfile(base);
    const words =
      kind === 'key' ? ['--key-env', text] : [`${partName}=${kind === 'headers' ? 'search' : text}`];
    const set = await run(['profiles', 'set', 'work', '--keep-key', ...words]);
    expect(set.code, set.stderr).toBe(0);
    const profile = () => JSON.parse(readFileSync(configPath, 'utf8')).profiles.work;
    expect(profile()[name]).toEqual(value);
    const unset = await run(['profiles', 'unset', 'work', '--keep-key', partName]);
    expect(unset.code, unset.stderr).toBe(0);
    expect(profile()).not.toHaveProperty(name);
  });
});

it('the help of set names every field, and in the order of the table', async () => {
  const assignable = settingNames.filter((name) => kindOf(name).fromField !== undefined);
  expect(fields.map(({ name }) => name)).toEqual([
    'preset',
    ...assignable.map((name) => settingRow(name).field),
  ]);
  const { stdout } = await run(['profiles', 'set', '--help']);
  expect(flat(stdout)).toContain(
    `${[...fields.map(({ name }) => name), 'header.NAME', 'aliases.NAME', 'price.PART'].join(', ')}.`,
  );
});

it('no two settings share an option, a variable or a field', () => {
  const rows = settingNames.map(settingRow);
  for (const names of [
    [...rows.flatMap(({ flag }) => (flag === undefined ? [] : longFlag(flag))), longFlag(keyFileFlag.flag)],
    rows.flatMap(({ variable }) => variable ?? []),
    rows.map(({ field }) => field),
    rows.map(({ label }) => label),
  ])
    expect(new Set(names).size).toBe(names.length);
});
