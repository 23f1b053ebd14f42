// An answer that stops in its midst until a test opens a gate.
import { event, gate, type Script, streamReply } from '../src/mock/index.ts';

/** An answer in pieces; before each but the first it waits at the gate of that name. */
export function gatedReply(pieces: readonly string[], gateBefore: (index: number) => string): Script {
  const whole = streamReply(pieces.join(''));
  const isDelta = (step: Script[number]): boolean =>
    step.step === 'event' && (step.data as { type?: string }).type === 'content_block_delta';
  const delta = (text: string) =>
    event({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } });
  return [
    ...whole.slice(0, whole.findIndex(isDelta)),
    ...pieces.flatMap((text, index) => [...(index === 0 ? [] : [gate(gateBefore(index))]), delta(text)]),
    ...whole.slice(whole.findLastIndex(isDelta) + 1),
  ];
}

/** An answer that says `first`, waits at the gate "more", then says `rest`. */
export const paused = (first: string, rest: string): Script => gatedReply([first, rest], () => 'more');
