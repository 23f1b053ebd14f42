// A place in a request in the words of the request: `tools[3].input_schema.properties.x.pattern`, `anthropic-beta: NAME`.
import { isObject } from '../../text/json.ts';
import type { Part, Path } from './part.ts';

/** A path inside the body, as one would write it in code. */
export const bodyPath = (path: Path): string =>
  path
    .map((step, index) =>
      typeof step === 'number'
        ? `[${step}]`
        : /^[\w$-]+$/.test(step)
          ? `${index === 0 ? '' : '.'}${step}`
          : `[${JSON.stringify(step)}]`,
    )
    .join('');

const longestValue = 60;

/** A part by its name, and with its value where that is short and tells more. */
export function partWords({ kind, path, value }: Pick<Part, 'kind' | 'path' | 'value'>): string {
  const [, ...inside] = path;
  if (kind === 'beta') return `anthropic-beta: ${value}`;
  if (kind === 'query' && Array.isArray(value)) return `?${value.join('=')}`;
  if (kind === 'header') return `${inside.join('')}: ${shortened(String(value))}`;
  const name = bodyPath(inside);
  if (kind === 'tool' && isObject(value) && typeof value['name'] === 'string')
    return `${name} (${shortened(value['name'])})`;
  if (isObject(value) && typeof value['type'] === 'string') return `${name} (${shortened(value['type'])})`;
  if (kind === 'block' && Array.isArray(value)) return `${name} (a list)`;
  const isShort = typeof value === 'string' ? value.length <= longestValue : typeof value !== 'object';
  return isShort && kind !== 'text' && kind !== 'system' ? `${name}: ${JSON.stringify(value)}` : name;
}

const shortened = (text: string): string =>
  text.length > longestValue ? `${text.slice(0, longestValue).toWellFormed()}…` : text;
