// Kinds of what only a profile says: short names of its models, and what its tokens cost.
import { configError, usageError } from '../errors.ts';
import { didYouMean } from '../text/nearest-names.ts';
import { type Kind, modelName } from './kind.ts';

/** Short name -> a model, or another short name. */
export type ModelAliases = Readonly<Record<string, string>>;

/** What a million tokens cost; a part that is absent is not known. */
export type Prices = {
  readonly input?: number;
  readonly output?: number;
  readonly cacheRead?: number;
  /** Writing the prompt cache for five minutes, and for an hour. */
  readonly cacheWrite?: number;
  readonly cacheWriteHour?: number;
  /** USD where it is absent. */
  readonly currency?: string;
};

export const aliasesKind: Kind<ModelAliases> = {
  schema: { type: 'object', additionalProperties: { type: 'string', minLength: 1 } },
  shape: 'an object of texts',
  fromPart(alias, text, field) {
    // A number chooses from the list that /model shows.
    if (/^[A-Za-z0-9._-]+$/.test(alias) && !/^\d+$/.test(alias)) return { [alias]: modelName(text, field) };
    throw usageError(
      `"${alias}" cannot be a short name of a model.`,
      'Use letters, digits, dots, dashes and underscores, and not only digits.',
    );
  },
  show: (aliases) =>
    Object.entries(aliases)
      .map(([alias, model]) => aliasText(alias, model))
      .join(', '),
};

/** How a model is shown that was named by a short name. */
export const aliasText = (alias: string | undefined, model: string): string =>
  alias === undefined ? model : `${alias} -> ${model}`;

/**
 * The model a name means among the aliases of a profile; the name itself where it is none. `isNew`: the profile is not
 * kept yet, and cannot be changed.
 * @throws MsgError `config` for aliases that lead back to themselves
 */
export function modelOfAlias(name: string, aliases: ModelAliases, profile: string, isNew = false): string {
  const path = [name];
  for (;;) {
    const last = path.at(-1) ?? name;
    const next = Object.hasOwn(aliases, last) ? aliases[last] : undefined;
    if (next === undefined) return last;
    if (path.includes(next))
      throw configError(
        `The short names of models in profile ${profile} lead in a circle: ${[...path, next].join(' -> ')}.`,
        isNew
          ? `Nothing was added. Give one of them a model: aliases.${last}=MODEL`
          : `Next: msg profiles set ${profile} aliases.${last}=MODEL`,
      );
    path.push(next);
  }
}

/** Every short name with the model it means. Throws like `modelOfAlias`. */
export const modelsOfAliases = (
  aliases: ModelAliases,
  profile: string,
  isNew = false,
): ReadonlyMap<string, string> =>
  new Map(Object.keys(aliases).map((alias) => [alias, modelOfAlias(alias, aliases, profile, isNew)]));

/** The parts of `price` as they are written, in the order they are shown. */
const priceParts = {
  input: 'input',
  output: 'output',
  'cache-read': 'cacheRead',
  'cache-write': 'cacheWrite',
  'cache-write-1h': 'cacheWriteHour',
  currency: 'currency',
} as const satisfies Readonly<Record<string, keyof Prices>>;

const priceNames = Object.keys(priceParts).map((part) => `price.${part}`);
const amountSchema = { type: 'number', minimum: 0 } as const;

export const pricesKind: Kind<Prices> = {
  schema: {
    type: 'object',
    properties: {
      ...Object.fromEntries(Object.values(priceParts).map((part) => [part, amountSchema])),
      currency: { type: 'string', minLength: 1 },
    },
  },
  shape: 'an object of numbers from 0, as {"input": 3, "output": 15, "currency": "USD"}',
  fromPart(part, text, field) {
    const name = pricePart(part);
    if (name !== 'currency') return { [name]: amount(text, field) };
    if (/^[A-Za-z]{1,12}$/.test(text)) return { currency: text.toUpperCase() };
    throw usageError(`${field} is a word such as USD or CNY, not ${JSON.stringify(text)}.`);
  },
  partName: pricePart,
  show: ({ currency = 'USD', ...prices }) =>
    `${Object.entries(priceParts)
      .flatMap(([name, part]) =>
        part === 'currency' || prices[part] === undefined ? [] : [`${name} ${prices[part]}`],
      )
      .join(', ')} ${currency} a million tokens`,
};

function pricePart(part: string): keyof Prices {
  const name = Object.hasOwn(priceParts, part) ? priceParts[part as keyof typeof priceParts] : undefined;
  if (name !== undefined) return name;
  throw usageError(
    `There is no field "price.${part}".${didYouMean(`price.${part}`, priceNames)}`,
    `The fields are: ${priceNames.join(', ')}`,
  );
}

export const factorKind: Kind<number> = {
  schema: amountSchema,
  shape: 'a number from 0',
  fromField: amount,
};

function amount(text: string, field: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isFinite(value) && value >= 0) return value;
  throw usageError(`${field} is a number from 0, not ${JSON.stringify(text)}.`);
}
