// The line editor on a real terminal: what reads, signals and the shell do. What keys do is tested in test/terminal.
import { afterEach, beforeAll, expect, test } from 'vitest';
import { bundleFor, openTerminal, type TestTerminal } from './terminal.ts';

const pasted = (text: string): string => `\x1b[200~${text}\x1b[201~`;
const left = '\x1b[D';
const control = (letter: string): string => String.fromCharCode(letter.charCodeAt(0) - 96);

let host: string;
let terminal: TestTerminal;
beforeAll(() => {
  host = bundleFor('test/pty/prompt-host.ts');
});
afterEach(() => terminal.close());

/** A prompt with a history (oldest first), ready for input. */
async function open(
  options: { history?: string[]; columns?: number; rows?: number; env?: Record<string, string> } = {},
): Promise<void> {
  terminal = openTerminal([process.execPath, host], {
    ...options,
    env: { HISTORY: JSON.stringify(options.history ?? []), ...options.env },
  });
  await terminal.see('>');
}
const got = (text: string): string => `got ${JSON.stringify(text)}`;
/** The same where several lines came at once. */
const pasting = (text: string): string => `pasted ${JSON.stringify(text)}`;

test('a paste of 10 MB arrives whole', async () => {
  await open();
  const megabytes = 'x'.repeat(99).concat('\n').repeat(100_000).concat('end');
  terminal.type(pasted(megabytes));
  await terminal.see('[pasted 100001 lines]');
  terminal.type('\r');
  await terminal.see(`pasted ${megabytes.length} characters, 100001 lines`);
});

test('a terminal without a width counts as 80 columns', async () => {
  terminal = openTerminal(['/bin/bash', '-c', `stty cols 0; exec '${process.execPath}' '${host}'`]);
  await terminal.see('>');
  terminal.type(`${'a'.repeat(100)}${left.repeat(100)}b`);
  await terminal.see(`> b${'a'.repeat(77)}\n${'a'.repeat(23)}`);
  terminal.type('\r');
  await terminal.see(`got "b${'a'.repeat(74)}`);
});

test('lines in one read are one paste where a terminal marks none', async () => {
  await open();
  terminal.type('one\rtwo\r\n  three');
  await terminal.see('> one\ntwo\n  three');
  terminal.type('!\r');
  await terminal.see(pasting('one\ntwo\n  three!'));
});

test('a long paste without marks is one placeholder', async () => {
  await open();
  terminal.type('some line of text\r'.repeat(3_000));
  await terminal.see('> [pasted 3000 lines]');
  terminal.type('\r');
  await terminal.see('pasted 54000 characters');
});

test('Ctrl-D ends on an empty line and deletes in a text', async () => {
  await open();
  terminal.type(`ab${left}${control('d')}\r`);
  await terminal.see(got('a'));
  terminal.type(control('d'));
  expect(await terminal.ended).toEqual({ exitCode: 0, signal: 0 });
  expect(terminal.text()).toContain('bye');
  expectRestored();
});

test.each(['SIGTERM', 'SIGHUP'] as const)('%s gives the terminal back', async (name) => {
  await open();
  terminal.type('half a text');
  await terminal.see('half a text');
  terminal.signal(name);
  const { signal } = await terminal.ended;
  expect(signal).toBe(name === 'SIGTERM' ? 15 : 1);
  expectRestored();
});

test('a terminal that vanishes ends the program, without an abort', async () => {
  await open();
  terminal.vanish();
  expect((await terminal.ended).signal).toBe(1);
});

test('an uncaught error gives the terminal back', async () => {
  await open();
  terminal.type('throw\r');
  const { exitCode } = await terminal.ended;
  expect(exitCode).toBe(1);
  expectRestored();
});

test('Ctrl-Z gives the terminal to the shell, and fg brings the text back', async () => {
  terminal = openTerminal(['/bin/bash', '--norc', '-i'], { env: { PS1: 'shell$ ' } });
  await terminal.see('shell$');
  terminal.type(`'${process.execPath}' '${host}'\r`);
  await terminal.see('\n>');
  terminal.type(`half${control('z')}`);
  await terminal.see('Stopped');
  terminal.type('stty -a | grep -o " -\\?icanon"\r');
  await terminal.see('\n icanon');
  terminal.type('fg\r');
  await terminal.see((text) => text.endsWith('> half'));
  terminal.type(' done\r');
  await terminal.see(got('half done'));
});

function expectRestored(): void {
  const output = terminal.output();
  expect(output.lastIndexOf('\x1b[?2004l')).toBeGreaterThan(output.lastIndexOf('\x1b[?2004h'));
  expect(output).toContain('\x1b[?25h');
}
