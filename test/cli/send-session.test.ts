import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { end, event, head, reset, startMock, streamReply } from '../../src/mock/index.ts';
import type { Script } from '../../src/mock/script.ts';
import { type Run, runMsg } from './run-msg.ts';

describe('msg send in a kept session', () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'msg-send-session-'));
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  const send = (argv: string[], ...replies: Script[]): Promise<Run> =>
    runMsg(['send', ...argv], { home, mock: { replies } });
  const said = (run: Run): unknown => (run.requests[0]?.json as { messages: unknown } | undefined)?.messages;

  it('goes on by name and with the last one', async () => {
    await send(['--session', 'plan', 'one'], streamReply('first'));
    const second = await send(['--session', 'plan', 'two'], streamReply('second'));
    expect(said(second)).toEqual([
      { role: 'user', content: 'one' },
      { role: 'assistant', content: [{ type: 'text', text: 'first' }] },
      { role: 'user', content: 'two' },
    ]);
    const third = await send(['-c', 'three'], streamReply('third'));
    expect(said(third)).toHaveLength(5);
    const list = await runMsg(['sessions', 'list'], { home, env: {} });
    expect(list.stdout).toContain('plan');
  });

  it('goes on in a copy with --fork, and leaves the session as it is', async () => {
    await send(['--session', 'plan', 'one'], streamReply('first'));
    const fork = await send(['--session', 'plan', '--fork', 'two'], streamReply('second'));
    expect(fork.stderr).toMatch(/^msg: Going on in the copy \d{8}-\d{6}-\w{4}\.\n/);
    expect(said(fork)).toHaveLength(3);
    const again = await send(['--session', 'plan', 'three'], streamReply('third'));
    expect(said(again)).toHaveLength(3);
    const alone = await send(['--fork', 'four']);
    expect([alone.code, alone.stderr]).toEqual([
      2,
      'msg: --fork does not say which session to copy.\n  Add -c, or --session NAME.\n',
    ]);
  });

  it('begun by four at once is one session, in which each answers after the one before', async () => {
    const mock = await startMock();
    const runs = await Promise.all(
      ['one', 'two', 'three', 'four'].map((prompt) =>
        runMsg(['send', '--session', 'shared', prompt], { home, on: mock }),
      ),
    );
    const lengths = mock.requests.map(({ json }) => (json as { messages: unknown[] }).messages.length);
    await mock.close();
    expect(runs.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    expect(lengths).toEqual([1, 3, 5, 7]);
    const kept = readdirSync(join(home, 'state', 'sessions'));
    expect(kept).toEqual([expect.stringMatching(/\.shared\.jsonl$/)]);
    for (const { stderr } of runs)
      expect(stderr).toMatch(/^(msg: Session shared is in use by another msg: waiting for its answer\.\n)?$/);
  });

  it('says when what was said goes to another host than before', async () => {
    const mock = await startMock();
    const first = await runMsg(['send', '--session', 'plan', 'one'], { home, on: mock });
    const same = await runMsg(['send', '-c', 'two'], { home, on: mock });
    const other = await send(['-c', 'three'], streamReply('third'));
    await mock.close();
    expect(first.stderr + same.stderr).toBe('');
    expect(other.stderr).toMatch(`The session began at ${mock.url}, and goes on at http://127.0.0.1:`);
  });

  it('keeps a partial answer as interrupted, and the question of one that failed', async () => {
    const broken = await send(
      ['--session', 'plan', 'one'],
      [
        head(),
        event({ type: 'message_start', message: { role: 'assistant', content: [], usage: {} } }),
        event({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }),
        event({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'half' } }),
        end,
      ],
    );
    expect(broken.code).toBe(9);
    expect(broken.stdout).toBe('half\n');
    const after = await send(['-c', 'two'], streamReply('ok'));
    expect(said(after)).toMatchObject([
      { role: 'user', content: 'one' },
      { role: 'assistant', content: [{ type: 'text', text: 'half' }] },
      { role: 'user', content: 'two' },
    ]);
  });

  it('leaves nothing behind without the options', async () => {
    await send(['one'], streamReply('first'));
    const run = await send(['-c', 'two'], streamReply('second'));
    expect(run.code).toBe(2);
    expect(run.requests).toEqual([]);
  });

  it('keeps what is sent when there was no answer', async () => {
    const failed = await send(['--session', 'plan', '--max-retries', '0', 'one'], [head(), reset]);
    expect(failed.code).toBe(8);
    const after = await send(['-c', 'two'], streamReply('ok'));
    expect(said(after)).toEqual([
      {
        role: 'user',
        content: [
          { type: 'text', text: 'one' },
          { type: 'text', text: 'two' },
        ],
      },
    ]);
  });

  it('answers calls that are left open, and keeps nothing that could not be sent again', async () => {
    const call = { type: 'tool_use', id: 't1', name: 'now', input: {} };
    await send(['--session', 'plan', 'one'], streamReply({ content: [call], stop_reason: 'tool_use' }));
    const cut = await send(
      ['-c', 'two'],
      [
        head(),
        event({ type: 'message_start', message: { role: 'assistant', content: [], usage: {} } }),
        event({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }),
        event({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'half' } }),
        event({ type: 'content_block_start', index: 1, content_block: { ...call, id: 't2' } }),
        end,
      ],
    );
    const closed = [
      { role: 'user', content: 'one' },
      { role: 'assistant', content: [call] },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 't1', is_error: true },
          { type: 'text', text: 'two' },
        ],
      },
    ];
    expect(said(cut)).toMatchObject(closed);
    const after = await send(['-c', 'three'], streamReply('ok'));
    expect(said(after)).toMatchObject([
      ...closed,
      { role: 'assistant', content: [{ type: 'text', text: 'half' }] },
      { role: 'user', content: 'three' },
    ]);
  });

  it('says that --body messages do not fit', async () => {
    const run = await send([
      '--session',
      'plan',
      '--body',
      '{"messages":[{"role":"user","content":"x"}]}',
      'one',
    ]);
    expect(run.code).toBe(2);
    expect(run.stderr).toContain('A session takes one prompt');
  });
});
