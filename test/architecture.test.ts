// The house rules, asserted from the source text: import order, one door a package, lazy doors, names.
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const src = resolve(import.meta.dirname, '../src');
const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.replaceAll('\\', '/'));

/** From the roof to the cellar: a file may import from its own room or one further down. */
const rooms = [
  'main.ts',
  'commands',
  'chat',
  'tap',
  'doctor',
  'turn',
  'context.ts',
  'terminal',
  'profiles',
  'mock',
  'markdown',
  'messages',
  'http',
  'text',
  'exit-codes.ts',
  'errors.ts',
];

const doors: Readonly<Record<string, string>> = {
  undici: 'http/transport.ts',
  'eventsource-parser': 'http/sse.ts',
  conf: 'profiles/conf.ts',
  ora: 'terminal/output/spinner.ts',
  chalk: 'terminal/output/terminal-theme.ts',
  commander: 'commands/program.ts',
  yaml: 'turn/prompts/yaml.ts',
};

/** Reached only by `await import()`: none of them may be loaded to print a version or a usage error. */
const lazyFiles = [
  'http/transport.ts',
  'terminal/output/spinner.ts',
  /^mock\//,
  /^doctor\//,
  /^tap\//,
  'markdown/markdown.ts',
];
const lazyPackages = [
  'undici',
  'conf',
  'ora',
  'proper-lockfile',
  'yaml',
  '@shikijs/core',
  '@shikijs/langs',
  '@napi-rs/keyring',
];

type Import = { readonly from: string; readonly isType: boolean; readonly isLazy: boolean };

const text = (file: string): string => readFileSync(join(src, file), 'utf8');

/** Comments may speak of imports; only code counts. */
const code = (file: string): string =>
  text(file)
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/^\s*\/\/.*$/gm, '');

const withoutStrings = (file: string): string => code(file).replace(/`[^`]*`|'[^'\n]*'/g, "''");

function importsOf(file: string): Import[] {
  const found: Import[] = [];
  for (const [, type, names, from = ''] of code(file).matchAll(
    /^(?:import|export)\s+(type\s+)?([^'"]*?)\s*from\s+['"]([^'"]+)['"]/gm,
  )) {
    const onlyTypes =
      /^\{[^}]*\}$/.test(names ?? '') &&
      (names ?? '')
        .slice(1, -1)
        .split(',')
        .every((name) => /^\s*(type\s|$)/.test(name));
    found.push({ from, isType: type !== undefined || onlyTypes, isLazy: false });
  }
  for (const [, from = ''] of code(file).matchAll(/\bimport\(\s*['"]([^'"]+)['"]/g))
    found.push({ from, isType: false, isLazy: true });
  return found;
}

const roomOf = (file: string): string => (file.includes('/') ? (file.split('/')[0] ?? '') : file);
const target = (file: string, from: string): string =>
  relative(src, resolve(src, dirname(file), from.replace(/\?text$/, ''))).replaceAll('\\', '/');
const packageOf = (from: string): string =>
  from.startsWith('@') ? from.split('/').slice(0, 2).join('/') : (from.split('/')[0] ?? '');

/** The declaration at the top level of a file in which a place of its code stands. */
function declarationAround(file: string, at: number): { name: string; text: string } {
  const before = code(file).slice(0, at);
  const starts = [...before.matchAll(/^(?:export|import|async|function|const|let|class|type)\b/gm)];
  const text = before.slice(starts.at(-1)?.index ?? 0);
  return { name: /(?:function|const|let|class|type)\s+(\w+)/.exec(text)?.[1] ?? '', text };
}

/** The bracket around `at`: `{` of an object, `[` of an array, `(` of a call. */
function bracketAround(source: string, at: number): string | undefined {
  let depth = 0;
  for (let index = at - 1; index >= 0; index -= 1) {
    const character = source.charAt(index);
    if (')]}'.includes(character)) depth += 1;
    else if ('([{'.includes(character) && depth-- === 0) return character;
  }
  return undefined;
}

/** Lines of a test in which something may be anything and is not the value of a named field. */
function vagueLines(source: string): number[] {
  // Brackets in words are no brackets of the code.
  const bare = source.replace(/'(?:[^'\\\n]|\\.)*'|\/\/.*$/gm, (words) => ' '.repeat(words.length));
  return [...bare.matchAll(/\bexpect\s*\.\s*(?:not\s*\.\s*)?(?:any|anything)\s*\(/g)]
    .filter(({ index }) => bracketAround(bare, index) !== '{' || !/:\s*$/.test(bare.slice(0, index)))
    .map(({ index }) => source.slice(0, index).split('\n').length);
}

describe('the house', () => {
  it('has only known rooms', () => {
    expect([...new Set(files.map(roomOf))].filter((room) => !rooms.includes(room))).toEqual([]);
  });

  it('imports from the own room or below, never above', () => {
    const wrong: string[] = [];
    for (const file of files) {
      for (const { from } of importsOf(file).filter((one) => one.from.startsWith('.'))) {
        const [here, there] = [rooms.indexOf(roomOf(file)), rooms.indexOf(roomOf(target(file, from)))];
        // main hands the real context to bin; that is its one look at the room that names the process.
        if (there < here) wrong.push(`${file} -> ${from}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('has no circle of files, not even of types or through a lazy door', () => {
    const inWork: string[] = [];
    const done = new Set<string>();
    const circles: string[] = [];
    const walk = (file: string): void => {
      if (inWork.includes(file)) circles.push([...inWork.slice(inWork.indexOf(file)), file].join(' -> '));
      if (inWork.includes(file) || done.has(file)) return;
      inWork.push(file);
      for (const { from } of importsOf(file)) if (from.startsWith('.')) walk(target(file, from));
      inWork.pop();
      done.add(file);
    };
    for (const file of files) walk(file);
    expect(circles).toEqual([]);
  });

  it('has at most 15 rooms besides the tap, and each base name once', () => {
    expect(rooms.filter((room) => room !== 'tap').length).toBeLessThanOrEqual(15);
    // Topics have their checks, and what runs in a browser is a program of its own.
    const named = files.filter((file) => !/^(doctor\/checks|tap\/page\/client)\//.test(file));
    const names = named.map((file) => basename(file));
    expect(named.filter((_file, index) => names.indexOf(names[index] ?? '') !== index)).toEqual([]);
  });

  it('has one door a package', () => {
    const wrong: string[] = [];
    const seen = new Map<string, Set<string>>();
    for (const file of files) {
      for (const { from, isType } of importsOf(file)) {
        if (from.startsWith('.') || from.startsWith('node:')) continue;
        const name = packageOf(from);
        if (isType && name === 'commander') continue;
        seen.set(name, (seen.get(name) ?? new Set()).add(file));
        const door = doors[name];
        if (door !== undefined && door !== file) wrong.push(`${name} in ${file}, not ${door}`);
      }
    }
    for (const [name, users] of seen) if (users.size > 1) wrong.push(`${name} in ${[...users].join(', ')}`);
    expect(wrong).toEqual([]);
    for (const name of Object.keys(doors)) expect(seen.has(name), `${name} is used`).toBe(true);
  });

  it('keeps the lazy doors closed: nothing heavy is in the static import graph of main', () => {
    const reached = new Map<string, string>([['main.ts', 'main.ts']]);
    const queue = ['main.ts'];
    const packages: string[] = [];
    for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
      for (const { from } of importsOf(file).filter((one) => !one.isType && !one.isLazy)) {
        if (!from.startsWith('.')) {
          if (lazyPackages.includes(packageOf(from))) packages.push(`${from} in ${file}`);
          continue;
        }
        const next = target(file, from);
        if (reached.has(next)) continue;
        reached.set(next, file);
        queue.push(next);
      }
    }
    const isLazy = (file: string): boolean =>
      lazyFiles.some((lazy) => (typeof lazy === 'string' ? lazy === file : lazy.test(file)));
    expect([...reached].filter(([file]) => isLazy(file)).map(([file, by]) => `${file} from ${by}`)).toEqual(
      [],
    );
    expect(packages).toEqual([]);
    expect(reached.size).toBeGreaterThan(3);
  });

  it('names process, clocks and timers only at the edges', () => {
    // The script of a page runs in a browser, which has nothing else.
    const edge = /^(context\.ts|terminal\/|mock\/server\.ts|tap\/page\/client\/)/;
    const effect =
      /\bprocess\.|\bDate\.now\b|\bperformance\.|(?<![.\w])set(Timeout|Interval|Immediate)\(|\bnew Date\(\)|\bAbortSignal\.timeout\(|\bconsole\./;
    expect(files.filter((file) => !edge.test(file) && effect.test(withoutStrings(file)))).toEqual([]);
  });

  it('writes to a terminal through one guarded door', () => {
    const streams = /\bprocess\.std(out|err)\b/;
    expect(files.filter((file) => streams.test(code(file)))).toEqual(['context.ts']);
    // What draws, and what was asked for raw.
    expect(files.filter((file) => /\.unguarded\b/.test(code(file))).sort()).toEqual([
      'chat/run/copy-export.ts',
      'commands/profiles/test-profiles.ts',
      'terminal/output/tail.ts',
      'turn/screen.ts',
    ]);
  });

  it('reveals a key in two functions of messages/endpoint: for a request, and for the callers listed here', () => {
    const revealing = files.flatMap((file) =>
      [...code(file).matchAll(/\.reveal\(/g)].map(({ index }) => [file, declarationAround(file, index).name]),
    );
    expect(revealing).toEqual([
      ['messages/endpoint.ts', 'revealFor'],
      ['messages/endpoint.ts', 'credentialHeaders'],
    ]);
    const callers = files
      .filter((file) => file !== 'messages/endpoint.ts')
      .flatMap((file) =>
        [...code(file).matchAll(/\brevealFor\b(?:\('(\w+)')?/g)]
          .map(({ 1: purpose, index }) => ({ file, purpose, ...declarationAround(file, index) }))
          .filter((caller) => !caller.text.startsWith('import')),
      );
    expect(callers.map(({ file, purpose, name }) => [file, purpose, name]).sort()).toEqual([
      ['commands/profiles/env.ts', 'program', 'withVariables'],
      ['commands/profiles/show-profile.ts', 'screen', 'revealedKey'],
      ['doctor/run/open-target.ts', 'examination', 'rawKey'],
      ['tap/target.ts', 'program', 'lentVariables'],
      ['turn/connection/connection.ts', 'advice', 'withKeyFault'],
    ]);
    // None of them is a second door: what they hand out stays in their file.
    expect(callers.filter(({ text }) => text.startsWith('export'))).toEqual([]);
  });

  it('hands the headers with the key to requests only, and kept keys to who keeps them', () => {
    const usersOf = (name: RegExp, home: string): string[] =>
      files.filter((file) => file !== home && name.test(code(file))).sort();
    expect(usersOf(/\b(requestHeaders|credentialHeaders)\(/, 'messages/endpoint.ts')).toEqual([
      'doctor/probes/questions.ts',
      'messages/request.ts',
      'tap/routes.ts',
    ]);
    expect(usersOf(/\b(readStoredKey|storedKeys)\(/, 'profiles/store.ts')).toEqual([
      'doctor/run/fix.ts',
      'profiles/kept-keys.ts',
      'profiles/keys-at-hand.ts',
      'profiles/keys.ts',
    ]);
    expect(usersOf(/\breadKeychain\(/, 'profiles/keychain.ts')).toEqual([
      'profiles/kept-keys.ts',
      'profiles/keys.ts',
    ]);
  });

  it('keeps checks free of I/O', () => {
    const doing = files
      .filter((file) => file.startsWith('doctor/checks/'))
      .filter((file) => /node:(fs|net|tls|http|dns|child_process)|\bfetch\(|await /.test(code(file)));
    expect(doing).toEqual([]);
  });

  it('has no drawers, no barrels, no default exports, two classes', () => {
    expect(files.filter((file) => /\b(utils?|helpers?|common|shared|misc|lib)\b/.test(file))).toEqual([]);
    expect(files.filter((file) => /(^|\/)index\.ts$/.test(file))).toEqual(['mock/index.ts']);
    expect(files.filter((file) => /^export default/m.test(code(file)))).toEqual([]);
    expect(files.filter((file) => /^(export )?class /m.test(code(file))).sort()).toEqual([
      'errors.ts',
      'messages/secret.ts',
    ]);
  });

  it('says at the top of each file what lives there', () => {
    expect(files.filter((file) => !text(file).startsWith('//'))).toEqual([]);
  });
});

describe('the tests', () => {
  const tests = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && file !== 'architecture.test.ts')
    .map((file) => [file, readFileSync(join(import.meta.dirname, file), 'utf8')] as const);

  it('name the items of a list: one that may be anything says nothing', () => {
    expect(tests.flatMap(([file, source]) => vagueLines(source).map((line) => `${file}:${line}`))).toEqual(
      [],
    );
  });

  it.each([
    ['[expect.any(String)]', true],
    ["['a (', expect.anything()]", true],
    ['[{ ids: [[expect.any(String)]] }]', true],
    ['routes.map(() => expect.any(String))', true],
    ['routes.map(() => { return expect.any(String); })', true],
    ['Array(7).fill(\n  expect\n    .anything())', true],
    ['const some = expect.any(String);', true],
    ['[isOld ? 1 : expect.any(Number)]', true],
    ['expect.arrayContaining([expect.not.anything()])', true],
    ["[{ id: expect.any(String), 'b[': 1 }]", false],
  ])('(that rule sees %s: %s)', (source, isVague) => {
    expect(vagueLines(source).length > 0).toBe(isVague);
  });

  it('have one try each, and none is left out', () => {
    const config = readFileSync(join(import.meta.dirname, '../vitest.config.ts'), 'utf8');
    const wrong = [...tests, ['vitest.config.ts', config] as const]
      .filter(([, source]) =>
        /\bretry: (?:\d|process)|\b(?:it|test|describe)\.(?:only|todo|skip(?!\(\)))\b/.test(source),
      )
      .map(([file]) => file);
    expect(wrong).toEqual([]);
  });
});
