// Keeps the text of interleaved blocks apart: while one block is being written, another one's text waits.

export type BlockOrder = {
  /** Text of a block; gives what may be shown now. */
  add(index: number, text: string): string;
  /** A block has ended; gives what was waiting for that. */
  close(index: number): string;
  /** Everything that still waits: the answer is over, and some gateways never close their blocks. */
  rest(): string;
};

export function createBlockOrder(): BlockOrder {
  let current: number | undefined;
  const waiting = new Map<number, string>();
  const closed = new Set<number>();

  /** Shows the waiting blocks in order, up to the first that is still open: that one goes on live. */
  function advance(): string {
    let shown = '';
    for (const index of [...waiting.keys()].sort((a, b) => a - b)) {
      shown += waiting.get(index) ?? '';
      waiting.delete(index);
      if (!closed.has(index)) {
        current = index;
        break;
      }
    }
    return shown;
  }

  return {
    add(index, text) {
      if (text === '') return '';
      current ??= index;
      if (current === index) return text;
      waiting.set(index, (waiting.get(index) ?? '') + text);
      return '';
    },
    close(index) {
      closed.add(index);
      if (current !== index) return '';
      current = undefined;
      return advance();
    },
    rest() {
      const text = [...waiting]
        .sort(([a], [b]) => a - b)
        .map(([, held]) => held)
        .join('');
      waiting.clear();
      return text;
    },
  };
}
