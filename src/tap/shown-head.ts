// Headers and paths as everybody may see them: without secrets. Pure.
import { isSecretHeader } from '../http/wire.ts';
import { withoutSecrets } from '../messages/key-shapes.ts';
import { maskKey, secretInHeader, withoutSecretParameters } from '../messages/secret.ts';
import type { HeaderList } from './exchange.ts';

/** The value of a header, several joined as HTTP allows; undefined for none. */
export function headerOf(headers: HeaderList, name: string): string | undefined {
  const values = headers.filter(([one]) => one.toLowerCase() === name).map(([, value]) => value);
  return values.length === 0 ? undefined : values.join(', ');
}

/** A scheme stays, what it introduces goes. */
function shownValue(value: string): string {
  const [secret = value] = secretInHeader(value);
  return value.slice(0, value.length - secret.length) + maskKey(secret);
}

export const shownHeaders = (headers: HeaderList): HeaderList =>
  headers.map(([name, value]) => [name, isSecretHeader(name) ? shownValue(value) : withoutSecrets(value)]);

/** Some gateways take the key in the query. */
export const shownPath = (path: string): string => withoutSecrets(withoutSecretParameters(path));
