// The contests and their figures, as data: who runs, what is compared, what it must and should be.
// Sources of the bounds: the speed sections of the requirements for send, doctor and chat.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { renderMegabyte, resumeLongSession } from './chat-work.ts';
import { type Command, runChild, type Sample } from './child.ts';
import type { Stage } from './stage.ts';
import { tapWork } from './tap-work.ts';
import { runOnTerminal, typeOnTerminal } from './terminal.ts';

export type Figure = {
  readonly title: string;
  /** Whose measure, e.g. `msg firstMs`; with `over`, divided by that one. */
  readonly of: string;
  readonly over?: string;
  readonly unit: 'x' | 'ms' | 'MB' | 'kB';
  readonly must?: number;
  readonly aim?: number;
};

export type Contest = {
  readonly name: string;
  /** By name; each is run once a round, in turn. */
  readonly players: Readonly<Record<string, (stage: Stage) => Promise<Sample>>>;
  readonly figures: readonly Figure[];
  /** Why it cannot be held here, if so. */
  readonly missing?: (stage: Stage) => string | undefined;
  /** One run says it all: nothing here is noisy. */
  readonly isExact?: boolean;
};

type Player = (stage: Stage) => Promise<Sample>;
const play =
  (command: (stage: Stage) => Command): Player =>
  (stage) =>
    runChild(command(stage));
const dropped =
  (command: (stage: Stage) => Command): Player =>
  (stage) =>
    runChild({ ...command(stage), stdout: 'drop' });
const memory =
  (answer: string, ...argv: string[]): Player =>
  (stage) =>
    runChild({ ...stage.withPeakMemory(stage.send(answer, ...argv)), stdout: 'drop' });

const emptyNode = play(({ node }) => node('-e', '0'));

/** `<123456>` in the text of a delta. */
const stamp = /<(\d+)>/g;

export const contests: readonly Contest[] = [
  {
    name: 'version',
    players: { msg: play(({ msg }) => msg('--version')), 'node -e 0': emptyNode },
    figures: [
      {
        title: 'msg --version / node -e 0',
        of: 'msg totalMs',
        over: 'node -e 0 totalMs',
        unit: 'x',
        must: 1.2,
        aim: 1.1,
      },
    ],
  },
  {
    name: 'help',
    players: { msg: play(({ msg }) => msg('--help')), 'node -e 0': emptyNode },
    figures: [
      {
        title: 'msg --help / node -e 0',
        of: 'msg totalMs',
        over: 'node -e 0 totalMs',
        unit: 'x',
        must: 1.75,
        aim: 1.3,
      },
    ],
  },
  {
    name: 'one-shot',
    players: {
      msg: play(({ send }) => send('answer/20')),
      'node:http': play(({ peer }) => peer('node-http.cjs', 'answer/20')),
      'SDK bundled': play(({ peer }) => peer('sdk.cjs', 'answer/20')),
      'SDK unbundled': play(({ peer }) => peer('sdk.mjs', 'answer/20')),
      curl: play(({ curl }) => curl('answer/20')),
    },
    figures: [
      {
        title: 'first text / node:http script',
        of: 'msg firstMs',
        over: 'node:http firstMs',
        unit: 'x',
        must: 1.9,
        aim: 1.35,
      },
      {
        title: 'first text / SDK script, bundled',
        of: 'msg firstMs',
        over: 'SDK bundled firstMs',
        unit: 'x',
        must: 0.6,
        aim: 0.5,
      },
      {
        title: 'first text / SDK script, unbundled',
        of: 'msg firstMs',
        over: 'SDK unbundled firstMs',
        unit: 'x',
        must: 0.3,
        aim: 0.22,
      },
      { title: 'first text / curl', of: 'msg firstMs', over: 'curl firstMs', unit: 'x' },
      {
        title: 'whole one-shot / node:http script',
        of: 'msg totalMs',
        over: 'node:http totalMs',
        unit: 'x',
        must: 1.4,
        aim: 1.2,
      },
    ],
  },
  {
    // msg does more here than the SDK: it also assembles, renders and writes the text, to /dev/null.
    name: 'no-output',
    players: {
      msg: dropped(({ send }) => send('megabytes/200')),
      SDK: dropped(({ peer, env }) => {
        const { argv, env: own } = peer('sdk.cjs', 'megabytes/200');
        return { argv, env: { ...env, ...own, BENCH_COUNT: '1' } };
      }),
      curl: dropped(({ curl }) => curl('megabytes/200')),
    },
    figures: [
      {
        title: '200 MB, no output / SDK raw iterator',
        of: 'msg totalMs',
        over: 'SDK totalMs',
        unit: 'x',
        must: 0.7,
        aim: 0.55,
      },
      { title: '200 MB, no output / curl', of: 'msg totalMs', over: 'curl totalMs', unit: 'x' },
    ],
  },
  {
    name: 'pipe',
    players: {
      msg: play(({ send }) => send('megabytes/100')),
      SDK: play(({ peer }) => peer('sdk.cjs', 'megabytes/100')),
    },
    figures: [
      {
        title: '100 MB to a pipe, text / SDK + stdout.write',
        of: 'msg totalMs',
        over: 'SDK totalMs',
        unit: 'x',
        must: 0.45,
        aim: 0.36,
      },
    ],
  },
  {
    name: 'memory',
    players: {
      'one-shot': memory('tokens/20'),
      '1,000 deltas': memory('tokens/1000'),
      '200 MB text': memory('megabytes/200'),
      '200 MB stream-json': memory('megabytes/200', '-o', 'stream-json'),
      '200 MB json': memory('megabytes/200', '-o', 'json'),
    },
    figures: [
      { title: 'peak memory, one-shot', of: 'one-shot peakMb', unit: 'MB', must: 55, aim: 50 },
      { title: 'peak memory, 1,000 deltas', of: '1,000 deltas peakMb', unit: 'MB', must: 70, aim: 63 },
      { title: 'peak memory, 200 MB text', of: '200 MB text peakMb', unit: 'MB', must: 120, aim: 100 },
      {
        title: 'peak memory, 200 MB stream-json',
        of: '200 MB stream-json peakMb',
        unit: 'MB',
        must: 120,
        aim: 100,
      },
      { title: 'peak memory, 200 MB json', of: '200 MB json peakMb', unit: 'MB', must: 120, aim: 100 },
    ],
  },
  {
    name: 'delay',
    players: {
      msg: play(({ send }) => ({ ...send('paced/2000'), stamp })),
      'node:http': play(({ peer }) => ({ ...peer('node-http.cjs', 'paced/2000'), stamp })),
      curl: play(({ curl }) => ({ ...curl('paced/2000'), stamp })),
    },
    figures: [
      { title: 'delay of one delta, p50', of: 'msg p50Ms', unit: 'ms', must: 0.15, aim: 0.1 },
      { title: 'delay of one delta, p99', of: 'msg p99Ms', unit: 'ms', must: 1.5, aim: 0.7 },
      { title: 'the same with curl -N, p50', of: 'curl p50Ms', unit: 'ms' },
      { title: 'the same with the node:http script, p99', of: 'node:http p99Ms', unit: 'ms' },
      { title: 'the same with curl -N, p99', of: 'curl p99Ms', unit: 'ms' },
    ],
  },
  {
    // Both with the roots they trust by default, as for any public endpoint: curl's bundle has our certificate
    // appended, msg is told not to mind it (-k), which changes nothing of what it loads.
    name: 'https',
    missing: ({ bundleWithCertificate }) =>
      bundleWithCertificate ? undefined : 'no CA bundle of the system found',
    players: {
      'msg --cacert': play(({ msg, certificate }) =>
        msg('send', '-P', 'https', 'hello', '--cacert', certificate),
      ),
      msg: play(({ msg }) => msg('send', '-P', 'https', 'hello', '-k', '-q')),
      curl: play(({ curl, httpsUrl, bundleWithCertificate = '' }) =>
        curl(`${httpsUrl}/tokens/20`, '--cacert', bundleWithCertificate),
      ),
    },
    figures: [
      {
        title: 'HTTPS first text / curl',
        of: 'msg firstMs',
        over: 'curl firstMs',
        unit: 'x',
        must: 3,
        aim: 2.4,
      },
      { title: 'the same with --cacert', of: 'msg --cacert firstMs', over: 'curl firstMs', unit: 'x' },
    ],
  },
  {
    name: 'package',
    isExact: true,
    players: { msg: async ({ root }) => ({ unpackedKb: unpackedKb(root) }) },
    figures: [{ title: 'package, unpacked', of: 'msg unpackedKb', unit: 'kB', must: 8_000 }],
  },
  {
    name: 'chat',
    players: {
      prompt: ({ root, msg }) => runOnTerminal(root, msg('chat', '-P', 'answer-20'), '▸'),
      'node -e 0': ({ root, node }) => runOnTerminal(root, node('-e', '0')),
      typing: ({ root, msg }) => typeOnTerminal(root, msg('chat', '-P', 'answer-20'), { from: '▸' }),
      // The tail ends with switching automatic wrapping on again.
      'typing ahead': ({ root, msg }) =>
        typeOnTerminal(root, msg('chat', '-P', 'speed-200', 'go'), { from: 'log', isBackBefore: '\x1b[?7h' }),
      'markdown once': ({ root, built, node, withPeakMemory }) =>
        runChild(withPeakMemory(node(join(built, 'render-once.mjs'), root))),
      session: resumeLongSession,
    },
    figures: [
      {
        title: 'msg chat to prompt / node -e 0',
        of: 'prompt shownMs',
        over: 'node -e 0 shownMs',
        unit: 'x',
        must: 2.2,
      },
      { title: 'keystroke echo in the prompt, p50', of: 'typing p50Ms', unit: 'ms' },
      { title: 'keystroke echo in the prompt, p99', of: 'typing p99Ms', unit: 'ms' },
      {
        title: 'keystroke echo while streaming 200 tokens/s, p50',
        of: 'typing ahead p50Ms',
        unit: 'ms',
      },
      {
        title: 'keystroke echo while streaming 200 tokens/s, p99',
        of: 'typing ahead p99Ms',
        unit: 'ms',
        must: 10,
      },
      {
        title: '1 MB of Markdown, process start and cold code included',
        of: 'markdown once totalMs',
        unit: 'ms',
      },
      { title: 'peak memory while rendering it', of: 'markdown once peakMb', unit: 'MB', must: 150 },
      { title: 'resume of 5,000 turns', of: 'session resumeMs', unit: 'ms', must: 300 },
    ],
  },
  {
    // By itself: a renderer that waits ten seconds between two answers is measured as a cold one.
    name: 'markdown',
    players: { markdown: renderMegabyte },
    figures: [{ title: '1 MB of Markdown rendered', of: 'markdown renderMs', unit: 'ms', must: 50 }],
  },
  {
    name: 'doctor',
    players: {
      doctor: (stage) => ownTime(stage, stage.msg('doctor', 'mock')),
      free: (stage) => ownTime(stage, stage.msg('doctor', 'mock', '--free')),
    },
    figures: [
      { title: 'doctor, healthy: our own time', of: 'doctor ownMs', unit: 'ms', must: 150 },
      { title: 'doctor --free on loopback', of: 'free totalMs', unit: 'ms', must: 400 },
    ],
  },
  {
    name: 'tap',
    players: { tap: tapWork },
    figures: [
      { title: 'tap: added to a delta, p50', of: 'tap addedP50Ms', unit: 'ms', must: 0.3 },
      { title: 'tap: added to a delta, p99', of: 'tap addedP99Ms', unit: 'ms', must: 2 },
      { title: 'tap: 200 MB by node:http / direct', of: 'tap slower', unit: 'x', must: 2 },
      // One that only reads is faster than the tap, which reads and writes: three processes on the cores of two.
      { title: 'tap: 200 MB by a socket / direct', of: 'tap rawSlower', unit: 'x', must: 4, aim: 2 },
      { title: 'tap: page has a verdict after', of: 'tap updateMs', unit: 'ms', must: 200 },
      // The beginning of a body is kept, 32 MB of it; how much heap that takes is the collector's affair.
      { title: 'tap: memory after 200 MB', of: 'tap grownMb', unit: 'MB', must: 100 },
      { title: 'tap: memory after 200 MB more', of: 'tap againMb', unit: 'MB', must: 100 },
    ],
  },
];

/** Own code and bundle, as `npm pack` would ship them. */
function unpackedKb(root: string): number {
  const listing = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return (JSON.parse(listing) as { unpackedSize: number }[])[0]!.unpackedSize / 1000;
}

/** The time of a whole run without what the endpoint took to answer. */
async function ownTime(stage: Stage, command: Command): Promise<Sample> {
  await stage.mockBusyMs();
  const sample = await runChild(command);
  const busyMs = await stage.mockBusyMs();
  return { ...sample, busyMs, ownMs: (sample['totalMs'] ?? 0) - busyMs };
}
