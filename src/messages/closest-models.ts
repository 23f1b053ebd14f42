// Which ids of a model list are meant by one that is not on it. Pure.

import { isObject } from '../text/json.ts';
import { nameDistance } from '../text/nearest-names.ts';

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

/** At most two other ids that are like `model`, the most like first: same words, then fewest edits. */
export function closestModels(model: string, ids: readonly string[]): string[] {
  const name = plain(model);
  const others = ids.filter((id) => id !== model);
  const scored = others.map((id) => ({ id, distance: nameDistance(name, plain(id)) }));
  const limit = Math.max(2, Math.ceil(name.length / 2));
  const best = Math.min(...scored.map((entry) => entry.distance));
  return scored
    .filter((entry) => entry.distance <= Math.min(limit, 2 * best + 1))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 2)
    .map(({ id }) => id);
}

/** Whether `served` is the model that was asked for, be it under its dated name or a cloud's name of it. */
export function isServed(asked: string, served: string): boolean {
  if (served === asked) return true;
  const [one, other] = [dateIn(asked), dateIn(served)];
  const isOneDate = one === undefined || other === undefined || one === other;
  return isOneDate && plain(asked) === plain(served);
}

const date = /[-@](20\d{2}-?\d{2}-?\d{2})$/;

/** Dates at the end of a name in one spelling. */
const dateIn = (id: string): string | undefined => date.exec(bare(id))?.[1]?.replaceAll('-', '');

/** Without what clouds and routers add: `us.anthropic.claude-opus-4-6-v1:0`, `anthropic/claude-opus-4.6`, `[1m]`. */
const bare = (id: string): string =>
  id
    .toLowerCase()
    .replace(/^(?:[a-z-]+\/)+/, '')
    .replace(/^(?:[a-z]+\.)?anthropic\.(.+?)(?:-v\d+(?::\d+)?)?$/, '$1')
    .replace(/(?:-latest|@default|\[.*\])$/, '');

/** Case, vendor prefix, date and the spelling of versions do not make another model. */
const plain = (id: string): string =>
  bare(id)
    .replace(date, '')
    .replace(/[\s._]/g, '-');
