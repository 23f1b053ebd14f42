// What parts of a kind are counted as, where their number is what is refused. Pure.
import { isObject, type Json } from '../../text/json.ts';
import type { ClientRequest } from './client-request.ts';
import type { Part } from './part.ts';

export type Countable = {
  /** In the words of the request, e.g. `tools`, `image`, `tools[].description`. */
  readonly name: string;
  count(request: ClientRequest): number;
};

/** What a part is one of. Turns that had to be put in between are turns. */
export function countableOf({ kind, path, value }: Part): Countable {
  const [, field = '', index, inner] = path;
  if (kind === 'beta') return { name: 'anthropic-beta', count: ({ betas }) => betas.length };
  if (kind === 'cache_control')
    return {
      name: kind,
      count: ({ body }) => JSON.stringify(body).split('"cache_control":').length - 1,
    };
  const type = isObject(value) ? value['type'] : undefined;
  if (kind === 'block' && field === 'messages' && typeof type === 'string')
    return {
      name: type,
      count: ({ body }) => blocksOf(body['messages']).filter((block) => block['type'] === type).length,
    };
  const list = (body: ClientRequest['body']): readonly Json[] => {
    const all = body[String(field)];
    return Array.isArray(all) ? all : [];
  };
  return kind === 'field' && typeof index === 'number' && typeof inner === 'string'
    ? {
        name: `${field}[].${inner}`,
        count: ({ body }) => list(body).filter((item) => isObject(item) && inner in item).length,
      }
    : { name: String(field), count: ({ body }) => list(body).length };
}

const blocksOf = (messages: Json | undefined) =>
  (Array.isArray(messages) ? messages : [])
    .filter(isObject)
    .flatMap(({ content }) => (Array.isArray(content) ? content.filter(isObject) : []));
