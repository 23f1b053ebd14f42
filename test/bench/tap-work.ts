// The tap against no tap: the same raw client reads the same answers directly and through `msg tap`, one after the other.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { performance } from 'node:perf_hooks';
import { quantile, runChild, type Sample } from './child.ts';
import type { Stage } from './stage.ts';

type Reading = { readonly totalMs: number; readonly p50Ms: number; readonly p99Ms: number };

const stamp = /<(\d+)>/g;

/** Asks once and reads to the last chunk; `isStamped`: its deltas say when they were sent. */
function read(base: string, answer: string, isStamped: boolean): Promise<Reading> {
  const { hostname, port } = new URL(base);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    const startedAt = performance.now();
    const delaysMs: number[] = [];
    let tail = '';
    socket.once('error', reject);
    socket.on('data', (chunk: Buffer) => {
      const atUs = Number(process.hrtime.bigint() / 1000n);
      if (isStamped)
        for (const [, sentAt] of chunk.toString('latin1').matchAll(stamp))
          delaysMs.push((atUs - Number(sentAt)) / 1000);
      tail = (tail + chunk.toString('latin1', Math.max(0, chunk.length - 8))).slice(-8);
      if (!tail.endsWith('\r\n0\r\n\r\n')) return;
      socket.destroy();
      delaysMs.sort((a, b) => a - b);
      resolve({
        totalMs: performance.now() - startedAt,
        p50Ms: quantile(delaysMs, 0.5),
        p99Ms: quantile(delaysMs, 0.99),
      });
    });
    const body = '{"model":"bench-model","max_tokens":1024,"stream":true,"messages":[]}';
    socket.write(
      `POST /${answer}/v1/messages HTTP/1.1\r\nHost: ${hostname}:${port}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
  });
}

type RunningTap = {
  readonly child: ChildProcess;
  readonly url: string;
  readonly pageUrl: string;
  /** Resolves once so many exchanges have been judged: until then the last one is still being worked at. */
  judged(count: number): Promise<void>;
};

/** A tap in front of the server. */
async function startTap({ url, msg }: Stage): Promise<RunningTap> {
  const { argv, env = {} } = msg('tap', url, '--port', '0', '--no-color');
  const [program = '', ...words] = argv;
  const child = spawn(program, words, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let text = '';
  const wait = <T>(find: () => T | undefined): Promise<T> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const found = find();
        if (found === undefined) return;
        child.stderr?.off('data', look);
        resolve(found);
      };
      child.stderr?.on('data', look);
      child.once('exit', () => reject(new Error(`msg tap ended: ${text}`)));
      look();
    });
  child.stderr?.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  const own = await wait(() => /listens on (\S+) and/.exec(text)?.[1]);
  const pageUrl = await wait(() => /^Page: (\S+)$/m.exec(text)?.[1]);
  return {
    child,
    url: own,
    pageUrl,
    judged: async (count) => {
      await wait(() => (text.includes(`  #${count}  `) ? true : undefined));
    },
  };
}

/** How long after the end of an answer the page has its verdict: the slowest of so many, in milliseconds. */
async function slowestUpdate({ url, pageUrl }: RunningTap, count: number): Promise<number> {
  const events = await new Promise<IncomingMessage>((resolve, reject) => {
    get(pageUrl.replace('/_msg/', '/_msg/events'), { agent: false }, resolve).on('error', reject);
  });
  let text = '';
  let told = (): void => {};
  events.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    told();
  });
  let slowestMs = 0;
  for (let turn = 0; turn < count; turn += 1) {
    text = '';
    await read(url, 'tokens/20', false);
    const endAt = performance.now();
    while (!/"verdict":\{[^\n]*\n\n/.test(text))
      await new Promise<void>((resolve) => {
        told = resolve;
      });
    slowestMs = Math.max(slowestMs, performance.now() - endAt);
  }
  events.destroy();
  return slowestMs;
}

/** Resident memory of a process in megabytes; not a number where the system does not tell. */
function residentMb(pid: number | undefined): number {
  try {
    return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
  } catch {
    return Number.NaN;
  }
}

/** 200 MB by the script over node:http, as a client that reads what it gets; milliseconds. */
async function readByClient(stage: Stage, base: string): Promise<number> {
  const { argv, env } = stage.peer('node-http.cjs', 'megabytes/200');
  const { totalMs } = await runChild({
    argv,
    env: { ...env, BENCH_URL: `${base}/megabytes/200` },
    stdout: 'drop',
  });
  return totalMs ?? Number.NaN;
}

const updates = 20;

/** What the tap adds to a delta, how fast it lets a large stream through, and what that costs it in memory. */
export async function tapWork(stage: Stage): Promise<Sample> {
  const tap = await startTap(stage);
  try {
    const updateMs = await slowestUpdate(tap, updates);
    const direct = await read(stage.url, 'paced/2000', true);
    const tapped = await read(tap.url, 'paced/2000', true);
    const rawDirect = await read(stage.url, 'megabytes/200', false);
    const rawTapped = await read(tap.url, 'megabytes/200', false);
    await tap.judged(updates + 2);
    const directLarge = await readByClient(stage, stage.url);
    const before = residentMb(tap.child.pid);
    const firstLarge = await readByClient(stage, tap.url);
    await tap.judged(updates + 3);
    const between = residentMb(tap.child.pid);
    await read(tap.url, 'megabytes/200', false);
    await tap.judged(updates + 4);
    return {
      updateMs,
      addedP50Ms: tapped.p50Ms - direct.p50Ms,
      addedP99Ms: tapped.p99Ms - direct.p99Ms,
      slower: firstLarge / directLarge,
      rawSlower: rawTapped.totalMs / rawDirect.totalMs,
      grownMb: between - before,
      againMb: residentMb(tap.child.pid) - between,
    };
  } finally {
    const ended = once(tap.child.removeAllListeners('exit'), 'exit');
    tap.child.kill('SIGTERM');
    await ended;
  }
}
