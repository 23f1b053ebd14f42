// The request of a client as a value: what of it is the client's own, and what belongs to the connection or is a secret
// and stays behind. Pure.
import { isSecretHeader } from '../../http/wire.ts';
import { isCredentialField, withoutSecrets } from '../../messages/key-shapes.ts';
import { isSecretParameter } from '../../messages/secret.ts';
import { isObject, type Json, type JsonObject } from '../../text/json.ts';

/** What a client sends to `POST /v1/messages`, without credentials and without what a connection needs. */
export type ClientRequest = {
  /** Lower-case names; neither `anthropic-beta` nor anything secret. */
  readonly headers: Readonly<Record<string, string>>;
  /** The names in `anthropic-beta`. */
  readonly betas: readonly string[];
  /** Parameters behind the URL, e.g. `beta=true`. */
  readonly query: readonly (readonly [name: string, value: string])[];
  readonly body: JsonObject;
};

/** A request as it was kept somewhere, with all its headers. */
export type KeptRequest = {
  /** The URL, or the target of the request line. */
  readonly url: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: JsonObject;
};

/** Of one hop (RFC 9110, section 7.6.1), of the body's own framing, or added by proxies on the way. */
const connectionHeaders =
  /^(:.*|host|connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|content-(length|type|encoding)|accept-encoding|expect|via|forwarded|x-forwarded-.*|x-real-ip|x-recorded-.*)$/;

/** Bytes of a picture, or a signature: no place for a key, and a change would break them. */
const opaqueFields: ReadonlySet<string> = new Set(['data', 'signature']);

/**
 * The request without credentials. `hidden` names each place where one was: the target's own are sent instead of those
 * of the headers, and nothing instead of those in texts.
 */
export function clientRequest({ url, headers, body }: KeptRequest): {
  readonly request: ClientRequest;
  readonly hidden: readonly string[];
} {
  const hidden: string[] = [];
  const clean = (place: string, text: string): string => {
    const without = withoutSecrets(text);
    if (without !== text) hidden.push(place);
    return without;
  };
  const fields: Record<string, string> = {};
  for (const [given, value] of headers) {
    const name = given.toLowerCase();
    if (isSecretHeader(name)) hidden.push(name);
    else if (!connectionHeaders.test(name)) fields[name] = clean(name, value);
  }
  const { 'anthropic-beta': betas = '', ...others } = fields;
  const query = [...new URL(url, 'http://localhost').searchParams].filter(([name]) => {
    const isSecret = isSecretParameter(name);
    if (isSecret) hidden.push(`?${name}`);
    return !isSecret;
  });
  const cleanBody = (value: Json, path: string): Json => {
    if (typeof value === 'string') return clean(path, value);
    if (Array.isArray(value)) return value.map((item, index) => cleanBody(item, `${path}[${index}]`));
    if (!isObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).flatMap(([name, inner]) => {
        const place = path === '' ? name : `${path}.${name}`;
        if (typeof inner === 'string' && isCredentialField(name)) {
          hidden.push(place);
          return [];
        }
        return [
          [name, opaqueFields.has(name) && typeof inner === 'string' ? inner : cleanBody(inner, place)],
        ];
      }),
    );
  };
  return {
    request: {
      headers: others,
      betas: betasOf(betas),
      query,
      body: cleanBody(body, '') as JsonObject,
    },
    hidden,
  };
}

const betasOf = (value: string): string[] => [
  ...new Set(
    value
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== ''),
  ),
];
