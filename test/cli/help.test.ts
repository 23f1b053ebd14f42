// `--help` on terminals of any width, and what a wrong name is answered with.
import { describe, expect, it } from 'vitest';
import { runMsg } from './run-msg.ts';

const commands = [
  [],
  ...['send', 'chat', 'models', 'doctor', 'mock', 'tap', 'completion', 'profiles', 'sessions'].map((name) => [
    name,
  ]),
  ['profiles', 'add'],
  ['sessions', 'export'],
];
const help = (argv: readonly string[], width: number) =>
  runMsg([...argv, '--help'], { env: {}, width, mock: { replies: [] } });

describe.each([40, 60, 80, 200])('help on %i columns', (width) => {
  it.each(commands.map((argv) => [argv.join(' '), argv] as const))(
    'of "msg %s" fits',
    async (_name, argv) => {
      const { code, stdout, stderr } = await help(argv, width);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      // Usage is one line of commander's, and the script of the mock is shown as it has to be written.
      const isFree = (line: string): boolean => line.startsWith('Usage:') || /^ {2,3}[[{]/.test(line);
      const tooLong = stdout.split('\n').filter((line) => line.length > width && !isFree(line));
      expect(tooLong).toEqual([]);
    },
  );
});

describe('help', () => {
  it('of every main command shows examples before options', async () => {
    for (const argv of commands.filter((words) => words.join(' ') !== 'sessions export')) {
      const { stdout } = await help(argv, 80);
      const [examples, options] = [stdout.indexOf('\nExamples:\n'), stdout.search(/\n {2}-/)];
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

  it('of send is in groups', async () => {
    const { stdout } = await help(['send'], 80);
    expect(stdout.match(/^\S.*:$/gm)).toEqual([
      'Examples:',
      'Arguments:',
      'Prompt:',
      'Generation:',
      'Session:',
      'Output:',
      'Instead of sending:',
      'Connection:',
      'Network:',
      'Options:',
    ]);
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
    expect(page.stdout).toContain(`Usage: msg ${path.join(' ').replace('rm', 'remove|rm')}`);
    expect(await runMsg(argv, { env: {}, width: 80 })).toMatchObject({ code: 0, stdout: page.stdout });
  });

  it('tells the exit codes', async () => {
    const { stdout } = await help([], 80);
    for (const code of [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 130])
      expect(stdout).toMatch(new RegExp(`^ {2}${code} +\\S`, 'm'));
  });
});

describe('a wrong name', () => {
  it.each([
    [['snd', 'hi'], "Unknown command 'snd'. Did you mean send?", 'Next: msg --help'],
    [['what is this?'], "Unknown command 'what is this?'.", "Next: msg send 'what is this?', or msg --help"],
    [['help', 'snd'], "Unknown command 'snd'.", 'Next: msg --help'],
    [['profiles', 'help', 'nosuch'], "Unknown command 'nosuch'.", 'Next: msg profiles --help'],
    [['send', 'hi', '--stat'], "Unknown option '--stat'. Did you mean --stats?", 'Next: msg send --help'],
    [['send', 'hi', '--max-token', '5'], '. Did you mean --max-tokens?', 'Next: msg send --help'],
    [['profiles', 'env', 'work', '--shel'], 'Did you mean --shell?', 'Next: msg profiles env --help'],
    [['send', 'hi', '--format', 'json'], '. Did you mean --output-format?', 'Next: msg send --help'],
    [['send', 'hi', '--stop-sequence', 'x'], '. Did you mean --stop?', 'Next: msg send --help'],
    [['send', 'hi', '--retries=3'], '. Did you mean --max-retries?', 'Next: msg send --help'],
    [['wat'], "Unknown command 'wat'.\n", 'Next: msg send wat, or msg --help'],
    [['help', 'sned'], "Unknown command 'sned'. Did you mean send?", 'Next: msg --help'],
    [
      ['chat about dogs'],
      "Unknown command 'chat about dogs'.\n",
      "Next: msg send 'chat about dogs', or msg --help",
    ],
    [['help', 'profiles', 'ad'], "Unknown command 'ad'. Did you mean add?", 'Next: msg profiles --help'],
    [['help', 'profiles', 'nosuch'], "Unknown command 'nosuch'.\n", 'Next: msg profiles --help'],
    [['profiles', 'lst'], 'There is no "msg profiles lst". Did you mean list?', 'Next: msg profiles --help'],
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
    ['sessions', 'ls'],
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
