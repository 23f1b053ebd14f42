// Files named in a message: what is attached, what stays a word, and what is told.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { type Mock, streamReply } from '../../../src/mock/index.ts';
import { paused } from '../../gated-reply.ts';
import type { MsgTerminal } from '../../msg-terminal.ts';
import { type ChatOptions, control, openChat, pasted } from './open-chat.ts';

const png = Buffer.from('89504e470d0a1a0a0000', 'hex');

let folder: string;
let mock: Mock;
let terminal: MsgTerminal;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'msg-attaching-'));
  mkdirSync(join(folder, 'src/deep'), { recursive: true });
  writeFileSync(join(folder, 'notes.md'), 'buy milk');
  writeFileSync(join(folder, 'my shot.png'), png);
  writeFileSync(join(folder, 'src/a.ts'), 'let a');
  writeFileSync(join(folder, 'src/deep/b.ts'), 'let b');
  writeFileSync(join(folder, 'src/.env'), 'KEY=1');
  writeFileSync(join(folder, 'src/tool.bin'), Buffer.from([1, 0, 2]));
});

async function open(options: ChatOptions = {}): Promise<void> {
  ({ mock, terminal } = await openChat({ replies: [streamReply('Seen.')], ...options, working: folder }));
}
/** The blocks of the last question of a request, texts as they are. */
function sent(request = 0): unknown {
  const { messages } = mock.requests[request]!.json as { messages: { content: unknown }[] };
  const content = messages.at(-1)?.content;
  return Array.isArray(content)
    ? content.map((block) => (block.type === 'text' ? block.text : block.type))
    : content;
}

test.runIf(process.platform !== 'win32')('a pipe or a device is refused: nobody is waited for', async () => {
  await open();
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  terminal.type('What is @pipe?\r');
  await terminal.see('Cannot read pipe (@pipe): it is a named pipe.');
  terminal.type(control('u'));
  terminal.type('/system @pipe\r');
  await terminal.see('pipe (/system): it is a');
  terminal.type('/attach /dev/zero\r');
  await terminal.see('Cannot read /dev/zero (/attach): it is a device.');
  expect(mock.requests).toEqual([]);
});

test('@path attaches text, pictures and directories; addresses and unknown words stay text', async () => {
  await open();
  const question = 'Compare @notes.md, (@my\\ shot.png) and @src; write to a@notes.md or @john.';
  terminal.type(`${question}\r`);
  await terminal.see('Seen.');
  expect(sent()).toEqual([
    'notes.md:\n```\nbuy milk\n```',
    'image',
    'src/a.ts:\n```\nlet a\n```',
    'src/deep/b.ts:\n```\nlet b\n```',
    question,
  ]);
  const rows = terminal.text().replace(/\n/g, ' ');
  expect(rows).toContain('src: 2 files, 10 B: src/a.ts, src/deep/b.ts');
  expect(rows).toContain('left out: src/.env (looks like a secret), src/tool.bin (binary)');
  expect(rows).toContain('attached: notes.md (text, 8 B), my shot.png (picture, 10 B), src (2 files, 10 B)');
});

test('Tab completes behind an @, also in the midst of a message', async () => {
  await open();
  terminal.type('look at @my\t');
  await terminal.see('look at @my\\ shot.png');
  terminal.type(' and (@src/d\t');
  await terminal.see('(@src/deep/');
  terminal.type('\x7f)\r');
  await terminal.see('Seen.');
  expect(sent()).toEqual(
    ['image', 'deep/b.ts:\n```\nlet b\n```', 'look at @my\\ shot.png and (@src/deep)'].map((one) =>
      one.replace(/^deep/, 'src/deep'),
    ),
  );
});

test.each([
  ['quoted', (path: string) => `'${path}' `],
  ['escaped', (path: string) => `${path.replace(' ', '\\ ')} `],
  ['a URL', (path: string) => `file://${path.replace(' ', '%20')}\r`],
])('a file that is dropped (%s) is named in the message, where it can be taken out', async (_, written) => {
  await open();
  const path = join(folder, 'my shot.png');
  terminal.type(`what is${pasted(written(path))}?`);
  await terminal.see((text) => text.replace(/\n/g, '').endsWith(`▸ what is @${path.replace(' ', '\\ ')} ?`));
  terminal.type('\r');
  await terminal.see('Seen.');
  expect(sent()).toEqual(['image', `what is @${path.replace(' ', '\\ ')} ?`]);
});

test('a terminal that does not mark pastes: a dropped path at the beginning is known by its quotes', async () => {
  await open();
  terminal.type(`'${join(folder, 'my shot.png')}' what is this?\r`);
  await terminal.see('Seen.');
  expect(sent()).toEqual(['image', `'${join(folder, 'my shot.png')}' what is this?`]);
});

test('what cannot be attached keeps the message in the prompt, and nothing is sent', async () => {
  await open();
  terminal.type('what does @src/tool.bin do?\r');
  await terminal.see(/tool\.bin is neither UTF-8 text nor[\s\S]*▸ what does @src\/tool\.bin do\?$/);
  expect(mock.requests).toEqual([]);
  terminal.type(`${control('u')}hello\r`);
  await terminal.see('Seen.');
  expect(sent()).toBe('hello');
});

test('a message that was queued attaches when its turn comes', async () => {
  await open({ replies: [paused('Half ', 'whole.'), streamReply('Seen.')] });
  terminal.type('go\r');
  await terminal.see('Half');
  terminal.type('read @notes.md\r');
  await terminal.see('queued: read @notes.md');
  mock.open('more');
  await terminal.see(/▸ read @notes\.md\nattached: notes\.md \(text, 8 B\)\n+Seen\./);
  expect(sent(1)).toEqual(['notes.md:\n```\nbuy milk\n```', 'read @notes.md']);
});

test('the message of the command line attaches too; lines of a script and what was pasted never do', async () => {
  await open({ args: ['read @notes.md'], replies: [streamReply('Seen.'), streamReply('Again.')] });
  await terminal.see('Seen.');
  expect(sent()).toHaveLength(2);
  terminal.type(`${pasted('@notes.md\nis what I pasted')}\r`);
  await terminal.see('Again.');
  expect(sent(1)).toBe('@notes.md\nis what I pasted');
  await open({ stdin: 'read @notes.md\n' });
  await terminal.ended;
  expect(sent()).toBe('read @notes.md');
});

test('/attach takes directories and patterns, under the name they were given', async () => {
  await open();
  terminal.type("/attach src '*.md'\r");
  await terminal.see('attached for the next message: src, *.md');
  terminal.type('/detach src\r');
  await terminal.see('1 detached');
  terminal.type('go\r');
  await terminal.see('Seen.');
  expect(sent()).toEqual(['notes.md:\n```\nbuy milk\n```', 'go']);
});
