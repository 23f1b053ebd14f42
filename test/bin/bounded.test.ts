// Floods: the built command takes no more memory for them than for an answer, and says where it stopped reading.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bytes, end, event, head, type Script, startMock } from '../../src/mock/index.ts';
import { closed, type Home, newHome, startBin, textOf } from './run-bin.ts';

const megabytes = 1024 * 1024;

let home: Home;
let meter: string;
beforeEach(() => {
  home = newHome();
  meter = join(home.path, 'meter.cjs');
  writeFileSync(
    meter,
    'process.on("exit", () => require("fs").writeSync(2, `peak ${process.resourceUsage().maxRSS}\\n`));',
  );
});
afterEach(() => home.close());

/** Runs the command against an endpoint that answers every streamed request, or every one, with `flood`. */
async function runAt(flood: Script, argv: readonly string[], isForAll = true) {
  const mock = await startMock({
    respond: ({ json }) => (isForAll || (json as { stream?: boolean })?.stream ? flood : undefined),
  });
  const flags = [mock.url, '--auth', 'none', '-m', 'm'];
  const target = argv[0] === 'doctor' ? flags : ['--base-url', ...flags];
  const child = startBin([...argv, ...target], home.path, { node: ['--require', meter] });
  const [stdout, stderr, code] = await Promise.all([
    textOf(child.stdout),
    textOf(child.stderr),
    closed(child),
  ]);
  await mock.close();
  const peakMb = Number(/^peak (\d+)$/m.exec(stderr)?.[1]) / 1024;
  return { stdout, stderr, code, peakMb };
}

const start = { type: 'message_start', message: { id: 'msg_1', role: 'assistant', content: [] } };
const text = (words: string): object => ({
  type: 'content_block_delta',
  index: 0,
  delta: { type: 'text_delta', text: words },
});
const stopped = { type: 'message_delta', delta: { stop_reason: 'end_turn' } };
const stop = { type: 'message_stop' };
const sse = (data: object): string => `data: ${JSON.stringify(data)}\n\n`;
const asGzip = (body: string): Script => [
  head(200, { 'content-type': 'text/event-stream', 'content-encoding': 'gzip' }),
  bytes(gzipSync(body)),
  end,
];
const endless = (...steps: Extract<Script[number], { step: 'event' | 'bytes' }>[]): Script => [
  head(),
  event(start),
  { step: 'repeat', times: 1_000_000, steps },
];

describe('msg send', () => {
  it('unpacks a bomb of well-formed events as fast as it is read', async () => {
    const words = 'word '.repeat(40);
    const count = Math.ceil((100 * megabytes) / sse(text(words)).length);
    const bomb = sse(start) + sse(text(words)).repeat(count) + sse(stopped) + sse(stop);
    const { code, stdout, peakMb } = await runAt(asGzip(bomb), ['send', 'hi']);
    expect(code).toBe(0);
    expect(stdout.trimEnd()).toHaveLength(words.length * count - 1);
    expect(peakMb).toBeLessThan(200);
  });

  it('prints a long tool call, in pieces, with not a word beside it', async () => {
    const input = JSON.stringify({ text: 'word '.repeat(megabytes) });
    const block = { type: 'tool_use', id: 'toolu_1', name: 'write', input: {} };
    const call: Script = [
      head(),
      event(start),
      event({ type: 'content_block_start', index: 0, content_block: block }),
      event({
        type: 'content_block_delta',
        index: 0,
        delta: { type: 'input_json_delta', partial_json: input },
      }),
      event({ type: 'content_block_stop', index: 0 }),
      event({ type: 'message_delta', delta: { stop_reason: 'tool_use' } }),
      event(stop),
      end,
    ];
    const { code, stdout, stderr } = await runAt(call, ['send', 'hi', '-o', 'json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout).content[0].input.text).toHaveLength(5 * megabytes);
    expect(stderr).toMatch(/^peak \d+\n$/);
  });

  it('stops in an event that does not end, after the text before it', async () => {
    const flood = endless(bytes('x'.repeat(megabytes)));
    const script = [head(), event(start), event(text('before')), bytes('data: '), ...flood.slice(2)];
    const { code, stdout, stderr, peakMb } = await runAt(script, ['send', 'hi']);
    expect(code).toBe(9);
    expect(stdout).toBe('before\n');
    expect(stderr).toContain('An event of the stream is longer than 128 MB: msg reads no further.');
    expect(peakMb).toBeLessThan(450);
  });
});

describe('msg doctor', () => {
  const pings = (): Script => endless(event({ type: 'ping' }), bytes(sse({ type: 'ping' }).repeat(1000)));

  it.each([
    ['to every request', true],
    ['to a stream that was asked for', false],
  ])('ends at a flood of pings, as an answer %s', async (_, isForAll) => {
    const { code, stdout, peakMb } = await runAt(pings(), ['doctor'], isForAll);
    expect(code).toBe(10);
    expect(peakMb).toBeLessThan(300);
    if (!isForAll)
      expect(stdout).toMatch(/The stream does not end: 0 deltas and \d+ pings or comments in 4 MB/);
  });

  it('ends at a bomb', async () => {
    const { code, peakMb } = await runAt(asGzip(`data: ${'x'.repeat(100 * megabytes)}`), ['doctor']);
    expect(code).toBe(10);
    expect(peakMb).toBeLessThan(300);
  });
});
