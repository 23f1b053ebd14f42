// What the words of a refusal point at: sets of parts worth trying first, the most exact first. Pure.
import type { Part } from './part.ts';

/** Steps that validators put into a path, and that are not in the request. */
const foreignSteps: ReadonlySet<string> = new Set(['body', 'custom', 'function', 'request', 'str', 'json']);

/**
 * The parts that a message names, by a path (`tools.3.custom.input_schema.properties.x`), and by names (of a beta, a
 * header, a field, a keyword, a tool). Each set in the order of the list; without those that are empty.
 */
export function suspicions(message: string, list: readonly Part[], among: readonly number[]): number[][] {
  const byPath = pathsIn(message).map((steps) => deepest(steps, list, among));
  const words = wordsIn(message);
  const byName = among.filter((index) => isNamed(list[index], words));
  const betas = words.all.has('anthropic-beta') ? among.filter((index) => list[index]?.kind === 'beta') : [];
  return [...byPath, byName, betas].filter((set) => set.length > 0);
}

/** `tools.3.custom.name`, `messages[5].content[0]`. */
function pathsIn(message: string): string[][] {
  return [...message.matchAll(/[A-Za-z_$][\w$-]*(?:\.[\w$-]+|\[["']?[\w$-]+["']?\])+/g)].map(([path]) =>
    path.split(/[.[\]"']+/).filter((step) => step !== '' && !foreignSteps.has(step)),
  );
}

/** The part whose path goes furthest along the steps, with all that is inside it. */
function deepest(steps: readonly string[], list: readonly Part[], among: readonly number[]): number[] {
  let furthest: readonly string[] = [];
  for (const index of among) {
    const path = placeOf(list[index]);
    if (path.length > furthest.length && path.every((step, at) => step === steps[at])) furthest = path;
  }
  if (furthest.length === 0) return [];
  return among.filter((index) => furthest.every((step, at) => placeOf(list[index])[at] === step));
}

const placeOf = (part: Part | undefined): string[] => (part?.path ?? []).slice(1).map(String);

function wordsIn(message: string): { quoted: ReadonlySet<string>; all: ReadonlySet<string> } {
  const quoted = [...message.matchAll(/(["'`“])([^"'`”\s]{2,80})["'`”]/g)].map(([, , word = '']) => word);
  return { quoted: new Set(quoted), all: new Set(message.match(/[\w$@-]+(?:\.[\w-]+)*/g) ?? []) };
}

/** Words of every refusal that are also names of fields. */
const plainWords: ReadonlySet<string> = new Set([
  'model', 'messages', 'tools', 'system', 'stream', 'text', 'type', 'name', 'content', 'format', 'items', 'input',
  'not', 'title', 'data', 'required', 'properties', 'description', 'default', 'const', 'if', 'then', 'else', 'accept',
]); // biome-ignore format: a list

function isNamed(part: Part | undefined, { quoted, all }: ReturnType<typeof wordsIn>): boolean {
  if (part === undefined) return false;
  const { kind, path, value } = part;
  if (kind === 'beta') return all.has(String(value));
  const name = String(kind === 'query' && Array.isArray(value) ? value[0] : path.at(-1));
  if (quoted.has(name) || (all.has(name) && !plainWords.has(name))) return true;
  return (
    kind === 'tool' &&
    typeof value === 'string' &&
    (quoted.has(value) || (/[_-]/.test(value) && all.has(value)))
  );
}
