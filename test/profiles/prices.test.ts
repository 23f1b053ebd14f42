import { describe, expect, it } from 'vitest';
import { costText, estimateCost } from '../../src/profiles/prices.ts';

const anthropic = 'https://api.anthropic.com';
const million = { input_tokens: 1_000_000, output_tokens: 1_000_000 };

describe('an estimate', () => {
  it.each([
    ['claude-opus-5', million, 30],
    ['claude-sonnet-4-5-20250929', million, 18],
    ['claude-haiku-4-5', { input_tokens: 1_000, output_tokens: 500 }, 0.0035],
    ['claude-sonnet-5-5', { input_tokens: 0, output_tokens: 0, cache_read_input_tokens: 1_000_000 }, 0.2],
    [
      'claude-opus-4-6',
      {
        input_tokens: 0,
        output_tokens: 0,
        cache_creation_input_tokens: 2_000_000,
        cache_creation: { ephemeral_5m_input_tokens: 1_000_000, ephemeral_1h_input_tokens: 1_000_000 },
      },
      16.25,
    ],
    ['claude-haiku-5-5', { input_tokens: 100_000, output_tokens: 0 }, 0.01],
    ['claude-haiku-5-5', { input_tokens: 100_001, output_tokens: 0 }, 0.0500005],
  ])('%s', (model, usage, dollars) => {
    expect(estimateCost(anthropic, model, usage)).toBeCloseTo(dollars, 9);
    expect(estimateCost(`${anthropic}/v1`, model, usage)).toBeCloseTo(dollars, 9);
  });

  it.each([
    ['another host', 'https://llm.example', 'claude-opus-5', million],
    ['a host that looks alike', 'https://api.anthropic.com.evil.example', 'claude-opus-5', million],
    ['no host', '', 'claude-opus-5', million],
    ['an unknown model', anthropic, 'claude-opus-9', million],
    ['a model whose name goes on', anthropic, 'claude-opus-5-7', million],
    ['no model', anthropic, undefined, million],
    ['another tier', anthropic, 'claude-opus-5', { ...million, service_tier: 'priority' }],
    ['fast mode', anthropic, 'claude-opus-5', { ...million, speed: 'fast' }],
    ['a region', anthropic, 'claude-opus-5', { ...million, inference_geo: 'us' }],
    ['a price nobody tells', anthropic, 'claude-haiku-5-5', { input_tokens: 1, cache_read_input_tokens: 1 }],
    ['server tools', anthropic, 'claude-opus-5', { ...million, server_tool_use: { web_search_requests: 1 } }],
  ])('is not made for %s', (_, endpoint, model, usage) => {
    expect(estimateCost(endpoint, model, usage)).toBe(undefined);
  });
});

it('is shown with the places that mean something', () => {
  expect([12.345, 0.0456, 0.00123].map(costText)).toEqual(['est. $12.35', 'est. $0.046', 'est. $0.0012']);
});
