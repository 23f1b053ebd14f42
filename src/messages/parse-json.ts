// JSON as strangers write it: read without ever throwing, and never deeper than everything else can follow.
import { isObject } from '../text/json.ts';

/** JSON.parse takes any depth; writing, copying and comparing what it gives does not. */
const deepestNesting = 500;

/** The value of a JSON text. Undefined for any other text, and for JSON that nests deeper than anybody means. */
export function parseJson(text: string): unknown {
  // What cannot begin a JSON text: an error that is thrown and caught costs a hundred times as much.
  if (!/^\s*[[{"\d\-tfn]/.test(text)) return undefined;
  if (text.length > deepestNesting && nesting(text) > deepestNesting) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** A JSON object, or undefined for any other text. */
export function parseObject(text: string): Record<string, unknown> | undefined {
  const value = parseJson(text);
  return isObject(value) ? value : undefined;
}

/** How deep objects and lists stand in each other. Exact for JSON, which is all it is asked of. */
function nesting(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case 0x22:
        at = endOfString(text, at);
        break;
      case 0x5b:
      case 0x7b:
        if (++depth > deepest) deepest = depth;
        break;
      case 0x5d:
      case 0x7d:
        depth--;
        break;
    }
  }
  return deepest;
}

/** Where the string ends that begins at `start`. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let slashes = 0;
    while (text[end - 1 - slashes] === '\\') slashes++;
    if (slashes % 2 === 0) return end;
  }
  return text.length;
}
