// `--request FILE` and `--client NAME`: what is examined, and the reduced request written when there is one.
import { existsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { Context } from '../../context.ts';
import { configError, usageError } from '../../errors.ts';
import { makePath } from '../../profiles/make-path.ts';
import { readFileOf } from '../../terminal/json-argument.ts';
import { errnoText } from '../../text/errno.ts';
import type { Diagnosis } from '../engine/diagnose.ts';
import type { RequestTask } from '../engine/probe.ts';
import type { KnownClient } from '../request/clients/known-client.ts';
import { readRequest } from '../request/request-file.ts';
import type { DoctorCommandOptions } from './options.ts';

const defaultBudget = 40;

/**
 * The request of `--request` or `--client`, and how it is to be examined; null when neither is asked for.
 * @throws MsgError `config` for a file that cannot be read, or holds no request
 */
export async function requestTask(
  options: DoctorCommandOptions,
  context: Context,
): Promise<RequestTask | null> {
  const { request: argument, client } = options;
  if (client !== undefined) {
    const [only] = (await import('../request/clients/known-clients.ts')).clientsOf(client);
    return only === undefined ? null : clientTask(only, options, context);
  }
  if (argument === undefined) return null;
  const { path, pick } = placeOf(argument);
  const text = path === '-' ? await stdinText(context) : readFileOf('--request', path);
  const source = path === '-' ? 'stdin' : path;
  const readBeside = (name: string): string =>
    readFileOf('--request', resolve(path === '-' ? '.' : dirname(path), name));
  return { ...readRequest(text, source, pick, readBeside), ...manner(options, context, 'request') };
}

/** The request of a built-in client as what is examined. */
export const clientTask = (
  { name, title, version, seenOn, request, byModel = [] }: KnownClient,
  options: DoctorCommandOptions,
  context: Context,
): RequestTask => ({
  request,
  byModel,
  kind: `a request as ${title} ${version} made it on ${seenOn}`,
  answer: null,
  hidden: [],
  ...manner(options, context, name),
});

const manner = (
  { full, budget, reduced }: DoctorCommandOptions,
  { clock }: Context,
  name: string,
): Pick<RequestTask, 'isFull' | 'budget' | 'reducedPath'> => ({
  isFull: full === true,
  budget: budget ?? defaultBudget,
  reducedPath: reduced ?? join(tmpdir(), `msg-${name}-${clock.wallTime().toString(36)}`, 'reduced.json'),
});

/** `FILE#N`: the Nth request in it. A file whose name has a # in it is a file. */
function placeOf(argument: string): { path: string; pick: number | undefined } {
  const [, path, number] = /^(.+)#(\d+)$/s.exec(argument) ?? [];
  if (path === undefined || existsSync(argument)) return { path: argument, pick: undefined };
  if (Number(number) < 1) throw usageError(`--request ${argument}: the first request is #1.`);
  return { path, pick: Number(number) };
}

/** All of stdin, as text. */
export const stdinText = async ({ streams: { stdin } }: Context): Promise<string> =>
  new TextDecoder().decode((await stdin.readAll()) ?? new Uint8Array());

/** The task for a second target: what is reduced there has a file of its own. */
export const reducedBeside = (task: RequestTask | null): RequestTask | null =>
  task && { ...task, reducedPath: task.reducedPath.replace(/(\.\w+)?$/, '-other$1') };

/**
 * Writes the bodies of the requests that the run reduced, where their commands expect them; gives their paths.
 * @throws MsgError `config` when one cannot be written
 */
export function writeReduced({ run }: Diagnosis, options: DoctorCommandOptions): string[] {
  const { causes = [], missing = null } = run.observe('request')?.findings ?? {};
  const files = [
    ...(missing === null ? [] : [[missing.completePath, missing.complete] as const]),
    ...causes.map(({ reduced, reducedPath }) => [reducedPath, reduced] as const),
  ];
  for (const [path, { body }] of files)
    try {
      if (options.reduced === undefined) makePath(dirname(path));
      writeFileSync(path, `${JSON.stringify(body, undefined, 2)}\n`, { mode: 0o600 });
    } catch (cause) {
      throw configError(`Cannot write ${path} (--reduced): ${errnoText(cause)}.`, undefined, { path }, cause);
    }
  return files.map(([path]) => path);
}
