// One value that fits a JSON Schema: what the mock "generates" for a forced tool call or a schema. Pure,
// deterministic, and no validator: it covers what tool inputs and structured outputs use.
import { isObject, type Json } from '../text/json.ts';

const deepest = 8;

/** A small value of the schema's shape; strings hold `text`. Unknown shapes give null. */
export function sampleOf(schema: unknown, text: string, root = schema, depth = 0): Json {
  if (!isObject(schema) || depth > deepest) return null;
  const inner = (part: unknown): Json => sampleOf(part, text, root, depth + 1);
  if (schema['const'] !== undefined) return schema['const'];
  if (Array.isArray(schema['enum'])) return schema['enum'][0] ?? null;
  if (schema['default'] !== undefined) return schema['default'];
  if (typeof schema['$ref'] === 'string') return inner(referenced(root, schema['$ref']));
  for (const word of ['anyOf', 'oneOf', 'allOf']) {
    const choices = schema[word];
    if (Array.isArray(choices)) return inner(choices[0]);
  }
  switch (Array.isArray(schema['type']) ? schema['type'][0] : schema['type']) {
    case 'string':
      return formats[String(schema['format'])] ?? text;
    case 'integer':
    case 'number':
      return Number(schema['minimum'] ?? 1);
    case 'boolean':
      return true;
    case 'array':
      return Array.from({ length: Math.max(1, Number(schema['minItems'] ?? 1)) }, () =>
        inner(schema['items']),
      );
    case 'null':
      return null;
    default: {
      const properties = schema['properties'];
      if (!isObject(properties)) return schema['type'] === 'object' ? {} : null;
      return Object.fromEntries(Object.entries(properties).map(([name, part]) => [name, inner(part)]));
    }
  }
}

const formats: Readonly<Record<string, string>> = {
  date: '2026-01-31',
  time: '12:00:00Z',
  'date-time': '2026-01-31T12:00:00Z',
  email: 'someone@example.com',
  uri: 'https://example.com/',
  uuid: '00000000-0000-4000-8000-000000000000',
};

/** Follows a reference inside the same schema, e.g. `#/$defs/Item`. */
function referenced(root: unknown, reference: string): unknown {
  return reference
    .split('/')
    .slice(1)
    .reduce<unknown>((part, name) => (isObject(part) ? part[name] : undefined), root);
}
