// docs/schemas/ holds the forms of JSON that are promises. They are written from the types by
// `npx vitest run test/docs/schemas.test.ts -u`; here what the commands really print and keep is held against them.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jsonForms } from '../../src/commands/help-topics.ts';
import { jsonText } from '../../src/text/json.ts';
import { runBin } from '../bin/run-bin.ts';
import { hostile, samples } from '../doctor/sample-reports.ts';
import { schemas } from './schema-forms.ts';

const forms = schemas();

it.each(Object.keys(forms))('docs/schemas/%s.schema.json', async (name) => {
  await expect(`${JSON.stringify(forms[name], undefined, 2)}\n`).toMatchFileSnapshot(
    `../../docs/schemas/${name}.schema.json`,
  );
});

it('each is named by msg help formats', () => {
  expect(Object.keys(forms).sort()).toEqual(Object.keys(jsonForms).sort());
});

it('no schema that nothing makes', () => {
  const files = readdirSync(join(import.meta.dirname, '../../docs/schemas'));
  expect(files.sort()).toEqual(
    Object.keys(forms)
      .map((name) => `${name}.schema.json`)
      .sort(),
  );
});

// Most of them wait for the demo.
describe.concurrent('what is printed and kept', () => {
  const ajv = new Ajv2020({ allErrors: true, strict: false });
  let home: string;
  beforeAll(() => {
    home = mkdtempSync(join(tmpdir(), 'msg-forms-'));
  });
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  const fits = (name: string, value: unknown): void => {
    const validate = ajv.compile(forms[name] ?? {});
    validate(value);
    expect(validate.errors ?? []).toEqual([]);
  };
  const msgIn =
    (config: string) =>
    async (...argv: string[]) =>
      await runBin(argv, {
        env: { MSG_CONFIG_DIR: join(home, config), MSG_STATE_DIR: join(home, 'state') },
        cwd: home,
      });
  const msg = msgIn('no-profiles');
  const lines = (text: string): unknown[] =>
    text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));

  const reports: readonly (readonly [name: string, argv: readonly string[]])[] = [
    ['of one that is well', ['demo', '--free']],
    ['of all checks', ['demo', '--conformance', '--identity', '--tools']],
    ['of a dead one', ['--base-url', 'http://127.0.0.1:9', '--auth', 'none', '-m', 'm']],
  ];
  it.each(reports)('a report %s', async (_name, argv) => {
    fits('report', JSON.parse((await msg('doctor', ...argv, '--json', '--yes')).stdout));
  });

  it.each(Object.entries({ ...samples, hostile }))('the report %s of the goldens', (_name, report) => {
    fits('report', JSON.parse(jsonText(report)));
  });

  it('two reports, a race', async () => {
    fits(
      'comparison',
      JSON.parse((await msg('doctor', 'demo', '--compare', 'demo', '--json', '--free')).stdout),
    );
    fits('race', JSON.parse((await msg('doctor', 'demo', 'demo', '--race', '1', '--json', '--yes')).stdout));
  });

  it('the requests of all clients', async () => {
    fits('clients', JSON.parse((await msg('doctor', 'demo', '--client', 'all', '--json', '--yes')).stdout));
  });

  it.each([
    ['an answer', ['-P', 'demo']],
    ['an error', ['--base-url', 'http://127.0.0.1:9', '--auth', 'none', '-m', 'm', '--max-retries', '0']],
  ])('%s', async (_name, where) => {
    fits('message', JSON.parse((await msg('send', 'hello', ...where, '-o', 'json')).stdout));
    const events = lines((await msg('send', 'hello', ...where, '-o', 'stream-json')).stdout);
    fits('last-line', events.at(-1));
  });

  it('a session, a recording, config.json', async () => {
    await msg('send', 'hello', '-P', 'demo', '--session', 'kept', '--record', join(home, 'one.jsonl'));
    await msg('send', 'again', '-P', 'demo', '--session', 'kept');
    const sessions = join(home, 'state', 'sessions');
    const [kept = ''] = readdirSync(sessions).filter((file) => file.endsWith('.jsonl'));
    for (const line of lines(readFileSync(join(sessions, kept), 'utf8'))) fits('session-line', line);
    for (const line of lines(readFileSync(join(home, 'one.jsonl'), 'utf8'))) fits('recording-line', line);
    fits('exported-session', JSON.parse((await msg('sessions', 'show', 'kept', '--json')).stdout));
    const add = [
      'profiles',
      'add',
      'work',
      '--base-url',
      'https://llmapi.pro',
      '--key-env',
      'KEY',
      '-m',
      'm',
    ];
    await msgIn('one-profile')(...add);
    fits('config', JSON.parse(readFileSync(join(home, 'one-profile', 'config.json'), 'utf8')));
  });

  it('a recording of the tap', async () => {
    const argv = ['-P', 'demo', '--record', 'tapped', '--no-page', '-q', '--', process.execPath];
    await msg('tap', ...argv, join(import.meta.dirname, '../../examples/ask.mjs'), 'hello');
    const files = readdirSync(join(home, 'tapped')).filter((file) => file.endsWith('.jsonl'));
    expect(files.length).toBeGreaterThan(0);
    for (const file of files)
      for (const line of lines(readFileSync(join(home, 'tapped', file), 'utf8')))
        fits('recording-line', line);
  });

  it('.msg.json', async () => {
    for (const [project, isOne] of [
      [{ profile: 'demo', model: 'demo' }, true],
      [{ model: 'demo', baseUrl: 'https://elsewhere.example' }, false],
      [{ profile: 5 }, false],
    ] as const) {
      expect(ajv.compile(forms['project'] ?? {})(project)).toBe(isOne);
      writeFileSync(join(home, '.msg.json'), JSON.stringify(project));
      expect((await msg('send', 'hello', '--dry-run', '--base-url', 'http://127.0.0.1:9')).code).toBe(
        isOne ? 0 : 3,
      );
    }
    rmSync(join(home, '.msg.json'));
  });

  it('the front matter of a prompt, and none that is refused', () => {
    const schema = { type: 'object', properties: { city: { type: 'string' } } };
    fits('prompt', { description: 'd', model: 'm', system: 's', 'max-tokens': 5, temperature: 0, schema });
    for (const wrong of [{ model: 5 }, { 'base-url': 'https://elsewhere' }, { temperature: -1 }])
      expect(ajv.compile(forms['prompt'] ?? {})(wrong)).toBe(false);
  });

  it('says no to what is none', () => {
    // The other two say no to a wrong part only: none of theirs has to be there.
    for (const name of Object.keys(forms).filter((name) => !['config', 'mock-script'].includes(name)))
      expect(ajv.compile(forms[name] ?? {})({ nonsense: 1 })).toBe(false);
  });

  it('the scripts of the mock that its help and the tests show', () => {
    fits('mock-script', [
      { step: 'head', status: 529 },
      { step: 'event', data: { type: 'ping' } },
      { step: 'reset' },
    ]);
    fits('mock-script', { replies: [[{ step: 'pause', ms: 5 }, { step: 'end' }]], afterwards: 'answer' });
    expect(ajv.compile(forms['mock-script'] ?? {})([{ step: 'nonsense' }])).toBe(false);
  });
});
