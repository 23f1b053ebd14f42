// Options that take JSON: in the argument itself, or in a file.
import { readFileSync } from 'node:fs';
import { configError, usageError } from '../errors.ts';
import type { Json, JsonObject } from '../messages/types.ts';

/** The text of a file the user named. Throws MsgError `config` that names the option and the path. */
export function readFileOf(option: string, path: string): string {
  return readBytesOf(option, path)
    .toString('utf8')
    .replace(/^\uFEFF/, '');
}

export function readBytesOf(option: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const what =
      code === 'ENOENT'
        ? 'there is no such file'
        : code === 'EISDIR'
          ? 'it is a directory'
          : `${code ?? cause}`;
    throw configError(`Cannot read ${path} (${option}): ${what}.`, undefined, { path }, cause);
  }
}

/**
 * Reads `FILE|JSON`: an argument that begins like JSON is JSON, anything else (also `@file`) is a path.
 * @throws MsgError `usage` when it is not JSON
 */
export function readJsonArgument(option: string, argument: string): Json {
  const isInline = /^\s*[[{]/.test(argument);
  const text = isInline ? argument : readFileOf(option, argument.replace(/^@/, ''));
  try {
    return JSON.parse(text) as Json;
  } catch (cause) {
    const where = isInline ? '' : ` in ${argument}`;
    throw usageError(
      `${option} is not valid JSON${where}: ${cause instanceof Error ? cause.message : cause}.`,
    );
  }
}

/** The same, for options that take an object. */
export function readObjectArgument(option: string, argument: string): JsonObject {
  const value = readJsonArgument(option, argument);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw usageError(`${option} takes a JSON object.`);
}

/**
 * Applies one `--set path=value` to a body: dots separate keys, numbers index arrays, the value is JSON or,
 * failing that, a string.
 * @throws MsgError `usage` when there is no `=` or the path leads through a value that is no object
 */
export function setPath(body: JsonObject, assignment: string): void {
  const [, path, text] = /^([^=]+)=(.*)$/s.exec(assignment) ?? [];
  if (path === undefined || text === undefined) {
    throw usageError(
      `--set takes path=value, not ${JSON.stringify(assignment)}.`,
      'Example: --set metadata.user_id=42',
    );
  }
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  let place: Record<string, Json> = body;
  for (const key of keys) {
    place[key] ??= {};
    const inner = place[key];
    if (typeof inner !== 'object' || inner === null)
      throw usageError(`--set ${path}: ${key} is not an object.`);
    place = inner as Record<string, Json>;
  }
  place[last] = jsonOrText(text);
}

function jsonOrText(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}
