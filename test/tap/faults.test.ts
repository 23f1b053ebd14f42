// Faults that are put in on purpose: whom they meet, what they change, and who is said to have put them there.
import { afterEach, describe, expect, it } from 'vitest';
import { openSocket } from '../../src/http/socket.ts';
import { startMock, streamReply } from '../../src/mock/index.ts';
import { type FaultOptions, openFaults } from '../../src/tap/faults.ts';
import { pacedTime } from '../cli/paced-time.ts';
import { startTapSession, type TapSession } from './tap-session.ts';
import { clock } from './tapped.ts';

let tap: TapSession | undefined;
afterEach(() => tap?.close());

describe('faults', () => {
  it('meet the requests they were asked for, and no other', async () => {
    const faults = await openFaults({ fail: ['529@2', 'cut@3-4'] }, clock);
    tap = await startTapSession({ keepsRequests: true }, { faults });
    try {
      for (let count = 0; count < 5; count += 1) {
        await tap.ask({}, { path: '/v1/messages/count_tokens' });
        await tap.ask().catch(() => {});
      }
      const rows = (await tap.rows(10)).filter(({ path }) => path === '/v1/messages');
      expect(rows.map(({ status, fault, verdict }) => [status, fault, verdict?.id])).toEqual([
        [200, null, 'ok'],
        [529, '--fail overloaded-529', 'tap.fault'],
        [200, '--fail clean-eof', 'tap.fault'],
        [200, '--fail clean-eof', 'tap.fault'],
        [200, null, 'ok'],
      ]);
      expect(tap.mock.requests.filter(({ path }) => path === '/v1/messages')).toHaveLength(2);
    } finally {
      await faults.close();
    }
  });

  it('hold an answer in blocks, and lose nothing', async () => {
    const faults = await openFaults({ buffer: '1000@1' }, clock);
    tap = await startTapSession({ speed: 400 }, { faults });
    const held = await tap.ask();
    const plain = await tap.ask();
    const deltas = (text: string): number => text.split('content_block_delta').length;
    expect(deltas(held)).toBe(deltas(plain));
    await tap.rows(2);
    const { marks, wireBytes } = tap.session.journal.entries[0]!.response!.body;
    // Head and framing are in the blocks, too.
    for (const [, bytes] of marks) expect(bytes).toBeLessThanOrEqual(1000);
    expect(marks.length).toBeGreaterThanOrEqual(Math.floor(wireBytes / 1000));
    expect(marks.length).toBeLessThan(wireBytes / 500);
    await faults.close();
  });

  it('slow an answer down', async () => {
    const faults = await openFaults({ slow: '30@1' }, clock);
    tap = await startTapSession({ speed: 2000 }, { faults });
    await tap.ask();
    const [row] = await tap.rows(1);
    expect(row?.fault).toBe('--slow 30');
    const { marks } = tap.session.journal.entries[0]!.response!.body;
    const gaps = marks.slice(1).map(([at], index) => at - marks[index]![0]);
    expect(Math.min(...gaps)).toBeGreaterThan(20);
    await faults.close();
  });

  it.each([
    [{ fail: ['529'] }, {}, 'tap.fault', 'from elsewhere it would be up.5xx (provider)'],
    [{ fail: ['max-tokens'] }, {}, 'tap.fault', 'from elsewhere it would be answer.max_tokens (client)'],
    [
      { buffer: '4096' },
      { speed: 200, ttftMs: 50 },
      'tap.fault',
      'from elsewhere it would be sse.block (proxy)',
    ],
    // What has nothing to do with the pace of an answer is still what it is.
    [{ slow: '1' }, { scenarioName: 'overloaded-529' }, 'up.5xx', undefined],
    [{ slow: '1' }, {}, 'ok', undefined],
  ] as const)('%j is blamed on nobody else: %#', async (options, mock, id, evidence) => {
    const time = pacedTime();
    const faults = await openFaults(options as FaultOptions, clock);
    const isPaced = 'speed' in mock;
    tap = await startTapSession(isPaced ? { ...mock, timersFor: time.timersFor } : mock, {
      faults,
      ...(isPaced && { clock: { ...clock, now: time.now } }),
    });
    try {
      await tap.ask({ messages: [{ role: 'user', content: 'count from 1 to 400' }], max_tokens: 4000 });
      const [row] = await tap.rows(1);
      expect(row?.verdict?.id).toBe(id);
      if (evidence === undefined) return;
      expect(row?.verdict).toMatchObject({ severity: 'info', owner: 'you', commands: ['msg tap work'] });
      expect(row?.verdict?.summary).toMatch(/^msg tap put this in \(--(fail|buffer) \S+\): ./);
      expect(row?.verdict?.evidence).toContain(evidence);
    } finally {
      await faults.close();
    }
  });

  it('show what a client makes of them', async () => {
    const faults = await openFaults({ fail: ['529@all'] }, clock);
    tap = await startTapSession({}, { faults });
    try {
      for (let count = 0; count < 4; count += 1) await tap.ask();
      const last = (await tap.rows(4)).at(-1)?.verdict;
      expect([last?.id, last?.severity, last?.owner]).toEqual(['client.retry_storm', 'warn', 'you']);
      expect(last?.summary).toMatch(
        /^msg tap put this in \(--fail overloaded-529\): 4 tries of the same request/,
      );
    } finally {
      await faults.close();
    }
  });

  it('leave nothing to remember of an endpoint that did not answer', async () => {
    const marked = {
      system: [{ type: 'text', text: 'long', cache_control: { type: 'ephemeral' } }],
      messages: [{ role: 'user', content: 'hi' }],
    };
    const usage = { input_tokens: 2, output_tokens: 3, cache_creation_input_tokens: 9000 };
    const written = streamReply({ content: [{ type: 'text', text: 'hello' }], usage });
    const elsewhere = await startMock({ replies: [written] });
    tap = await startTapSession(
      { replies: [written] },
      {
        faults: {
          next: (route) =>
            tap?.session.journal.entries.length === 0
              ? {
                  ...route,
                  fault: '--fail honest',
                  way: 'elsewhere',
                  open: () => openSocket(new URL(elsewhere.url), { connectTimeoutMs: 600_000 }),
                }
              : route,
          close: async () => {},
        },
      },
    );
    try {
      await tap.ask(marked);
      await tap.ask(marked);
      // Otherwise the second would miss what the first wrote.
      expect((await tap.rows(2)).map(({ verdict }) => verdict?.id)).toEqual(['ok', 'ok']);
    } finally {
      await elsewhere.close();
    }
  });

  it.each([
    [{ fail: ['529@0'] }, '"529@0" says no request'],
    [{ fail: ['no-such-thing'] }, 'There is no scenario "no-such-thing"'],
    [{ slow: 'a bit' }, '--slow takes a whole number'],
    [{ buffer: '0' }, '--buffer takes a whole number'],
  ])('%j is refused', async (options, words) => {
    await expect(openFaults(options, clock)).rejects.toThrow(words);
  });
});
