// The runner: probes once, skips with a reason, a crash is a result, one root cause.
import { describe, expect, it } from 'vitest';
import {
  type Check,
  degrade,
  fail,
  pass,
  remedy,
  type Stage,
  unknown,
  warn,
} from '../../src/doctor/engine/check.ts';
import type { Observe } from '../../src/doctor/engine/observations.ts';
import type { AnyProbe, DoctorContext, DoctorOptions, Probe } from '../../src/doctor/engine/probe.ts';
import { openLedger } from '../../src/doctor/engine/probe.ts';
import type { Confidence } from '../../src/doctor/engine/report.ts';
import { runChecks } from '../../src/doctor/engine/runner.ts';
import { rootCauseOf, verdictOf } from '../../src/doctor/engine/verdict.ts';
import { Secret } from '../../src/messages/secret.ts';
import { answered, noKey, setup } from './observations.ts';

const fix = remedy('Do it.');
const failing = (summary = 'broken', confidence: Confidence = 'certain') =>
  fail(summary, { owner: 'you', confidence, remedy: fix });

function check(
  id: string,
  group: Stage,
  judge: (observe: Observe) => ReturnType<Check['judge']>,
  more: Partial<Check> = {},
): Check {
  return { id, group, title: id, why: '', proof: '', cure: '', needs: [], judge, ...more };
}

const plainRun: DoctorOptions = {
  isFree: false,
  hasTools: false,
  isConformance: false,
  isAuthMatrix: false,
  hasSize: false,
  isSoak: false,
  isIdentity: false,
  contextTokens: null,
  via: null,
  request: null,
};

const context: DoctorContext = {
  setup: setup(),
  endpoint: null,
  model: null,
  transport: Object.assign(() => Promise.reject(new Error('no network here')), { close: async () => {} }),
  route: { proxy: null, authorities: [] },
  clock: { now: () => 0, wallTime: () => 0, sleep: async () => {} },
  watchStalls: () => () => [],
  random: () => 0,
  signal: new AbortController().signal,
  timeoutMs: null,
  options: plainRun,
  ledger: openLedger(),
  onStep: () => undefined,
  onWait: () => undefined,
};

function keyless(make: Probe<'keyless'>['make'], when: Probe<'keyless'>['when'] = () => true): AnyProbe {
  return { id: 'keyless', label: 'K0', title: '', cost: 'free', needs: [], when, make };
}

const run = async (checks: readonly Check[], probes: readonly AnyProbe[] = []) => {
  const { results } = await runChecks(checks, probes, context);
  const verdict = verdictOf(results, checks);
  return {
    results,
    verdict,
    cause: rootCauseOf(results, checks, verdict)?.id ?? null,
    statuses: Object.fromEntries(results.map(({ id, status }) => [id, status])),
  };
};

describe('the runner', () => {
  it('judges once more at the end what grows with every answer, and tells none of its words before', async () => {
    const told: string[] = [];
    const { results } = await runChecks(
      [
        check('hops', 'edge', (observe) => pass(observe('keyless') === undefined ? 'none' : 'one'), {
          isRetold: true,
        }),
        check('later', 'url', () => pass(''), { needs: ['keyless'] }),
      ],
      [keyless(async () => noKey())],
      context,
      { onResult: ({ id, status, summary }) => told.push(`${id} ${status} ${summary}`) },
    );
    expect(results.map(({ id, summary }) => `${id} ${summary}`)).toEqual(['hops one', 'later ']);
    expect(told).toEqual(['hops pass ', 'later pass ']);
  });

  it('makes a probe once, however many checks need it, and not at all when none does', async () => {
    let made = 0;
    const probe = keyless(async () => {
      made += 1;
      return noKey();
    });
    await run([check('a', 'url', () => pass('')), check('b', 'url', () => pass(''))], [probe]);
    expect(made).toBe(0);
    await run(
      ['a', 'b'].map((id) => check(id, 'url', () => pass(''), { needs: ['keyless'] })),
      [probe],
    );
    expect(made).toBe(1);
  });

  it('skips with the reason of a probe that was not made', async () => {
    const { results } = await run(
      [check('a', 'url', () => pass(''), { needs: ['keyless'] })],
      [
        keyless(
          async () => noKey(),
          () => 'nobody asked',
        ),
      ],
    );
    expect(results[0]).toMatchObject({ status: 'skip', summary: 'not checked: nobody asked' });
  });

  it('blames the check that judges the answer in the way, also one that comes later', async () => {
    const limited = answered(429, '{"type":"error","error":{"type":"rate_limit_error","message":"slow"}}');
    const probes = [
      keyless(async () => limited),
      {
        ...keyless(
          async () => noKey(),
          () => ({ reason: 'K0 got 429', by: 'keyless' }),
        ),
        id: 'keyed',
      } as AnyProbe,
    ];
    const needing = check('needing', 'model', () => pass(''), { needs: ['keyless', 'keyed'] });
    const later = check('rate.limited', 'limits', () => warn('slow down', { owner: 'you', remedy: fix }));
    const open = check('open', 'edge', () => unknown('no Date'));
    const withOwner = await run([open, needing, later], probes);
    expect(withOwner.results.find(({ id }) => id === 'needing')?.blockedBy).toBe('rate.limited');
    // Not selected, so it cannot be to blame; nor is what could not be told somewhere else.
    const without = await run([open, needing], probes);
    const result = without.results.find(({ id }) => id === 'needing');
    expect(result).toMatchObject({ status: 'skip', summary: 'not checked: K0 got 429' });
    expect(result?.blockedBy).toBeUndefined();
  });

  it('blames nobody for what was not asked for, even beside a failure', async () => {
    const { results } = await run(
      [
        check('early', 'url', () => failing(), { blocks: 'nothing' }),
        check('tool', 'tools', () => pass(''), { needs: ['keyless'] }),
      ],
      [
        keyless(
          async () => noKey(),
          () => 'not asked for (--tools)',
        ),
      ],
    );
    expect(results[1]?.blockedBy).toBeUndefined();
  });

  it('turns a crash into a result and goes on', async () => {
    const { statuses, results, verdict } = await run([
      check('a', 'config', () => {
        throw new Error('oops sk-crash-canary-0123456789');
      }),
      check('b', 'url', () => pass('fine')),
    ]);
    expect(statuses).toEqual({ a: 'crashed', b: 'pass' });
    expect(verdict).toBe('healthy');
    expect(results[0]?.summary).toMatch(/oops/);
    expect(results[0]?.summary).not.toContain('crash-canary');
  });

  it('turns a probe that throws into a reason', async () => {
    const { results } = await run(
      [check('a', 'url', () => pass(''), { needs: ['keyless'] })],
      [
        keyless(async () => {
          throw new Error('broken probe');
        }),
      ],
    );
    expect(results[0]).toMatchObject({ status: 'skip', summary: expect.stringContaining('broken probe') });
  });

  it('is not healthy when the measurement of a catch-all failed, or the catch-all itself', async () => {
    const broken = keyless(async () => {
      throw new Error('broken probe');
    });
    const gate = check('gate', 'url', () => pass(''), { needs: ['keyless'], isGate: true });
    expect((await run([gate, check('fine', 'config', () => pass('yes'))], [broken])).verdict).toBe(
      'undetermined',
    );
    const crashing = check(
      'gate',
      'url',
      () => {
        throw new Error('oops');
      },
      { isGate: true },
    );
    expect((await run([crashing, check('fine', 'config', () => pass('yes'))])).verdict).toBe('undetermined');
  });

  it('skips later stages because of a failure, and names it', async () => {
    const { results } = await run([
      check('late', 'auth', () => pass('')),
      check('early', 'network', () => failing()),
    ]);
    expect(results.map(({ id }) => id)).toEqual(['early', 'late']);
    expect(results[1]).toMatchObject({ status: 'skip', blockedBy: 'early' });
  });

  it('lets the catch-all of a stage rest when a telling check failed in it', async () => {
    const { statuses, cause } = await run([
      check('gate', 'url', () => failing(), { isGate: true }),
      check('telling', 'url', () => failing()),
    ]);
    expect(statuses).toEqual({ telling: 'fail', gate: 'skip' });
    expect(cause).toBe('telling');
  });

  it('judges stages before the one a failure blocks', async () => {
    const { statuses } = await run([
      check('key', 'config', () => failing(), { blocks: 'auth' }),
      check('net', 'network', () => pass('')),
      check('auth', 'auth', () => pass('')),
    ]);
    expect(statuses).toEqual({ key: 'fail', net: 'pass', auth: 'skip' });
  });

  it('leaves at once when interrupted, whatever a probe waits for', async () => {
    const abort = new AbortController();
    const hanging = keyless(() => new Promise(() => {}));
    const running = runChecks([check('a', 'url', () => pass(''), { needs: ['keyless'] })], [hanging], {
      ...context,
      signal: abort.signal,
    });
    abort.abort(new Error('Ctrl-C'));
    await expect(running).rejects.toThrow('Ctrl-C');
  });

  it('redacts whatever a check says', async () => {
    const key = new Secret('sk-canary-55aa55aa55aa55aa').toString();
    const { results } = await run([check('a', 'url', () => failing('sk-canary-55aa55aa55aa55aa'))]);
    expect(results[0]?.summary).toBe(key);
  });
});

describe('the root cause', () => {
  it('is the earliest failure', async () => {
    expect(
      (
        await run([
          check('b', 'url', () => failing(), { blocks: 'nothing' }),
          check('a', 'network', () => failing(), { blocks: 'nothing' }),
        ])
      ).cause,
    ).toBe('a');
  });

  it('is the surest of a stage', async () => {
    const { cause, results } = await run([
      check('maybe', 'auth', () => failing('', 'likely')),
      check('sure', 'auth', () => failing()),
      check('after', 'model', () => pass('')),
    ]);
    expect(cause).toBe('sure');
    expect(results[2]?.blockedBy).toBe('sure');
  });

  it('is not a missing key when the host is down', async () => {
    expect(
      (
        await run([
          check('key', 'config', () => failing(), { blocks: 'auth' }),
          check('net', 'network', () => failing()),
        ])
      ).cause,
    ).toBe('net');
  });

  it('is what stands in the way when nothing failed', async () => {
    const gate = check('gate', 'auth', () => unknown('could not tell', { owner: 'network', remedy: fix }), {
      isGate: true,
    });
    const limited = check('rate.limited', 'limits', () => warn('slow down', { owner: 'you', remedy: fix }));
    const other = check('env.conflict', 'config', () => warn('two keys', { owner: 'you', remedy: fix }));
    const { verdict, cause } = await run([gate, limited, other]);
    expect({ verdict, cause }).toEqual({ verdict: 'undetermined', cause: 'rate.limited' });
  });

  it('is what costs the most where all works, and the target is degraded', async () => {
    const held = check('sse.buffered', 'stream', () => degrade('held', { owner: 'proxy', remedy: fix }));
    const dear = check('usage.inflated', 'model', () => degrade('dear', { owner: 'gateway', remedy: fix }));
    const other = check('env.conflict', 'config', () => warn('two keys', { owner: 'you', remedy: fix }));
    expect(await run([other, dear, held])).toMatchObject({ verdict: 'degraded', cause: 'sse.buffered' });
    expect(await run([other, dear])).toMatchObject({ verdict: 'degraded', cause: 'usage.inflated' });
    const broken = check('sse.truncated', 'stream', () => failing());
    expect(await run([held, broken])).toMatchObject({ verdict: 'broken', cause: 'sse.truncated' });
  });

  it('is none when healthy, warnings or not', async () => {
    expect(await run([check('a', 'url', () => warn('hm', { owner: 'you', remedy: fix }))])).toMatchObject({
      verdict: 'healthy',
      cause: null,
    });
  });

  it('cannot be told when nothing was judged', async () => {
    expect((await run([])).verdict).toBe('undetermined');
  });
});
