// One folder for everything the tests put into the temporary directory; gone when they are over.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Runs once before all tests; what it returns, after them. */
export function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'msg-test-'));
  process.env['TMPDIR'] = folder;
  return () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}
