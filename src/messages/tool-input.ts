// The input of a tool call: what may be run, and what of a broken one may be sent back. Pure.
import { isObject, type Json, type JsonObject } from '../text/json.ts';

/**
 * The input as the object it has to be; undefined when it is broken: cut, not JSON (then the text as it came), or
 * JSON that is no object. A call whose input never came has none, which is an empty object.
 */
export function toolInput(input: unknown): JsonObject | undefined {
  if (input === undefined || input === null || input === '') return {};
  return isObject(input) ? input : undefined;
}

/**
 * A broken input in the shape of an object, so that the model sees what it wrote (Anthropic's page on fine-grained
 * tool streaming names this field).
 */
export const brokenInput = (input: Json): JsonObject => ({
  INVALID_JSON: typeof input === 'string' ? input : JSON.stringify(input),
});
