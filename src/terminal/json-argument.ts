// Options that take JSON: in the argument itself, or in a file.

import { statSync } from 'node:fs';
import { configError, isMsgError, usageError } from '../errors.ts';
import { kindOfFile } from '../profiles/guarded-file.ts';
import { errnoText } from '../text/errno.ts';
import type { Json, JsonObject } from '../text/json.ts';
import { messageOf } from '../text/thrown.ts';
import { readWhole } from './bounded-read.ts';

/** The text of a file the user named. Throws as `readBytesOf` does. */
export function readFileOf(option: string, path: string): string {
  return readBytesOf(option, path)
    .toString('utf8')
    .replace(/^\uFEFF/, '');
}

/**
 * The bytes of a file the user named, as `name` if that is not the whole path.
 * @throws MsgError `config` that names the option and the path, `usage` for more than any endpoint takes
 */
export function readBytesOf(option: string, path: string, name = path): Buffer {
  try {
    return readWhole(path, name);
  } catch (cause) {
    if (isMsgError(cause)) throw cause;
    throw configError(`Cannot read ${name} (${option}): ${errnoText(cause)}.`, undefined, { path }, cause);
  }
}

/**
 * Only the shell of a command line has somebody who writes into a pipe: a chat would wait for ever.
 * @throws MsgError `config` for what is there and no file
 */
export function refusePipe(command: string, path: string, name = path): void {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat !== undefined && !stat.isFile())
    throw configError(`Cannot read ${name} (${command}): it is ${kindOfFile(stat)}.`, undefined, { path });
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
    throw usageError(`${option} is not valid JSON${where}: ${messageOf(cause)}.`);
  }
}

/** The same, for options that take an object. */
export function readObjectArgument(option: string, argument: string): JsonObject {
  const value = readJsonArgument(option, argument);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw usageError(`${option} takes a JSON object.`);
}

/** One `--set path=value`: dots (or brackets, for an index) separate keys, the value is JSON or, failing that, a string. */
type Assignment = { readonly path: readonly string[]; readonly value: Json };

/** Reads one `--set`. Throws MsgError `usage` when there is no `=`. */
export function parseAssignment(text: string): Assignment {
  const [, path, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (path === undefined || value === undefined) {
    throw usageError(
      `--set takes path=value, not ${JSON.stringify(text)}.`,
      'Example: --set metadata.user_id=42',
    );
  }
  const keys = path.replace(/\[(\d+)\]/g, '.$1').split('.');
  if (keys.includes('')) throw usageError(`--set ${path}: a name is missing beside a dot.`);
  return { path: keys, value: jsonOrText(path, value) };
}

/**
 * A copy of `place` with one value set. Numbers index lists; what is missing on the way is made.
 * @throws MsgError `usage` when the path leads through a value that holds no others, or beyond a list
 */
export function assign(place: Json | undefined, { path, value }: Assignment, depth = 0): Json {
  const key = path[depth];
  if (key === undefined) return value;
  const isIndex = /^\d+$/.test(key);
  const holder = place ?? (isIndex ? [] : {});
  const refuse = (why: string): never => {
    throw usageError(`--set ${path.join('.')}: ${path.slice(0, depth).join('.')} ${why}.`);
  };
  if (typeof holder !== 'object') return refuse(`is ${JSON.stringify(holder)}, which has no fields`);
  if (!Array.isArray(holder)) return { ...holder, [key]: assign(holder[key], { path, value }, depth + 1) };
  if (!isIndex || Number(key) > holder.length) return refuse(`is a list of ${holder.length}`);
  const list = [...holder];
  list[Number(key)] = assign(list[Number(key)], { path, value }, depth + 1);
  return list;
}

/** A bare word is a text; what begins as JSON and is none is a slip, and nobody wants it sent as text. */
function jsonOrText(path: string, text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (cause) {
    if (!/^\s*[[{"]/.test(text)) return text;
    throw usageError(
      `--set ${path}: the value is not valid JSON: ${messageOf(cause)}.`,
      `For text that begins so: --set ${path}='"..."'`,
    );
  }
}
