// Short names of models: every way to give one, and everywhere it is shown with the model it means.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Mock, startMock } from '../../src/mock/index.ts';
import { openMsg } from '../msg-terminal.ts';
import { type Run, runMsg } from './run-msg.ts';

let home: string;
let mock: Mock;
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'msg-aliases-'));
  mock = await startMock({ models: ['claude-sonnet-5-5', 'claude-haiku-5-5'] });
  await run(
    'profiles',
    'add',
    'work',
    '--base-url',
    mock.url,
    '--auth',
    'none',
    '--model',
    'claude-haiku-5-5',
  );
  await run('profiles', 'set', 'work', 'aliases.s=claude-sonnet-5-5', 'aliases.best=s');
  await run('profiles', 'use', 'work');
});
afterEach(async () => {
  await mock.close();
  rmSync(home, { recursive: true, force: true });
});

const run = (...argv: string[]): Promise<Run> => runWith({}, ...argv);
const runWith = (env: Record<string, string>, ...argv: string[]): Promise<Run> =>
  runMsg(argv, { home, on: mock, env });
const models = (): unknown[] =>
  mock.requests
    .filter(({ path }) => path === '/v1/messages')
    .map(({ json }) => (json as { model?: unknown }).model);

describe('a short name', () => {
  it('is taken by -m, MSG_MODEL, .msg.json and the profile itself, and may mean another one', async () => {
    await run('send', 'hi');
    await run('send', 'hi', '-m', 's');
    await run('send', 'hi', '-m', 'best');
    await runWith({ MSG_MODEL: 's' }, 'send', 'hi');
    writeFileSync(join(home, '.msg.json'), '{"model": "best"}');
    await run('send', 'hi');
    rmSync(join(home, '.msg.json'));
    await run('profiles', 'set', 'work', 'model=s');
    await run('send', 'hi');
    const [haiku, sonnet] = ['claude-haiku-5-5', 'claude-sonnet-5-5'];
    expect(models()).toEqual([haiku, sonnet, sonnet, sonnet, sonnet, sonnet]);
  });

  it('means nothing in another profile', async () => {
    await run('profiles', 'add', 'other', '--base-url', mock.url, '--auth', 'none');
    await run('send', '-P', 'other', '-m', 's', 'hi');
    expect(models()).toEqual(['s']);
  });

  it('is shown with its model by show, list, --dry-run and the doctor, which examine that', async () => {
    await run('profiles', 'set', 'work', 'model=s');
    const show = (await run('profiles', 'show', 'work')).stdout;
    expect(show).toMatch(/^model +s -> claude-sonnet-5-5$/m);
    expect(show).toMatch(/^aliases +s -> claude-sonnet-5-5, best -> s$/m);
    expect((await run('profiles', 'list')).stdout).toContain('s -> claude-sonnet-5-5');
    const json = JSON.parse((await run('profiles', 'show', 'work', '--json')).stdout);
    expect(json).toMatchObject({
      model: 'claude-sonnet-5-5',
      aliases: { s: 'claude-sonnet-5-5', best: 's' },
      price: null,
    });
    expect((await runMsg([], { home, on: mock, env: {}, tty: true })).stdout).toContain(
      's -> claude-sonnet-5-5',
    );
    const dry = JSON.parse((await run('send', '--dry-run', '-m', 'best', 'hi')).stdout);
    expect(dry.request.body.model).toBe('claude-sonnet-5-5');
    expect(dry.settings.model).toEqual({ value: 'claude-sonnet-5-5', alias: 'best', from: '--model' });
    const doctor = await run('doctor', '-m', 'best', '--free');
    expect(doctor.stdout).toContain('best -> claude-sonnet-5-5');
    const report = JSON.parse((await run('doctor', '-m', 'best', '--free', '--json')).stdout);
    expect(report.target).toMatchObject({ model: 'claude-sonnet-5-5', model_alias: 'best' });
  });

  it('is listed by msg models beside the model, which stays what one copies', async () => {
    const { stdout, stderr } = await run('models');
    expect(stdout).toBe('claude-sonnet-5-5\nclaude-haiku-5-5\n');
    expect(stderr).toBe('msg: Short names: s -> claude-sonnet-5-5, best -> s.\n');
    expect((await run('models', '-m', 's')).code).toBe(0);
  });

  it('is offered by the completion of -m', async () => {
    const { stdout } = await run('completion', '--complete', '--', 'send', '-m', '');
    expect(stdout.split('\n')).toEqual(expect.arrayContaining(['s', 'best', 'claude-haiku-5-5']));
  });

  it('is taken, shown and completed by /model', async () => {
    const terminal = openMsg(['chat', '-m', 'best'], { working: home, env: {} });
    try {
      await terminal.see(/best -> claude-sonnet-5-5 at .*\/help[\s\S]*▸$/);
      terminal.type('/model claude-haiku-5-5\r');
      await terminal.see(/model: claude-haiku-5-5[\s\S]*▸$/);
      terminal.type('/model be\t\r');
      await terminal.see(/model: best -> claude-sonnet-5-5[\s\S]*▸$/);
      // In the list it is a choice like any model.
      terminal.type('/model\r');
      await terminal.see(/s -> claude-sonnet-5-5[\s\S]*best -> s/);
      terminal.type('best');
      await terminal.see((text) => !text.includes('s -> claude-sonnet-5-5'));
      terminal.type('\r');
      await terminal.see(/model: best -> claude-sonnet-5-5[\s\S]*model: best -> claude-sonnet-5-5[\s\S]*▸$/);
      terminal.type('/set\r');
      await terminal.see(/max-tokens: 4096/);
      terminal.type('go\r');
      await terminal.see(() => models().length === 1);
      expect(models()).toEqual(['claude-sonnet-5-5']);
    } finally {
      await terminal.close();
    }
  });

  it('that is mistyped is named by the error of a model nobody knows', async () => {
    await run('profiles', 'set', 'work', 'aliases.sonnet=claude-sonnet-5-5');
    const { code, stderr } = await run('send', '-m', 'sonet', 'hi');
    expect(code).toBe(5);
    expect(stderr).toContain('sonnet');
  });
});

describe('a mistake', () => {
  it('that leads in a circle is refused by add', async () => {
    const add = await run('profiles', 'add', 'other', `base-url=${mock.url}`, 'auth=none', 'aliases.a=a');
    expect(add.code).toBe(3);
    expect(add.stderr.replace(/\s+/g, ' ')).toContain(
      'lead in a circle: a -> a. Nothing was added. Give one of them a model: aliases.a=MODEL',
    );
    expect((await run('profiles', 'show', 'other')).stderr).toContain('no profile');
  });

  it('that leads in a circle is refused by set, and told by every command where it stands in the file', async () => {
    const set = await run('profiles', 'set', 'work', 'aliases.a=b', 'aliases.b=a');
    expect(set.code).toBe(3);
    expect(set.stderr).toContain('lead in a circle: a -> b -> a');
    expect((await run('send', 'hi')).code).toBe(0);
    const file = join(home, 'config', 'config.json');
    const work = { baseUrl: mock.url, auth: 'none', model: 'm', aliases: { a: 'b', b: 'a' } };
    writeFileSync(file, JSON.stringify({ current: 'work', profiles: { work } }), { mode: 0o600 });
    const { code, stderr } = await run('send', 'hi');
    expect(code).toBe(3);
    expect(stderr.replace(/\s+/g, ' ')).toContain(
      'The short names of models in profile work lead in a circle: a -> b -> a. Next: msg profiles set work aliases.b=MODEL',
    );
    expect((await run('profiles', 'set', 'work', 'aliases.b=claude-haiku-5-5')).code).toBe(0);
    expect((await run('send', 'hi', '-m', 'a')).code).toBe(0);
  });

  it.each([
    ['aliases.1=m', 'cannot be a short name'],
    ['aliases.a b=m', 'There is no field "aliases.a b"'],
    ['aliases=m', 'There is no field "aliases"'],
    ['aliases.s=', 'sets nothing'],
    ['price.inputs=1', 'There is no field "price.inputs". Did you mean price.input'],
    ['price.input=much', 'price.input is a number from 0, not "much"'],
    ['price-factor=-1', 'price-factor is a number from 0, not "-1"'],
    ['price.currency=12', 'price.currency is a word such as USD or CNY, not "12"'],
  ])('%s is told', async (word, words) => {
    const { code, stderr } = await run('profiles', 'set', 'work', word);
    expect(code).toBe(2);
    expect(stderr.replace(/\s+/g, ' ')).toContain(words);
  });
});
