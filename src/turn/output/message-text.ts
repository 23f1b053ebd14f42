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

  function write(text: string): void {
    if (isThinking) aside('\n');
    isThinking = false;
    const output = transform(text);
    if (output === '') return;
    answer(output);
    lastCharacter = output.at(-1) ?? '';
    hasWritten = true;
  }

  function think(text: string): void {
    if (options.thinking === undefined) return;
    isThinking = true;
    hasWritten = true;
    aside(options.thinking(transform(text)));
  }

  const order = createBlockOrder({ text: write, thinking: think });

  return {
    push: order.push,
    end({ message }) {
      order.end();
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
