// Runs files of tests and keeps what came of each test.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { runProgram } from './run-program.ts';

export type TestRun = {
  /** From the root of the repository. */
  readonly file: string;
  readonly title: string;
  readonly status: 'passed' | 'failed' | 'skipped';
  readonly durationMs: number;
};

type Report = {
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly {
      readonly title: string;
      readonly fullName: string;
      readonly status: string;
      readonly duration?: number;
    }[];
  }[];
};

/** `pattern` chooses tests by their names; those that do not match are left out. */
export async function runTests(
  root: string,
  files: readonly string[],
  { env = {}, pattern }: { readonly env?: Readonly<Record<string, string>>; readonly pattern?: string } = {},
): Promise<TestRun[]> {
  const folder = mkdtempSync(join(tmpdir(), 'msg-proof-'));
  const outputFile = join(folder, 'report.json');
  try {
    const { stderr } = await runProgram(
      [
        process.execPath,
        join(root, 'node_modules/vitest/vitest.mjs'),
        ...['run', ...files, '--reporter', 'json', '--outputFile', outputFile],
        ...(pattern === undefined ? [] : ['-t', pattern]),
      ],
      { env: { ...process.env, ...env }, cwd: root },
    );
    const report = readReport(outputFile);
    if (report === undefined) throw new Error(`the tests did not run: ${stderr.slice(-500)}`);
    return report.testResults.flatMap(({ name, assertionResults }) =>
      assertionResults.map(({ fullName, status, duration = 0 }) => ({
        file: relative(root, name).replaceAll('\\', '/'),
        title: fullName.trim(),
        status: status === 'passed' ? 'passed' : status === 'failed' ? 'failed' : 'skipped',
        durationMs: duration,
      })),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readReport(file: string): Report | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Report;
  } catch {
    return undefined;
  }
}
