// Real gateways in front of a provider whose faults are known: the doctor names each, and send ends as it should.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Owner, Verdict } from '../../src/doctor/engine/report.ts';
import type { Mock } from '../../src/mock/index.ts';
import { reportIn } from '../cli/report.ts';
import { runMsg } from '../cli/run-msg.ts';
import { exitCodes } from '../cli/truth/case.ts';
import { callerKey, claudeCodeRouter, type Gateway, liteLlm } from './gateways.ts';
import { startProvider } from './provider.ts';

type Truth = {
  readonly name: string;
  readonly model?: string;
  readonly path?: string;
  /** Default: the caller's; null: none, and `--auth none`. */
  readonly key?: string | null;
  /** Options of both commands. */
  readonly argv?: readonly string[];
  readonly verdict?: Verdict;
  /** Id of the root cause; several where chance in the gateway decides. */
  readonly cause: string | readonly string[];
  readonly owner: Owner;
  /** In the root cause. */
  readonly says?: RegExp;
  /** How `msg send` ends. */
  readonly sends: number;
};

const wrongKey: Truth = {
  name: "a wrong key of the caller's",
  key: 'sk-nobody-0123456789abcdef',
  cause: 'auth.invalid',
  owner: 'you',
  sends: 4,
};

/** What goes wrong behind a gateway is not hidden by either. `modelOf` is how a caller names what is there. */
const behind = (modelOf: (name: string) => string): Truth[] => [
  {
    name: 'too many requests, 429',
    model: modelOf('limited'),
    verdict: 'undetermined',
    cause: 'rate.limited',
    owner: 'gateway',
    sends: 6,
  },
  {
    name: 'an overloaded provider, 529 (500 from LiteLLM)',
    model: modelOf('overloaded'),
    verdict: 'undetermined',
    cause: 'up.5xx',
    owner: 'provider',
    says: /Overloaded/,
    sends: 6,
  },
  {
    name: 'a failing provider, 500',
    model: modelOf('failing'),
    cause: 'up.5xx',
    owner: 'gateway',
    says: /What is behind .* failed \(500\)/,
    sends: 7,
  },
  {
    name: "no credit on the gateway's account",
    model: modelOf('unpaid'),
    cause: 'bill.balance',
    owner: 'gateway',
    sends: 4,
  },
  {
    name: 'a model the provider has no more',
    model: modelOf('retired'),
    cause: 'model.not_found',
    owner: 'gateway',
    says: /unknown further up/,
    sends: 5,
  },
  {
    name: 'a provider that refuses to stream',
    model: modelOf('whole-only'),
    cause: 'sse.answers',
    owner: 'gateway',
    says: /--no-stream/,
    sends: 5,
  },
  {
    name: 'a provider that never answers',
    model: modelOf('silent'),
    // The gateway itself takes less for everything else, on a busy machine too.
    argv: ['--idle-timeout', '15'],
    cause: 'up.offline',
    owner: 'gateway',
    says: /what is behind it is offline, busy or hangs/,
    sends: 8,
  },
];

const mistakes = (wrongKeyModel: string, downModel: string): Truth[] => [
  {
    name: "a wrong key of the gateway's",
    model: wrongKeyModel,
    cause: 'auth.path_prefix',
    owner: 'gateway',
    says: /its own key was refused further up/,
    sends: 4,
  },
  {
    name: 'a provider that is down',
    model: downModel,
    cause: 'up.5xx',
    owner: 'gateway',
    says: /does not reach what is behind it/,
    sends: 7,
  },
];

type Case = {
  readonly gateway: Gateway;
  readonly healthy: readonly string[];
  /** Whether it answers {} by the model it fills in: nobody's --free is free there, and the report says so. */
  readonly fillsInModel: boolean;
  /** Exit code of `msg models`. */
  readonly models: number;
  readonly truths: readonly Truth[];
};

const cases: readonly Case[] = [
  {
    gateway: liteLlm,
    healthy: ['good'],
    fillsInModel: false,
    models: 0,
    truths: [
      { ...wrongKey, says: /takes its master key only/ },
      {
        // It judges no request without a key when its database client is not installed: it fails over each.
        name: 'no key',
        key: null,
        cause: 'auth.missing',
        owner: 'you',
        says: /fails over every request without a key, and refuses a made-up one.*read -rs API_KEY/,
        sends: 7,
      },
      {
        name: 'an unknown model',
        model: 'nosuch',
        cause: 'model.not_found',
        owner: 'you',
        says: /msg models/,
        sends: 5,
      },
      {
        name: 'a wrong path',
        path: '/api/anthropic',
        cause: 'url.subpath_missing',
        owner: 'you',
        says: /Set base to http:\/\/127\.0\.0\.1:\d+ /,
        sends: 5,
      },
      {
        name: 'a wrong path and no key',
        path: '/api/anthropic',
        key: null,
        cause: 'url.subpath_missing',
        owner: 'you',
        sends: 5,
      },
      {
        name: "OpenAI's endpoint",
        path: '/v1/chat/completions',
        cause: 'url.full_endpoint',
        owner: 'you',
        sends: 5,
      },
      ...mistakes('wrong-key', 'down'),
      ...behind((name) => name),
      {
        // It tells the cut: as an event, or with 500 for all of it when the cut overtakes what it has not read yet.
        name: 'a stream that is cut',
        model: 'cut',
        cause: ['sse.error_event', 'up.failover_stream'],
        owner: 'gateway',
        says: /Response payload is not completed/,
        sends: 7,
      },
    ],
  },
  {
    gateway: claudeCodeRouter,
    healthy: ['chat,good', 'native,good'],
    fillsInModel: true,
    models: 5,
    truths: [
      wrongKey,
      { name: 'no key', key: null, cause: 'auth.missing', owner: 'you', sends: 4 },
      { name: 'an unknown provider', model: 'nosuch,good', cause: 'model.not_found', owner: 'you', sends: 5 },
      // The gateway takes any name, the provider does not.
      {
        name: 'an unknown model',
        model: 'chat,nosuch',
        cause: 'model.not_found',
        owner: 'gateway',
        sends: 5,
      },
      {
        name: 'a wrong path',
        path: '/api/anthropic',
        cause: 'url.route',
        owner: 'you',
        says: /Try http:\/\/127\.0\.0\.1:\d+, or/,
        sends: 5,
      },
      {
        name: "OpenAI's endpoint",
        path: '/v1/chat/completions',
        cause: 'url.route',
        owner: 'you',
        says: /ends in \/chat\/completions, the OpenAI endpoint/,
        sends: 5,
      },
      ...mistakes('wrong-key,good', 'down,good'),
      ...behind((name) => `chat,${name}`),
      {
        name: 'a stream that is cut',
        model: 'chat,cut',
        cause: 'sse.truncated',
        owner: 'gateway',
        sends: 9,
      },
      ...behind((name) => `native,${name}`)
        .filter(({ model }) => model !== 'native,silent')
        .map((truth) => ({ ...truth, name: `${truth.name}, relayed as it is` })),
    ],
  },
];

// One after the other: a gateway that is asked everything at once holds its streams, and that is told of it.
describe.each(cases)('$gateway.name', ({ gateway, healthy, fillsInModel, models, truths }) => {
  test.skipIf(!gateway.isInstalled && process.env['CI'] !== 'true')(`is installed (${gateway.source})`, () =>
    expect(gateway.isInstalled).toBe(true),
  );

  describe.skipIf(!gateway.isInstalled)('in front of a provider', () => {
    let provider: Mock;
    let running: Awaited<ReturnType<Gateway['start']>> | undefined;
    beforeAll(async () => {
      provider = await startProvider();
      running = await gateway.start(provider.port);
    });
    afterAll(async () => {
      await running?.stop();
      await provider?.close();
    });

    type Target = Pick<Truth, 'model' | 'path' | 'key'>;
    const msg = (argv: readonly string[], { model, path = '', key = callerKey }: Target = {}) =>
      runMsg(argv, {
        on: provider,
        env: {
          MSG_BASE_URL: `${running?.url}${path}`,
          MSG_MODEL: model ?? healthy[0],
          ...(key === null ? { MSG_AUTH: 'none' } : { MSG_API_KEY: key }),
        },
      });

    const diagnose = async (target: Target, ...argv: readonly string[]) => {
      const run = await msg(['doctor', '--json', '--yes', ...argv], target);
      return { code: run.code, report: reportIn(run.stdout) };
    };

    test.each(healthy)('is healthy with %s', async (model) => {
      const { code, report } = await diagnose({ model });
      const fails = report.checks.filter(({ status }) => ['fail', 'warn', 'crashed'].includes(status));
      expect({ code, verdict: report.verdict, fails }).toEqual({ code: 0, verdict: 'healthy', fails: [] });
    });

    test.each(healthy)('answers %s, whole and as a stream', async (model) => {
      for (const argv of [
        ['send', 'hi'],
        ['send', 'hi', '--no-stream'],
      ])
        expect(await msg(argv, { model })).toMatchObject({ code: 0, stdout: expect.stringMatching(/\S/) });
    });

    test('is asked for no token with --free, and if {} cost some all the same, the report says so', async () => {
      const { code, stdout } = await msg(['doctor', '--free', '--format', 'text']);
      expect({ code, stdout }).toEqual({
        code: 0,
        stdout: expect.stringMatching(/no answer was asked for/),
      });
      expect(/yet an empty request was answered, and cost tokens/.test(stdout.replace(/\s+/g, ' '))).toBe(
        fillsInModel,
      );
    });

    test('lists models if it has a list, and counts tokens', async () => {
      expect((await msg(['models'])).code).toBe(models);
      const count = await msg(['send', '--count', 'hello']);
      expect({ code: count.code, isCount: Number(count.stdout) > 0 }).toEqual({ code: 0, isCount: true });
    });

    test.each(['/v1', '/v1/v1', '/v1/messages'])('works from %s', async (path) => {
      expect((await msg(['send', 'hi'], { path })).code).toBe(0);
      const { code, report } = await diagnose({ path }, '--free');
      expect({ code, cause: report.rootCause?.id ?? null }).toEqual({ code: 0, cause: null });
    });

    test.each(truths.map((truth) => [truth.name, truth] as const))('%s', async (_name, truth) => {
      const { argv = [], verdict = 'broken', cause, owner, says = /./, sends } = truth;
      const { code, report } = await diagnose(truth, ...argv);
      const root = report.rootCause;
      expect({ verdict: report.verdict, code, owner: root?.owner }, JSON.stringify(root)).toEqual({
        verdict,
        code: exitCodes[verdict],
        owner,
      });
      expect([cause].flat()).toContain(root?.id);
      expect(JSON.stringify(root)).toMatch(says);
      const sent = await msg(['send', 'hi', '--max-retries', '0', ...argv], truth);
      expect(sent.code, sent.stderr).toBe(sends);
      expect(JSON.stringify(report) + sent.stderr).not.toContain('0123456789abcdef');
    });
  });
});
