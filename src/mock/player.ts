// Plays the steps of one script onto one response. Time and gates come from the server as parameters.
import type { ServerResponse } from 'node:http';
import { openResponseWriter, type PlaybackContext, type ResponseWriter } from './response-writer.ts';
import { bytesOf, type Script } from './script.ts';

type Playback = PlaybackContext & {
  readonly response: ServerResponse;
  readonly writer: ResponseWriter;
  /** When the next byte is due. Pauses move it on, so that many short ones keep the right pace. */
  dueAt: number;
  isOver: boolean;
};

/** Plays `script` until it ends, the client leaves, or the server closes. */
export async function play(
  script: Script,
  response: ServerResponse,
  context: PlaybackContext,
): Promise<void> {
  const writer = openResponseWriter(response, context);
  const playback: Playback = { ...context, response, writer, dueAt: context.timers.now(), isOver: false };
  await playSteps(script, playback);
  if (!playback.isOver && !context.signal.aborted) await writer.end();
}

async function playSteps(script: Script, playback: Playback): Promise<void> {
  const { writer, timers, signal, response } = playback;
  for (const step of script) {
    if (playback.isOver || signal.aborted) return;
    switch (step.step) {
      case 'head':
        await writer.head(step);
        break;
      case 'event':
      case 'bytes':
        await writer.write(bytesOf(step));
        break;
      case 'split':
        for (const piece of cut(Buffer.concat(step.steps.map(bytesOf)), step.at)) {
          await writer.write(piece);
          await timers.turn();
        }
        break;
      case 'buffer':
        writer.hold(step.until);
        break;
      case 'repeat':
        for (let time = 0; time < step.times && !playback.isOver; time += 1)
          await playSteps(step.steps, playback);
        break;
      case 'gate':
        await writer.settle();
        await playback.pass(step.name, signal);
        playback.dueAt = timers.now();
        break;
      case 'pause': {
        playback.dueAt += step.ms;
        const waitMs = playback.dueAt - timers.now();
        if (waitMs > 0) await timers.sleep(waitMs, signal);
        break;
      }
      case 'reset':
        await writer.settle();
        playback.isOver = true;
        response.socket?.resetAndDestroy();
        break;
      case 'hangup':
        await writer.settle();
        playback.isOver = true;
        response.socket?.destroySoon();
        break;
      case 'end':
        playback.isOver = true;
        await writer.end();
        break;
      default:
        throw new Error(`unknown step ${JSON.stringify(step satisfies never)}`);
    }
  }
}

/** Cuts `whole` at the offsets (counted from its start), or into single bytes. */
function cut(whole: Buffer, at: 'every-byte' | readonly number[]): Buffer[] {
  const offsets = at === 'every-byte' ? Array.from(whole.keys()).slice(1) : at;
  const bounds = [0, ...offsets.filter((offset) => offset > 0 && offset < whole.length), whole.length];
  return bounds.slice(1).map((bound, index) => whole.subarray(bounds[index], bound));
}
