// Keeps the text of interleaved blocks apart: while one block is being written, another one's text waits.
import { messageAllowance } from '../../messages/assemble.ts';
import { isBlock, type StreamEvent } from '../../messages/types.ts';

/** A text that grows piece by piece has a node for each. */
const overheadBytes = 32;

export type BlockOrder = {
  /**
   * The text an event lets be shown.
   * @throws MsgError `protocol` when more waits than is kept of one message
   */
  take(event: StreamEvent): string;
  /** Everything that still waits: the answer is over, and some gateways never close their blocks. */
  rest(): string;
};

export function createBlockOrder(): BlockOrder {
  let current: number | undefined;
  const waiting = new Map<number, string>();
  const closed = new Set<number>();
  const keep = messageAllowance();

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

  function add(index: number, text: string): string {
    if (text === '') return '';
    current ??= index;
    if (current === index) return text;
    keep(text.length + overheadBytes);
    waiting.set(index, (waiting.get(index) ?? '') + text);
    return '';
  }

  function close(index: number): string {
    closed.add(index);
    if (current !== index) return '';
    current = undefined;
    return advance();
  }

  return {
    take(event) {
      switch (event.type) {
        case 'content_block_start':
          // A text block may arrive whole in its start.
          return isBlock(event.content_block, 'text') ? add(event.index, event.content_block.text ?? '') : '';
        case 'content_block_delta':
          return event.delta.type === 'text_delta' ? add(event.index, event.delta.text) : '';
        case 'content_block_stop':
          return close(event.index);
        default:
          return '';
      }
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
