import { expect, test } from 'vitest';
import { pairsText, tableText } from '../../src/text/table.ts';
import { plainTheme } from '../../src/text/theme.ts';
import { textWidth } from '../../src/text/width.ts';

const columns = [
  { title: 'NAME', rank: 1 },
  { title: 'PLACE', rank: 2 },
  { title: 'EMPTY', rank: 3 },
  { title: 'MORE', rank: 4 },
];
const rows = [
  [
    { text: 'one' },
    { text: 'https://a-rather-long-host-name.example.com/with/path' },
    { text: '' },
    { text: 'detail' },
  ],
  [{ text: '二' }, { text: 'short' }, { text: '' }, { text: '' }],
];
const lines = (width: number) => tableText(columns, rows, plainTheme, width).trimEnd().split('\n');

test('with room enough everything is there, but columns nobody fills', () => {
  expect(lines(Number.POSITIVE_INFINITY)).toEqual([
    'NAME  PLACE                                                  MORE',
    'one   https://a-rather-long-host-name.example.com/with/path  detail',
    '二    short',
  ]);
});

test('long cells are cut first, then columns go, least important first', () => {
  expect(lines(50)[1]).toBe('one   https://a-rather-long-host-name.exa…  detail');
  expect(lines(30)[1]).toBe('one   https://a-rather-long-h…');
  expect(lines(30)[0]).toBe('NAME  PLACE');
});

test('what must stay whole is cut last', () => {
  const named = [
    { title: 'ID', rank: 1, isWhole: true },
    { title: 'TEXT', rank: 1 },
  ];
  const cells = [[{ text: '20261121-154217-073b' }, { text: 'a short text' }]];
  const row = (width: number) => tableText(named, cells, plainTheme, width).split('\n')[1];
  expect(row(30)).toBe('20261121-154217-073b  a short…');
  expect(row(24)).toBe('20261121-154217…  a sho…');
});

test.each([20, 30, 44, 50, 66, 80])('no line is wider than %i', (width) => {
  for (const line of lines(width)) expect(textWidth(line)).toBeLessThanOrEqual(width);
});

test('wide characters are cut by columns, not by count', () => {
  const [, line = ''] = tableText(
    [{ title: '', rank: 1 }],
    [[{ text: '漢字漢字漢字漢字' }]],
    plainTheme,
    9,
  ).split('\n');
  expect([line, textWidth(line)]).toEqual(['漢字漢字…', 9]);
});

test.each([
  [60, ['name  work', 'url   https://host.example/v1/messages  from profile work']],
  [52, ['name  work', 'url   https://host.example/v1/messages  from profile', '      work']],
  [36, ['name  work', 'url', '  https://host.example/v1/messages', '  from profile work']],
])(
  'a value that is too long goes on under itself, an address below its label: %i columns',
  (width, expected) => {
    const pairs = [
      ['name', 'work'],
      ['url', [{ text: 'https://host.example/v1/messages' }, { text: 'from profile work', style: 'dim' }]],
    ] as const;
    expect(pairsText(pairs, plainTheme, width).trimEnd().split('\n')).toEqual(expected);
  },
);

test('the text of a value that fits is not touched', () => {
  expect(pairsText([['system', 'two  spaces   kept']], plainTheme)).toBe('system  two  spaces   kept\n');
});

test('behind a bullet or a number, text goes on under text', () => {
  const pairs = [['mind', [{ text: '•' }, { text: 'one two three four' }]]] as const;
  expect(pairsText(pairs, plainTheme, 20)).toBe('mind  •  one two\n         three four\n');
});
