import { describe, expect, it } from 'vitest';
import { MsgError } from '../../src/errors.ts';
import { startExchange } from '../../src/messages/client.ts';
import { resultOf, turnErrorOf } from '../../src/messages/result.ts';
import { Secret } from '../../src/messages/secret.ts';
import { bytesOf, clientOver, fakeTransport } from './feed.ts';

describe('the facts of a turn', () => {
  it('are what was asked, what was served, how it ended, and when things happened', async () => {
    const chunks = [
      'data: {"type":"message_start","message":{"model":"served","usage":{"input_tokens":3}}}\n\n',
      'data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"x"}}\n\n',
      'data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":1}}\n\n',
      'data: {"type":"message_stop"}\n\n',
    ].map(bytesOf);
    const headers = { 'content-type': 'text/event-stream', 'request-id': 'req_1' };
    const exchange = startExchange(clientOver(fakeTransport({ chunks, headers })), { model: 'asked' });
    for await (const _ of exchange.batches);
    expect(resultOf(exchange, 'asked')).toEqual({
      request_id: 'req_1',
      model_asked: 'asked',
      model_served: 'served',
      stop_reason: 'end_turn',
      usage: { input_tokens: 3, output_tokens: 1 },
      timings: { first_event_ms: 0, first_text_ms: 1, longest_gap_ms: 0 },
    });
  });

  it('are nulls where nothing is known', () => {
    const exchange = startExchange(clientOver(fakeTransport()), {});
    expect(resultOf(exchange, undefined)).toEqual({
      request_id: null,
      model_asked: null,
      model_served: null,
      stop_reason: null,
      usage: {},
      timings: {},
    });
  });
});

describe('a failure for programs', () => {
  it('holds class, words and facts', () => {
    const error = new MsgError('limit', '429 from h: too many requests.', {
      hint: 'Wait.',
      details: { status: 429, type: 'rate_limit_error', requestId: 'req_1', isRetryable: true },
    });
    expect(turnErrorOf(error)).toEqual({
      class: 'limit',
      message: '429 from h: too many requests.',
      hint: 'Wait.',
      status: 429,
      error_type: 'rate_limit_error',
      request_id: 'req_1',
      retryable: true,
    });
  });

  it('of our own making is a bug', () => {
    expect(turnErrorOf(new TypeError('x is undefined'))).toEqual({
      class: 'bug',
      message: 'TypeError: x is undefined',
      retryable: false,
    });
  });

  it('holds no key', () => {
    new Secret('sk-result-0123456789abcdef');
    const error = new MsgError('network', 'failed with sk-result-0123456789abcdef', {
      hint: 'look at sk-result-0123456789abcdef',
      details: { isRetryable: false },
    });
    expect(JSON.stringify([turnErrorOf(error), turnErrorOf(new Error(error.message))])).not.toContain(
      '0123456789',
    );
  });
});
