// An answer as it is read: the text of interleaved blocks is kept apart (while one block is being written, another
// one's text waits), thinking stands between.
import { messageAllowance } from '../../messages/assemble.ts';
import type { ReceivedEvent } from '../../messages/events.ts';
import { isBlock, type StreamEvent } from '../../messages/types.ts';

/** A text that grows piece by piece has a node for each. */
const overheadBytes = 32;

/** Where the parts of an answer go. */
export type AnswerParts = {
  readonly text: (text: string) => void;
  readonly thinking: (text: string) => void;
};

export type BlockOrder = {
  /**
   * Hands on what the events of one read let be shown: one text, however many events it came in; only thinking comes
   * in between.
   * @throws MsgError `protocol` when more waits than is kept of one message
   */
  push(events: readonly ReceivedEvent[]): void;
  /** Hands on all that still waits: the answer is over, and some gateways never close their blocks. */
  end(): void;
};

export function createBlockOrder({ text, thinking }: AnswerParts): BlockOrder {
  let current: number | undefined;
  const buffers = new Map<number, string>();
  const closed = new Set<number>();
  const keep = messageAllowance();

  /** Shows the waiting blocks in order, up to the first that is still open: that one goes on live. */
  function advance(): string {
    let ready = '';
    for (const index of [...buffers.keys()].sort((a, b) => a - b)) {
      ready += buffers.get(index) ?? '';
      buffers.delete(index);
      if (!closed.has(index)) {
        current = index;
        break;
      }
    }
    return ready;
  }

  function add(index: number, text: string): string {
    if (text === '') return '';
    current ??= index;
    if (current === index) return text;
    keep(text.length + overheadBytes);
    buffers.set(index, (buffers.get(index) ?? '') + text);
    return '';
  }

  function close(index: number): string {
    closed.add(index);
    if (current !== index) return '';
    current = undefined;
    return advance();
  }

  function take(event: StreamEvent): string {
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
  }

  return {
    push(events) {
      let ready = '';
      const flush = (): void => {
        if (ready !== '') text(ready);
        ready = '';
      };
      for (const { event } of events) {
        ready += take(event);
        if (event.type !== 'content_block_delta' || event.delta.type !== 'thinking_delta') continue;
        flush();
        if (event.delta.thinking !== '') thinking(event.delta.thinking);
      }
      flush();
    },
    end() {
      const rest = [...buffers]
        .sort(([a], [b]) => a - b)
        .map(([, held]) => held)
        .join('');
      buffers.clear();
      if (rest !== '') text(rest);
    },
  };
}
