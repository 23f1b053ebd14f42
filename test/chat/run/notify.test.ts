// --notify: attention is called for after a long answer, when the window is not in front.
import { expect, test } from 'vitest';
import type { Mock } from '../../../src/mock/index.ts';
import { paused } from '../../gated-reply.ts';
import type { MsgTerminal } from '../../msg-terminal.ts';
import { openChat } from './open-chat.ts';

const front = '\x1b[I';
const behind = '\x1b[O';
const able = '\x1b[?1004;1$y';
const bell = '\x07';

let mock: Mock;
let terminal: MsgTerminal;

/** A chat in which time goes by fifty times as fast (20 s are 0.4), or not at all. */
async function open(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  standsStill = false,
): Promise<void> {
  ({ mock, terminal } = await openChat({
    replies: [paused('Half ', 'whole.')],
    args,
    env,
    speed: 50,
    ...(standsStill && {
      adapt: (context) => ({ ...context, clock: { ...context.clock, now: () => 0 } }),
    }),
  }));
}
/** One answer that is silent in its midst for longer than 20 s, and these reports of the window meanwhile. */
async function longAnswer(reports: string): Promise<void> {
  terminal.type('go\r');
  await terminal.see(/Half … (?:2[1-9]|[3-9]\d|\d{3,}) s/);
  terminal.type(reports);
  // Keys and reports are taken in order: what is typed behind them is on the screen when they were.
  terminal.type('x');
  await terminal.see('▸ x');
  mock.open('more');
  await terminal.see(/whole\.\n+▸ x$/);
}

test.each([
  ['the window is behind', behind, {}, bell],
  ['it went behind and came back', behind + front, {}, undefined],
  ['it never left the front', able, {}, undefined],
  ['nobody can tell where it is', '', {}, bell],
  [
    'the terminal shows notes of the desktop',
    behind,
    { TERM_PROGRAM: 'WezTerm' },
    '\x1b]9;msg: the answer is there\x1b\\',
  ],
  ['it would, but tmux is between', behind, { TERM_PROGRAM: 'WezTerm', TMUX: '/tmp/x' }, bell],
])('%s', async (_, reports, env, notice) => {
  await open(['--notify'], env);
  await longAnswer(reports);
  const calls = terminal.output().match(/\x07|\x1b\]9;[^\x1b]*\x1b\\/g);
  expect(calls).toEqual(notice === undefined ? null : [notice]);
});

test('a short answer calls for nothing, and the terminal is left as it was', async () => {
  await open([], { MSG_NOTIFY: 'on' }, true);
  terminal.type(behind);
  mock.open('more');
  terminal.type('go\r');
  await terminal.see('Half whole.');
  await terminal.see(/\n▸$/);
  terminal.type(String.fromCharCode(4));
  await terminal.ended;
  expect(terminal.output()).not.toContain(bell);
  expect(terminal.output().split('\x1b[?1004h')).toHaveLength(2);
  expect(terminal.output().split('\x1b[?1004l')).toHaveLength(2);
});

test('off by default: nothing is asked of the terminal', async () => {
  await open([]);
  await longAnswer(behind);
  expect(terminal.output()).not.toMatch(/\x07|1004/);
});
