// Other versions of Node, as npm installs them: for the tests that depend on Node, and for the rehearsal of a release.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The versions `msg` is for. */
export const majors = ['20', '22', '24', '26'];

// What the npm package `node` installs, without the script it does that with.
const platform = process.platform === 'win32' ? 'win' : process.platform;
const prefix = process.platform === 'darwin' && process.arch === 'arm64' ? 'node-bin' : 'node';
const packageOf = (major) => `node${major}@npm:${prefix}-${platform}-${process.arch}@${major}`;

/**
 * Installs the newest Node of each major version into a temporary folder.
 *
 * @returns {{binOf: (major: string) => string, nodeOf: (major: string) => string, remove: () => void}} the folder and
 *   the program of a version, and how to be rid of them all.
 * @throws when npm cannot install them; npm has said why.
 */
export function installNodes(versions) {
  const folder = mkdtempSync(join(tmpdir(), 'msg-nodes-'));
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  const options = ['--no-save', '--no-audit', '--no-fund', '--loglevel=error'];
  // By its script where npm runs us: its command is no program on Windows.
  const { npm_execpath: script } = process.env;
  const [program, ...first] = script === undefined ? ['npm'] : [process.execPath, script];
  const words = ['install', '--prefix', folder, ...options, ...versions.map(packageOf)];
  const { status } = spawnSync(program, [...first, ...words], { stdio: 'inherit' });
  if (status !== 0) {
    remove();
    throw new Error(`Node ${versions.join(', ')} could not be installed.`);
  }
  const binOf = (major) => join(folder, 'node_modules', `node${major}`, 'bin');
  const nodeOf = (major) => join(binOf(major), process.platform === 'win32' ? 'node.exe' : 'node');
  return { binOf, nodeOf, remove };
}
