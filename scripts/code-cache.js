// Run by build.js in a process of its own: sends one prompt to a mock, so that what a start needs is compiled,
// and writes the compiled code beside the bundle (see bin/load.js).
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { crc32 } from 'node:zlib';

const require = createRequire(import.meta.url);
const { dist, load, scripts } = require('../bin/load.js');
const { startMock } = require(join(dist, 'mock.cjs'));

/** Smaller files compile faster than their cache is read. */
const smallestLength = 50_000;

const mock = await startMock();
const argv = ['send', 'hello', '--base-url', mock.url, '--auth', 'none', '-m', 'any', '-q'];
const { main, systemContext } = load('msg.cjs');
const code = await main(argv, systemContext('0.0.0'));
await mock.close();
if (code !== 0) throw new Error(`msg ${argv.join(' ')} ended with ${code}`);

// V8 refuses a cache made under other flags than it starts with; these are the defaults of those `send` sets.
if (process.versions.node.startsWith('20.')) {
  setFlagsFromString('--wasm-tiering-budget=1800000');
  setFlagsFromString('--interrupt-budget=67584');
}
for (const [name, script] of scripts) {
  const data = script.createCachedData();
  if (data.length < smallestLength) continue;
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32LE(crc32(data));
  writeFileSync(join(dist, `${name}.cache`), Buffer.concat([checksum, data]));
}
