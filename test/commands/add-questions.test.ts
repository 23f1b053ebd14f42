// The questions of msg profiles add, each way through them: answers as they are typed, and the profile they make.
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type MsgTerminal, openMsg } from '../msg-terminal.ts';

let home: string;
let terminal: MsgTerminal | undefined;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'msg-questions-'));
  writeFileSync(join(home, 'key'), 'sk-from-a-file-0123456789');
  chmodSync(join(home, 'key'), 0o600);
});
afterEach(async () => {
  await terminal?.close();
  rmSync(home, { recursive: true });
});

/** What stands on the screen behind the last answer, and what is typed then. */
type Dialogue = readonly (readonly [question: string, answer: string])[];

async function add(dialogue: Dialogue): Promise<unknown> {
  const config = join(home, 'config');
  terminal = openMsg(['profiles', 'add'], { working: home, env: { MSG_CONFIG_DIR: config } });
  const { see, type, text, ended } = terminal;
  let answered = 0;
  for (const [question, answer] of [...dialogue, ['Check it now', 'n'] as const]) {
    await see((screen) => screen.slice(answered).replace(/\s+/g, ' ').includes(question));
    answered = text().length;
    type(`${answer}\r`);
  }
  expect((await ended).exitCode).toBe(0);
  return JSON.parse(readFileSync(join(config, 'config.json'), 'utf8')).profiles.work;
}

const other: Dialogue = [
  ['Name of the profile', 'work'],
  ['Provider (number', 'other'],
  ['Base URL', 'https://gw.example'],
];

it.each<[string, string, string]>([
  ['x-api-key', 'x-api-key', 'later'],
  ['bearer', 'bearer', 'later'],
  ['both', 'both', 'later'],
])('any other address, with the header %s', async (_name, header, place) => {
  const profile = await add([
    ...other,
    ['Header for the key', header],
    ['Model', 'm-1'],
    ['Where is the key?', place],
  ]);
  expect(profile).toEqual({ baseUrl: 'https://gw.example', auth: header, model: 'm-1' });
});

it('the address of a provider is as good an answer as its name; one of a known provider brings its facts', async () => {
  const profile = await add([
    ['Name of the profile', 'work'],
    ['Provider (number', 'https://user:password@gw.example'],
    ['Enter lists all', 'https://Gw.example/Claude'],
    ['Requests go to https://gw.example/Claude/v1/messages', 'bearer'],
    ['Model, or Enter to choose later', ''],
    ['Where is the key?', 'later'],
  ]);
  expect(profile).toEqual({ baseUrl: 'https://Gw.example/Claude', auth: 'bearer' });
  expect(terminal?.text().replace(/\s+/g, ' ')).toContain('msg models -P work lists them');
});

it.each<[string, Dialogue, object]>([
  [
    'a command, in words',
    [
      ['Where is the key?', 'command'],
      ['Command, words separated by spaces', 'pass show work'],
    ],
    { kind: 'command', argv: ['pass', 'show', 'work'] },
  ],
  [
    'a file',
    [
      ['Where is the key?', 'file'],
      ['File', 'key'],
    ],
    { kind: 'file' },
  ],
  [
    'a variable, with the name that is offered',
    [
      ['Where is the key?', 'variable'],
      ['Variable [WORK_API_KEY]', ''],
    ],
    { kind: 'env', name: 'WORK_API_KEY' },
  ],
  [
    'pasted',
    [
      ['Where is the key?', 'paste'],
      ['Key (not shown)', 'sk-pasted-0123456789abcdef'],
    ],
    { kind: 'stored' },
  ],
])('the key is %s', async (_name, dialogue, key) => {
  const profile = await add([...other, ['Header for the key', 'bearer'], ['Model', 'm-1'], ...dialogue]);
  expect(profile).toMatchObject({ baseUrl: 'https://gw.example', auth: 'bearer', key });
});

it('a name that is none, an address that is none, and a key in the place of each are asked for again', async () => {
  const profile = await add([
    ['Name of the profile', 'two words'],
    ['Name of the profile', 'work'],
    ['Provider (number', 'other'],
    ['Base URL', 'htp:/foo'],
    ['Base URL', 'sk-ant-api03-0123456789abcdef0123'],
    ['Is it the address all the same? [y/N]', ''],
    ['Base URL', 'https://gw.example'],
    ['Header for the key', 'none'],
    ['Model', 'sk-ant-api03-0123456789abcdef0123'],
    ['Is it the model all the same? [y/N]', ''],
    ['Model', ''],
  ]);
  expect(profile).toEqual({ baseUrl: 'https://gw.example', auth: 'none' });
});

it('< goes back to the question before, as often as there are some', async () => {
  const profile = await add([
    ['Name of the profile', '<'],
    ['Nothing was asked before.', 'play'],
    ['Provider (number', '<'],
    ['Name of the profile', 'work'],
    ['Provider (number', 'anthropic'],
    ['Model', '<'],
    ['Provider (number', 'other'],
    ['Base URL', 'https://wrong.example'],
    ['Header for the key', '<'],
    ['Base URL', 'https://gw.example'],
    ['Header for the key', 'bearer'],
    ['Model', 'm-1'],
    ['Where is the key?', 'paste'],
    ['Key (not shown)', '<'],
    ['Model', 'm-2'],
    ['Where is the key?', 'later'],
  ]);
  expect(profile).toEqual({ baseUrl: 'https://gw.example', auth: 'bearer', model: 'm-2' });
});
