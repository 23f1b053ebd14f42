// The tools of a request as parts: each one, and of each its name, its description, its schema and what else it has. Pure.
import { isObject, type Json } from '../../text/json.ts';
import { type AddPart, extraParts, type Path } from './part.ts';
import { schemaParts } from './schema-parts.ts';

/** Adds the parts of `tools`; gives, by name, the part without which a tool cannot be chosen. */
export function toolParts(tools: Json, path: Path, add: AddPart): Map<string, number> {
  const named = new Map<string, number>();
  if (!Array.isArray(tools) || tools.length === 0) {
    add('tool', path, tools);
    return named;
  }
  for (const [index, tool] of tools.entries()) {
    const place = [...path, index];
    const own = add('tool', place, tool);
    if (!isObject(tool)) continue;
    const { name, input_schema: schema, cache_control: mark, ...others } = tool;
    const isCustom = tool['type'] === undefined || tool['type'] === 'custom';
    // What a tool that the provider runs may leave out depends on its type: it goes or stays as a whole.
    if (!isCustom) named.set(String(name), own);
    else {
      const part = add('tool', [...place, 'name'], name ?? null, {
        needs: [own],
        standIn: `tool_${index + 1}`,
      });
      named.set(String(name), part);
      extraParts(others, place, own, add);
      if (isObject(schema)) schemaParts(schema, [...place, 'input_schema'], own, add);
      else if (schema !== undefined)
        add('schema', [...place, 'input_schema'], schema, { needs: [own], standIn: { type: 'object' } });
    }
    if (mark !== undefined) extraParts({ cache_control: mark }, place, own, add);
  }
  return named;
}
