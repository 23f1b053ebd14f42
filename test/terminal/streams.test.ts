// stdin, stdout and stderr over Node's streams: who is behind is waited for, who has gone away is no error, a full disk is one.
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limits } from '../../src/http/limits.ts';
import { createInput, createOutput } from '../../src/terminal/output/streams.ts';

type Sink = Writable & { isTTY?: boolean; columns?: number };

/** A stream that keeps what is written; with `gate`, takes the next piece only when it is opened. */
function sink({ isGated = false, ...facts }: { isGated?: boolean; isTTY?: boolean; columns?: number } = {}) {
  const written: string[] = [];
  let take: (() => void) | undefined;
  const stream: Sink = Object.assign(
    new Writable({
      highWaterMark: 4,
      write(chunk, _encoding, done) {
        written.push(String(chunk));
        if (isGated) take = done;
        else done();
      },
    }),
    facts,
  );
  return { stream: stream as unknown as NodeJS.WriteStream, written, take: () => take?.() };
}

const errno = (code: string): Error => Object.assign(new Error(code), { code });

describe('an output', () => {
  it('is opened only when it is used', async () => {
    let openings = 0;
    const { stream, written } = sink();
    const output = createOutput(
      () => {
        openings += 1;
        return stream;
      },
      'stdout',
      () => false,
    );
    await output.settled();
    expect(openings).toBe(0);
    output.write('a');
    output.write('b');
    await output.settled();
    expect({ openings, written: written.join('') }).toEqual({ openings: 1, written: 'ab' });
  });

  it('makes wait while its reader is behind: one wait for however many writes', async () => {
    const { stream, take } = sink({ isGated: true });
    const output = createOutput(
      () => stream,
      'stdout',
      () => false,
    );
    const first = output.write('0123');
    expect(first).toBeInstanceOf(Promise);
    expect(output.write('4567')).toBe(first);
    let isOver = false;
    void first?.then(() => {
      isOver = true;
    });
    await new Promise(setImmediate);
    expect(isOver).toBe(false);
    take();
    await new Promise(setImmediate);
    take();
    await first;
  });

  it.each([
    ['on a terminal, what would be obeyed is shown', true, 'a\x1b[2Jb', /^a[^\x1b]+b$/],
    ['elsewhere the text goes out as it is', false, 'a\x1b[2Jb', /^a\x1b\[2Jb$/],
  ])('%s', async (_name, isTTY, text, shown) => {
    const { stream, written } = sink({ isTTY });
    const output = createOutput(
      () => stream,
      'stdout',
      () => false,
    );
    await output.write(text);
    await output.settled();
    expect(written.join('')).toMatch(shown);
    expect(output.isTTY).toBe(isTTY);
  });

  it.each([
    [120, 120],
    [0, 80],
    [undefined, 80],
  ])('of %s columns counts as one of %i', (columns, counted) => {
    const { stream } = sink(columns === undefined ? {} : { columns });
    expect(
      createOutput(
        () => stream,
        'stdout',
        () => false,
      ).columns(),
    ).toBe(counted);
  });

  it('whose reader has gone away ends quietly, and frees who waits for it', async () => {
    const { stream, written } = sink({ isGated: true });
    const output = createOutput(
      () => stream,
      'stdout',
      () => false,
    );
    let closings = 0;
    output.onClose(() => {
      closings += 1;
    });
    const waiting = output.write('0123456789');
    stream.destroy(errno('EPIPE'));
    await waiting;
    expect(closings).toBe(1);
    expect(output.write('more')).toBeUndefined();
    await output.settled();
    expect(written).toEqual(['0123456789']);
  });

  it('that cannot be written is an error, said at the end', async () => {
    const { stream } = sink();
    const output = createOutput(
      () => stream,
      'stderr',
      () => false,
    );
    output.write('a');
    stream.destroy(errno('ENOSPC'));
    await new Promise(setImmediate);
    await expect(output.settled()).rejects.toMatchObject({
      kind: 'config',
      message: 'Cannot write to stderr: no space left on the device.',
    });
  });
});

describe('an input', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'msg-streams-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const piped = (): { stream: PassThrough; input: ReturnType<typeof createInput> } => {
    const stream = new PassThrough();
    return { stream, input: createInput(-1, () => stream as unknown as NodeJS.ReadStream) };
  };

  it('from a file is read at once, without a stream', async () => {
    writeFileSync(join(folder, 'text'), 'hello');
    const descriptor = openSync(join(folder, 'text'), 'r');
    const input = createInput(descriptor, () => {
      throw new Error('nobody opens this');
    });
    expect(input.kind).toBe('file');
    expect(String(await input.readAll())).toBe('hello');
    closeSync(descriptor);
  });

  it('from /dev/null is empty, and no terminal', async () => {
    const descriptor = openSync('/dev/null', 'r');
    const input = createInput(descriptor, () => {
      throw new Error('nobody opens this');
    });
    expect(await input.readAll()).toHaveLength(0);
    expect(input.kind).not.toBe('terminal');
    closeSync(descriptor);
  });

  it('that is closed is none', () => {
    expect(piped().input.kind).toBe('none');
  });

  it('is read up to its end, however late that is', async () => {
    const { stream, input } = piped();
    const whole = input.readAll({ firstByteTimeoutMs: 60_000 });
    stream.write('one ');
    await new Promise(setImmediate);
    stream.end('two');
    expect(String(await whole)).toBe('one two');
  });

  it('without a first byte in time is left alone', async () => {
    const { stream, input } = piped();
    expect(await input.readAll({ firstByteTimeoutMs: 1 })).toBeUndefined();
    expect(stream.destroyed).toBe(true);
  });

  it('that breaks says so', async () => {
    const { stream, input } = piped();
    const whole = input.readAll({ firstByteTimeoutMs: 60_000 });
    stream.destroy(errno('EIO'));
    await expect(whole).rejects.toThrow('EIO');
  });

  it('larger than any endpoint takes is refused before it is read to its end', async () => {
    const { stream, input } = piped();
    const refused = expect(input.readAll()).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringContaining('stdin'),
    });
    const megabyte = Buffer.alloc(1024 * 1024);
    for (let read = 0; read <= limits.input && !stream.destroyed; read += megabyte.length) {
      if (!stream.write(megabyte)) await new Promise(setImmediate);
    }
    await refused;
    expect(stream.destroyed).toBe(true);
  });
});
