// The spinner: who sees it, when it comes, and that it is gone before anything is written.
import { describe, expect, it } from 'vitest';
import type { Context } from '../../src/context.ts';
import { end, errorReply, event, gate, head, type Script, streamReply } from '../../src/mock/index.ts';
import { type RunOptions, runMsg } from './run-msg.ts';

/** What happened on the terminal, in order: the spinner's doings, and what was written. */
async function watch(replies: readonly Script[], argv: readonly string[] = [], options: RunOptions = {}) {
  const written: string[] = [];
  let isSpinning = false;
  let hasSpun = (): void => {};
  const spun = new Promise<void>((resolve) => {
    hasSpun = resolve;
  });
  const adapt = (context: Context): Context => {
    const logged = (name: 'stdout' | 'stderr'): Context['streams']['stdout'] => {
      const output = context.streams[name];
      const log = (write: typeof output.write) => (text: string) => {
        written.push(isSpinning ? `${name} written beside the spinner: ${text}` : text);
        return write(text);
      };
      return { ...output, write: log(output.write), unguarded: log(output.unguarded) };
    };
    return {
      ...context,
      streams: { ...context.streams, stdout: logged('stdout'), stderr: logged('stderr') },
      // The delay before the spinner, and the wait before a retry, without their time.
      clock: {
        ...context.clock,
        async sleep(_ms, signal) {
          await new Promise(setImmediate);
          signal?.throwIfAborted();
        },
      },
      spinner: async () => () => {
        written.push('(spinner)');
        isSpinning = true;
        hasSpun();
        return {
          update() {},
          stop() {
            if (isSpinning) written.push('(gone)');
            isSpinning = false;
          },
        };
      },
    };
  };
  const run = await runMsg(['send', 'hi', ...argv], {
    mock: { replies },
    tty: true,
    adapt,
    async during({ mock }) {
      if (replies.flat().some((step) => step.step === 'gate')) {
        await spun;
        mock.open('text');
      }
    },
    ...options,
  });
  return { ...run, log: joined(written) };
}

/** Text that is written in pieces, as one: in how many it comes is a matter of pace. */
function joined(log: readonly string[]): string[] {
  const parts: string[] = [];
  for (const part of log) {
    const isMark = (text = '('): boolean => text.startsWith('(');
    if (isMark(part) || isMark(parts.at(-1))) parts.push(part);
    else parts.push(`${parts.pop()}${part}`);
  }
  return parts;
}

const start = event({ type: 'message_start', message: { id: 'm', content: [] } });
const block = (index: number, type: 'text' | 'thinking', words: string) => [
  event({ type: 'content_block_start', index, content_block: { type, [type]: '' } }),
  event({ type: 'content_block_delta', index, delta: { type: `${type}_delta`, [type]: words } }),
];
const over = [
  event({ type: 'message_delta', delta: { stop_reason: 'end_turn' } }),
  event({ type: 'message_stop' }),
  end,
];
const slow: Script = [gate('text'), head(), start, ...block(0, 'text', 'Hello'), ...over];

describe('the spinner', () => {
  it('spins while nothing comes, and is gone before the first text', async () => {
    expect((await watch([slow])).log).toEqual(['(spinner)', '(gone)', 'Hello\n']);
  });

  it('goes on while the model thinks unseen', async () => {
    const script = [
      head(),
      start,
      ...block(0, 'thinking', 'Hm'),
      gate('text'),
      ...block(1, 'text', 'Hello'),
      ...over,
    ];
    expect((await watch([script], ['-R'])).log).toEqual(['(spinner)', '(gone)', 'Hello\n']);
  });

  it('goes on until the end where the answer comes in one piece', async () => {
    const script = [head(), start, ...block(0, 'text', 'Hello'), gate('text'), ...over];
    for (const option of ['--json', '--extract-code'])
      expect((await watch([script], [option])).log.slice(0, 2)).toEqual(['(spinner)', '(gone)']);
  });

  it('makes room for the word about a retry, and comes again', async () => {
    const overloaded: Script = [gate('text'), ...errorReply(529, 'overloaded_error', 'Overloaded')];
    const { log } = await watch([overloaded, slow]);
    expect(log.map((line) => (line.includes('Trying again') ? '(note)' : line)).slice(0, 4)).toEqual([
      '(spinner)',
      '(gone)',
      '(note)',
      '(spinner)',
    ]);
    expect(log.join()).not.toContain('beside the spinner');
  });

  it('is gone before an error', async () => {
    const { log } = await watch([[gate('text'), ...errorReply(401, 'authentication_error', 'no')]]);
    expect(log.slice(0, 2)).toEqual(['(spinner)', '(gone)']);
    expect(log[2]).toContain('401');
  });

  it.each<[string, string[], RunOptions]>([
    ['in a pipe', [], { tty: false }],
    ['with -q', ['-q'], {}],
    ['with -v', ['-v'], {}],
    ['in CI', [], { env: { MSG_BASE_URL: '{url}', MSG_API_KEY: 'k', MSG_MODEL: 'm', CI: 'true' } }],
    [
      'at a dumb terminal',
      [],
      { env: { MSG_BASE_URL: '{url}', MSG_API_KEY: 'k', MSG_MODEL: 'm', TERM: 'dumb' } },
    ],
  ])('does not come %s', async (_name, argv, options) => {
    const run = await watch([streamReply('Hello')], argv, options);
    expect(run).toMatchObject({ code: 0 });
    expect(run.log).not.toContain('(spinner)');
  });
});
