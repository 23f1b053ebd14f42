// stream-json: the provider's own events, one a line, then one line of ours. What the model wrote is not changed;
// a key that the server quotes elsewhere is hidden.
import type { ReceivedEvent } from '../../messages/events.ts';
import type { LastLine } from '../../messages/result.ts';
import { redact } from '../../messages/secret.ts';
import type { Renderer, RendererOutput } from './renderer.ts';

export function renderEvents({ answer }: RendererOutput): Renderer {
  let hasWritten = false;
  return {
    push(events) {
      let lines = '';
      for (const received of events) lines += lineOf(received);
      if (lines === '') return;
      hasWritten = true;
      answer(lines);
    },
    end({ result, error }) {
      const line: LastLine =
        error === undefined ? { type: 'msg.result', ...result } : { type: 'msg.error', ...error, ...result };
      answer(`${JSON.stringify(line)}\n`);
    },
    hasWritten: () => hasWritten,
  };
}

/** JSON over several `data:` lines is legal; joined by spaces it is the same JSON on one line. */
function lineOf({ event, data }: ReceivedEvent): string {
  if (data === undefined) return '';
  const line = data.replaceAll('\n', ' ');
  return `${event.type.startsWith('content_block_') ? line : redact(line)}\n`;
}
