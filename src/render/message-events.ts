// stream-json: the provider's own events unmodified, one a line, then one line of ours.
import type { Renderer, RendererOutput } from './renderer.ts';

export function renderEvents({ answer }: RendererOutput): Renderer {
  let hasWritten = false;
  return {
    push(events) {
      let lines = '';
      // JSON over several `data:` lines is legal; joined by spaces it is the same JSON on one line.
      for (const { data } of events) if (data !== undefined) lines += `${data.replaceAll('\n', ' ')}\n`;
      if (lines === '') return;
      hasWritten = true;
      answer(lines);
    },
    end({ result, error }) {
      const line =
        error === undefined ? { type: 'msg.result', ...result } : { type: 'msg.error', ...error, ...result };
      answer(`${JSON.stringify(line)}\n`);
    },
    hasWritten: () => hasWritten,
  };
}
