// The head of an HTTP/1.1 message, read without losing how it was written, and written again with single fields
// changed (RFC 9112, 2 to 6). Pure.
import type { HeaderList } from './exchange.ts';

/** One header line: `raw` is the whole of it, without its line end. */
type Field = { readonly name: string; readonly value: string; readonly raw: string };

export type Head = {
  /** The first line, without its line end. */
  readonly start: string;
  readonly fields: readonly Field[];
};

export type RequestLine = { readonly method: string; readonly target: string; readonly version: string };
export type StatusLine = { readonly version: string; readonly status: number; readonly reason: string };

/** How the end of a body is told. `broken`: in no way that both sides must understand alike. */
export type Framing =
  | { readonly kind: 'none' }
  | { readonly kind: 'length'; readonly bytes: number }
  | { readonly kind: 'chunked' }
  | { readonly kind: 'close' }
  | { readonly kind: 'broken'; readonly why: string };

/** A head from its bytes, the blank line included; undefined when a line of it is none of HTTP. */
export function parseHead(bytes: Buffer): Head | undefined {
  const [start = '', ...lines] = bytes
    .toString('latin1')
    .replace(/\r?\n\r?\n$/, '')
    .split(/\r?\n/);
  const fields: Field[] = [];
  for (const raw of lines) {
    const last = fields.at(-1);
    // A line that begins with a blank goes on with the one before it (RFC 9112, 5.2).
    if (/^[ \t]/.test(raw) && last !== undefined) {
      fields[fields.length - 1] = {
        ...last,
        value: `${last.value} ${raw.trim()}`,
        raw: `${last.raw}\r\n${raw}`,
      };
      continue;
    }
    const [, name, value] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\r\0]*?)[ \t]*$/.exec(raw) ?? [];
    if (name === undefined || value === undefined) return undefined;
    fields.push({ name, value, raw });
  }
  return { start, fields };
}

export function requestLine({ start }: Head): RequestLine | undefined {
  const [, method, target, version] =
    /^([!#$%&'*+.^_`|~0-9A-Za-z-]+) (\S+) HTTP\/(1\.[01])$/.exec(start) ?? [];
  return method === undefined || target === undefined || version === undefined
    ? undefined
    : { method, target, version };
}

/** The path of a target, without its query. */
export const pathOf = (target: string): string => target.replace(/[?#].*$/s, '');

export function statusLine({ start }: Head): StatusLine | undefined {
  const [, version, status, reason = ''] = /^HTTP\/(1\.[01]) (\d{3})(?: (.*))?$/.exec(start) ?? [];
  return version === undefined ? undefined : { version, status: Number(status), reason };
}

export const headerList = ({ fields }: Head): HeaderList => fields.map(({ name, value }) => [name, value]);

/** The values of a field, in their order. */
export const valuesOf = ({ fields }: Head, name: string): string[] =>
  fields.filter((field) => field.name.toLowerCase() === name).map(({ value }) => value);

/** The body of a request (RFC 9112, 6.3). What two readers could understand differently is broken. */
export function requestFraming(head: Head): Framing {
  const encodings = valuesOf(head, 'transfer-encoding');
  const lengths = valuesOf(head, 'content-length');
  if (encodings.length > 0) {
    if (lengths.length > 0)
      return { kind: 'broken', why: 'it has both Content-Length and Transfer-Encoding' };
    return isChunked(encodings)
      ? { kind: 'chunked' }
      : { kind: 'broken', why: 'its Transfer-Encoding does not end in chunked' };
  }
  return lengths.length === 0 ? { kind: 'none' } : lengthFraming(lengths);
}

/** The body of an answer to a request of this method. */
export function responseFraming(head: Head, status: number, method: string): Framing {
  if (method === 'HEAD' || status < 200 || status === 204 || status === 304) return { kind: 'none' };
  const encodings = valuesOf(head, 'transfer-encoding');
  if (encodings.length > 0) return isChunked(encodings) ? { kind: 'chunked' } : { kind: 'close' };
  const lengths = valuesOf(head, 'content-length');
  return lengths.length === 0 ? { kind: 'close' } : lengthFraming(lengths);
}

const isChunked = (encodings: readonly string[]): boolean => /(^|,)\s*chunked$/i.test(encodings.join(','));

function lengthFraming(lengths: readonly string[]): Framing {
  const distinct = new Set(lengths.flatMap((length) => length.split(',').map((part) => part.trim())));
  const [only = ''] = distinct;
  return distinct.size === 1 && /^\d{1,15}$/.test(only)
    ? { kind: 'length', bytes: Number(only) }
    : { kind: 'broken', why: 'its Content-Length is no number' };
}

/** What is changed in the head of a request on its way; everything else is written as it came. */
export type HeadChanges = {
  readonly start: string;
  /** By lower-case name: a value in the place of the first such field, null for none. Further ones are left out. */
  readonly fields: ReadonlyMap<string, string | null>;
};

/** The bytes of a head with some of its fields changed. New fields stand at the end. */
export function changedHead({ fields }: Head, changes: HeadChanges): Buffer {
  const written = new Set<string>();
  const lines = fields.flatMap(({ name, raw }) => {
    const key = name.toLowerCase();
    const value = changes.fields.get(key);
    if (value === undefined) return [raw];
    if (value === null || written.has(key)) return [];
    written.add(key);
    return [`${name}: ${value}`];
  });
  for (const [name, value] of changes.fields)
    if (value !== null && !written.has(name)) lines.push(`${name}: ${value}`);
  return Buffer.from(`${[changes.start, ...lines].join('\r\n')}\r\n\r\n`, 'latin1');
}
