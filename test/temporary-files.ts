// One folder for everything the tests put into the temporary directory; gone when they are over.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Runs once before all tests; what it returns, after them. */
export function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'msg-test-'));
  process.env['TMPDIR'] = folder;
  // The last processes may still be ending, and write there as they do: 20 tries are 20 s.
  return () => rmSync(folder, { recursive: true, force: true, maxRetries: 20 });
}
