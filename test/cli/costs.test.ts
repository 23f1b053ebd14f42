// What answers cost: by the prices of the profile they were asked with, in every place that tells it, or not at all.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Mock, type Script, startMock, streamReply } from '../../src/mock/index.ts';
import { openMsg } from '../msg-terminal.ts';
import { type Run, runMsg } from './run-msg.ts';

let home: string;
let mock: Mock;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'msg-costs-'));
});
afterEach(async () => {
  await mock.close();
  rmSync(home, { recursive: true, force: true });
});

const run = (...argv: string[]): Promise<Run> => runMsg(argv, { home, on: mock, env: {} });
const thousand = (text: string, model = 'claude-sonnet-5-5'): Script =>
  streamReply({
    model,
    content: [{ type: 'text', text }],
    usage: { input_tokens: 1_000, output_tokens: 100 },
  });

/** Three profiles at one host: with prices, with a part of the list, and without either. */
async function open(replies: Script[]): Promise<void> {
  mock = await startMock({ replies });
  for (const name of ['priced', 'part', 'bare'])
    await run(
      'profiles',
      'add',
      name,
      '--base-url',
      mock.url,
      '--auth',
      'none',
      '--model',
      'claude-sonnet-5-5',
    );
  await run('profiles', 'set', 'priced', 'price.input=2000', 'price.output=10000', 'price.currency=cny');
  await run('profiles', 'set', 'part', 'price-factor=500');
}

describe('the line of an answer', () => {
  it('has the cost where the profile has a price, and none where it has not', async () => {
    await open([thousand('a'), thousand('b'), thousand('c'), thousand('d')]);
    const tokens = '1000 in + 100 out tokens';
    expect((await run('send', '-P', 'priced', '-u', 'hi')).stderr).toBe(`${tokens} · est. 3.00 CNY\n`);
    expect((await run('send', '-P', 'part', '-u', 'hi')).stderr).toBe(`${tokens} · est. $1.50\n`);
    expect((await run('send', '-P', 'bare', '-u', 'hi')).stderr).toBe(`${tokens}\n`);
    expect((await run('send', '-P', 'bare', '--stats', 'hi')).stderr).not.toContain('est.');
  });

  it('has none at another host than that of the profile', async () => {
    await open([]);
    const other = await startMock({ replies: [thousand('x')] });
    try {
      const { code, stderr } = await run('send', '-P', 'priced', '-u', '--base-url', other.url, 'hi');
      expect(code).toBe(0);
      expect(stderr).not.toContain('est.');
    } finally {
      await other.close();
    }
  });

  it('has none where a kind of tokens has no price', async () => {
    const usage = { input_tokens: 1, output_tokens: 1, cache_read_input_tokens: 5 };
    await open([streamReply({ content: [{ type: 'text', text: 'x' }], usage })]);
    expect((await run('send', '-P', 'priced', '-u', 'hi')).stderr).not.toContain('est.');
  });
});

it('is a fact of the turn in the forms for programs, where there is a price', async () => {
  await open([thousand('a'), thousand('b'), thousand('c')]);
  const cost = { amount: 3, currency: 'CNY' };
  const json = await run('send', '-P', 'priced', '-o', 'json', 'hi');
  expect(JSON.parse(json.stdout)).toMatchObject({ msg: { cost } });
  const events = await run('send', '-P', 'priced', '-o', 'stream-json', 'hi');
  expect(JSON.parse(events.stdout.trimEnd().split('\n').at(-1) ?? '')).toMatchObject({
    type: 'msg.result',
    cost,
  });
  const bare = await run('send', '-P', 'bare', '-o', 'json', 'hi');
  expect(JSON.parse(bare.stdout).msg).not.toHaveProperty('cost');
});

it('a chat adds up what each profile took, in its currency, and says what has no price', async () => {
  await open([thousand('One.'), thousand('Two.'), thousand('Three.')]);
  const terminal = openMsg(['chat', '-P', 'priced', '-u'], { working: home, env: {}, columns: 120 });
  const enter = async (line: string, shows: string | RegExp): Promise<void> => {
    terminal.type(`${line}\r`);
    await terminal.see(shows);
    await terminal.see(/▸$/);
  };
  try {
    await terminal.see(/▸$/);
    await enter('one', '1000 in + 100 out tokens · est. 3.00 CNY');
    await enter('/usage', '1 answer · 1,000 tokens in, 100 out · est. 3.00 CNY');
    await enter('/profile part', 'now talking to');
    await enter('two', 'est. $1.50');
    await enter('/profile bare', /profile bare/);
    await enter('three', 'Three.');
    await enter('/usage', /3,000 tokens in, 300 out · est\. 3\.00 CNY \+ \$1\.50, 1 answer without a price/);
  } finally {
    await terminal.close();
  }
});

it('what a summary took is kept, and counts', async () => {
  await open([thousand('One.'), thousand('Two.'), thousand('A summary.')]);
  const terminal = openMsg(['chat', '-P', 'priced'], { working: home, env: {}, columns: 120 });
  try {
    await terminal.see(/▸$/);
    terminal.type('one\r');
    await terminal.see(/One\.[\s\S]*▸$/);
    terminal.type('two\r');
    await terminal.see(/Two\.[\s\S]*▸$/);
    terminal.type('/compact\r');
    await terminal.see(/\[y\/N\]/);
    terminal.type('y\r');
    await terminal.see(/messages summarised/);
  } finally {
    await terminal.close();
  }
  const { total } = JSON.parse((await run('sessions', 'usage', '--json')).stdout);
  expect(total).toMatchObject({
    answers: 3,
    costs: [{ amount: 9, currency: 'CNY' }],
    answers_without_price: 0,
  });
});

describe('msg sessions usage', () => {
  const rows = (text: string): string[] =>
    text
      .trimEnd()
      .split('\n')
      .map((row) => row.replace(/ {2,}/g, ' | '));

  it('adds up kept answers by profile, model and day; taken back ones were paid for too', async () => {
    await open([thousand('a'), thousand('b', 'other-model'), thousand('c'), thousand('d')]);
    await run('send', '-P', 'priced', '--session', 'one', 'hi');
    await run('send', '-P', 'priced', '--session', 'one', 'hi');
    await run('send', '-P', 'part', '--session', 'two', 'hi');
    await run('send', '-P', 'bare', '--session', 'two', 'hi');
    expect(rows((await run('sessions', 'usage')).stdout)).toEqual([
      'PROFILE | ANSWERS | TOKENS IN | FROM CACHE | TO CACHE | OUT | EST. COST',
      'priced | 2 | 2,000 | 0 | 0 | 200 | 6.00 CNY',
      'part | 1 | 1,000 | 0 | 0 | 100 | $1.50',
      'bare | 1 | 1,000 | 0 | 0 | 100 | no price',
      'all | 4 | 4,000 | 0 | 0 | 400 | 6.00 CNY + $1.50, 1 without a price',
    ]);
    expect(rows((await run('sessions', 'usage', '--by', 'model')).stdout).slice(1, 3)).toEqual([
      'claude-sonnet-5-5 | 3 | 3,000 | 0 | 0 | 300 | 3.00 CNY + $1.50, 1 without a price',
      'other-model | 1 | 1,000 | 0 | 0 | 100 | 3.00 CNY',
    ]);
    expect(rows((await run('sessions', 'usage', 'one', '--by', 'day')).stdout)[1]).toMatch(
      /^\d{4}-\d{2}-\d{2} \| 2 \| 2,000 .* 6\.00 CNY$/,
    );
    const json = JSON.parse((await run('sessions', 'usage', '--json')).stdout);
    expect(json.profile[1]).toEqual({
      profile: 'part',
      answers: 1,
      input_tokens: 1_000,
      cache_read_input_tokens: 0,
      cache_creation_input_tokens: 0,
      output_tokens: 100,
      costs: [{ amount: 1.5, currency: 'USD' }],
      answers_without_price: 0,
    });
    expect(json.total).toMatchObject({ answers: 4, answers_without_price: 1 });
  });

  it('has no price for a profile that leads elsewhere now, or is gone', async () => {
    await open([thousand('a'), thousand('b')]);
    await run('send', '-P', 'priced', '--session', 'one', 'hi');
    await run('send', '-P', 'part', '--session', 'two', 'hi');
    await run('profiles', 'set', 'priced', 'base-url=https://elsewhere.example');
    await run('profiles', 'rm', 'part', '--yes');
    const { code, stdout } = await run('sessions', 'usage');
    expect(code).toBe(0);
    expect(stdout).not.toMatch(/CNY|\$/);
    expect(stdout.match(/no price/g)).toHaveLength(3);
  });

  it('counts what a copy has in common with its source once, and a summary with what it took', async () => {
    await open([]);
    const at = '2026-11-30T12:00:00.000Z';
    const madeBy = { model: 'm', endpoint: 'https://a.example', context: '' };
    const usage = { input_tokens: 7, output_tokens: 1 };
    const turn = { type: 'turn', at, message: { role: 'assistant', content: [] }, madeBy, usage };
    const rewind = { type: 'rewind', at, keep: 0, turns: [], paid: { madeBy, usage } };
    const header = { type: 'session', version: 1, created: at };
    const write = (id: string, ...lines: object[]): void =>
      writeFileSync(
        join(home, 'state', 'sessions', `${id}.jsonl`),
        lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
      );
    // The folder is there as soon as there is a session.
    await run('send', '-P', 'bare', '--session', 'first', 'hi');
    await run('sessions', 'rm', 'first');
    write('20261130-120000-0001', { ...header, id: '20261130-120000-0001' }, turn, turn, rewind);
    write(
      '20261130-120000-0002',
      { ...header, id: '20261130-120000-0002', forkedFrom: '20261130-120000-0001' },
      turn,
      turn,
      rewind,
      { ...turn, at: '2026-11-30T13:00:00.000Z' },
    );
    const { total } = JSON.parse((await run('sessions', 'usage', '--json')).stdout);
    expect(total).toMatchObject({ answers: 4, input_tokens: 28 });
  });

  it('says so where nothing is kept', async () => {
    await open([]);
    const { code, stdout, stderr } = await run('sessions', 'usage');
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(stderr).toContain('No kept answer says what it took. Next: msg chat');
  });
});

it('a resumed chat tells what it took itself, and what the session took', async () => {
  await open([thousand('One.'), thousand('Two.')]);
  const chat = async (question: string, ...argv: string[]): Promise<string> => {
    const terminal = openMsg(['chat', '-P', 'priced', ...argv], { working: home, env: {}, columns: 120 });
    try {
      await terminal.see(/▸$/);
      terminal.type(`${question}\r`);
      await terminal.see(/\.\s+▸$/);
      terminal.type('/usage\r');
      await terminal.see(/est\.[^\n]*\s+▸$/);
      return terminal.text();
    } finally {
      await terminal.close();
    }
  };
  expect(await chat('one')).not.toContain('the session:');
  const text = await chat('two', '-c');
  expect(text).toContain('this chat: 1 answer · 1,000 tokens in, 100 out · est. 3.00 CNY');
  expect(text).toContain('the session: 2 answers · 2,000 tokens in, 200 out · est. 6.00 CNY');
});
