import { describe, expect, it } from 'vitest';
import { costOfUsage, costText, plus } from '../../src/profiles/prices.ts';

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
    for (const address of [anthropic, `${anthropic}/v1`]) {
      const cost = costOfUsage({ address }, model, usage);
      expect(cost?.amount).toBeCloseTo(dollars, 9);
      expect(cost?.currency).toBe('USD');
    }
    // What somebody pays who pays a third of the list, wherever that is.
    expect(costOfUsage({ address: 'https://llm.example', factor: 0.3 }, model, usage)?.amount).toBeCloseTo(
      dollars * 0.3,
      9,
    );
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
    ['an answer that does not say what it took', anthropic, 'claude-opus-5', { output_tokens: 7 }],
    ['an answer that counts nothing', anthropic, 'claude-opus-5', { input_tokens: 0, output_tokens: 0 }],
  ])('is not made for %s', (_, address, model, usage) => {
    expect(costOfUsage({ address }, model, usage)).toBe(undefined);
  });

  it('is not made where prices come to more than a number holds', () => {
    const price = { input: 1e308, output: 1e308 };
    expect(costOfUsage({ address: 'https://llm.example', price }, 'm', million)).toBe(undefined);
  });

  it('is not made by a part of the list for a model that does not stand in it', () => {
    expect(costOfUsage({ address: 'https://llm.example', factor: 0.3 }, 'qwen-9', million)).toBe(undefined);
  });
});

describe('the price of a profile', () => {
  const price = { input: 2, output: 10, cacheRead: 0.2, cacheWrite: 2.5, currency: 'CNY' };
  const address = 'https://llm.example';
  const cached = {
    input_tokens: 1_000_000,
    output_tokens: 100_000,
    cache_read_input_tokens: 1_000_000,
    cache_creation_input_tokens: 2_000_000,
  };

  it('counts every kind of tokens, for any model', () => {
    expect(costOfUsage({ address, price }, 'any', cached)).toEqual({ amount: 8.2, currency: 'CNY' });
  });

  it('is US dollars where no currency is named', () => {
    const { currency: _currency, ...dollars } = price;
    expect(costOfUsage({ address, price: dollars }, 'any', million)).toEqual({ amount: 12, currency: 'USD' });
  });

  it('counts before the list and before a part of it', () => {
    expect(costOfUsage({ address: anthropic, price, factor: 0.5 }, 'claude-opus-5', million)).toEqual({
      amount: 12,
      currency: 'CNY',
    });
  });

  it('may be nothing at all: that is a price too', () => {
    expect(costOfUsage({ address, price: { input: 0, output: 0 } }, 'any', million)?.amount).toBe(0);
  });

  it.each([
    ['cacheRead', { cache_read_input_tokens: 1 }],
    ['cacheWrite', { cache_creation_input_tokens: 1 }],
    // Nobody said what an hour costs.
    ['cacheWriteHour', { cache_creation_input_tokens: 1, cache_creation: { ephemeral_1h_input_tokens: 1 } }],
  ])('gives no number where %s is needed and missing', (part, usage) => {
    const { [part as 'cacheRead']: _part, ...rest } = price;
    expect(costOfUsage({ address, price: rest }, 'any', { ...million, ...usage })).toBe(undefined);
  });

  it('knows nothing of searches', () => {
    const usage = { ...million, server_tool_use: { web_search_requests: 1 } };
    expect(costOfUsage({ address, price }, 'any', usage)).toBe(undefined);
  });
});

it('is shown with the places that mean something, in its currency', () => {
  const dollars = [12.345, 0.0456, 0.00123].map((amount) => ({ amount, currency: 'USD' }));
  expect(dollars.map((one) => costText(one))).toEqual(['est. $12.35', 'est. $0.046', 'est. $0.0012']);
  expect(costText({ amount: 0.0456, currency: 'CNY' })).toBe('est. 0.046 CNY');
});

it('sums add up a currency apart from the other', () => {
  const two = plus(plus([], { amount: 1, currency: 'USD' }), { amount: 3, currency: 'CNY' });
  expect(costText(plus(two, { amount: 0.5, currency: 'USD' }))).toBe('est. $1.50 + 3.00 CNY');
});
