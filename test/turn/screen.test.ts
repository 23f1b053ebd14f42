// Where a turn is written: back-pressure of both streams, lines beside the answer, and what draws.
import { describe, expect, it } from 'vitest';
import { type Context, systemContext } from '../../src/context.ts';
import type { Output } from '../../src/terminal/output/streams.ts';
import { openScreen, type ScreenOptions } from '../../src/turn/screen.ts';

/** A reader that is behind until it is told to catch up. */
function slowOutput(log: string[], name: string, isTTY: boolean): Output & { catchUp: () => void } {
  let catchUp = (): void => {};
  const write = (text: string): Promise<void> => {
    log.push(`${name} ${text}`);
    return new Promise((resolve) => {
      catchUp = resolve;
    });
  };
  return {
    isTTY,
    columns: () => 80,
    write,
    unguarded: (text) => write(`raw ${text}`),
    onClose: () => {},
    settled: async () => {},
    catchUp: () => catchUp(),
  };
}

async function open(options: Partial<ScreenOptions> = {}, isTTY = false) {
  const log: string[] = [];
  const stdout = slowOutput(log, 'out', isTTY);
  const stderr = slowOutput(log, 'err', isTTY);
  const system = systemContext('0.0.0-test');
  const context: Context = { ...system, streams: { ...system.streams, stdout, stderr } };
  const screen = await openScreen(context, { telling: 'nothing', canDraw: false, color: false, ...options });
  return { screen, log, stdout, stderr };
}

/** Whether a promise has resolved by the time everything that can go on has. */
async function isDone(promise: Promise<unknown>): Promise<boolean> {
  let done = false;
  void promise.then(() => {
    done = true;
  });
  await new Promise(setImmediate);
  return done;
}

describe('back-pressure', () => {
  it('waits for the readers of both streams', async () => {
    const { screen, stdout, stderr } = await open();
    screen.answer('text');
    screen.aside('thinking');
    const drained = screen.drained();
    expect(await isDone(drained)).toBe(false);
    stderr.catchUp();
    expect(await isDone(drained)).toBe(false);
    stdout.catchUp();
    expect(await isDone(drained)).toBe(true);
    expect(await isDone(screen.drained())).toBe(true);
  });

  it('a reader that stalls does not hold up who ends the turn, before or after', async () => {
    const { screen } = await open();
    const abort = new AbortController();
    screen.answer('text');
    const drained = screen.drained(abort.signal);
    expect(await isDone(drained)).toBe(false);
    abort.abort();
    expect(await isDone(drained)).toBe(true);
    screen.answer('more');
    expect(await isDone(screen.drained(abort.signal))).toBe(true);
  });
});

describe('what is written', () => {
  it('goes out as it is in a pipe', async () => {
    const { screen, log } = await open();
    screen.status.begin('waiting');
    screen.status.sees([{ event: { type: 'ping' } }]);
    screen.answer('half');
    screen.status.countDown(0);
    screen.line('a line');
    screen.status.showTypeAhead('next');
    screen.giveWay();
    screen.answer(' whole');
    screen.status.end();
    expect(log).toEqual(['out half', 'err a line\n', 'out  whole']);
  });

  it('a line on a terminal never stands behind half a line of the answer', async () => {
    const { screen, log } = await open({}, true);
    screen.line('first');
    screen.answer('half');
    screen.line('second');
    screen.line('third');
    expect(log).toEqual(['err first\n', 'out half', 'err \nsecond\n', 'err third\n']);
  });

  it('raw, only the answer passes by the guard', async () => {
    const { screen, log } = await open({ isRaw: true }, true);
    screen.answer('\x1b[2J');
    screen.aside('thinking');
    expect(log).toEqual(['out raw \x1b[2J', 'err thinking']);
  });

  it('where it can be drawn on, what is typed stands behind both streams and is lost on demand', async () => {
    const { screen, log } = await open({ canDraw: true }, true);
    screen.answer('half');
    screen.status.showTypeAhead('next');
    expect(log.at(-1)).toContain('next');
    screen.aside('x');
    // Erased and drawn again in the same write.
    expect(log.at(-1)).toMatch(/^err raw \x1b\[Jx.*next/);
    screen.giveWay();
    expect(log.at(-1)).toBe('out raw \x1b[J');
  });
});
