// The project file: the nearest `.msg.json` upwards. It may choose a profile and a model and nothing that
// could send a key elsewhere, because it comes with code that somebody else wrote.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { configError, isMsgError } from '../errors.ts';
import { errnoText, isErrno } from '../text/errno.ts';
import { own, parseDocument } from './config-document.ts';
import { readRegularFile } from './guarded-file.ts';

type ProjectFile = { readonly path: string; readonly profile?: string; readonly model?: string };

const fileName = '.msg.json';
const allowed = ['profile', 'model'] as const;

/**
 * The nearest project file at or above `directory`; undefined when there is none.
 * Throws `config` when it is no file, is broken or holds anything but a profile and a model.
 */
export function readProjectFile(directory: string): ProjectFile | undefined {
  for (let folder = directory; ; folder = dirname(folder)) {
    const path = join(folder, fileName);
    const text = readIfThere(path);
    if (text !== undefined) return parseProjectFile(text, path);
    if (dirname(folder) === folder) return undefined;
  }
}

function readIfThere(path: string): string | undefined {
  // Asked first: an error made for every folder above would cost more than all the reading.
  if (!existsSync(path)) return undefined;
  try {
    return readRegularFile(path);
  } catch (cause) {
    // A folder above may be closed to us (EACCES); what we cannot see there does not concern us.
    if (isErrno(cause, 'ENOENT', 'ENOTDIR', 'EACCES')) return undefined;
    if (isMsgError(cause)) throw cause;
    throw configError(`${path} cannot be read: ${errnoText(cause)}.`, undefined, { path }, cause);
  }
}

function parseProjectFile(text: string, path: string): ProjectFile {
  const document = parseDocument(text, path, `Correct ${path} by hand.`);
  const values: { profile?: string; model?: string } = {};
  for (const field of Object.keys(document)) {
    // Editors look for a schema under this name; it decides nothing.
    if (field === '$schema') continue;
    const property = allowed.find((name) => name === field);
    if (property === undefined) {
      throw configError(
        `${path} sets "${field}". A project file may set profile and model only: it comes with the project, ` +
          'and must not decide where a key is sent.',
        `Put "${field}" into a profile of your own: msg profiles set NAME ...`,
        { path },
      );
    }
    const value = own(document, field);
    if (typeof value !== 'string' || value.trim() === '') {
      throw configError(`"${field}" in ${path} must be a text.`, undefined, { path });
    }
    values[property] = value.trim();
  }
  return { path, ...values };
}
