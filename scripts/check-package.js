// The last part of `npm run package`: the size of what npm would publish, and the licences of all it is made of.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** In bytes. Who makes it larger says so here, and why. */
const limits = { packed: 1_500_000, unpacked: 8_000_000 };

/** What may be passed on under our own MIT licence, with its text beside it (dist/LICENSES.txt). */
const licences = new Set([
  'MIT',
  'ISC',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'Apache-2.0',
  '0BSD',
]);

const run = (program, ...argv) => execFileSync(program, argv, { cwd: root, encoding: 'utf8' });
const problems = [];

const folder = mkdtempSync(join(tmpdir(), 'msg-package-'));
try {
  const packed = run(
    'npm',
    'pack',
    '--ignore-scripts',
    '--json',
    '--loglevel=error',
    '--pack-destination',
    folder,
  );
  const [{ filename, size, unpackedSize }] = JSON.parse(packed);
  if (size > limits.packed || unpackedSize > limits.unpacked)
    problems.push(
      `It has ${size} bytes, unpacked ${unpackedSize}; allowed are ${limits.packed} and ${limits.unpacked}.`,
    );
  for (const [name, licence] of [...bundledLicences(), ...installedLicences()])
    if (
      !licence
        .replaceAll(/[()]/g, '')
        .split(' OR ')
        .some((one) => licences.has(one))
    )
      problems.push(`${name} is under ${licence}, which is not in the list of scripts/check-package.js.`);
  for (const problem of problems) process.stderr.write(`package: ${problem}\n`);
  if (problems.length > 0) process.exitCode = 1;
  else
    process.stdout.write(`package: ${filename}, ${size} bytes, unpacked ${unpackedSize}: as it should be\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** [name, licence] of each package whose code is in dist. */
function bundledLicences() {
  const text = readFileSync(join(root, 'dist/LICENSES.txt'), 'utf8');
  return [...text.matchAll(/^(\S+ \d+\.\d+\.\d+\S*) \((.+)\)$/gm)].map(([, name, licence]) => [
    name,
    licence,
  ]);
}

/** [name, licence] of each package that is installed with this one. */
function installedLicences() {
  return JSON.parse(run('npm', 'query', '.prod')).flatMap(({ name, version, license }) =>
    name === 'msg-cli' ? [] : [[`${name} ${version}`, String(license)]],
  );
}
