// A profile in the form of programs, and its address in all forms.
import { isSecretHeader } from '../http/wire.ts';
import { baseForms, type Endpoint, urlOf } from '../messages/endpoint.ts';
import { withoutSecretParameters } from '../messages/secret.ts';
import { snakeCase } from '../text/json.ts';
import type { Settings } from './settings.ts';

/** A profile for programs; credentials in headers and addresses are left out like the key. */
export function profileJson(name: string, isCurrent: boolean, settings: Settings): object {
  const { baseUrl, messagesUrl, headers, proxy, key, price, withheld } = settings;
  const plain = [
    'auth',
    'model',
    'system',
    'maxTokens',
    'cache',
    'version',
    'betas',
    'aliases',
    'priceFactor',
  ] as const;
  return {
    name,
    current: isCurrent,
    preset: settings.preset?.id ?? null,
    base_url: shown(baseUrl?.value),
    messages_url: shown(addressesOf(settings).messagesUrl ?? messagesUrl?.value),
    ...Object.fromEntries(plain.map((field) => [snakeCase(field), settings[field]?.value ?? null])),
    price: price === undefined ? null : snakeKeys(price.value),
    headers: Object.fromEntries(
      Object.entries(headers?.value ?? {}).map(([header, text]) => [
        header,
        isSecretHeader(header) ? null : text,
      ]),
    ),
    proxy: proxy?.value.replace(/\/\/[^@/]*@/, '//') ?? null,
    key: key?.value ?? null,
    key_withheld: withheld !== undefined,
  };
}

const snakeKeys = (value: object): object =>
  Object.fromEntries(Object.entries(value).map(([key, inner]) => [snakeCase(key), inner]));

const shown = (url: string | undefined): string | null =>
  url === undefined ? null : withoutSecretParameters(url);

/** Where the requests of a profile go, and its base in the forms of other programs; without secrets in a query. */
export function addressesOf({ preset, baseUrl, messagesUrl }: Settings): {
  messagesUrl?: string;
  sdkBase?: string;
  vercelBase?: string;
} {
  if (preset?.id === 'demo') return {};
  if (messagesUrl !== undefined) return { messagesUrl: withoutSecretParameters(messagesUrl.value) };
  if (baseUrl === undefined) return {};
  const forms = baseForms(baseUrl.value);
  const endpoint = { baseUrl: baseUrl.value } as Endpoint;
  return {
    messagesUrl: withoutSecretParameters(urlOf(endpoint, 'messages')),
    sdkBase: withoutSecretParameters(forms.sdk),
    vercelBase: withoutSecretParameters(forms.vercel),
  };
}

/** Setting name -> source, and what it hides. */
export function sourcesOf({ headerSources: _ofEach, ...settings }: Settings): object {
  return Object.fromEntries(
    Object.entries(settings)
      .filter(([field, value]) => field !== 'withheld' && typeof value === 'object' && 'source' in value)
      .map(([field, value]) => {
        const { source, shadows } = value as { source: object; shadows: readonly { source: object }[] };
        return [snakeCase(field), { ...source, hides: shadows.map((shadow) => shadow.source) }];
      }),
  );
}
