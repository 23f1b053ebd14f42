// The table of scenarios as a table; what a client makes of each is in test/cli/scenarios.test.ts.
import { afterEach, describe, expect, it } from 'vitest';
import { type Mock, startMock } from '../../src/mock/index.ts';
import { scenarios } from '../../src/mock/scenarios.ts';

let mock: Mock | undefined;
afterEach(() => mock?.close());

const ask = async (name: string, body: object = {}, answer = 'One two three four.'): Promise<Response> => {
  const scenario = scenarios.find((one) => one.name === name);
  if (!scenario) throw new Error(`no scenario ${name}`);
  mock = await startMock({ scenario, answer });
  return fetch(`${mock.url}/v1/messages`, {
    method: 'POST',
    headers: { 'anthropic-version': '2023-06-01' },
    body: JSON.stringify({
      model: 'm',
      max_tokens: 100,
      stream: true,
      messages: [{ role: 'user', content: 'x' }],
      ...body,
    }),
  });
};

describe('every scenario', () => {
  it('has a name of its own and one line that fits a wide terminal', () => {
    const names = scenarios.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { name, summary } of scenarios) {
      expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
      expect(summary.length).toBeLessThan(100);
      expect(summary).not.toMatch(/\n|\.$/);
    }
  });
});

describe('a change of the stream', () => {
  const changed = scenarios.filter(
    ({ change, name }) => change && name !== 'openai-dialect' && name !== 'slow-first-byte',
  );
  it.each(changed.map(({ name }) => name))('%s leaves a plain JSON answer alone', async (name) => {
    const response = await ask(name, { stream: false });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toMatchObject({ type: 'message', role: 'assistant' });
  });

  it('interleaves the deltas of two blocks', async () => {
    const text = await (await ask('interleaved-blocks')).text();
    const indexes = [...text.matchAll(/"type":"content_block_(\w+)","index":(\d)/g)].map(
      ([, kind, index]) => kind?.at(0) + String(index),
    );
    expect(indexes.join(' ')).toBe('s0 s1 d0 d1 d0 d1 d0 d1 s0 s1');
  });

  it('holds all text back behind pings', async () => {
    const text = await (await ask('held-by-app', {}, 'word '.repeat(40))).text();
    expect(text.match(/event: ping/g)).toHaveLength(5);
    expect(text.lastIndexOf('event: ping')).toBeLessThan(text.indexOf('event: content_block_delta'));
    expect(text.match(/event: content_block_delta/g)).toHaveLength(41);
  });

  it('swells the text without holding it in memory', async () => {
    const text = await (await ask('huge')).text();
    expect(text.match(/event: content_block_delta/g)).toHaveLength(50_000);
    expect(text).toMatch(/event: message_stop\ndata: .*\n\n$/);
  });

  it('cuts an event in its middle', async () => {
    const text = await (await ask('cut-mid-event')).text();
    expect(text).toMatch(
      /"text":" two"}}\n\nevent: content_block_delta\ndata: \{"type":"content_block_delta"[^\n]*$/,
    );
  });

  it('cuts a character in its middle', async () => {
    const bytes = Buffer.from(await (await ask('cut-mid-utf8')).arrayBuffer());
    expect(bytes.at(-1)).toBe(0xe2);
  });

  it('compresses for those who accept it', async () => {
    expect((await ask('gzip-stream')).headers.get('content-encoding')).toBe('gzip');
  });

  it('gives the stream a length', async () => {
    const response = await ask('content-length-stream');
    expect(Number(response.headers.get('content-length'))).toBe((await response.text()).length);
  });
});
