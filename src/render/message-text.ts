// The answer as plain text, live: text to the answer stream, tool calls as JSON at the end.
import type { ReceivedEvent } from '../messages/events.ts';
import { isBlock, type Message } from '../messages/types.ts';
import type { Renderer, RendererOutput } from './renderer.ts';

export type TextOptions = {
  /** Applied to every piece of text, e.g. a sanitizer. */
  readonly transform?: (text: string) => string;
  /** A terminal gets a line end after the answer; a pipe gets the exact text. */
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

  function write(text: string): void {
    if (isThinking) aside('\n');
    isThinking = false;
    const shown = transform(text);
    if (shown === '') return;
    answer(shown);
    lastCharacter = shown.at(-1) ?? '';
  }

  function think(text: string): void {
    if (options.thinking === undefined || text === '') return;
    isThinking = true;
    aside(options.thinking(transform(text)));
  }

  return {
    push(events) {
      let text = '';
      for (const { event } of events) {
        const piece = textOf(event);
        if (piece !== undefined) {
          text += piece;
          continue;
        }
        if (event.type === 'content_block_delta' && event.delta.type === 'thinking_delta')
          think(event.delta.thinking);
      }
      // One write a read of the socket, however many events it brought.
      if (text !== '') write(text);
    },
    end({ message }) {
      const calls = options.showsToolCalls ? toolCallLines(message) : '';
      if (calls !== '') write(lastCharacter === '' || lastCharacter === '\n' ? calls : `\n${calls}`);
      if (isThinking) aside('\n');
      if (options.endsLine && lastCharacter !== '' && lastCharacter !== '\n') answer('\n');
    },
    hasWritten: () => lastCharacter !== '',
  };
}

/** The tool calls of a message as JSON, one a line. */
export function toolCallLines({ content }: Message): string {
  const calls = content.filter((block) => isBlock(block, 'tool_use'));
  return calls.map((call) => `${JSON.stringify(call)}\n`).join('');
}

/** The text an event adds to the answer. A text block may arrive whole in its start. */
function textOf(event: ReceivedEvent['event']): string | undefined {
  if (event.type === 'content_block_delta')
    return event.delta.type === 'text_delta' ? event.delta.text : undefined;
  if (event.type !== 'content_block_start' || !isBlock(event.content_block, 'text')) return undefined;
  return event.content_block.text;
}
