// `--extract-code`: only what stands in the first code fence of the answer.
import { isBlock, type Message } from '../../messages/types.ts';
import type { TextOptions } from './message-text.ts';
import type { Renderer, RendererOutput } from './renderer.ts';

/**
 * Prints at the end, through `transform`; the whole text when there is no fence, with a word about it on the other
 * stream. `endsLine` is that of renderText.
 */
export function renderCode(
  { answer, aside }: RendererOutput,
  { transform = (text) => text, endsLine }: Pick<TextOptions, 'transform' | 'endsLine'>,
): Renderer {
  let hasWritten = false;
  return {
    push() {},
    end({ message }) {
      const text = textOf(message);
      const code = firstFence(text);
      if (code === undefined && text !== '') aside('msg: The answer has no code block; this is its text.\n');
      const output = transform(code ?? text);
      answer(endsLine && output !== '' && !output.endsWith('\n') ? `${output}\n` : output);
      hasWritten = true;
    },
    hasWritten: () => hasWritten,
  };
}

/** The text blocks of a message, joined. */
export const textOf = (message: Message): string =>
  message.content.map((block) => (isBlock(block, 'text') ? block.text : '')).join('');

/** The inside of the first fence; one that is never closed reaches to the end (CommonMark 4.5). */
function firstFence(text: string): string | undefined {
  const open = /^ {0,3}(`{3,}|~{3,})[^\n`]*\n/m.exec(text);
  if (open === null) return undefined;
  const [marker, fence = '```'] = open;
  const rest = text.slice(open.index + marker.length);
  const close = new RegExp(`^ {0,3}${fence[0]}{${fence.length},}[ \\t]*$`, 'm').exec(rest);
  return close === null ? rest : rest.slice(0, close.index);
}
