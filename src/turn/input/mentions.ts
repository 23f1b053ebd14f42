// Files that a message names: `@path`, and what a terminal writes for a file that is dropped into it. Pure.
import { fileURLToPath } from 'node:url';
import { unescaped } from '../../text/shell-quote.ts';

/** Whether something lies at a path. */
type Exists = (path: string) => boolean;

/** Behind a blank or an opening mark: an address of mail is none. Quotes and backslashes keep blanks inside. */
const mention = /(?<![^\s([{"'«„“])@(?:"([^"\n]+)"|'([^'\n]+)'|((?:\\.|[^\s\\])+))/gu;
/** What ends a sentence or a bracket behind a path. */
const closing = /[.,;:!?)\]}"'»“”…]$/u;
const hasName = /[\p{L}\p{N}]/u;

/** The paths that a message mentions, each once; a word with no file behind it is a word. */
export function mentionedPaths(text: string, exists: Exists): readonly string[] {
  const paths = [...text.matchAll(mention)].flatMap(([, double, single, plain]) => {
    const quoted = double ?? single;
    if (quoted !== undefined) return exists(quoted) ? [quoted] : [];
    return existingStart(plain ?? '', exists) ?? [];
  });
  return [...new Set([...droppedFirst(text, exists), ...paths])];
}

/** The word, or what is left of it without the marks at its end. */
function existingStart(word: string, exists: Exists): string | undefined {
  if (/^\.\/?$/.test(word)) return word;
  for (let start = word; hasName.test(start); start = start.slice(0, -1)) {
    const path = unescaped(start);
    if (exists(path)) return path;
    if (!closing.test(start)) return undefined;
  }
  return undefined;
}

const dropped = /^\s*(?:'((?:[^'\n]|'\\'')+)'|"([^"\n]+)"|(file:\/\/\S+)|(\/(?:\\.|[^\s\\'"])+))(?=\s|$)/;

/** One path at the beginning of a text, as terminals write it: quoted, escaped, as a URL, or with nothing to escape. */
function droppedPath(
  text: string,
  exists: Exists,
): { path: string; isPlain: boolean; end: number } | undefined {
  const [whole, single, double, url, word] = dropped.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const path =
    url === undefined
      ? (single?.replaceAll("'\\''", "'") ?? double ?? unescaped(word ?? ''))
      : pathOfUrl(url);
  if (path === undefined || !path.startsWith('/') || !exists(path)) return undefined;
  return { path, isPlain: word !== undefined && !word.includes('\\'), end: whole.length };
}

function pathOfUrl(url: string): string | undefined {
  try {
    return fileURLToPath(url);
  } catch {
    return undefined;
  }
}

/** Dropped paths in a row from the beginning, and whether nothing stands behind them. */
function droppedPaths(text: string, exists: Exists) {
  const found: { readonly path: string; readonly isPlain: boolean }[] = [];
  let rest = text;
  for (let next = droppedPath(rest, exists); next !== undefined; next = droppedPath(rest, exists)) {
    found.push(next);
    rest = rest.slice(next.end);
  }
  return { found, isAll: rest.trim() === '' && found.length > 0 };
}

/** A path with nothing to escape may be what one writes about, unless it is all there is. */
function droppedFirst(text: string, exists: Exists): readonly string[] {
  const { found, isAll } = droppedPaths(text, exists);
  return found.filter(({ isPlain }) => isAll || !isPlain).map(({ path }) => path);
}

/** A paste that is nothing but paths of files, as mentions of them; undefined for any other. */
export function mentionsOfDrop(paste: string, exists: Exists): string | undefined {
  if (/\n\s*\S/.test(paste)) return undefined;
  const { found, isAll } = droppedPaths(paste, exists);
  return isAll ? found.map(({ path }) => `@${path.replace(/[\s\\'"]/g, '\\$&')} `).join('') : undefined;
}
