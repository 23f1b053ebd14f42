// The same broken answers for other programs: what does a script learn of them?
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scenarios } from '../../src/mock/scenarios.ts';
import { startMock } from '../../src/mock/server.ts';
import { startCutter } from './cutter.ts';
import { exchangeIn, type Framing } from './exchange.ts';
import { markdownTable, type Outcome, type Part, type Trial } from './part.ts';
import { type ProgramRun, runProgram } from './run-program.ts';

const key = 'sk-proof-0123456789abcdef';
const model = 'claude-sonnet-4-5';
const limitMs = 90_000;

type Peer = {
  readonly name: string;
  /** How it is asked for its version; it is installed when that works. */
  readonly version: readonly string[];
  /** A streamed answer to "hello"; `home` is an empty directory. */
  readonly command: (url: string, home: string) => readonly string[];
  readonly env?: (url: string, home: string) => Readonly<Record<string, string>>;
};

const peersBeside: readonly Peer[] = [
  {
    name: 'curl',
    version: ['curl', '--version'],
    command: (url) => [
      ...['curl', '-sSN', '-H', 'content-type: application/json', '-H', `x-api-key: ${key}`],
      ...[
        '-d',
        JSON.stringify({
          model,
          max_tokens: 100,
          stream: true,
          messages: [{ role: 'user', content: 'hello' }],
        }),
      ],
      `${url}/v1/messages`,
    ],
  },
  {
    // With its plugin llm-anthropic, which asks through the official SDK for Python.
    name: 'llm',
    version: ['llm', '--version'],
    command: () => ['llm', '-m', 'claude-sonnet-4.5', '--no-log', 'hello'],
    env: (url, home) => ({ ANTHROPIC_BASE_URL: url, ANTHROPIC_API_KEY: key, LLM_USER_PATH: home }),
  },
  {
    name: 'aichat',
    version: ['aichat', '--version'],
    command: () => ['aichat', 'hello'],
    env(url, home) {
      const client = {
        type: 'claude',
        api_base: `${url}/v1`,
        api_key: key,
        models: [{ name: model, max_output_tokens: 100 }],
      };
      // JSON is YAML.
      writeFileSync(
        join(home, 'config.yaml'),
        JSON.stringify({ model: `claude:${model}`, save: false, clients: [client] }),
      );
      return { AICHAT_CONFIG_DIR: home };
    },
  },
  {
    name: 'ant',
    version: ['ant', '--version'],
    command: (url) => [
      ...[
        'ant',
        '--base-url',
        url,
        'messages',
        'create',
        '--model',
        model,
        '--max-tokens',
        '100',
        '--stream',
      ],
      ...['--message', '{role: user, content: hello}'],
    ],
    env: () => ({ ANTHROPIC_API_KEY: key }),
  },
  {
    name: 'claude -p',
    version: ['claude', '--version'],
    command: () => ['claude', '-p', 'hello', '--model', model],
    env: (url, home) => ({
      ANTHROPIC_BASE_URL: url,
      ANTHROPIC_API_KEY: key,
      CLAUDE_CONFIG_DIR: home,
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      CLAUDE_CODE_MAX_RETRIES: '1',
    }),
  },
];

const msg = (root: string): Peer => ({
  name: 'msg',
  version: [process.execPath, join(root, 'bin/msg.js'), '--version'],
  command: () => [process.execPath, join(root, 'bin/msg.js'), 'send', 'hello'],
  env: (url) => ({ MSG_BASE_URL: url, MSG_API_KEY: key, MSG_MODEL: model }),
});

export const peers: Part = {
  name: 'peers',
  title: 'Other programs',
  about:
    'The same answers, whole and broken, to msg and to other programs for the command line, each as it comes, streaming: exit ' +
    'code, and whether there is a word on stderr. An answer that broke off in the middle and ends with 0 and no word is ' +
    'taken by a script for a whole one. Who asks again gets the same answer again. Right or wrong is counted for msg.',
  run,
};

/** An answer in the middle of which something happens; `broken` is what a script has to learn of. */
type Fate = { readonly title: string; readonly isBroken: boolean; readonly url: string };

async function run(trial: Trial): Promise<Outcome> {
  const framings: readonly Framing[] = ['chunked', 'close'];
  const exchanges = framings.map((framing) => exchangeIn(framing, 3_000));
  const cutter = await startCutter(exchanges);
  const scenario = scenarios.find(({ name }) => name === 'overloaded-midstream');
  const overloaded = await startMock(scenario && { scenario });
  const home = mkdtempSync(join(tmpdir(), 'msg-proof-'));
  const cut = (index: number, ending: 'fin' | 'rst', share: number): string => {
    const exchange = exchanges[index] ?? exchangeIn('close', 3_000);
    return cutter.urlOf({ exchange, ending, offset: Math.floor(exchange.wire.length * share) });
  };
  const fates: readonly Fate[] = [
    { title: 'whole', isBroken: false, url: cut(0, 'fin', 1) },
    { title: 'ends in order in the middle, no length is told', isBroken: true, url: cut(1, 'fin', 0.6) },
    { title: 'ends in order in the middle of its chunks', isBroken: true, url: cut(0, 'fin', 0.6) },
    { title: 'reset in the middle', isBroken: true, url: cut(0, 'rst', 0.6) },
    { title: 'error event in the middle', isBroken: true, url: overloaded.url },
  ];
  try {
    const columns: { readonly name: string; readonly cells: string[] }[] = [];
    const missing: string[] = [];
    let wrong = 0;
    for (const peer of [msg(trial.root), ...peersBeside]) {
      const version = await runProgram(peer.version, { env: process.env });
      if (version.code !== 0) {
        missing.push(peer.name);
        continue;
      }
      const cells: string[] = [];
      for (const fate of fates) {
        trial.progress(`${peer.name}: ${fate.title}`);
        const seen = await ask(peer, fate.url, home);
        if (peer.name === 'msg' && (seen.code === 0) === fate.isBroken) wrong += 1;
        cells.push(wordsFor(seen, fate));
        // Another version than is known here: what it says of the others would be nothing.
        if (peer.name !== 'msg' && !fate.isBroken && seen.code !== 0) break;
      }
      if (cells.length < fates.length) {
        missing.push(`${peer.name} (fails with a whole answer: ${cells[0]})`);
        continue;
      }
      columns.push({ name: `${peer.name} ${/\d+(\.\d+)+/.exec(version.stdout)?.[0] ?? ''}`.trim(), cells });
    }
    const others = columns.length - 1;
    return {
      result: `msg: ${fates.length} answers, ${wrong} wrong; ${others} other ${others === 1 ? 'program' : 'programs'} beside it`,
      wrong,
      details: [
        markdownTable(
          ['answer', ...columns.map(({ name }) => name)],
          fates.map(({ title }, row) => [title, ...columns.map(({ cells }) => cells[row] ?? '')]),
        ),
        ...(missing.length > 0
          ? [`Not installed where this ran, or not to be asked: ${missing.join(', ')}.`]
          : []),
      ].join('\n\n'),
    };
  } finally {
    cutter.close();
    await overloaded.close();
    rmSync(home, { recursive: true, force: true });
  }
}

function ask({ name, command, env }: Peer, url: string, home: string): Promise<ProgramRun> {
  const own = join(home, name.replaceAll(/\W/g, '-'));
  mkdirSync(own, { recursive: true });
  return runProgram(command(url, own), {
    env: {
      PATH: process.env['PATH'],
      HOME: own,
      LANG: 'C.UTF-8',
      ...env?.(url, own),
    },
    cwd: own,
    limitMs,
  });
}

function wordsFor({ code, stderr }: ProgramRun, { isBroken }: Fate): string {
  if (code === null) return `no end in ${limitMs / 1000} s`;
  const isSilent = stderr.trim() === '';
  if (isBroken && code === 0) return isSilent ? '0, **silent**' : '0, with a word';
  return `${code}`;
}
