// What `msg doctor` examines, and whether its remedies, pasted as they are, examine and cure the same.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startMock } from '../../src/mock/index.ts';
import { reportIn } from './report.ts';
import { runMsg } from './run-msg.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'msg-doctor-target-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

it('offers to change a profile only when the address examined is its own', async () => {
  const env = { K: 'sk-test-canary-0123456789abcdef' };
  const add = [
    'profiles',
    'add',
    'work',
    '--base-url',
    'http://127.0.0.1:9',
    '--key-env',
    'K',
    '--model',
    'm',
  ];
  expect((await runMsg(add, { home, env })).code).toBe(0);
  const options = { home, env, mock: { auth: 'bearer' as const, key: env.K } };
  const other = await runMsg(['doctor', '{url}', '--api-key-env', 'K', '--free'], options);
  expect(other.code).toBe(10);
  expect(other.stdout).not.toContain('msg profiles set');
});

/** The commands of a report's root cause, as a shell would split them. */
function remedyOf(stdout: string): string[][] {
  const { commands } = reportIn(stdout).rootCause?.remedy ?? { commands: [] };
  return commands.map((command) => command.split(' ').map((word) => word.replace(/^'(.*)'$/, '$1')));
}

it('repeats in its remedy what the command line said, so that the remedy works when it is pasted', async () => {
  const key = 'sk-test-canary-0123456789abcdef';
  const flags = ['--api-key-env', 'K', '-m', 'mock-1', '--auth', 'bearer', '--free'];
  const options = { home, env: { K: key }, on: await startMock({ auth: 'bearer', key }) };
  const first = await runMsg(
    ['doctor', `${options.on.url}/v1/chat/completions`, ...flags, '--format', 'json'],
    options,
  );
  const [command] = remedyOf(first.stdout);
  expect(command).toEqual([
    'msg',
    'doctor',
    options.on.url,
    ...['--api-key-env', 'K', '--auth', 'bearer', '-m', 'mock-1', '--free'],
  ]);
  const second = await runMsg(command?.slice(1) ?? [], options);
  await options.on.close();
  expect(second).toMatchObject({ code: 0, stdout: expect.stringMatching(/^healthy/) });
});

it('says where a key belongs that it does not send, and how to send it on purpose', async () => {
  const key = 'sk-test-canary-0123456789abcdef';
  const options = { home, env: { ANTHROPIC_API_KEY: key }, on: await startMock({ key }) };
  const first = await runMsg(['doctor', options.on.url, '--free', '--format', 'json'], options);
  const report = reportIn(first.stdout);
  expect(report.rootCause).toMatchObject({
    id: 'key.missing',
    summary: expect.stringContaining('ANTHROPIC_API_KEY belongs to api.anthropic.com'),
  });
  const second = await runMsg(remedyOf(first.stdout)[0]?.slice(1) ?? [], options);
  await options.on.close();
  expect(second.code).toBe(0);
});

it.each([
  [{}, ['API_KEY'], ['--api-key-env', 'API_KEY']],
  [{ MSG_BASE_URL: 'url' }, ['MSG_API_KEY'], []],
  [{ ANTHROPIC_BASE_URL: 'url' }, ['ANTHROPIC_API_KEY'], []],
] as const)('names a variable whose key reaches the address (%o)', async (place, [variable], flags) => {
  const key = 'sk-test-canary-0123456789abcdef';
  const server = await startMock({ key });
  const env = Object.fromEntries(Object.keys(place).map((name) => [name, server.url]));
  const target = Object.keys(place).length === 0 ? [server.url] : [];
  const first = await runMsg(['doctor', ...target, '--free', '--format', 'json'], { home, env, on: server });
  const [save, again] = remedyOf(first.stdout);
  expect(save?.join(' ')).toBe(`read -rs ${variable} && export ${variable}`);
  expect(again?.slice(-flags.length || undefined)).toEqual(flags.length > 0 ? [...flags] : again);
  const second = await runMsg(again?.slice(1) ?? [], { home, env: { ...env, [variable]: key }, on: server });
  await server.close();
  expect(second.code).toBe(0);
});

it.each([
  ['ANTHROPIC_BASE_URL=https://h.example/x', 'https://h.example/x'],
  ['https//h.example', 'https://h.example'],
  ['https:/h.example', 'https://h.example'],
])('finds the URL in %s', async (text, url) => {
  const run = await runMsg(['doctor', '--base-url', text, '--free', '--format', 'json'], { home });
  expect(reportIn(run.stdout).rootCause?.id).toBe('url.syntax');
  expect(remedyOf(run.stdout)[0]).toEqual(['msg', 'doctor', url, '--free']);
});

it('shows the form of a URL as an example where the text holds none', async () => {
  const run = await runMsg(['doctor', '--base-url', '$ANTHROPIC_BASE_URL', '--free', '--format', 'json'], {
    home,
  });
  const remedy = reportIn(run.stdout).rootCause?.remedy;
  expect(remedy?.commands).toEqual([]);
  expect(remedy?.examples).toEqual(['msg doctor https://HOST --free']);
});

it('prints JSON for --json, as the other commands do', async () => {
  const run = await runMsg(['doctor', '--free', '--json'], { home });
  expect(reportIn(run.stdout).schemaVersion).toBe(1);
  expect((await runMsg(['doctor', '--json', '--format', 'md'], { home })).code).toBe(2);
});

it('says in words why a report cannot be written', async () => {
  const run = await runMsg(['doctor', '--free', '-o', '/gone/report.md'], { home });
  expect(run).toMatchObject({ code: 3, stdout: '' });
  expect(run.stderr).toContain(
    'Cannot write /gone/report.md (--output): there is no such file or directory.',
  );
});

it('asks for the variable a profile names, when it is not set', async () => {
  const key = 'sk-test-canary-0123456789abcdef';
  const server = await startMock({ key });
  const add = ['profiles', 'add', 'work', '--base-url', server.url, '--key-env', 'WORK_KEY', '--model', 'm'];
  expect((await runMsg(add, { home, env: {} })).code).toBe(0);
  const first = await runMsg(['doctor', 'work', '--free', '--format', 'json'], { home, env: {}, on: server });
  expect(reportIn(first.stdout).rootCause).toMatchObject({
    id: 'key.missing',
    summary: expect.stringContaining('The variable WORK_KEY, which should hold the key'),
    remedy: { commands: ['read -rs WORK_KEY && export WORK_KEY', 'msg doctor work --free'] },
  });
  const env = { WORK_KEY: key };
  const second = await runMsg(['doctor', 'work', '--free'], { home, env, on: server });
  await server.close();
  expect(second.code).toBe(0);
});
