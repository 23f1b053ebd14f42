import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { commandLines } from '../../src/text/command-lines.ts';

const command = `printf %s\\n -H 'x-a: b  c' --name "two  words" --long-option value -v https://host.example/a/long/path`;

it('leaves a command that fits as it is', () => {
  expect(commandLines(command, 200)).toEqual([command]);
});

it('keeps an option and its value, and what is quoted, together', () => {
  expect(commandLines(`msg doctor https://host --api-key-env KEY -m 'a b'`, 30)).toEqual([
    'msg doctor https://host \\',
    "  --api-key-env KEY -m 'a b'",
  ]);
});

it.each([20, 40, 60])('says the same to a shell on %i columns', (columns) => {
  const lines = commandLines(command, columns);
  expect(lines.length).toBeGreaterThan(1);
  const printed = (text: string): string => execFileSync('sh', ['-c', text], { encoding: 'utf8' });
  expect(printed(lines.join('\n'))).toBe(printed(command));
});
