// The commands of a chat that look, list, complete and write: what each shows, in process, against a real server.
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { errorReply, jsonReply, type Mock, type Script, streamReply } from '../../../src/mock/index.ts';
import type { MsgTerminal } from '../../msg-terminal.ts';
import { control, openChat } from './open-chat.ts';

let folder: string;
let mock: Mock;
let terminal: MsgTerminal;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'msg-slash-'));
});

/** A chat in `folder`, at its first prompt. */
async function open(replies: Script[], args: string[] = [], env: Record<string, string> = {}): Promise<void> {
  ({ mock, terminal } = await openChat({ replies, args, env, working: folder }));
}
/** Enters a line and waits for what it shows, and for the next prompt. */
async function enter(line: string, shows: string | RegExp): Promise<void> {
  terminal.type(`${line}\r`);
  await terminal.see(shows);
  await terminal.see(/▸$/);
}
const answer = (text: string, usage: Record<string, number> = {}): Script =>
  streamReply({ content: [{ type: 'text', text }], usage: { input_tokens: 10, output_tokens: 5, ...usage } });

test('what has not happened yet is said', async () => {
  await open([]);
  await enter('/usage', '0 answers · 0 tokens in, 0 out');
  await enter('/curl', 'nothing was sent yet');
  await enter('/headers', 'there was no response yet');
  await enter('/tools', 'no tools: start with --tools');
  await enter('/system', 'no system prompt');
  await enter('/resume', 'there are no sessions yet');
  await enter('/profile', 'there are no profiles; in a shell: msg profiles add NAME');
  await enter('/paste\r\x04', 'paste, then Ctrl-D');
  expect(mock.requests).toEqual([]);
});

test('/usage, /context and /tools show the session as it stands', async () => {
  const tools = [
    { name: 'now', input_schema: { type: 'object' }, command: ['date', '-u'] },
    { name: 'ask', input_schema: { type: 'object' } },
  ];
  await open([answer('One.')], ['--tools', JSON.stringify(tools)]);
  await enter('one', 'One.');
  await enter('/usage', /1 answer · 10 tokens in, 5 out/);
  await enter('/context', /15 tokens/);
  await enter('/tools', 'now  date -u\nask  no command: /tool-result by hand');
});

test('a conversation that fills the window warns, and says what makes room', async () => {
  const models = jsonReply(200, { data: [{ id: 'mock-1', max_input_tokens: 200_000 }] });
  await open([answer('Long.', { input_tokens: 190_000 }), models]);
  await enter('go', 'context: 190,005 of 200,000 tokens (95 %); /compact makes room');
  await enter('/context', /190,005 of 200,000 tokens[\s\S]*190,005 of 200,000 tokens/);
  expect(mock.requests).toHaveLength(2);
});

test('/help explains one command, and knows no other', async () => {
  await open([]);
  await enter('/help retry', /\/retry.*ask/s);
  await enter('/help nothing-like-it', '/nothing-like-it is not a command');
});

test('Tab completes files, folders, profiles and sessions', async () => {
  mkdirSync(join(folder, 'docs'));
  writeFileSync(join(folder, 'docs', 'a b.txt'), 'text');
  writeFileSync(join(folder, '.hidden'), 'text');
  mkdirSync(join(folder, 'config'), { mode: 0o700 });
  const profile = { baseUrl: 'https://a.example', model: 'm' };
  writeFileSync(join(folder, 'config', 'config.json'), JSON.stringify({ profiles: { workplace: profile } }), {
    mode: 0o600,
  });
  await open([answer('One.')]);
  for (const [typed, line] of [
    ['/attach do\t', '/attach docs/'],
    ['/attach docs/a\t', '/attach docs/a\\ b.txt'],
    ['/attach .h\t', '/attach .hidden'],
    ['/attach ~/do\t', '/attach ~/docs/'],
    ['/profile wo\t', '/profile workplace'],
    ['/set max\t', '/set max-tokens '],
  ] as const) {
    terminal.type(typed);
    await terminal.see((text) => text.trimEnd().endsWith(`▸ ${line.trimEnd()}`));
    terminal.type(control('c'));
    await terminal.see(/▸$/);
  }
  await enter('one', 'One.');
  await enter('/save first-one', 'this session is called first-one');
  terminal.type('/resume fir\t');
  await terminal.see(/▸ \/resume first-one$/);
});

test('/copy writes to the clipboard of a terminal far away', async () => {
  await open([answer('One.')], [], { SSH_CONNECTION: 'a b c d', SSH_TTY: '/dev/pts/0' });
  await enter('one', 'One.');
  await enter('/copy', "4 characters sent to your terminal's clipboard");
  expect(terminal.output()).toContain(`\x1b]52;c;${Buffer.from('One.').toString('base64')}`);
});

test('/copy file, and a place that cannot be written', async () => {
  await open([answer('One.')]);
  await enter('one', 'One.');
  await enter('/copy file', /4 characters written to .*copied\.md/s);
  await enter('/export nowhere/at/all.md', /nowhere\/at\/all\.md cannot be written/s);
  await enter('/export answer.pdf', 'answer.pdf: export writes .md, .json or .html');
  await enter('/export', /written to .*msg-chat-.*\.md/s);
});

test('a summary that is declined, or interrupted, changes nothing', async () => {
  await open([answer('One.'), answer('Two.'), [{ step: 'gate', name: 'summary' }]]);
  await enter('one', 'One.');
  await enter('two', 'Two.');
  terminal.type('/compact\r');
  await terminal.see('summarise 2 older messages, about 15 tokens in? [y/N]');
  await enter('n', 'nothing changed');
  terminal.type('/compact\r');
  await terminal.see((text) => text.split('summarise 2 older messages').length === 3);
  terminal.type('y\r');
  await mock.reached('summary');
  terminal.type(control('c'));
  await terminal.see('interrupted: nothing changed');
});

test('--no-save goes on with a session without writing to it, and gives no name', async () => {
  await open([answer('One.')]);
  await enter('one', 'One.');
  terminal.type(control('d'));
  await terminal.ended;
  const [, id = ''] = /msg chat -r (\S+)/.exec(terminal.text()) ?? [];
  const file = (): string => readFileSync(join(folder, 'state', 'sessions', `${id}.jsonl`), 'utf8');
  const before = file();
  await open([answer('Two.')], ['--no-save', '-r', id]);
  await terminal.see(/: 1 question\n[\s\S]*\n\n▸ one\n\nOne\.\n/);
  await enter('two', 'Two.');
  await enter('/save name', 'This session is not saved (--no-save).');
  await enter('/undo', 'took back');
  expect(file()).toBe(before);
});

test('where nothing spins, a retry is a line', async () => {
  const limited = errorReply(529, 'overloaded_error', 'Overloaded', { headers: { 'retry-after': '1' } });
  await open([limited, answer('At last.')], ['--plain', 'go']);
  await terminal.see(/529.*: again in 1 s/s);
  await terminal.see('assistant: At last.');
});
