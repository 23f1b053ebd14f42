// `--record` and `--replay`: byte for byte, moment for moment, without a secret and without a network.
import { existsSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Context } from '../../src/context.ts';
import {
  bytes,
  end,
  errorReply,
  event,
  gate,
  head,
  pause,
  reset,
  type Script,
  streamReply,
} from '../../src/mock/index.ts';
import { instantClock } from './instant-clock.ts';
import { type RunOptions, runMsg, testKey } from './run-msg.ts';

const folder = mkdtempSync(join(tmpdir(), 'msg-recording-'));
let count = 0;
const fresh = (): string => join(folder, `${++count}.jsonl`);

async function record(replies: readonly Script[], argv: readonly string[] = [], options: RunOptions = {}) {
  const path = fresh();
  const run = await runMsg(['send', 'hi', '--record', path, ...argv], { mock: { replies }, ...options });
  return { path, run, text: readFileSync(path, 'utf8') };
}

/** Replays without any configuration: neither endpoint nor key. */
const replay = (path: string, argv: readonly string[] = ['--replay-speed', '0'], options: RunOptions = {}) =>
  runMsg(['send', '--replay', path, ...argv], { env: {}, mock: { replies: [] }, ...options });

/** The bytes a recording holds. */
const bytesIn = (text: string): Buffer =>
  Buffer.concat(
    text
      .trim()
      .split('\n')
      .map((row) => JSON.parse(row) as { text?: string; base64?: string })
      .map((line) =>
        Buffer.from(line.text ?? line.base64 ?? '', line.text === undefined ? 'base64' : 'utf8'),
      ),
  );

const start = { type: 'message_start', message: { id: 'msg_1', model: 'm', content: [] } };
const open = { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } };
const word = (text: string): object => ({
  type: 'content_block_delta',
  index: 0,
  delta: { type: 'text_delta', text },
});
const half = [head(), event(start), event(open), event(word('Half'))];

describe('a recording', () => {
  it('replays to the same bytes on stdout, offline and unconfigured', async () => {
    const { path, run } = await record([streamReply('Grüße, 中文 🎉')]);
    expect(run).toMatchObject({ code: 0, stdout: 'Grüße, 中文 🎉\n' });
    const again = await replay(path);
    expect(again).toMatchObject({ code: 0, stdout: run.stdout, stderr: '', requests: [] });
    for (const format of ['json', 'stream-json']) {
      const live = await record([streamReply('Grüße')], ['-o', format]);
      const shown = await replay(live.path, ['-o', format, '--replay-speed', '0']);
      const comparable = (text: string): string =>
        text.replace(/"timings":\s*\{[^}]*\}/g, '').replace(/"model_asked":\s*("test-model"|null)/g, '');
      expect(comparable(shown.stdout)).toBe(comparable(live.run.stdout));
    }
  });

  it('holds every byte, also what is no UTF-8 and characters cut between chunks', async () => {
    const whole = Buffer.concat([
      Buffer.from(': caf\xe9 \xff\xfe\n\n', 'latin1'),
      Buffer.from('data: {"type":"ping","x":"🎉"}\n\n'),
    ]);
    const pieces = { step: 'split', at: 'every-byte', steps: [bytes(whole)] } as const;
    const tail = [event(start), event({ type: 'message_delta', delta: { stop_reason: 'end_turn' } }), end];
    const { text } = await record([[head(), pieces, ...tail]]);
    expect(bytesIn(text).subarray(0, whole.length)).toEqual(whole);
    expect(text).toContain('"base64":');
  });

  it('holds no request and no secret, even when the server sends the key back', async () => {
    const echo = Buffer.concat([Buffer.from([0xff]), Buffer.from(`: ${testKey}\n\n`)]);
    const headers = {
      'x-echo': testKey,
      'set-cookie': 'session=abcdef',
      'content-type': 'text/event-stream',
    };
    const script = [head(200, headers), bytes(`: ${testKey}\n\n`), bytes(echo), ...half.slice(1), end];
    const { text } = await record([script]);
    expect(text).not.toContain(testKey);
    expect(bytesIn(text).toString('latin1')).not.toContain(testKey);
    expect(text).not.toContain('session=abcdef');
    expect(text).not.toContain('"hi"');
  });

  it('holds no key that the server sends back in pieces', async () => {
    const echo = `: ${testKey}\n\n`;
    const split = { step: 'split', at: 'every-byte', steps: [bytes(echo)] } as const;
    const { text, run } = await record([[head(), split, ...half.slice(1), end]]);
    expect(run.stdout).toBe('Half\n');
    expect(text.match(/"text"/g)?.length).toBeGreaterThan(3);
    expect(bytesIn(text).toString('latin1')).not.toContain(testKey);
    expect(bytesIn(text).toString('utf8')).toContain(`(${testKey.length} characters)`);
  });

  it('keeps the pace, and --replay-speed changes it', async () => {
    const script = [...half.slice(0, 3), pause(120), event(word('one')), pause(240), event(word('two')), end];
    const { path, text } = await record([script]);
    const at = text
      .trim()
      .split('\n')
      .map((row) => (JSON.parse(row) as { at: number }).at);
    expect([...at].sort((a, b) => a - b)).toEqual(at);
    /** How long each wait of a replay was asked to be, on a clock that moves only by waiting. */
    const waits = async (speed: string): Promise<number> => {
      let now = 0;
      const adapt = (context: Context): Context => ({
        ...context,
        clock: {
          ...context.clock,
          now: () => now,
          async sleep(ms) {
            now += ms;
          },
        },
      });
      await replay(path, ['--replay-speed', speed], { adapt });
      return now;
    };
    const whole = at.at(-1) ?? 0;
    expect(whole).toBeGreaterThanOrEqual(350);
    expect(await waits('1')).toBeCloseTo(whole, 0);
    expect(await waits('10')).toBeCloseTo(whole / 10, 0);
    expect(await waits('0.5')).toBeCloseTo(whole * 2, 0);
    expect(await waits('0')).toBe(0);
  });

  it('of a broken stream breaks off again, at the same place and with the same code', async () => {
    const { path, run } = await record([[...half, reset]]);
    expect(run).toMatchObject({ code: 9, stdout: 'Half\n' });
    const again = await replay(path);
    expect(again).toMatchObject({ code: 9, stdout: 'Half\n' });
    expect(again.stderr).toContain('broke off: the connection broke, as it was recorded.');
  });

  it('of an error is that error again', async () => {
    const { path } = await record([errorReply(400, 'invalid_request_error', 'bad field')]);
    const again = await replay(path);
    expect(again).toMatchObject({ code: 5, stdout: '' });
    expect(again.stderr).toContain('invalid_request_error: bad field');
  });

  it('of a retried request tells the retry and shows the answer', async () => {
    const overloaded = errorReply(529, 'overloaded_error', 'Overloaded');
    const { path, run } = await record([overloaded, overloaded, streamReply('At last')], [], {
      adapt: instantClock().adapt,
    });
    expect(run).toMatchObject({ code: 0, stdout: 'At last\n' });
    const again = await replay(path);
    expect(again).toMatchObject({ code: 0, stdout: 'At last\n' });
    expect(again.stderr.match(/Trying again/g)).toHaveLength(2);
  });

  it('of a tool loop shows every turn, and runs nothing', async () => {
    const trace = join(folder, 'ran');
    const tools = JSON.stringify([{ name: 'it', input_schema: {}, command: ['touch', trace] }]);
    const call = { type: 'tool_use', id: 'toolu_1', name: 'it', input: {} };
    const asks = streamReply({ content: [call] as never, stop_reason: 'tool_use' });
    const { path } = await record([asks, streamReply('Done.')], ['--tools', tools, '--run-tools']);
    expect(existsSync(trace)).toBe(true);
    const touched = statSync(trace).mtimeMs;
    const again = await replay(path, ['--replay-speed', '0', '--tools', tools, '--run-tools']);
    expect(again).toMatchObject({ code: 0, stdout: `${JSON.stringify(call)}\nDone.\n` });
    expect(statSync(trace).mtimeMs).toBe(touched);
  });

  it('of a run that was killed can be read up to there', async () => {
    const { text } = await record([[...half, gate('rest'), end]], [], {
      // What is written in one go may be read in one go, and then is one row.
      async during({ shows, mock }) {
        await shows('Half');
        mock.open('rest');
      },
    });
    const rows = text.split('\n');
    const path = fresh();
    const isText = (row: string): boolean => row.includes('text_delta');
    const cutAt = rows.findIndex(isText) + 1;
    writeFileSync(path, `${rows.slice(0, cutAt).join('\n')}\n{"at":12.5,"te`);
    const again = await replay(path);
    expect(again.code).toBe(9);
    expect(again.stdout).toBe('Half\n');
    expect(again.stderr).toContain('The stream from recording broke off: it stops here.');
  });

  it('of an error names what examines the recording', async () => {
    const { path } = await record([errorReply(401, 'authentication_error', 'invalid x-api-key')]);
    const again = await replay(path);
    expect(again.code).toBe(4);
    expect(again.stderr).toContain(`Next: msg doctor --from-error ${path}\n`);
  });

  it('is written while the answer arrives', async () => {
    const path = fresh();
    const run = await runMsg(['send', 'hi', '--record', path], {
      mock: { replies: [[...half, gate('rest'), end]] },
      async during({ shows, interrupt }) {
        await shows('Half');
        expect(readFileSync(path, 'utf8')).toContain('Half');
        interrupt();
      },
    });
    expect(run.code).toBe(130);
    // No connection broke: a recording that said so would be false evidence.
    expect(readFileSync(path, 'utf8')).toMatch(/"end":"left"\}\n$/);
    expect(await replay(path)).toMatchObject({ code: 9, stdout: 'Half\n' });
  });

  it('can be interrupted while it is replayed', async () => {
    const path = fresh();
    const head = { recording: 1, at: 0, status: 200, headers: { 'content-type': 'text/event-stream' } };
    const text = `data: ${JSON.stringify(start)}\n\ndata: ${JSON.stringify(open)}\n\ndata: ${JSON.stringify(word('Half'))}\n\n`;
    const rows = [head, { at: 1, text }, { at: 3_600_000, end: 'complete' }];
    writeFileSync(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    const run = await replay(path, [], {
      async during({ shows, interrupt }) {
        await shows('Half');
        interrupt();
      },
    });
    expect(run).toMatchObject({ code: 130, stdout: 'Half\n' });
  });

  it.each([
    ['an empty file', ''],
    ['prose', 'Dear diary'],
    ['another JSON', '{"a":1}\n'],
    ['a beginning without its facts', '{"recording":1,"at":1}\n{"at":2,"end":"complete"}\n'],
    ['of another version', '{"recording":2,"at":0,"status":200,"headers":{}}\n{"at":2,"end":"complete"}\n'],
    [
      'a line of something else in the middle',
      '{"recording":1,"at":0,"status":200,"headers":{}}\nnope\n{"at":1,"end":"complete"}\n',
    ],
  ])('that is %s is refused by name', async (_name, content) => {
    const path = fresh();
    writeFileSync(path, content);
    const run = await replay(path);
    expect(run).toMatchObject({ code: 3, stdout: '' });
    expect(run.stderr).toContain(`${path} is not a recording`);
    expect(run.stderr).toContain('msg send --record FILE');
  });

  it.skipIf(!existsSync('/dev/full'))('that the disk refuses is told, and the answer is shown', async () => {
    const run = await runMsg(['send', 'hi', '-q', '--record', '/dev/full'], {
      mock: { replies: [streamReply('Whole')] },
    });
    expect(run).toMatchObject({ code: 3, stdout: 'Whole\n' });
    expect(run.stderr).toBe('msg: Cannot write /dev/full (--record): no space left on the device.\n');
  });

  it('that cannot be written is said before anything is sent', async () => {
    const run = await runMsg(['send', 'hi', '--record', join(folder, 'no', 'such', 'folder.jsonl')]);
    expect(run).toMatchObject({ code: 3, requests: [] });
    expect(run.stderr).toContain('(--record)');
  });
});
