// The message as one JSON object, with the facts of the turn under `msg`. Text is written while it arrives, so
// that an answer of any length takes no memory.
import { createDraft, type Draft, messageAllowance } from '../../messages/assemble.ts';
import type { PrintedMessage } from '../../messages/result.ts';
import { redactTexts } from '../../messages/secret.ts';
import type { Delta, Message, OtherBlock, StreamEvent } from '../../messages/types.ts';
import { createPieces, type Pieces } from './json-pieces.ts';
import type { Renderer, RendererOutput } from './renderer.ts';

export function renderJson({ answer }: RendererOutput): Renderer {
  let hasWritten = false;
  const pieces = createPieces((piece) => {
    hasWritten = true;
    answer(piece);
  });
  let output = createMessageOutput(pieces, {});
  return {
    push(events) {
      for (const { event } of events) {
        if (event.type === 'message_start') {
          // Also when a try failed before anything of it was written.
          pieces.drop();
          output = createMessageOutput(pieces, withoutKeys(event.message));
        } else if ('index' in event) output.take(event);
      }
    },
    end({ message, result, error }) {
      output.end({ ...withoutKeys(message), msg: error === undefined ? result : { ...result, error } });
      pieces.flush();
    },
    hasWritten: () => hasWritten,
  };
}

/** The same message, without keys in what is the server's and not the model's. */
const withoutKeys = <T extends Partial<Message>>(message: T): T => ({
  ...(redactTexts<object>({ ...message, content: null }) as T),
  ...(message.content === undefined ? {} : { content: message.content }),
});

type BlockEvent = Extract<StreamEvent, { index: number }>;

/** A block that has begun; the draft holds all that is not written yet. */
type Block = { readonly index: number; readonly draft: Draft; isClosed: boolean };

/** The field whose text is written as it comes; everything else of a block is written when it ends. */
const growingField = (type: string): 'text' | 'thinking' | undefined =>
  type === 'text' || type === 'thinking' ? type : undefined;

/** Of a message, when its content is over. */
const alreadyWritten = { type: undefined, role: undefined, content: undefined };

type MessageOutput = {
  take(event: BlockEvent): void;
  /** The message is over; `message` brings what stands around the blocks. */
  end(message: PrintedMessage): void;
};

/**
 * Writes a message block by block, in the order they begin. Blocks that begin while another one is open wait
 * until all of these have ended, and follow by their index.
 */
function createMessageOutput(pieces: Pieces, { id, model }: Partial<Message>): MessageOutput {
  let count = 0;
  let current: (Block & { readonly field: 'text' | 'thinking' | undefined }) | undefined;
  let queue: Block[] = [];
  const keep = messageAllowance();

  /** Members of an object that has some already. */
  function writeMembers(members: object, lineStart: string): void {
    for (const [name, value] of Object.entries(members)) {
      if (value === undefined) continue;
      pieces.add(`,${lineStart}${JSON.stringify(name)}: `);
      pieces.addJson(value, lineStart);
    }
  }

  /** Goes to where the next block stands. */
  function nextPlace(): void {
    if (count === 0) {
      pieces.add('{\n  "type": "message"');
      writeMembers({ id, role: 'assistant', model }, '\n  ');
      pieces.add(',\n  "content": [');
    }
    pieces.add(count === 0 ? '\n    ' : ',\n    ');
    count++;
  }

  function begin(event: BlockEvent): void {
    const { index } = event;
    const draft = createDraft({ keep });
    draft.apply(event);
    if (current !== undefined || queue.length > 0) {
      queue.push({ index, draft, isClosed: false });
      return;
    }
    const block = blockOf(draft);
    const field = growingField(block.type);
    current = { index, draft, isClosed: false, field };
    if (field === undefined) return;
    nextPlace();
    pieces.add(`{\n      "type": "${block.type}",\n      "${field}": "${escaped(block[field] ?? '')}`);
  }

  /** Text of the current block is written, everything else waits for its end. */
  function grow(block: Block, event: BlockEvent): void {
    const text =
      block === current && event.type === 'content_block_delta'
        ? grown(event.delta, current.field)
        : undefined;
    if (text === undefined) block.draft.apply(event);
    else pieces.add(escaped(text));
  }

  function finishCurrent(): void {
    if (current === undefined) return;
    const { field, draft } = current;
    const block = blockOf(draft);
    current = undefined;
    if (field === undefined) {
      nextPlace();
      pieces.addJson(block, '\n    ');
      return;
    }
    pieces.add('"');
    writeMembers({ ...block, type: undefined, [field]: undefined }, '\n      ');
    pieces.add('\n    }');
  }

  function finishQueue(): void {
    for (const { draft } of queue.sort((a, b) => a.index - b.index)) {
      nextPlace();
      pieces.addJson(blockOf(draft), '\n    ');
    }
    queue = [];
  }

  return {
    take(event) {
      const isCurrent = current?.index === event.index;
      if (isCurrent && event.type === 'content_block_start') finishCurrent();
      const block = isCurrent
        ? current
        : queue.find(({ index, isClosed }) => index === event.index && !isClosed);
      if (block === undefined) {
        if (event.type !== 'content_block_stop') begin(event);
        return;
      }
      grow(block, event);
      if (event.type !== 'content_block_stop') return;
      block.isClosed = true;
      if (block === current) finishCurrent();
      if (current === undefined && queue.every(({ isClosed }) => isClosed)) finishQueue();
    },
    end(message) {
      finishCurrent();
      finishQueue();
      if (count === 0) pieces.addJson(message);
      else {
        pieces.add('\n  ]');
        // Some gateways tell who answers when the answer is nearly over.
        const { id: lateId, model: lateModel, ...rest } = message;
        writeMembers(
          {
            ...(id === undefined ? { id: lateId } : {}),
            ...(model === undefined ? { model: lateModel } : {}),
            ...rest,
            ...alreadyWritten,
          },
          '\n  ',
        );
        pieces.add('\n}');
      }
      pieces.add('\n');
    },
  };
}

/** What a delta adds to a field, if that is what it does. */
function grown(delta: Delta, field: 'text' | 'thinking' | undefined): string | undefined {
  if (delta.type === 'text_delta' && field === 'text') return delta.text;
  if (delta.type === 'thinking_delta' && field === 'thinking') return delta.thinking;
  return undefined;
}

/** The one block of a draft. */
const blockOf = (draft: Draft): OtherBlock => draft.message().content[0] as OtherBlock;

const escaped = (text: unknown): string => JSON.stringify(String(text)).slice(1, -1);
