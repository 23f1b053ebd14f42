// Runs one program to its end and takes its measures.
import { spawn } from 'node:child_process';
import { performance } from 'node:perf_hooks';

export type Command = {
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** `drop` is /dev/null: whole process only. Default: a pipe that is drained. */
  readonly stdout?: 'drop';
  /** Regular expression around the moment a token was sent, in microseconds of the machine's clock. */
  readonly stamp?: RegExp;
};

/** Milliseconds and megabytes, by name. */
export type Sample = Readonly<Record<string, number>>;

const nowUs = (): number => Number(process.hrtime.bigint() / 1000n);

/** Rejects when the program fails: a benchmark of errors would look splendid. */
export function runChild({ argv, env = {}, stdout, stamp }: Command): Promise<Sample> {
  return new Promise((resolve, reject) => {
    const [program = '', ...args] = argv;
    const startedAt = performance.now();
    const child = spawn(program, args, {
      env,
      stdio: ['ignore', stdout === 'drop' ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    });
    let firstMs = Number.NaN;
    let complaint = '';
    let peakKb = '';
    let bytes = 0;
    const delaysMs: number[] = [];
    child.stdout?.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (Number.isNaN(firstMs)) firstMs = performance.now() - startedAt;
      if (stamp === undefined) return;
      const at = nowUs();
      for (const [, sentAt] of chunk.toString('latin1').matchAll(stamp))
        delaysMs.push((at - Number(sentAt)) / 1000);
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      complaint += chunk.toString();
    });
    child.stdio[3]?.on('data', (chunk: Buffer) => {
      peakKb += chunk.toString();
    });
    let totalMs = 0;
    child.on('exit', () => {
      totalMs = performance.now() - startedAt;
    });
    child.on('error', reject);
    child.on('close', (code) => {
      if (code !== 0) return reject(new Error(`${argv.join(' ')} ended with ${code}\n${complaint}`));
      delaysMs.sort((a, b) => a - b);
      resolve({
        firstMs,
        totalMs,
        bytes,
        ...(peakKb === '' ? {} : { peakMb: Number(peakKb) / 1024 }),
        ...(stamp === undefined
          ? {}
          : { p50Ms: quantile(delaysMs, 0.5), p99Ms: quantile(delaysMs, 0.99), deltas: delaysMs.length }),
      });
    });
  });
}

/** Of sorted values. */
export const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;

export const median = (values: readonly number[]): number =>
  quantile(
    [...values].sort((a, b) => a - b),
    0.5,
  );
