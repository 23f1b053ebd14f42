// JSON as a type, the one question everybody asks of it, and how it is printed for programs.

export type Json = null | boolean | number | string | Json[] | JsonObject;
export type JsonObject = { [key: string]: Json };

/** Whether a value that came out of JSON is an object: neither null nor an array. */
export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `maxTokens` -> `max_tokens`. */
export const snakeCase = (name: string): string =>
  name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** A value of ours as JSON. What came from elsewhere, whose names are its own, goes through JSON.stringify. */
export const jsonText = (value: unknown): string => `${JSON.stringify(renamed(value), null, 2)}\n`;

function renamed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(renamed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [snakeCase(name), renamed(item)]));
}
