// What `msg profiles test` says below its table.
import { expect, it } from 'vitest';
import { troublesText } from '../../src/profiles/profile-tests-text.ts';
import { plainTheme } from '../../src/text/theme.ts';

const row = {
  name: 'work',
  isDone: true,
  trouble: '401 from gw.example: the key from GW_KEY was refused',
  hint: 'It was sent as x-api-key; if this endpoint wants the other header: --auth bearer.',
};

it('breaks between words on a terminal, and nowhere in a pipe', () => {
  expect(troublesText([row], plainTheme, 40)).toBe(
    `
work: 401 from gw.example: the key from
  GW_KEY was refused
  It was sent as x-api-key; if this
  endpoint wants the other header:
  --auth bearer.
`,
  );
  expect(troublesText([row], plainTheme, Number.POSITIVE_INFINITY)).toBe(
    `\nwork: ${row.trouble}\n  ${row.hint}\n`,
  );
});

it('says nothing where all is well', () => {
  expect(troublesText([{ name: 'work', isDone: true }], plainTheme, 80)).toBe('');
});
