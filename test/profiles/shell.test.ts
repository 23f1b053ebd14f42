import { describe, expect, test } from 'vitest';
import { environmentText, likelyShell, shells } from '../../src/profiles/shell.ts';
import fc from '../fast-check.ts';

const variables = { A: `it's "50%" $HOME \u2019 \\`, B: null };

describe('environmentText', () => {
  test.each([
    ['bash', `export A='it'\\''s "50%" $HOME \u2019 \\'\nunset B\n`],
    ['zsh', `export A='it'\\''s "50%" $HOME \u2019 \\'\nunset B\n`],
    ['fish', `set -gx A 'it\\'s "50%" $HOME \u2019 \\\\'\nset -gx B; set -e B\n`],
    // PowerShell takes a curly quote for the end of the text: it is doubled like a straight one.
    [
      'powershell',
      `$env:A = 'it''s "50%" $HOME \u2019\u2019 \\'\nRemove-Item Env:B -ErrorAction SilentlyContinue\n`,
    ],
    ['dotenv', `A="it's \\"50%\\" \\$HOME \u2019 \\\\"\nB=\n`],
  ] as const)('%s', (shell, text) => {
    expect(environmentText(variables, shell)).toBe(text);
  });

  test('json keeps null, cmd doubles the percent sign', () => {
    expect(JSON.parse(environmentText(variables, 'json'))).toEqual(variables);
    expect(environmentText({ A: 'a%b', B: null }, 'cmd')).toBe('set "A=a%%b"\nset "B="\n');
  });

  test('cmd refuses what it cannot set rather than set something else', () => {
    expect(() => environmentText({ A: 'say "hi"' }, 'cmd')).toThrow('cmd cannot set');
    expect(() => environmentText({ A: 'two\nlines' }, 'cmd')).toThrow('cmd cannot set');
  });

  test('PowerShell: no text can end the quotes', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const line = environmentText({ A: text }, 'powershell').slice("$env:A = '".length, -2);
        expect(line.replace(/(['\u2018\u2019\u201a\u201b])\1/g, '')).not.toMatch(
          /['\u2018\u2019\u201a\u201b]/,
        );
      }),
    );
  });
});

test.each([
  [{ SHELL: '/usr/bin/fish' }, 'linux', 'fish'],
  [{ SHELL: '/bin/zsh' }, 'darwin', 'zsh'],
  [{ SHELL: '/bin/dash' }, 'linux', 'bash'],
  [{ SHELL: '/usr/bin/pwsh' }, 'linux', 'powershell'],
  [{}, 'win32', 'powershell'],
  [{ SHELL: 'C:\\Program Files\\Git\\usr\\bin\\bash.exe' }, 'win32', 'bash'],
] as const)('likelyShell(%j, %s) is %s', (env, platform, shell) => {
  expect(likelyShell(env, platform)).toBe(shell);
  expect(shells).toContain(shell);
});
