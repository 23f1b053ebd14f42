// Where a JSON text breaks. JSON.parse of the Node versions we run on names a position only sometimes,
// and a person who edits a file by hand needs the line.

type JsonFault = { readonly line: number; readonly column: number; readonly expected: string };

/** The first place where `text` stops being JSON (RFC 8259); undefined when it is JSON. */
export function findJsonFault(text: string): JsonFault | undefined {
  let at = 0;
  let expected = '';

  const fail = (what: string): false => {
    expected = what;
    return false;
  };
  const skipSpace = (): void => {
    while (/[ \t\r\n]/.test(text.charAt(at))) at += 1;
  };
  const literal = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match === null) return false;
    at += match[0].length;
    return true;
  };
  const string = (): boolean => {
    if (text.charAt(at) !== '"') return fail('a name in double quotes');
    const start = at;
    at += 1;
    literal(/(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*/y);
    if (text.charAt(at) === '"') {
      at += 1;
      return true;
    }
    if (at >= text.length || text.charAt(at) === '\n' || text.charAt(at) === '\r') {
      at = start;
      return fail('the closing quote of this text');
    }
    return fail(text.charAt(at) === '\\' ? 'a valid escape' : 'no control character inside a text');
  };
  /** What stands between brackets, separated by commas. */
  const list = (close: string, item: () => boolean): boolean => {
    at += 1;
    skipSpace();
    if (text.charAt(at) === close) {
      at += 1;
      return true;
    }
    for (;;) {
      skipSpace();
      if (!item()) return false;
      skipSpace();
      const next = text.charAt(at);
      if (next !== ',' && next !== close) return fail(`a comma or ${close}`);
      at += 1;
      if (next === close) return true;
    }
  };
  const member = (): boolean => {
    if (!string()) return false;
    skipSpace();
    if (text.charAt(at) !== ':') return fail('a colon');
    at += 1;
    return value();
  };
  const value = (): boolean => {
    skipSpace();
    const first = text.charAt(at);
    if (first === '{') return list('}', member);
    if (first === '[') return list(']', value);
    if (first === '"') return string();
    return literal(/-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y) || fail('a value');
  };

  const isWhole = value();
  if (isWhole) skipSpace();
  if (isWhole && at === text.length) return undefined;
  const before = text.slice(0, at).split('\n');
  return {
    line: before.length,
    column: (before.at(-1)?.length ?? 0) + 1,
    expected: isWhole ? 'the end of the file' : expected,
  };
}
