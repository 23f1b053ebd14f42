// `npm run release`: the rehearsal of a release, from a clean clone of what is committed: everything is checked, packed,
// installed into an empty prefix on each Node that msg is for, and run there. `npm run release -- 1.0.1` does the same
// with that version and then commits it, the changelog with its date, and a tag. Publishing is the workflow's
// (.github/workflows/release.yml), which the tag starts: only there npm can vouch for where a package was built.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installNodes, majors } from './nodes.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [version, ...more] = process.argv.slice(2);
if (more.length > 0 || (version !== undefined && !/^\d+\.\d+\.\d+$/.test(version)))
  stop('usage: npm run release [-- VERSION]   (VERSION as 1.0.1)');
if (run('git', ['status', '--porcelain'], { cwd: root }) !== '')
  stop('there are changes that are not committed');

const folder = mkdtempSync(join(tmpdir(), 'msg-release-'));
const clone = join(folder, 'clone');
process.on('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

step('a clean clone');
run('git', ['clone', '--quiet', root, clone], { cwd: folder });
const released = ['CHANGELOG.md', 'package.json', 'package-lock.json'];
if (version !== undefined) {
  run('npm', ['version', version, '--no-git-tag-version', '--allow-same-version', '--ignore-scripts']);
  datedChangelog(version);
}
run('npm', ['ci', '--no-fund', '--no-audit']);
step('types, style, unused code, tests; manifest, types of ./mock, licences, size');
run('npm', ['run', 'check']);
step('known faults in what it depends on');
audit();

step('the tarball');
const [{ filename }] = JSON.parse(run('npm', ['pack', '--ignore-scripts', '--json', '--loglevel=error']));
const nodes = installNodes(majors);
process.on('exit', nodes.remove);
for (const major of majors) {
  step(`installed and run on Node ${major}`);
  tryInstalled(major);
}

if (version === undefined) {
  step(`${filename} is as it should be; npm run release -- VERSION makes it one`);
} else {
  for (const name of released) copyFileSync(join(clone, name), join(root, name));
  run('git', ['add', ...released], { cwd: root });
  run('git', ['commit', '--quiet', '-m', `Version ${version}`], { cwd: root });
  run('git', ['tag', '-a', `v${version}`, '-m', `Version ${version}`], { cwd: root });
  step(`v${version} is tagged; git push --follow-tags publishes it`);
}

/** A registry that keeps no list of faults (a mirror) is enough for a rehearsal, not for a release. */
function audit() {
  const { status, stdout, stderr } = spawnSync('npm', ['audit', '--omit=dev'], {
    cwd: clone,
    encoding: 'utf8',
  });
  if (status === 0) return;
  if (version === undefined && stderr.includes('audit endpoint returned an error'))
    step('  unknown: this registry keeps no list of them');
  else stop(`npm audit: ${stdout}${stderr}`);
}

/** What stands under `Unreleased` becomes the entry of the version, with today's date. */
function datedChangelog(name) {
  const path = join(clone, 'CHANGELOG.md');
  const text = readFileSync(path, 'utf8');
  const entry = /^## Unreleased\n+(?!## )\S/m;
  if (!entry.test(text)) stop('CHANGELOG.md says nothing under "## Unreleased"');
  const day = new Date().toISOString().slice(0, 10);
  writeFileSync(path, text.replace('## Unreleased\n', `## Unreleased\n\n## ${name} (${day})\n`));
}

/** As somebody who has nothing of ours: an empty prefix, an empty home, both names, the demo, a doctor, the mock. */
function tryInstalled(major) {
  const home = join(folder, `node${major}`);
  mkdirSync(home);
  const env = {
    HOME: home,
    PATH: [join(home, 'bin'), nodes.binOf(major), process.env.PATH].join(delimiter),
  };
  const npm = process.env.npm_execpath ?? stop('start it with npm run release');
  const install = ['install', '--global', '--prefix', home, '--no-audit', '--no-fund', join(clone, filename)];
  // Where npm finds packages from here is a matter of the machine, not of the home.
  run(nodes.nodeOf(major), [npm, ...install], {
    cwd: home,
    env: { ...process.env, ...env, HOME: homedir() },
  });
  const inHome = { cwd: home, env };
  const wanted = JSON.parse(readFileSync(join(clone, 'package.json'), 'utf8')).version;
  for (const bin of ['msg', 'msg-cli']) expectIn(run(bin, ['--version'], inHome), wanted, `${bin} --version`);
  expectIn(run('msg', ['send', '-P', 'demo', 'hello'], inHome), '# Hello', 'the demo');
  expectIn(run('msg', ['doctor', 'demo', '--yes'], inHome), 'healthy', 'the doctor');
  const use = `require('${join(home, 'lib/node_modules/msg-cli/dist/mock.cjs')}').startMock({}).then(async (mock) => {
    console.log(mock.url); await mock.close();
  })`;
  expectIn(run(nodes.nodeOf(major), ['-e', use], inHome), 'http://127.0.0.1:', 'the mock');
}

function expectIn(text, part, name) {
  if (!text.includes(part)) stop(`${name} does not print ${part}, but: ${text}`);
}

/** What a program prints; its own words and the end of the release where it fails. */
function run(program, argv, { cwd = clone, env = process.env } = {}) {
  const { status, stdout, stderr, error } = spawnSync(program, argv, {
    ...{ cwd, env, encoding: 'utf8', maxBuffer: 1e9 },
  });
  if (status === 0) return stdout;
  stop(`${[program, ...argv].join(' ')}: ${error?.message ?? `exit ${status}`}\n${stdout}${stderr}`);
}

function step(text) {
  process.stdout.write(`release: ${text}\n`);
}

function stop(reason) {
  process.stderr.write(`release: ${reason}\n`);
  process.exit(1);
}
