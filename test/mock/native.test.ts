// The mock as a native backend: signatures that it knows again, a prompt cache, counts that agree; and its lies.
import { afterEach, describe, expect, it } from 'vitest';
import type { Message } from '../../src/messages/types.ts';
import { type Mock, startMock } from '../../src/mock/index.ts';
import type { Nature } from '../../src/mock/native.ts';
import { openPromptCache } from '../../src/mock/prompt-cache.ts';
import type { JsonObject } from '../../src/text/json.ts';

let mock: Mock | undefined;
afterEach(() => mock?.close());

const post = async (body: object, path = '/v1/messages'): Promise<{ status: number; body: unknown }> => {
  const response = await fetch(`${mock?.url}${path}`, {
    method: 'POST',
    headers: { 'anthropic-version': '2023-06-01' },
    body: JSON.stringify({ model: 'claude-sonnet-4-6', max_tokens: 2000, ...body }),
  });
  return { status: response.status, body: await response.json() };
};
const messageOf = async (body: object): Promise<Message> => (await post(body)).body as Message;
const start = async (native: Nature = {}): Promise<void> => {
  mock = await startMock({ native });
};
const ask = (content: string | JsonObject[]) => ({ messages: [{ role: 'user', content }] });
const thinking = { type: 'enabled', budget_tokens: 1024 };

/** The conversation goes on behind what was thought. */
const goOn = (content: unknown) => ({
  thinking,
  messages: [
    { role: 'user', content: 'hi' },
    { role: 'assistant', content },
    { role: 'user', content: 'go on' },
  ],
});

describe('thinking', () => {
  it('is taken back as it was, and refused with one character changed, in the words of the API', async () => {
    await start();
    const { content } = await messageOf({ ...ask('hi'), thinking });
    expect(content[0]).toMatchObject({ type: 'thinking', signature: expect.any(String) as string });
    expect((await post(goOn(content))).status).toBe(200);
    const [{ signature = '', ...block }, ...others] = content as [{ type: string; signature?: string }];
    for (const at of [0, signature.length >> 1, signature.length - 1]) {
      const changed = [...signature];
      changed[at] = changed[at] === 'A' ? 'B' : 'A';
      expect(await post(goOn([{ ...block, signature: changed.join('') }, ...others]))).toMatchObject({
        status: 400,
        body: {
          error: {
            type: 'invalid_request_error',
            message: 'messages.1.content.0: Invalid `signature` in `thinking` block',
          },
        },
      });
    }
    expect((await post(goOn([{ ...block, signature, thinking: 'Other.' }, ...others]))).status).toBe(400);
  });

  it('counts in max_tokens', async () => {
    await start();
    const message = await messageOf({ ...ask('Count from 1 to 90.'), thinking, max_tokens: 30 });
    expect(message).toMatchObject({ stop_reason: 'max_tokens', usage: { output_tokens: 30 } });
  });

  it.each([
    ['unverified', 200, 200],
    ['refused', 400, 400],
  ] as const)('%s is a lie: %i, and %i for a changed one', async (signatures, real, changed) => {
    await start({ signatures });
    const { content } = await messageOf({ ...ask('hi'), thinking });
    expect((await post(goOn(content))).status).toBe(real);
    expect((await post(goOn([{ ...content[0], signature: 'changed' }]))).status).toBe(changed);
  });
});

const long = 'A prompt long enough to be kept. '.repeat(200);
const cached = (text: string, ttl?: string) => ({
  ...ask('hi'),
  system: [{ type: 'text', text, cache_control: { type: 'ephemeral', ...(ttl && { ttl }) } }],
});

describe('the prompt cache', () => {
  it('is written once, read next, and missed by a changed prefix; usage tells, and adds up to the count', async () => {
    await start();
    const count = (await post(cached(long), '/v1/messages/count_tokens')).body as { input_tokens: number };
    const [first, second, changed] = [
      await messageOf(cached(long)),
      await messageOf(cached(long)),
      await messageOf(cached(`x${long}`)),
    ].map(({ usage }) => usage);
    const written = Number(first?.cache_creation_input_tokens);
    expect(written).toBeGreaterThan(1024);
    expect(first).toMatchObject({ cache_read_input_tokens: 0, input_tokens: count.input_tokens - written });
    expect(second).toMatchObject({ cache_read_input_tokens: written, cache_creation_input_tokens: 0 });
    expect(changed).toMatchObject({ cache_read_input_tokens: 0 });
    expect(changed?.cache_creation_input_tokens).toBeGreaterThan(1024);
  });

  it('tells what it kept for an hour apart', async () => {
    await start();
    const { usage } = await messageOf(cached(long, '1h'));
    expect(usage['cache_creation']).toEqual({
      ephemeral_5m_input_tokens: 0,
      ephemeral_1h_input_tokens: usage.cache_creation_input_tokens,
    });
  });

  it('takes four marks, no five', async () => {
    await start();
    const block = { type: 'text', text: 'a', cache_control: { type: 'ephemeral' } };
    expect((await post(ask(Array(4).fill(block)))).status).toBe(200);
    expect(await post(ask(Array(5).fill(block)))).toMatchObject({
      status: 400,
      body: { error: { message: 'A maximum of 4 blocks with cache_control may be provided. Found 5.' } },
    });
  });

  const body = (marked: object): JsonObject => ({ model: 'claude-sonnet-4-6', ...marked });

  it('forgets after its time, which every reading begins anew', () => {
    const cache = openPromptCache();
    const minutes = (count: number): number => cache.take(body(cached(long)), count * 60_000).read;
    expect([minutes(0), minutes(4), minutes(8), minutes(13.1)].map((read) => read > 0)).toEqual([
      false,
      true,
      true,
      false,
    ]);
    cache.take(body(cached(`${long}!`, '1h')), 0);
    expect(cache.take(body(cached(`${long}!`, '1h')), 3_540_000).read).toBeGreaterThan(0);
  });

  it.each([
    ['claude-opus-4-6', 0],
    ['claude-sonnet-4-6', 1],
    ['claude-opus-5', 1],
  ])('keeps nothing shorter than the minimum of %s', (model, kept) => {
    const written = openPromptCache().take({ ...body(cached(long)), model }, 0).written;
    expect(Math.sign(written)).toBe(kept);
  });

  /** A prompt of so many blocks, each in a turn of its own, marked where told. */
  const conversation = (types: readonly string[], marks: readonly number[]): JsonObject =>
    body({
      messages: types.map((type, index) => ({
        role: index % 2 === 0 ? 'user' : 'assistant',
        content: [
          {
            type,
            text: `${index} ${long}`,
            ...(marks.includes(index) && { cache_control: { type: 'ephemeral' } }),
          },
        ],
      })),
    });
  const texts = (count: number): string[] => Array(count).fill('text');
  const calls = [...Array(15).fill('tool_use'), ...Array(15).fill('tool_result')];

  it.each([
    ['the turn before', texts(10), texts(12), [11], true],
    ['what was marked 19 blocks before', texts(10), texts(29), [28], true],
    ['not what was marked 20 blocks before', texts(10), texts(30), [29], false],
    ['that behind a second mark', texts(10), texts(30), [15, 29], true],
    ['what stands before many calls at once', texts(10), [...texts(10), ...calls], [39], true],
  ])('reads %s', (_, before, now, marks, isRead) => {
    const cache = openPromptCache();
    const { written } = cache.take(conversation(before, [before.length - 1]), 0);
    expect(cache.take(conversation(now, marks), 1).read).toBe(isRead ? written : 0);
  });

  it('marks the last block where the request itself is marked', () => {
    const automatic = { ...ask(long), cache_control: { type: 'ephemeral' } };
    expect(openPromptCache().take(body(automatic), 0).written).toBeGreaterThan(1024);
  });
});

describe('the answer', () => {
  const system = 'The codeword is "amber-41".';

  it('obeys the system prompt, and returns a text through a tool to the letter', async () => {
    await start();
    expect((await messageOf({ ...ask('What is the codeword?'), system })).content).toEqual([
      { type: 'text', text: 'amber-41' },
    ]);
    const call = await messageOf({
      ...ask('Call echo with exactly "k7Qz 雪 ~/09f3" as its text.'),
      tools: [{ name: 'echo', input_schema: { type: 'object', properties: { text: { type: 'string' } } } }],
    });
    expect(call.content).toMatchObject([{ type: 'tool_use', input: { text: 'k7Qz 雪 ~/09f3' } }]);
    expect(call.id).toMatch(/^msg_01[A-Za-z0-9]{22}$/);
  });

  it('lies about what it is told to lie about, and about nothing else', async () => {
    await start({ ignores: ['system', 'max_tokens'], hiddenTokens: 900 });
    const question = { ...ask('What is the codeword?'), system };
    const count = (await post(question, '/v1/messages/count_tokens')).body as { input_tokens: number };
    const message = await messageOf(question);
    expect(message.content).toEqual([{ type: 'text', text: 'I know of no codeword.' }]);
    expect(message.usage.input_tokens).toBe(count.input_tokens + 900);
    const counting = await messageOf({ ...ask('Count from 1 to 90.'), max_tokens: 5 });
    expect(counting).toMatchObject({ stop_reason: 'end_turn', usage: { output_tokens: 90 } });
  });
});
