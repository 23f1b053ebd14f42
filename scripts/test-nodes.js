// `npm run test:nodes`: the tests that depend on Node, on every major version of Node that msg is for.
// Numbers among the arguments choose versions, `others` all but the one that runs this; the rest goes to vitest:
// `npm run test:nodes -- 26 test/http`.
import { spawnSync } from 'node:child_process';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installNodes, majors } from './nodes.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * What meets Node itself, and so may differ from version to version: sockets, TLS, streams, files, processes, readline,
 * Unicode, the words of errors; and the bundle as a process. The rest is our own arithmetic.
 */
const parts = [
  ...'chat/run http mock profiles tap terminal text'.split(' ').map((room) => `test/${room}/`),
  'test/doctor/reach.test.ts',
  ...['msg', 'proxies', 'warnings'].map((name) => `test/bin/${name}.test.ts`),
];
const slow = ['**/store-durability.test.ts', '**/keychain.test.ts'];

const words = process.argv.slice(2);
const own = process.versions.node.split('.')[0];
const others = words.includes('others') ? majors.filter((major) => major !== own) : [];
const chosen = [...others, ...words.filter((word) => majors.includes(word))];
const versions = chosen.length > 0 ? chosen : majors;
const filters = words.filter((word) => word !== 'others' && !majors.includes(word));

const nodes = installNodes(versions);
try {
  const failed = versions.filter((major) => !passesOn(major));
  if (failed.length > 0) {
    process.stderr.write(`test:nodes: not green on Node ${failed.join(', ')}\n`);
    process.exitCode = 1;
  }
} finally {
  nodes.remove();
}

function passesOn(major) {
  const node = nodes.nodeOf(major);
  // What the tests start by name is this version, too.
  const env = { ...process.env, PATH: `${nodes.binOf(major)}${delimiter}${process.env.PATH}` };
  const vitest = [join(root, 'node_modules/vitest/vitest.mjs'), 'run'];
  const chosenParts =
    filters.length > 0 ? filters : [...parts, ...slow.flatMap((name) => ['--exclude', name])];
  process.stdout.write(`\nNode ${major}: ${spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout}`);
  const { status, error } = spawnSync(node, [...vitest, ...chosenParts], {
    cwd: root,
    env,
    stdio: 'inherit',
  });
  if (error !== undefined) process.stderr.write(`test:nodes: ${error.message}\n`);
  return status === 0;
}
