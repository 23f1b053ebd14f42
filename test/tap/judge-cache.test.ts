// The prompt cache of an endpoint as the tap judges it: what was read, what could have been, and whose fault it is.
import { afterEach, describe, expect, it } from 'vitest';
import { gate, type MockOptions, streamReply } from '../../src/mock/index.ts';
import type { TapVerdict } from '../../src/tap/exchange.ts';
import { startTapSession, type TapSession } from './tap-session.ts';
import { clock } from './tapped.ts';

let tap: TapSession;
afterEach(() => tap.close());

const verdicts = async (count: number): Promise<readonly TapVerdict[]> =>
  (await tap.rows(count)).map(({ verdict }) => verdict!);

describe('a prompt that is marked for the cache', () => {
  const cached = (read: number, written: number): MockOptions['replies'] => [
    streamReply({
      content: [{ type: 'text', text: 'hello' }],
      usage: {
        input_tokens: 20,
        output_tokens: 3,
        cache_read_input_tokens: read,
        cache_creation_input_tokens: written,
      },
    }),
  ];
  const prompt = (date: string): object => ({
    system: [
      { type: 'text', text: 'You are a tool.' },
      { type: 'text', text: `Today is ${date}, and the rest is long.`, cache_control: { type: 'ephemeral' } },
    ],
  });

  it('a prompt cache that misses, and where the prefix first differs', async () => {
    tap = await startTapSession({ replies: [...cached(0, 9000)!, ...cached(0, 9000)!] });
    await tap.ask(prompt('10:31:07'));
    // The prompt before counts once its exchange is over for the tap, too.
    await verdicts(1);
    await tap.ask(prompt('10:31:09'));
    const [first, second] = await verdicts(2);
    expect(first?.id).toBe('ok');
    expect([second?.id, second?.severity, second?.owner]).toEqual(['cache.missed', 'warn', 'client']);
    expect(second?.summary).toMatch(/9000 tokens are paid anew.* #1 .*first in system\.1, at character \d+/);
    expect(second?.evidence).toEqual([
      expect.stringContaining('10:31:07'),
      expect.stringContaining('10:31:09'),
    ]);
  });

  it('a prompt cache that misses within the millisecond in which the prompt before ended', async () => {
    const now = (): number => performance.now() / 200;
    const slowClock = { ...clock, now, wallTime: () => Math.floor(1_700_000_000_000 + now()) };
    tap = await startTapSession(
      { replies: [...cached(0, 9000)!, ...cached(0, 9000)!] },
      { clock: slowClock },
    );
    await tap.ask(prompt('10:31:07'));
    await verdicts(1);
    await tap.ask(prompt('10:31:09'));
    expect((await verdicts(2)).map(({ id }) => id)).toEqual(['ok', 'cache.missed']);
  });

  const tool = (name: string): object => ({ name, input_schema: { type: 'object' } });
  const turns = (first: string): object => ({
    messages: [
      { role: 'user', content: first },
      { role: 'assistant', content: 'yes' },
      { role: 'user', content: [{ type: 'text', text: 'go on', cache_control: { type: 'ephemeral' } }] },
    ],
  });
  it.each([
    [
      'the tools come in another order',
      [
        { ...prompt('1'), tools: [tool('a'), tool('b')] },
        { ...prompt('1'), tools: [tool('b'), tool('a')] },
      ],
      'tools.0',
      /Keep the tools the same, in the same order/,
    ],
    ['the system prompt has a date', [prompt('1'), prompt('2')], 'system.1', /move what changes/],
    [
      'an earlier message was edited',
      [
        { system: 'Be brief.', ...turns('one') },
        { system: 'Be brief.', ...turns('two') },
      ],
      'messages.0.content.0',
      /Send earlier messages back as they were/,
    ],
  ] as const)('a prompt cache that misses: %s', async (_, [before, now], place, cure) => {
    tap = await startTapSession({ replies: [...cached(0, 9000)!, ...cached(0, 9000)!] });
    await tap.ask(before);
    // The prompt before counts once its exchange is over for the tap, too.
    await verdicts(1);
    await tap.ask(now);
    const [, second] = await verdicts(2);
    expect(second?.id).toBe('cache.missed');
    expect(second?.summary).toContain(`first in ${place},`);
    expect(second?.cure).toMatch(cure);
  });

  const mark = { cache_control: { type: 'ephemeral' } };
  const words = (text: string, more: object = {}): object => ({ type: 'text', text, ...more });
  const system = [words('You are a tool. '.repeat(80), mark)];
  const asked = (text: string, more: object = {}): object => ({ role: 'user', content: [words(text, more)] });
  const reply = { role: 'assistant', content: 'yes' };
  const texts = (count: number): object[] => Array.from({ length: count }, (_, at) => words(`part ${at}`));
  /** What one request read and wrote, and the next one. */
  type Usage = readonly [read: number, written: number];
  it.each<[string, readonly object[], readonly Usage[], string, RegExp]>([
    [
      'another conversation that reads what both begin with',
      [
        { system, messages: [asked('first '.repeat(2000), mark)] },
        { system, messages: [asked('other', mark)] },
      ],
      [
        [0, 9000],
        [1300, 200],
      ],
      'ok',
      /^$/,
    ],
    [
      'another prompt that is asked the same',
      [
        { system: [words('You are a poet. '.repeat(80), mark)], messages: [asked('hello')] },
        { system: [words('Grade what follows. '.repeat(80), mark)], messages: [asked('hello')] },
      ],
      [
        [0, 9000],
        [0, 9000],
      ],
      'ok',
      /^$/,
    ],
    [
      'one of several conversations that goes on',
      [
        { system, messages: [asked('first', mark)] },
        { system, messages: [asked('second '.repeat(3000), mark)] },
        { system, messages: [asked('first'), reply, asked('go on', mark)] },
      ],
      [
        [0, 2000],
        [1900, 30_000],
        [2000, 100],
      ],
      'ok',
      /^$/,
    ],
    [
      'the only mark stands behind what changes',
      [
        { system: 'Be brief. '.repeat(80), cache_control: { type: 'ephemeral' }, messages: [asked('one')] },
        { system: 'Be brief. '.repeat(80), cache_control: { type: 'ephemeral' }, messages: [asked('two')] },
      ],
      [
        [0, 9000],
        [0, 9000],
      ],
      'cache.missed',
      /first in messages\.0\.content\.0/,
    ],
    [
      'a date within one long system prompt',
      [
        { system: [words(`${'a'.repeat(900)} 10:31`, mark)], messages: [asked('one')] },
        { system: [words(`${'a'.repeat(900)} 10:32`, mark)], messages: [asked('two')] },
      ],
      [
        [0, 9000],
        [0, 9000],
      ],
      'cache.missed',
      /first in system\.0, at character 9\d\d/,
    ],
    [
      'thinking is switched off in between',
      [
        {
          system: 'Be brief.',
          thinking: { type: 'enabled', budget_tokens: 1024 },
          messages: [asked('one', mark)],
        },
        { system: 'Be brief.', messages: [asked('one'), reply, asked('two', mark)] },
      ],
      [
        [0, 9000],
        [0, 9100],
      ],
      'cache.missed',
      /not read: .* as thinking is another one than in #1/,
    ],
    [
      'the mark before is too far back',
      [
        { messages: [{ role: 'user', content: [words('one', mark)] }] },
        { messages: [{ role: 'user', content: [words('one'), ...texts(19), words('two', mark)] }] },
      ],
      [
        [0, 9000],
        [0, 9100],
      ],
      'cache.out_of_reach',
      /20 blocks or more before/,
    ],
    [
      'the mark before is within reach',
      [
        { messages: [{ role: 'user', content: [words('one', mark)] }] },
        { messages: [{ role: 'user', content: [words('one'), ...texts(18), words('two', mark)] }] },
      ],
      [
        [0, 9000],
        [0, 9100],
      ],
      'cache.unread',
      /although the prefix is that of #1/,
    ],
  ])('a prompt cache: %s', async (_, bodies, usages, id, summary) => {
    tap = await startTapSession({ replies: usages.flatMap(([read, written]) => cached(read, written)!) });
    for (const [index, one] of bodies.entries()) {
      await tap.ask(one);
      await verdicts(index + 1);
    }
    const last = (await verdicts(bodies.length)).at(-1);
    expect(last?.id).toBe(id);
    expect(last?.summary).toMatch(summary);
    if (id !== 'ok') expect(last?.owner).toBe(id === 'cache.unread' ? 'gateway' : 'client');
  });

  it.each([
    ['lives five minutes from the start of the request that wrote it', 4 * 60_000, 30_000, 'cache.unread'],
    ['is over then, however late that one ended', 4 * 60_000, 90_000, 'ok'],
  ])('a prompt cache %s', async (_, answerMs, pauseMs, id) => {
    let skippedMs = 0;
    const now = (): number => performance.now() + skippedMs;
    tap = await startTapSession(
      { replies: [[gate('thought'), ...cached(0, 9000)![0]!], ...cached(0, 9000)!] },
      { clock: { ...clock, now, wallTime: () => Math.floor(1_700_000_000_000 + now()) } },
    );
    const first = tap.ask(prompt('10:31:07'));
    await tap.mock.reached('thought');
    skippedMs = answerMs;
    tap.mock.open('thought');
    await first;
    await verdicts(1);
    skippedMs += pauseMs;
    await tap.ask(prompt('10:31:07'));
    expect((await verdicts(2))[1]?.id).toBe(id);
  });

  it('a prompt cache that is not read although the prefix is the same', async () => {
    tap = await startTapSession({ replies: [...cached(0, 9000)!, ...cached(0, 9000)!, ...cached(9000, 0)!] });
    await tap.ask(prompt('10:31:07'));
    await verdicts(1);
    await tap.ask(prompt('10:31:07'));
    await verdicts(2);
    await tap.ask(prompt('10:31:07'));
    expect((await verdicts(3)).map(({ id }) => id)).toEqual(['ok', 'cache.unread', 'ok']);
  });

  it('a mark for the cache that nobody heeds', async () => {
    tap = await startTapSession({
      replies: [
        streamReply({
          content: [{ type: 'text', text: 'hello' }],
          usage: { input_tokens: 20_000, output_tokens: 3 },
        }),
      ],
    });
    await tap.ask(prompt('10:31:07'));
    expect((await verdicts(1))[0]?.id).toBe('cache.ignored');
  });
});
