// Plays the steps of one script onto one response. Time and gates come from the server as parameters.
import type { ServerResponse } from 'node:http';
import { type Outlet, openOutlet, type Stage } from './outlet.ts';
import { bytesOf, type Script } from './script.ts';

type Performance = Stage & {
  readonly response: ServerResponse;
  readonly outlet: Outlet;
  /** When the next byte is due. Pauses move it on, so that many short ones keep the right pace. */
  dueAt: number;
  isOver: boolean;
};

/** Plays `script` until it ends, the client leaves, or the server closes. */
export async function play(script: Script, response: ServerResponse, stage: Stage): Promise<void> {
  const outlet = openOutlet(response, stage);
  const show: Performance = { ...stage, response, outlet, dueAt: stage.timers.now(), isOver: false };
  await perform(script, show);
  if (!show.isOver && !stage.signal.aborted) await outlet.end();
}

async function perform(script: Script, show: Performance): Promise<void> {
  const { outlet, timers, signal, response } = show;
  for (const step of script) {
    if (show.isOver || signal.aborted) return;
    switch (step.step) {
      case 'head':
        await outlet.head(step);
        break;
      case 'event':
      case 'bytes':
        await outlet.write(bytesOf(step));
        break;
      case 'split':
        for (const piece of cut(Buffer.concat(step.steps.map(bytesOf)), step.at)) {
          await outlet.write(piece);
          await timers.turn();
        }
        break;
      case 'buffer':
        outlet.hold(step.until);
        break;
      case 'repeat':
        for (let time = 0; time < step.times && !show.isOver; time += 1) await perform(step.steps, show);
        break;
      case 'gate':
        await outlet.settle();
        await show.pass(step.name, signal);
        show.dueAt = timers.now();
        break;
      case 'pause': {
        show.dueAt += step.ms;
        const waitMs = show.dueAt - timers.now();
        if (waitMs > 0) await timers.sleep(waitMs, signal);
        break;
      }
      case 'reset':
        await outlet.settle();
        show.isOver = true;
        response.socket?.resetAndDestroy();
        break;
      case 'hangup':
        await outlet.settle();
        show.isOver = true;
        response.socket?.destroySoon();
        break;
      case 'end':
        show.isOver = true;
        await outlet.end();
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
