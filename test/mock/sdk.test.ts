// The official SDK against the mock: what real clients send is understood, and what they read is right.
import Anthropic from '@anthropic-ai/sdk';
import { afterEach, describe, expect, it } from 'vitest';
import { type Mock, type MockOptions, startMock } from '../../src/mock/index.ts';

let mock: Mock;
afterEach(() => mock.close());

const connect = async (options: MockOptions = {}): Promise<Anthropic> => {
  mock = await startMock(options);
  return new Anthropic({ apiKey: 'sk-test', baseURL: mock.url, maxRetries: 0 });
};

const hello = { model: 'mock-1', max_tokens: 1_000, messages: [{ role: 'user' as const, content: 'hello' }] };
const tools = [
  { name: 'get_time', input_schema: { type: 'object' as const, properties: { zone: { type: 'string' } } } },
];

describe('the official SDK', () => {
  it('reads a whole message', async () => {
    const client = await connect({ key: 'sk-test', answer: 'Hi there.' });
    const message = await client.messages.create(hello);
    expect(message.content).toEqual([{ type: 'text', text: 'Hi there.' }]);
    expect(message._request_id).toBe('req_mock_1');
    expect(mock.requests[0]?.headers).toMatchObject({
      authorization: 'Bearer sk-test',
      'anthropic-version': '2026-10-21',
    });
  });

  it('reads a stream', async () => {
    const client = await connect({ answer: 'Hi there.' });
    const stream = client.messages.stream(hello);
    const texts: string[] = [];
    stream.on('text', (text) => texts.push(text));
    const message = await stream.finalMessage();
    expect(texts).toEqual(['Hi', ' there.']);
    expect(message).toMatchObject({ stop_reason: 'end_turn', usage: { output_tokens: 2 } });
  });

  it('reads a tool call from a stream, and answers it', async () => {
    const client = await connect();
    const asked = await client.messages
      .stream({ ...hello, tools, tool_choice: { type: 'tool', name: 'get_time' } })
      .finalMessage();
    const call = asked.content[0];
    if (call?.type !== 'tool_use') throw new Error('no tool call');
    expect(call.input).toEqual({ zone: 'hello' });
    const answered = await client.messages.create({
      ...hello,
      tools,
      messages: [
        ...hello.messages,
        { role: 'assistant', content: asked.content },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: call.id, content: 'noon' }] },
      ],
    });
    expect(JSON.stringify(answered.content)).toContain('noon');
  });

  it('reads thinking', async () => {
    const client = await connect();
    const message = await client.messages
      .stream({ ...hello, thinking: { type: 'adaptive', display: 'summarized' } })
      .finalMessage();
    expect(message.content.map(({ type }) => type)).toEqual(['thinking', 'text']);
    expect(message.content[0]).toMatchObject({ signature: expect.stringMatching(/./) });
  });

  it('reads structured output that fits its schema', async () => {
    const client = await connect();
    const schema = {
      type: 'object',
      properties: { title: { type: 'string' }, pages: { type: 'integer', minimum: 3 } },
    };
    const message = await client.messages.create({
      ...hello,
      output_config: { format: { type: 'json_schema', schema } },
    });
    const [block] = message.content;
    expect(JSON.parse(block?.type === 'text' ? block.text : '')).toEqual({
      title: 'No model is behind this text.',
      pages: 3,
    });
  });

  it('counts tokens and pages through models', async () => {
    const client = await connect({ models: ['a', 'b', 'c'] });
    const { input_tokens } = await client.messages.countTokens({ model: 'a', messages: hello.messages });
    expect(input_tokens).toBeGreaterThan(0);
    const ids: string[] = [];
    for await (const model of client.models.list({ limit: 2 })) ids.push(model.id);
    expect(ids).toEqual(['a', 'b', 'c']);
    expect((await client.models.retrieve('b')).display_name).toBe('B');
  });

  it('recognises each refusal', async () => {
    const client = await connect({ key: 'another', models: ['a'] });
    await expect(client.messages.create(hello)).rejects.toBeInstanceOf(Anthropic.AuthenticationError);
    const allowed = new Anthropic({ apiKey: 'another', baseURL: mock.url, maxRetries: 0 });
    await expect(allowed.messages.create(hello)).rejects.toBeInstanceOf(Anthropic.NotFoundError);
    await expect(allowed.messages.create({ ...hello, messages: [] })).rejects.toThrow(
      'messages: at least one message is required',
    );
  });

  it('can leave in the middle of a stream', async () => {
    const client = await connect({ answer: 'one two three '.repeat(20_000) });
    const stream = await client.messages.create({ ...hello, max_tokens: 100_000, stream: true });
    for await (const event of stream) if (event.type === 'content_block_delta') break;
    expect(await mock.requests[0]?.outcome).toBe('aborted');
  });
});
