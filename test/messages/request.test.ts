import { describe, expect, it } from 'vitest';
import {
  countTokensBody,
  type GenerationOptions,
  getRequest,
  mergeJson,
  messagesBody,
  postRequest,
} from '../../src/messages/request.ts';
import { Secret } from '../../src/messages/secret.ts';
import { endpoint } from './feed.ts';

const bare: GenerationOptions = { model: 'm', maxTokens: 16, stream: false };
const messages = [{ role: 'user', content: 'hi' } as const];

describe('the body of a request', () => {
  it('holds nothing that was not asked for', () => {
    expect(messagesBody(bare, messages)).toEqual({ model: 'm', max_tokens: 16, messages });
  });

  it('holds everything that was', () => {
    const all: Required<Omit<GenerationOptions, 'body' | 'adjust' | 'isSentAsItIs'>> = {
      model: 'm',
      maxTokens: 16,
      stream: true,
      system: 'Be brief.',
      temperature: 0,
      topP: 0.9,
      topK: 5,
      stopSequences: ['END'],
      thinking: { type: 'adaptive' },
      effort: 'low',
      schema: { type: 'object' },
      tools: [{ name: 't', input_schema: {} }],
      toolChoice: { type: 'auto' },
      cache: '1h',
    };
    expect(messagesBody(all, messages)).toEqual({
      model: 'm',
      max_tokens: 16,
      messages,
      stream: true,
      system: 'Be brief.',
      temperature: 0,
      top_p: 0.9,
      top_k: 5,
      stop_sequences: ['END'],
      thinking: { type: 'adaptive' },
      output_config: { effort: 'low', format: { type: 'json_schema', schema: { type: 'object' } } },
      tools: [{ name: 't', input_schema: {} }],
      tool_choice: { type: 'auto' },
      cache_control: { type: 'ephemeral', ttl: '1h' },
    });
    // Five minutes is what the API takes without a time, and gateways may know no other.
    expect(messagesBody({ ...bare, cache: '5m' }, messages)).toMatchObject({
      cache_control: { type: 'ephemeral' },
    });
  });

  it('keeps the order of a body that is sent as it is', () => {
    const body = { stream: false, messages: [], custom: { b: 1, a: 2 }, model: 'other', max_tokens: 3 };
    const sent = messagesBody({ ...bare, body, isSentAsItIs: true }, messages);
    expect(JSON.stringify(sent)).toBe(JSON.stringify({ ...body, messages }));
    const less = messagesBody({ ...bare, body: { custom: 1 }, isSentAsItIs: true }, messages);
    expect(Object.keys(less)).toEqual(['custom', 'model', 'max_tokens', 'messages']);
  });

  it('takes further fields, which win and merge', () => {
    const body = { max_tokens: 1, output_config: { effort: 'high' }, custom: null };
    expect(messagesBody({ ...bare, schema: {}, body }, messages)).toMatchObject({
      max_tokens: 1,
      output_config: { effort: 'high', format: { type: 'json_schema', schema: {} } },
      custom: null,
    });
  });

  it('for counting leaves out what only generation needs', () => {
    const counted = countTokensBody(
      messagesBody({ ...bare, stream: true, temperature: 1, system: 's' }, messages),
    );
    expect(counted).toEqual({ model: 'm', messages, system: 's' });
  });

  it('merges objects, and replaces everything else', () => {
    expect(mergeJson({ a: { b: 1, c: 2 }, d: [1] }, { a: { c: 3 }, d: [2], e: {} })).toEqual({
      a: { b: 1, c: 3 },
      d: [2],
      e: {},
    });
  });
});

describe('the wire form', () => {
  const target = {
    ...endpoint,
    auth: 'x-api-key' as const,
    key: new Secret('sk-wire-form-test-key'),
    betas: ['one', 'two'],
    headers: { 'x-team': 'search', 'anthropic-version': '2026-10-21' },
  };

  it('of a POST is JSON with the key, the version, the betas, and the headers of the user on top', () => {
    expect(postRequest(target, 'messages', { model: 'm' })).toEqual({
      method: 'POST',
      url: 'https://api.example/v1/messages',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        'anthropic-version': '2026-10-21',
        'anthropic-beta': 'one,two',
        'x-api-key': 'sk-wire-form-test-key',
        'x-team': 'search',
      },
      body: '{"model":"m"}',
    });
  });

  it('of a GET has no content type and a query', () => {
    const request = getRequest(target, 'models', { limit: '1000', after_id: 'a b' });
    expect(request.url).toBe('https://api.example/v1/models?limit=1000&after_id=a+b');
    expect(request.headers).not.toHaveProperty('content-type');
    expect(request).not.toHaveProperty('body');
  });
});
