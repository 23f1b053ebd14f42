// `--help` on terminals of any width, and what a wrong name is answered with.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { helpTopics } from '../../src/commands/help-topics.ts';
import { variableGroups } from '../../src/profiles/variables.ts';
import { openMsg } from '../msg-terminal.ts';
import { runMsg } from './run-msg.ts';

const commands = [
  [],
  ...['send', 'chat', 'models', 'doctor', 'mock', 'tap', 'completion', 'profiles', 'sessions'].map((name) => [
    name,
  ]),
  ['profiles', 'add'],
  ['sessions', 'export'],
];
const topics = helpTopics.map(({ name }) => name);
const help = (argv: readonly string[], width: number) =>
  runMsg([...argv, '--help'], { env: {}, width, mock: { replies: [] } });

describe.each([36, 40, 60, 80, 200])('help on %i columns', (width) => {
  it.each(commands.map((argv) => [argv.join(' '), argv] as const))(
    'of "msg %s" fits',
    async (_name, argv) => {
      const { code, stdout, stderr } = await help(argv, width);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      // The script of the mock is shown as it has to be written, and a path is never cut.
      const isFree = (line: string): boolean => /^ {2,3}[[{]|^ +\S+$/.test(line);
      const tooLong = stdout.split('\n').filter((line) => line.length > width && !isFree(line));
      expect(tooLong).toEqual([]);
    },
  );
});

describe('help', () => {
  it('of every main command shows examples before options', async () => {
    for (const argv of commands.filter((words) => words.join(' ') !== 'sessions export')) {
      const { stdout } = await help(argv, 80);
      const [examples, options] = [stdout.indexOf('\nExamples:\n'), stdout.search(/\n {2}-|\nCommands:/)];
      expect([argv.join(' '), examples > 0 && examples < options]).toEqual([argv.join(' '), true]);
    }
  });

  it.each([...commands, ...['env', 'import', 'set'].map((name) => ['profiles', name])])(
    'of %s %s: every line of its examples can be pasted',
    async (...argv) => {
      const { stdout } = await help(argv, 80);
      const [, examples] = /^Examples:\n((?: {2}.*\n)+)/m.exec(stdout) ?? [];
      for (const line of examples?.split('\n') ?? [])
        expect(line).not.toMatch(/^ {2}[^#\s].* {2}|^ {2}[^#].* #/);
    },
  );

  it('is in groups, those that several commands have in one order and last', async () => {
    const groups = async (...argv: string[]) =>
      (await help(argv, 80)).stdout
        .match(/^\S.*:$/gm)
        ?.filter((title) => !/^(Examples|Arguments)/.test(title));
    expect(await groups('send')).toEqual([
      'Prompt:',
      'Session:',
      'Instead of sending:',
      'Generation:',
      'Output:',
      'Connection:',
      'Network:',
      'General:',
    ]);
    const shared = ['Generation:', 'Output:', 'Connection:', 'Network:', 'General:'];
    for (const argv of commands.slice(1)) {
      const titles = (await groups(...argv)) ?? [];
      const own = titles.filter((title) => !shared.includes(title));
      expect(titles).toEqual([...own, ...shared.filter((title) => titles.includes(title))]);
    }
  });

  it('fits a terminal of 24 lines, and names what else there is', async () => {
    const { stdout } = await help([], 80);
    expect(stdout.split('\n').length).toBeLessThanOrEqual(24);
    for (const topic of topics) expect(stdout).toContain(topic);
  });

  it('offers -v where it shows something', async () => {
    for (const argv of [['send'], ['models'], ['mock'], ['profiles', 'test']])
      expect((await help(argv, 80)).stdout).toContain('--verbose');
    expect((await help(['profiles', 'rename'], 80)).stdout).not.toContain('--verbose');
    expect(await runMsg(['profiles', 'list', '-v'])).toMatchObject({ code: 0 });
  });

  it('has bold headings on a terminal, and in a pipe only when asked for', async () => {
    const onTerminal = async (env: Record<string, string>): Promise<string> => {
      const terminal = openMsg(['send', '--help'], { env });
      expect((await terminal.ended).exitCode).toBe(0);
      await terminal.close();
      return terminal.output();
    };
    const bold = '\x1b[1mExamples:\x1b[22m\n';
    expect(await onTerminal({})).toContain(bold);
    expect(await onTerminal({ NO_COLOR: '1' })).not.toContain('\x1b');
    expect((await help(['send', '--color'], 80)).stdout).toContain(bold);
    expect((await help(['send'], 80)).stdout).not.toContain('\x1b');
  });

  it('keeps a command that does not fit copyable', async () => {
    const { stdout } = await help(['send'], 40);
    expect(stdout).toContain(
      '  msg send "hi" \\\n    --base-url https://host \\\n    --api-key-env KEY -m MODEL\n',
    );
  });

  it('keeps a remark a remark where it does not fit', async () => {
    const { stdout } = await help(['send'], 24);
    expect(stdout).toContain('  # arguments and stdin\n  # together\n  git diff | msg');
  });

  it.each([
    ['help', 'profiles', 'add'],
    ['help', 'sessions', 'export'],
    ['help', 'send'],
    ['help'],
    ['help', 'profiles', 'presets', 'show'],
    ['help', 'profiles', 'rm'],
    ['profiles', 'help', 'add'],
  ])('%s %s %s is the page of the command, as --help', async (...argv) => {
    const path = argv.filter((word) => word !== 'help' && word !== 'show');
    const page = await help(path, 80);
    expect(page.stdout).toContain(`Usage: msg ${path.join(' ').replace('rm', 'remove')}`);
    expect(await runMsg(argv, { env: {}, width: 80 })).toMatchObject({ code: 0, stdout: page.stdout });
  });

  it('tells the exit codes', async () => {
    const { stdout } = await runMsg(['help', 'exit-codes']);
    for (const code of [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 130])
      expect(stdout).toMatch(new RegExp(`^ {2}${code} +\\S`, 'm'));
  });
});

describe('msg alone', () => {
  const home = mkdtempSync(join(tmpdir(), 'msg-alone-'));
  afterAll(() => rmSync(home, { recursive: true, force: true }));
  const alone = async (env: Record<string, string> = {}) => {
    const run = await runMsg([], { env, home, tty: true });
    expect(run).toMatchObject({ code: 0, stderr: '', requests: [] });
    return run.stdout;
  };

  it('says how to begin where nothing is set up', async () => {
    expect(await alone()).toBe(
      `Next:
  msg send -P demo "hello"  see it work: no key, no network
  msg profiles add          keep your endpoint and its key
  msg --help                what else there is
`,
    );
  });

  it('says what is in use, what is missing, and what to type next', async () => {
    const key = 'sk-canary-0123456789abcdef';
    const argv = ['profiles', 'add', 'work', '--base-url', 'http://127.0.0.1:9'];
    expect(await runMsg(argv, { env: {}, home })).toMatchObject({ code: 0 });
    expect(await runMsg(['profiles', 'use', 'work'], { env: {}, home })).toMatchObject({ code: 0 });
    const first = await alone();
    expect(first).toMatch(/^profile {3}work\nendpoint {2}http:\/\/127\.0\.0\.1:9\/v1\/messages\n/);
    expect(first).toMatch(
      /^model {5}none yet\nkey {7}none yet\n\nNext:\n {2}msg profiles set work --key-stdin /m,
    );
    await runMsg(['profiles', 'set', 'work', '--key-stdin'], { env: {}, home, stdin: key });
    const second = await alone({ MSG_MODEL: 'm' });
    expect(second).toMatch(/^model {5}m {2}from MSG_MODEL\nkey {7}stored\n\nNext:\n {2}msg chat /m);
    expect(first + second).not.toContain(key);
  });

  it('is the help in a pipe and in CI', async () => {
    const { stdout } = await help([], 80);
    expect(await runMsg([], { env: {}, home })).toMatchObject({ code: 0, stdout });
    expect(await runMsg([], { env: { CI: 'true' }, home, tty: true })).toMatchObject({ code: 0, stdout });
  });
});

describe.each(topics)('msg help %s', (topic) => {
  it.each([30, 40, 80])('fits %i columns', async (width) => {
    const { code, stdout, stderr } = await runMsg(['help', topic], { tty: true, width });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const tooLong = stdout.split('\n').filter((line) => line.length > width && /\S +\S/.test(line));
    expect(tooLong).toEqual([]);
  });
});

it('msg help environment names every variable the code looks for, but for signs of the terminal', () => {
  const onlyLookedAt =
    /^(COLORTERM|TERM|TERM_PROGRAM|TMUX|VTE_VERSION|WT_SESSION|DISPLAY|WAYLAND_DISPLAY|WSL_DISTRO_NAME|SSH_\w+|SHELL|HOME|USERPROFILE|PWD|APPDATA|LOCALAPPDATA|no_proxy|NO_PROXY|ANTHROPIC_(CONFIG_DIR|PROFILE)|CLAUDE_CONFIG_DIR|NODE_TLS_REJECT_UNAUTHORIZED|LC_\w+|EDITOR)$/;
  const told = variableGroups.flatMap(({ rows }) => rows.map(([name]) => name.replace(/=.*/, '')));
  const folder = resolve(import.meta.dirname, '../../src');
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.ts'),
  );
  const names = sources.flatMap((path) =>
    [...readFileSync(join(folder, path), 'utf8').matchAll(/\benv\['([A-Za-z_]+)'\]/g)].map(
      ([, name = '']) => name,
    ),
  );
  expect(names.length).toBeGreaterThan(30);
  expect([...new Set(names)].filter((name) => !onlyLookedAt.test(name) && !told.includes(name))).toEqual([]);
});

describe('a wrong name', () => {
  it.each([
    [['snd', 'hi'], "Unknown command 'snd'. Did you mean send?", 'Next: msg send --help'],
    [['what is this?'], "Unknown command 'what is this?'.", "Next: msg send 'what is this?', or msg --help"],
    [['help', 'snd'], "Unknown command 'snd'.", 'Next: msg send --help'],
    [['profiles', 'help', 'nosuch'], "Unknown command 'nosuch'.", 'Next: msg profiles --help'],
    [['send', 'hi', '--stat'], "Unknown option '--stat'. Did you mean --stats?", 'Next: msg send --help'],
    [['send', 'hi', '--max-token', '5'], '. Did you mean --max-tokens?', 'Next: msg send --help'],
    [['profiles', 'env', 'work', '--shel'], 'Did you mean --shell?', 'Next: msg profiles env --help'],
    [['send', 'hi', '--format', 'json'], '. Did you mean --output-format?', 'Next: msg send --help'],
    [['send', 'hi', '--stop-sequence', 'x'], '. Did you mean --stop?', 'Next: msg send --help'],
    [['send', 'hi', '--retries=3'], '. Did you mean --max-retries?', 'Next: msg send --help'],
    [['wat'], "Unknown command 'wat'.\n", 'Next: msg send wat, or msg --help'],
    [['help', 'sned'], "Unknown command 'sned'. Did you mean send?", 'Next: msg send --help'],
    [
      ['chat about dogs'],
      "Unknown command 'chat about dogs'.\n",
      "Next: msg send 'chat about dogs', or msg --help",
    ],
    [['help', 'exit-code'], "Unknown command 'exit-code'. Did you mean exit-codes?", 'Next: msg --help'],
    [['ask', 'hi'], "Unknown command 'ask'. Did you mean send?", 'Next: msg send --help'],
    [['history'], "Unknown command 'history'. Did you mean sessions?", 'Next: msg sessions --help'],
    [['hepl'], "Unknown command 'hepl'. Did you mean help?", 'Next: msg --help'],
    [['version'], "Unknown command 'version'. Did you mean --version?", 'Next: msg --help'],
    [['set-key'], 'Endpoints and their keys are kept in profiles.', 'Next: msg profiles add'],
    [['models', 'claude'], 'There is no "msg models claude".\n', 'Next: msg models --help'],
    [
      ['profiles', 'cat'],
      'There is no "msg profiles cat". Did you mean show?',
      'Next: msg profiles show --help',
    ],
    [
      ['profiles', 'create', 'x'],
      '"msg profiles create". Did you mean add?',
      'Next: msg profiles add --help',
    ],
    [['sessions', 'grep'], '"msg sessions grep". Did you mean search?', 'Next: msg sessions search --help'],
    [['help', 'profiles', 'ad'], "Unknown command 'ad'. Did you mean add?", 'Next: msg profiles add --help'],
    [['help', 'profiles', 'nosuch'], "Unknown command 'nosuch'.\n", 'Next: msg profiles --help'],
    [
      ['profiles', 'lst'],
      'There is no "msg profiles lst". Did you mean list?',
      'Next: msg profiles list --help',
    ],
    [['login'], 'Endpoints and their keys are kept in profiles.', 'Next: msg profiles add, or msg profiles'],
    [['config', 'set', 'x'], 'Endpoints and their keys are kept in profiles.', 'Next: msg profiles add'],
    [['models', '--jsn'], '. Did you mean --json?', 'Next: msg models --help'],
    [['send', 'hi', '-m'], "Option '-m, --model <id>' argument missing.", 'Next: msg send --help'],
    [
      ['send', 'hi', '--auth', 'basic'],
      'Allowed choices are x-api-key, bearer, both, none',
      'msg send --help',
    ],
  ])('%j is answered with the nearest, and where to look', async (argv, says, next) => {
    const run = await runMsg(argv);
    expect(run).toMatchObject({ code: 2, stdout: '', requests: [] });
    expect(run.stderr).toContain(says);
    expect(run.stderr).toContain(next);
    expect(run.stderr.split('\n')).toHaveLength(3);
  });

  it.each([
    ['profiles', 'ls'],
    ['profile', 'list'],
    ['sessions', 'ls'],
    ['session', 'ls'],
  ])('of another tool is known: %s %s', async (...argv) => {
    expect(await runMsg(argv)).toMatchObject({ code: 0, stdout: '' });
  });

  it.each([
    ['profiles', 'delete', 'There is no profile "x".'],
    ['profiles', 'rm', 'There is no profile "x".'],
    ['sessions', 'delete', 'There is no session "x".'],
    ['sessions', 'rm', 'There is no session "x".'],
  ])('of another tool is known: %s %s', async (group, word, says) => {
    const run = await runMsg([group, word, 'x']);
    expect(run.code).not.toBe(0);
    expect(run.stderr).toContain(says);
  });
});

describe('a key as an option', () => {
  const key = 'sk-pasted-canary-0123456789';
  it.each<[string[], string]>([
    [['send', 'hi', '--api-key', key], 'Use --api-key-env or --api-key-file. Next: msg send --help'],
    [['send', 'hi', `--api-key=${key}`], 'Use --api-key-env or --api-key-file.'],
    [['doctor', '--key', key], 'Use --api-key-env or --api-key-file.'],
    [['chat', `--token=${key}`], 'Use --api-key-env or --api-key-file.'],
    [
      ['profiles', 'add', 'x', `--apikey=${key}`],
      'Use --key-stdin, --key-keychain, --key-env, --key-file or',
    ],
    [['--api-key', key, 'send', 'hi'], 'msg profiles add'],
  ])('%j is refused with the reason and the right way, unseen', async (argv, way) => {
    const run = await runMsg(argv);
    expect(run).toMatchObject({ code: 2, stdout: '', requests: [] });
    expect(run.stderr).toContain('A key is never given on the command line');
    expect(run.stderr.replaceAll('\n  ', ' ')).toContain(way);
    expect(run.stderr).not.toContain(key);
  });
});
