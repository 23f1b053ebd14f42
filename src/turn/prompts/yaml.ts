// The one door to the yaml package; loaded with the first prompt that has front matter, from a file of its own.

import { isMap, isScalar, LineCounter, parseDocument } from 'yaml';
import { messageOf } from '../../text/thrown.ts';

/** A field of a mapping and the line it stands on, from 1. */
export type YamlField = { readonly name: string; readonly value: unknown; readonly line: number };

/** The fields of a mapping, or why there are none: in a few words, with the line where that is. */
export function readYaml(
  text: string,
): { readonly fields: readonly YamlField[] } | { readonly fault: string; readonly line: number } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true });
  const lineAt = (offset: number | undefined): number => lines.linePos(offset ?? 0).line || 1;
  const [error] = document.errors;
  if (error !== undefined) return { fault: error.message, line: lineAt(error.pos[0]) };
  const { contents } = document;
  if (contents === null || (isScalar(contents) && contents.value === null)) return { fields: [] };
  if (!isMap(contents)) return { fault: 'it is no list of fields as "model: NAME"', line: 1 };
  let whole: Record<string, unknown>;
  try {
    // Names for what is said twice are followed a few times only: a small file may otherwise become a huge one.
    whole = document.toJS({ maxAliasCount: 20 });
  } catch (cause) {
    return { fault: messageOf(cause), line: 1 };
  }
  const fields = contents.items.map(({ key }): YamlField => {
    const name = isScalar(key) ? String(key.value) : String(key);
    return { name, value: whole[name], line: lineAt(isScalar(key) ? key.range?.[0] : undefined) };
  });
  return { fields };
}
