// JSON in pieces: an answer of any length is printed without a second copy of it in memory.

/** UTF-16 units of text per piece. */
const pieceLength = 64 * 1024;

export type Pieces = {
  /** Text as it is. */
  add(text: string): void;
  /**
   * `JSON.stringify(value, null, 2)`; `value` is plain JSON.
   * @param lineStart a line end and the indentation of the line the value stands on
   */
  addJson(value: unknown, lineStart?: string): void;
  /** Hands out what waits. */
  flush(): void;
  /** Forgets what waits. */
  drop(): void;
};

/** Collects text until it is worth a write. */
export function createPieces(write: (piece: string) => void): Pieces {
  let buffer = '';
  const flush = (): void => {
    if (buffer !== '') write(buffer);
    buffer = '';
  };
  const add = (text: string): void => {
    buffer += text;
    if (buffer.length >= pieceLength) flush();
  };
  return {
    add,
    addJson(value, lineStart = '\n') {
      for (const part of jsonParts(value, lineStart)) add(part);
    },
    flush,
    drop() {
      buffer = '';
    },
  };
}

function* jsonParts(value: unknown, lineStart: string): Generator<string> {
  if (typeof value === 'string' && value.length > pieceLength) {
    yield '"';
    for (let at = 0; at < value.length; ) {
      const end = sliceEnd(value, at + pieceLength);
      yield JSON.stringify(value.slice(at, end)).slice(1, -1);
      at = end;
    }
    yield '"';
    return;
  }
  const isArray = Array.isArray(value);
  const members = membersOf(value).filter(([, member]) => isArray || member !== undefined);
  if (members.length === 0) {
    yield JSON.stringify(value) ?? 'null';
    return;
  }
  const deeper = `${lineStart}  `;
  let separator = isArray ? '[' : '{';
  for (const [key, member] of members) {
    yield isArray ? separator + deeper : `${separator}${deeper}${JSON.stringify(key)}: `;
    yield* jsonParts(member, deeper);
    separator = ',';
  }
  yield lineStart + (isArray ? ']' : '}');
}

const membersOf = (value: unknown): [string, unknown][] =>
  typeof value === 'object' && value !== null ? Object.entries(value) : [];

/** Never between the halves of a surrogate pair: each alone would be escaped. */
const sliceEnd = (text: string, end: number): number =>
  /[\uD800-\uDBFF]/.test(text.charAt(end - 1)) ? end + 1 : end;
