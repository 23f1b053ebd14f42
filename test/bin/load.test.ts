// What V8 compiled is kept for the next start: used when whole and our own, left aside otherwise.
import { execFile } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { binary } from '../built.ts';
import fc from '../fast-check.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'msg-load-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const run = promisify(execFile);
type Start = {
  readonly env?: Record<string, string>;
  readonly node?: readonly string[];
  readonly script?: string;
};
const dryRun = async ({ env = {}, node = [], script = binary }: Start = {}): Promise<string> => {
  const argv = [...node, script, 'send', '-P', 'demo', 'hello', '--dry-run'];
  const running = run(process.execPath, argv, { cwd: home, env: { HOME: home, TMPDIR: home, ...env } });
  running.child.stdin?.end();
  return (await running).stdout;
};
const folder = (of = home): string =>
  join(of, readdirSync(of).find((name) => name.startsWith('msg-code-cache')) ?? 'none');
const kept = (of = home): string[] =>
  readdirSync(folder(of))
    .sort()
    .map((name) => join(folder(of), name));
const isWhole = (file: string): boolean => {
  const bytes = readFileSync(file);
  const half = bytes.length / 2;
  return half > 8 && bytes.readUInt32LE(0) === half && bytes.subarray(0, half).equals(bytes.subarray(half));
};
/** A file that was written anew has another inode: it is renamed into its place. */
const inodes = (): number[] => kept().map((file) => statSync(file).ino);

it('is written by the first runs, for nobody else, and taken by V8 from then on', async () => {
  const first = await dryRun();
  expect(JSON.parse(first)).toHaveProperty('request');
  expect(kept().length).toBeGreaterThanOrEqual(1);
  for (const path of [folder(), ...kept()]) expect(statSync(path).mode & 0o077).toBe(0);
  for (let run = 2; run <= 8; run++) expect(await dryRun()).toBe(first);
  const before = inodes();
  expect(await dryRun()).toBe(first);
  expect(inodes()).toEqual(before);
});

it('is left aside and made anew when it was cut off', async () => {
  const whole = await dryRun();
  const damages = [
    (bytes: Buffer) => bytes.subarray(0, -1),
    (bytes: Buffer) => bytes.subarray(0, bytes.length / 2),
    (bytes: Buffer) => bytes.subarray(0, 3),
    () => Buffer.alloc(0),
  ];
  for (const damage of damages) {
    for (const file of kept()) writeFileSync(file, damage(readFileSync(file)));
    expect(kept().map(isWhole)).not.toContain(true);
    expect(await dryRun()).toBe(whole);
    expect(kept().map(isWhole)).not.toContain(false);
  }
});

it('is left aside and made anew with wrong bits in it: any of its length, 1 or 4 anywhere', async () => {
  const right = await dryRun();
  for (let run = 2; run <= 8; run++) expect(await dryRun()).toBe(right);
  const [largest = ''] = kept().sort((one, other) => statSync(other).size - statSync(one).size);
  const whole = readFileSync(largest);
  const half = whole.length / 2;
  const wrongBit = fc.nat({ max: whole.length * 8 - 1 });
  const damages = [
    // The length of both copies, which says where they are; then what V8 gets.
    ...[0, half].flatMap((copy) => [0, 1, 2, 3].map((byte) => [8 * (copy + byte) + 2 * byte])),
    ...[1, 4].flatMap((count) =>
      fc.sample(fc.uniqueArray(wrongBit, { minLength: count, maxLength: count }), 16),
    ),
  ];
  expect(damages).toHaveLength(40);
  // A few at a time, each in a folder of its own.
  const next = damages.values();
  const worker = async (): Promise<void> => {
    const tmp = mkdtempSync(join(home, 'worker-'));
    cpSync(folder(), join(tmp, relative(home, folder())), { recursive: true });
    const file = join(tmp, relative(home, largest));
    for (const bits of next) {
      const bytes = Buffer.from(whole);
      for (const bit of bits) bytes.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      writeFileSync(file, bytes);
      expect(isWhole(file)).toBe(false);
      expect(await dryRun({ env: { TMPDIR: tmp } }), `bits ${bits}`).toBe(right);
      expect(isWhole(file)).toBe(true);
    }
  };
  await Promise.all(Array.from({ length: 4 }, worker));
});

it('is not asked for with NODE_DISABLE_COMPILE_CACHE, and goes where NODE_COMPILE_CACHE says', async () => {
  await dryRun({ env: { NODE_DISABLE_COMPILE_CACHE: '1' } });
  expect(readdirSync(home)).toEqual([]);
  await dryRun({ env: { NODE_COMPILE_CACHE: join(home, 'chosen') } });
  expect(readdirSync(join(home, 'chosen/msg')).length).toBeGreaterThanOrEqual(1);
});

it('costs nothing but time where nothing can be written', async () => {
  const whole = await dryRun();
  writeFileSync(join(home, 'file'), '');
  expect(await dryRun({ env: { NODE_COMPILE_CACHE: join(home, 'file') } })).toBe(whole);
});

it('makes no TMPDIR that is missing', async () => {
  const whole = await dryRun();
  expect(await dryRun({ env: { TMPDIR: join(home, 'missing') } })).toBe(whole);
  expect(existsSync(join(home, 'missing'))).toBe(false);
});

it('is kept for each command, and under no word that is none', async () => {
  await dryRun();
  const count = kept().length;
  await run(process.execPath, [binary, 'models', '-P', 'demo'], { env: { HOME: home, TMPDIR: home } });
  expect(kept()).toHaveLength(2 * count);
  const misspelt = run(process.execPath, [binary, 'modles'], { env: { HOME: home, TMPDIR: home } });
  await expect(misspelt).rejects.toMatchObject({ code: 2 });
  expect(kept()).toHaveLength(2 * count);
});

it('is kept apart for other flags of Node, which V8 would refuse', async () => {
  const whole = await dryRun();
  const count = kept().length;
  expect(await dryRun({ env: { NODE_OPTIONS: '--max-old-space-size=900' } })).toBe(whole);
  expect(kept()).toHaveLength(2 * count);
});

describe('what somebody else has put there', () => {
  /** A folder with compiled code that says `application/evil`; V8 sees no difference to ours. */
  const plant = async (): Promise<string> => {
    const other = mkdtempSync(join(home, 'other-'));
    for (const name of ['bin', 'dist', 'package.json'])
      cpSync(join(binary, '../..', name), join(other, name), { recursive: true });
    const main = join(other, 'dist/msg.cjs');
    const code = readFileSync(main, 'latin1');
    writeFileSync(main, code.replaceAll('application/json', 'application/evil'), 'latin1');
    expect(await dryRun({ script: join(other, 'bin/msg.js'), env: { TMPDIR: other } })).toContain(evil);
    return folder(other);
  };
  const evil = 'application/evil';
  const place = (): string => join(home, `msg-code-cache-${process.getuid?.()}`);
  const nobody = 65_534;

  it('would be run, were it ours', async () => {
    renameSync(await plant(), place());
    expect(await dryRun()).toContain(evil);
  });

  const plants: readonly (readonly [string, (planted: string) => void])[] = [
    ['in a folder others may write to', (planted) => chmodSync(planted, 0o777)],
    ['in a folder its group may write to', (planted) => chmodSync(planted, 0o770)],
    ['in files others may write to', () => kept().forEach((file) => void chmodSync(file, 0o666))],
    [
      'behind a link in the place of the folder',
      (planted) => {
        renameSync(planted, join(home, 'elsewhere'));
        symlinkSync(join(home, 'elsewhere'), planted);
      },
    ],
    [
      'behind links in the place of the files',
      () => {
        for (const file of kept()) {
          renameSync(file, join(home, 'elsewhere'));
          symlinkSync(join(home, 'elsewhere'), file);
        }
      },
    ],
  ];
  it.skipIf(process.platform === 'win32').each(plants)('(%s) is not run', async (_where, put) => {
    renameSync(await plant(), place());
    put(place());
    const output = await dryRun();
    expect(output).toContain('application/json');
    expect(output).not.toContain(evil);
  });

  it.skipIf(process.getuid?.() !== 0 && process.env['CI'] !== 'true')(
    '(a folder or files of another user) is neither run nor written to (needs root)',
    async () => {
      const planted = await plant();
      cpSync(planted, place(), { recursive: true });
      for (const file of kept()) chownSync(file, nobody, nobody);
      expect(await dryRun()).not.toContain(evil);
      rmSync(place(), { recursive: true });
      renameSync(planted, place());
      chownSync(place(), nobody, nobody);
      const before = inodes();
      expect(await dryRun()).not.toContain(evil);
      expect(inodes()).toEqual(before);
      // His link to a folder of ours.
      renameSync(place(), join(home, 'ours'));
      chownSync(join(home, 'ours'), 0, 0);
      symlinkSync(join(home, 'ours'), place());
      lchownSync(place(), nobody, nobody);
      expect(await dryRun()).not.toContain(evil);
    },
  );

  it.skipIf(process.platform === 'win32')('(a pipe) does not hold it up', async () => {
    await dryRun();
    for (const file of kept()) {
      rmSync(file);
      await run('mkfifo', [file]);
    }
    expect(await dryRun()).toContain('application/json');
  });

  it.each(['NODE_COMPILE_CACHE', 'TMPDIR'])(
    '(in the working directory, with %s relative to it) is not run, nor is anything written there',
    async (name) => {
      const planted = await plant();
      const elsewhere = join(home, 'cloned');
      mkdirSync(elsewhere);
      renameSync(planted, join(elsewhere, name === 'TMPDIR' ? relative(home, place()) : 'msg'));
      const env = { [name]: 'cloned' };
      expect(await dryRun({ env })).not.toContain(evil);
      rmSync(elsewhere, { recursive: true });
      mkdirSync(elsewhere);
      await dryRun({ env });
      // From Node 22 on, Node keeps compiled code of its own where NODE_COMPILE_CACHE says.
      expect(readdirSync(elsewhere).filter((entry) => entry.startsWith('msg'))).toEqual([]);
    },
  );
});

describe('where a file does not say whose it is (Windows)', () => {
  /** Node as it is there. */
  const windows = (): string[] => {
    const preload = join(home, 'windows.cjs');
    writeFileSync(preload, 'delete process.getuid');
    return ['--require', preload];
  };

  it('is kept in the folder of the user for such things', async () => {
    mkdirSync(join(home, 'local'));
    await dryRun({ node: windows(), env: { LOCALAPPDATA: join(home, 'local') } });
    expect(kept(join(home, 'local')).length).toBeGreaterThanOrEqual(1);
    expect(readdirSync(home).sort()).toEqual(['local', 'windows.cjs']);
  });

  it('is not kept in the temporary directory, which all may share', async () => {
    await dryRun({ node: windows() });
    expect(readdirSync(home)).toEqual(['windows.cjs']);
  });
});
