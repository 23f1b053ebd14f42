// What an answer costs: by the prices of a profile, by its part of Anthropic's list, or, at api.anthropic.com, by that
// list: a dated table, never a promise. For any other host nobody gave a price, and there is no number.
import type { MessageExchange } from '../messages/client.ts';
import type { Usage } from '../messages/types.ts';
import { isObject } from '../text/json.ts';
import type { Prices } from './profile-kinds.ts';
import type { Settings } from './settings.ts';

/** The day the table was copied from https://platform.claude.com/docs/en/about-claude/pricing. */
export const pricesAsOf = '2026-11-20';

/**
 * US dollars per million tokens. Cache prices of the newest models are known from third parties only; what
 * nobody tells is absent, and then nothing is estimated.
 */
type PriceEntry = {
  /** Ids, each also with a date behind it. */
  readonly models: readonly string[];
  readonly price: Prices;
  /** Prompts of more input tokens than `tokens` cost this instead. */
  readonly above?: { readonly tokens: number; readonly price: Prices };
};

/** Whose prices count: the address requests go to, and what its profile says. */
export type Pricing = {
  /** The base URL, or any URL of the endpoint; absent where it is a server of msg's own. */
  readonly address?: string | undefined;
  readonly price?: Prices | undefined;
  /** The part of Anthropic's list that is paid. */
  readonly factor?: number | undefined;
};

export type Money = { readonly amount: number; readonly currency: string };

/** What of settings decides about prices. */
export type PricedSettings = Pick<Settings, 'messagesUrl' | 'baseUrl' | 'price' | 'priceFactor' | 'preset'>;

/** The prices of the endpoint these settings lead to. */
export const pricingOf = ({ messagesUrl, baseUrl, price, priceFactor, preset }: PricedSettings): Pricing => ({
  address: preset?.id === 'demo' ? undefined : (messagesUrl ?? baseUrl)?.value,
  price: price?.value,
  factor: priceFactor?.value,
});

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
 * What the tokens of one answer cost, or undefined when that cannot be known: nobody gave a price, the price of a kind
 * of tokens is missing, the answer does not say how many there were, or they are billed by other lists. Show it as an
 * estimate. `model` is the one that answered.
 */
export function costOfUsage(pricing: Pricing, model: string | undefined, usage: Usage): Money | undefined {
  const { price, factor, address = '' } = pricing;
  if (!isCounted(usage) || usesServerTools(usage)) return undefined;
  if (price !== undefined && Object.values(price).some((part) => typeof part === 'number'))
    return money(amountBy(price, usage), price.currency);
  if (factor === undefined && !isListed(address)) return undefined;
  const listed = isStandard(usage) ? listPrice(model, usage) : undefined;
  return listed && money(amountBy(listed, usage, factor));
}

/** The same for an exchange. One that broke off counts its tokens only in part: nothing is estimated. */
export function costOf(exchange: MessageExchange, pricing: Pricing): Money | undefined {
  const { model, usage, stop_reason: stopReason } = exchange.draft().message();
  return stopReason === null ? undefined : costOfUsage(pricing, model, usage);
}

/** Prices nobody means can come to more than a number holds: that is no estimate. */
const money = (amount: number | undefined, currency = 'USD'): Money | undefined =>
  amount === undefined || !Number.isFinite(amount) ? undefined : { amount, currency };

const isListed = (address: string): boolean =>
  URL.canParse(address) && new URL(address).hostname === pricedHost;

/** Gateways that count nothing say so with zeros, too: that was not free. */
const isCounted = ({ input_tokens: input, output_tokens: output, ...usage }: Usage): boolean =>
  input !== undefined &&
  output !== undefined &&
  input + output + (usage.cache_read_input_tokens ?? 0) + (usage.cache_creation_input_tokens ?? 0) > 0;

function listPrice(model: string | undefined, usage: Usage): Prices | undefined {
  const entry = entries.find(({ models }) => models.some((id) => model === id || isDated(model, id)));
  if (entry?.above === undefined) return entry?.price;
  const { input, cacheRead, cacheWrite, cacheWriteHour } = tokensOf(usage);
  return input + cacheRead + cacheWrite + cacheWriteHour > entry.above.tokens
    ? entry.above.price
    : entry.price;
}

function amountBy(price: Prices, usage: Usage, factor = 1): number | undefined {
  const tokens = { ...tokensOf(usage), output: usage.output_tokens ?? 0 };
  let cost = 0;
  for (const part of Object.keys(tokens) as (keyof typeof tokens)[]) {
    const perMillion = price[part];
    if (tokens[part] === 0) continue;
    if (perMillion === undefined) return undefined;
    cost += (tokens[part] * perMillion * factor) / 1_000_000;
  }
  return cost;
}

/** `est. $0.0123` or `est. 0.0123 CNY`, with as many places as mean something. */
export const costText = (costs: Money | readonly Money[]): string =>
  `est. ${[costs].flat().map(moneyText).join(' + ')}`;

/** The same without the word before it, for columns whose heading says it. */
export function moneyText({ amount, currency }: Money): string {
  const digits = amount.toFixed(amount >= 1 ? 2 : amount >= 0.01 ? 3 : 4);
  return currency === 'USD' ? `$${digits}` : `${digits} ${currency}`;
}

/** The sum, a currency apart from the other. */
export const plus = (sums: readonly Money[], { amount, currency }: Money): readonly Money[] =>
  sums.some((sum) => sum.currency === currency)
    ? sums.map((sum) => (sum.currency === currency ? { amount: sum.amount + amount, currency } : sum))
    : [...sums, { amount, currency }];

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

/** Other tiers, fast mode and regional inference are billed by other lists. */
function isStandard(usage: Usage): boolean {
  const tier = usage['service_tier'];
  const speed = usage['speed'];
  const region = usage['inference_geo'];
  return (
    (tier === undefined || tier === null || tier === 'standard') &&
    (speed === undefined || speed === null || speed === 'standard') &&
    (region === undefined || region === null || region === 'global' || region === 'not_available')
  );
}

/** A search costs something besides its tokens. */
const usesServerTools = ({ server_tool_use: uses }: Usage): boolean =>
  isObject(uses) && Object.values(uses).some((count) => Number(count) > 0);

const isDated = (model: string | undefined, id: string): boolean =>
  model?.startsWith(`${id}-`) === true && /^\d{8}$/.test(model.slice(id.length + 1));
