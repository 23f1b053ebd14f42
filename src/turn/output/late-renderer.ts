// A renderer that is loaded while its answer is waited for: what is sent goes out first.
import type { ReceivedEvent } from '../../messages/events.ts';
import type { Renderer } from './renderer.ts';

/** Keeps what comes before `opening` resolves, and shows it then: `settled` is awaited between batches. */
export function lateRenderer(opening: Promise<Renderer>): Renderer {
  let renderer: Renderer | undefined;
  let early: ReceivedEvent[] = [];
  const open = async (): Promise<void> => {
    renderer = await opening;
    if (early.length > 0) renderer.push(early);
    early = [];
    await renderer.settled?.();
  };
  return {
    push(events) {
      if (renderer === undefined) early.push(...events);
      else renderer.push(events);
    },
    settled: () => (renderer === undefined ? open() : renderer.settled?.()),
    // Nothing to end where nothing came.
    end: (end) => renderer?.end(end),
    hasWritten: () => renderer?.hasWritten() ?? false,
  };
}
