// One folder for everything the tests put into the temporary directory; gone when they are over.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Runs once before all tests; what it returns, after them. */
export function setup(): () => Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'msg-test-'));
  process.env['TMPDIR'] = folder;
  return () => remove(folder, 100);
}

/**
 * Processes that used it may still be ending, and write there as they do. `maxRetries` of rmSync does not help: it tries
 * the folder again, and leaves what came into it meanwhile.
 */
export async function remove(folder: string, tries: number): Promise<void> {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch (error) {
    if (tries === 0) throw error;
    await sleep(200);
    await remove(folder, tries - 1);
  }
}
