// The answer as plain text, live: text to the answer stream, tool calls as JSON at the end.
import { isBlock, type Message } from '../../messages/types.ts';
import { createBlockOrder } from './block-order.ts';
import type { Renderer, RendererOutput } from './renderer.ts';

export type TextOptions = {
  /** Applied to every piece of text, e.g. a sanitizer. */
  readonly transform?: (text: string) => string;
  /**
   * Whether an answer that ends in the middle of a line gets a line end: `while read` and `xargs` lose or glue
   * the last line without. Where msg answers tool calls itself, another answer follows and it gets one anyway.
   */
  readonly endsLine: boolean;
  /** Whether tool calls are printed, as JSON; not when msg answers them itself. */
  readonly showsToolCalls: boolean;
  /** Styles thinking; undefined hides it. */
  readonly thinking?: ((text: string) => string) | undefined;
};

export function renderText({ answer, aside }: RendererOutput, options: TextOptions): Renderer {
  const transform = options.transform ?? ((text: string) => text);
  let lastCharacter = '';
  let isThinking = false;
  let hasWritten = false;
  const order = createBlockOrder();

  function write(text: string): void {
    if (isThinking) aside('\n');
    isThinking = false;
    const shown = transform(text);
    if (shown === '') return;
    answer(shown);
    lastCharacter = shown.at(-1) ?? '';
    hasWritten = true;
  }

  function think(text: string): void {
    if (options.thinking === undefined || text === '') return;
    isThinking = true;
    hasWritten = true;
    aside(options.thinking(transform(text)));
  }

  return {
    push(events) {
      // One write a read of the socket, however many events it brought; only thinking comes in between.
      let text = '';
      const flush = (): void => {
        if (text !== '') write(text);
        text = '';
      };
      for (const { event } of events) {
        text += order.take(event);
        if (event.type !== 'content_block_delta' || event.delta.type !== 'thinking_delta') continue;
        flush();
        think(event.delta.thinking);
      }
      flush();
    },
    end({ message }) {
      const rest = order.rest();
      if (rest !== '') write(rest);
      const calls = options.showsToolCalls ? toolCallLines(message) : '';
      if (calls !== '') write(lastCharacter === '' || lastCharacter === '\n' ? calls : `\n${calls}`);
      if (isThinking) aside('\n');
      const endsLine = options.endsLine || (!options.showsToolCalls && toolCallLines(message) !== '');
      if (endsLine && lastCharacter !== '' && lastCharacter !== '\n') answer('\n');
    },
    hasWritten: () => hasWritten,
  };
}

/** The tool calls of a message as JSON, one a line. */
export function toolCallLines({ content }: Message): string {
  const calls = content.filter((block) => isBlock(block, 'tool_use'));
  return calls.map((call) => `${JSON.stringify(call)}\n`).join('');
}
