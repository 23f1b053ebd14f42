// What an answer costs by Anthropic's price list: a dated table, never a promise. Only for api.anthropic.com and
// for models that stand in it; gateways have prices of their own.
import type { MessageExchange } from '../messages/client.ts';
import { type Endpoint, urlOf } from '../messages/endpoint.ts';
import type { Usage } from '../messages/types.ts';

/** The day the table was copied from https://platform.claude.com/docs/en/about-claude/pricing. */
export const pricesAsOf = '2026-11-20';

/**
 * US dollars per million tokens. Cache prices of the newest models are known from third parties only; what
 * nobody tells is absent, and then nothing is estimated.
 */
type Price = {
  readonly input: number;
  readonly output: number;
  /** Writing the prompt cache for five minutes, and for an hour. */
  readonly cacheWrite?: number;
  readonly cacheWriteHour?: number;
  readonly cacheRead?: number;
};

type PriceEntry = {
  /** Ids, each also with a date behind it. */
  readonly models: readonly string[];
  readonly price: Price;
  /** Prompts of more input tokens than `tokens` cost this instead. */
  readonly above?: { readonly tokens: number; readonly price: Price };
};

const entries: readonly PriceEntry[] = [
  {
    models: ['claude-fable-5-2', 'claude-mythos-5-2'],
    price: { input: 8, output: 40, cacheWrite: 10, cacheRead: 0.2 },
  },
  {
    models: ['claude-fable-5-1', 'claude-mythos-5-1'],
    price: { input: 10, output: 50, cacheWrite: 12.5, cacheWriteHour: 20, cacheRead: 0.25 },
  },
  {
    models: ['claude-fable-5', 'claude-mythos-5'],
    price: { input: 10, output: 50, cacheWrite: 12.5, cacheWriteHour: 20, cacheRead: 1 },
  },
  { models: ['claude-opus-5-5'], price: { input: 4, output: 20, cacheRead: 0.2 } },
  {
    models: ['claude-opus-5', 'claude-opus-4-8', 'claude-opus-4-7', 'claude-opus-4-6', 'claude-opus-4-5'],
    price: { input: 5, output: 25, cacheWrite: 6.25, cacheWriteHour: 10, cacheRead: 0.5 },
  },
  {
    models: ['claude-sonnet-5-5', 'claude-sonnet-5'],
    price: { input: 2, output: 10, cacheWrite: 2.5, cacheWriteHour: 4, cacheRead: 0.2 },
  },
  {
    models: ['claude-sonnet-4-6', 'claude-sonnet-4-5'],
    price: { input: 3, output: 15, cacheWrite: 3.75, cacheWriteHour: 6, cacheRead: 0.3 },
  },
  {
    models: ['claude-haiku-5-5'],
    price: { input: 0.1, output: 0.5, cacheWrite: 0.125, cacheWriteHour: 0.2 },
    above: { tokens: 100_000, price: { input: 0.5, output: 2.5, cacheWrite: 0.625 } },
  },
  {
    models: ['claude-haiku-4-5'],
    price: { input: 1, output: 5, cacheWrite: 1.25, cacheWriteHour: 2, cacheRead: 0.1 },
  },
];

const pricedHost = 'api.anthropic.com';

/**
 * US dollars for one answer, or undefined when they cannot be known: another host, another model, another
 * service tier, or a kind of tokens whose price no document tells. Show it with "est." and `pricesAsOf`.
 * `endpoint` is the base URL or the origin; `model` the one that answered.
 */
export function estimateCost(endpoint: string, model: string | undefined, usage: Usage): number | undefined {
  if (!URL.canParse(endpoint) || new URL(endpoint).hostname !== pricedHost || !isStandard(usage))
    return undefined;
  const entry = entries.find(({ models }) => models.some((id) => model === id || isDated(model, id)));
  if (entry === undefined) return undefined;
  const { input, cacheRead, cacheWrite, cacheWriteHour } = tokensOf(usage);
  const isAbove =
    entry.above !== undefined && input + cacheRead + cacheWrite + cacheWriteHour > entry.above.tokens;
  const price = isAbove && entry.above !== undefined ? entry.above.price : entry.price;
  const parts: readonly (readonly [tokens: number, perMillion: number | undefined])[] = [
    [input, price.input],
    [usage.output_tokens ?? 0, price.output],
    [cacheRead, price.cacheRead],
    [cacheWrite, price.cacheWrite],
    [cacheWriteHour, price.cacheWriteHour],
  ];
  let cost = 0;
  for (const [tokens, perMillion] of parts) {
    if (tokens === 0) continue;
    if (perMillion === undefined) return undefined;
    cost += (tokens * perMillion) / 1_000_000;
  }
  return cost;
}

/** The same for an exchange. One that broke off counts its tokens only in part: nothing is estimated. */
export function costOf(exchange: MessageExchange, endpoint: Endpoint): number | undefined {
  const { model, usage, stop_reason: stopReason } = exchange.draft().message();
  return stopReason === null ? undefined : estimateCost(urlOf(endpoint, 'messages'), model, usage);
}

/** `est. $0.0123`, with as many places as mean something. */
export const costText = (dollars: number): string =>
  `est. $${dollars >= 1 ? dollars.toFixed(2) : dollars >= 0.01 ? dollars.toFixed(3) : dollars.toFixed(4)}`;

/** Input tokens by what they cost. Hour-long cache writes are told apart only where the answer does. */
function tokensOf(usage: Usage): Record<'input' | 'cacheRead' | 'cacheWrite' | 'cacheWriteHour', number> {
  const written = usage.cache_creation_input_tokens ?? 0;
  const creation = usage['cache_creation'] as { ephemeral_1h_input_tokens?: unknown } | null | undefined;
  const hour = Number(creation?.ephemeral_1h_input_tokens ?? 0);
  return {
    input: usage.input_tokens ?? 0,
    cacheRead: usage.cache_read_input_tokens ?? 0,
    cacheWrite: Math.max(0, written - hour),
    cacheWriteHour: hour,
  };
}

/** Other tiers, fast mode, regional inference and server tools are billed by other lists. */
function isStandard(usage: Usage): boolean {
  const tier = usage['service_tier'];
  const speed = usage['speed'];
  const region = usage['inference_geo'];
  return (
    (tier === undefined || tier === null || tier === 'standard') &&
    (speed === undefined || speed === null || speed === 'standard') &&
    (region === undefined || region === null || region === 'global' || region === 'not_available') &&
    (usage['server_tool_use'] === undefined || usage['server_tool_use'] === null)
  );
}

const isDated = (model: string | undefined, id: string): boolean =>
  model?.startsWith(`${id}-`) === true && /^\d{8}$/.test(model.slice(id.length + 1));
