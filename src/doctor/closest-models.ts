// Which ids of a model list are meant by one that is not on it. Pure.
import { isObject } from '../messages/types.ts';

/** The ids of a model list in any of its dialects (protocol reference 5.3). */
export function modelIds(body: string): string[] {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return [];
  }
  const list = isObject(json) ? (json['data'] ?? json['models']) : json;
  if (!Array.isArray(list)) return [];
  return list.flatMap((entry) => {
    const id = isObject(entry) ? (entry['id'] ?? entry['name']) : entry;
    return typeof id === 'string' ? [id] : [];
  });
}

/** The two other ids most like `model`: same words first, then fewest edits. */
export function closestModels(model: string, ids: readonly string[]): string[] {
  const wanted = plain(model);
  const others = ids.filter((id) => id !== model);
  const scored = others.map((id) => ({ id, distance: distance(wanted, plain(id)) }));
  const limit = Math.max(4, Math.ceil(wanted.length / 2));
  return scored
    .filter((entry) => entry.distance <= limit)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 2)
    .map(({ id }) => id);
}

/** Case, vendor prefix, date and the spelling of versions do not make another model. */
const plain = (id: string): string =>
  id
    .toLowerCase()
    .replace(/^[a-z-]+\//, '')
    .replace(/[-@]?20\d{6}$/, '')
    .replace(/\[.*\]$/, '')
    .replace(/[\s._]/g, '-');

/** Levenshtein distance, one row at a time. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substitution, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
