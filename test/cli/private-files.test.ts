// What holds a conversation is for nobody but its owner, whatever the umask is: each file that a command makes, and each
// directory. Reports of the doctor hold none, and are made to be passed on.
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openMsg } from '../msg-terminal.ts';
import { runMsg, testKey } from './run-msg.ts';

let home: string;
const umask = process.umask(0);
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'msg-private-'));
});
afterAll(() => {
  process.umask(umask);
  rmSync(home, { recursive: true, force: true });
});

const example = join(import.meta.dirname, '../../examples/ask.mjs');
const commands: readonly (readonly string[])[] = [
  ['profiles', 'add', 'work', '--base-url', '{url}', '-m', 'mock-1', '--key-stdin'],
  ['send', 'hi', '--record', '{home}/answer.jsonl', '--session', 's'],
  ['sessions', 'export', 's', '{home}/s.md'],
  ['sessions', 'copy', 's', 't'],
  ['prompts', 'add', 'p'],
  [
    ...['tap', '--record', '{home}/kept', '--har', '{home}/tap.har', '--report', '{home}/tap.html'],
    ...['--', process.execPath, example, 'hi'],
  ],
  ['doctor', '--watch', '1', '--free'],
];

it.skipIf(process.platform === 'win32')(
  'every file with a conversation, and every directory, is its owner’s alone',
  async () => {
    for (const argv of commands) {
      const run = await runMsg(
        argv.map((word) => word.replace('{home}', home)),
        {
          home,
          cwd: home,
          stdin: argv.includes('--key-stdin') ? testKey : argv[0] === 'prompts' ? 'a prompt' : '',
          env: {
            MSG_BASE_URL: '{url}',
            MSG_API_KEY: testKey,
            MSG_MODEL: 'mock-1',
            PATH: process.env['PATH'],
          },
          ...(argv[0] === 'doctor' && {
            during: async ({ shows, interrupt }) => {
              await shows('healthy');
              interrupt();
            },
          }),
        },
      );
      expect([0, 130], run.stderr).toContain(run.code);
    }
    const terminal = openMsg(['chat'], {
      working: home,
      env: { MSG_API_KEY: testKey, MSG_MODEL: 'm', MSG_PROFILE: 'demo', EDITOR: '' },
    });
    await terminal.see('▸');
    terminal.type(`hello\r`);
    await terminal.see(/missing\.\s+▸$/);
    terminal.type(`/export ${join(home, 'chat.md')}\r`);
    await terminal.see('chat.md');
    terminal.type('/exit\r');
    await terminal.ended;
    await terminal.close();
    const made = readdirSync(home, { recursive: true, withFileTypes: true }).map((entry) => {
      const path = join(entry.parentPath, entry.name);
      const isPrivate = (statSync(path).mode & 0o077) === 0;
      return [relative(home, path).replaceAll('\\', '/'), isPrivate] as const;
    });
    expect(made.filter(([, isPrivate]) => !isPrivate)).toEqual([]);
    expect(made.map(([path]) => path)).toEqual(
      expect.arrayContaining([
        'answer.jsonl',
        's.md',
        'chat.md',
        'tap.har',
        'tap.html',
        'kept',
        'config/config.json',
      ]),
    );
  },
);
