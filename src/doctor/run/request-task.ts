// `--request FILE`: the file read into what is examined, and the reduced request written when there is one.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { Context } from '../../context.ts';
import { configError, usageError } from '../../errors.ts';
import { readFileOf } from '../../terminal/json-argument.ts';
import { errnoText } from '../../text/errno.ts';
import type { RequestSeen } from '../engine/observations.ts';
import type { RequestTask } from '../engine/probe.ts';
import { readRequest } from '../request/request-file.ts';
import type { DoctorCommandOptions } from './options.ts';

const defaultBudget = 40;

/**
 * The request of `--request`, and how it is to be examined.
 * @throws MsgError `config` for a file that cannot be read, or holds no request
 */
export async function requestTask(
  argument: string,
  options: DoctorCommandOptions,
  context: Context,
): Promise<RequestTask> {
  const { path, pick } = placeOf(argument);
  const text = path === '-' ? await stdinText(context) : readFileOf('--request', path);
  const source = path === '-' ? 'stdin' : path;
  const readBeside = (name: string): string =>
    readFileOf('--request', resolve(path === '-' ? '.' : dirname(path), name));
  return {
    ...readRequest(text, source, pick, readBeside),
    isFull: options.full === true,
    budget: options.budget ?? defaultBudget,
    reducedPath:
      options.reduced ??
      join(tmpdir(), `msg-request-${context.clock.wallTime().toString(36)}`, 'reduced.json'),
  };
}

/** `FILE#N`: the Nth request in it. A file whose name has a # in it is a file. */
function placeOf(argument: string): { path: string; pick: number | undefined } {
  const [, path, number] = /^(.+)#(\d+)$/s.exec(argument) ?? [];
  if (path === undefined || existsSync(argument)) return { path: argument, pick: undefined };
  if (Number(number) < 1) throw usageError(`--request ${argument}: the first request is #1.`);
  return { path, pick: Number(number) };
}

const stdinText = async ({ streams: { stdin } }: Context): Promise<string> =>
  new TextDecoder().decode((await stdin.readAll()) ?? new Uint8Array());

/**
 * Writes the bodies of the reduced requests where their commands expect them.
 * @throws MsgError `config` when one cannot be written
 */
export function writeReduced({ findings }: RequestSeen, options: DoctorCommandOptions): void {
  for (const { reduced, reducedPath: path } of findings?.causes ?? [])
    try {
      if (options.reduced === undefined) mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      writeFileSync(path, `${JSON.stringify(reduced.body, undefined, 2)}\n`, { mode: 0o600 });
    } catch (cause) {
      throw configError(`Cannot write ${path} (--reduced): ${errnoText(cause)}.`, undefined, { path }, cause);
    }
}
