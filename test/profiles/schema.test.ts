// The check of config.json by hand: what each kind of setting takes, and what it does not.
import { describe, expect, it } from 'vitest';
import { matches, type Schema } from '../../src/profiles/schema.ts';
import { type KindValues, kinds } from '../../src/profiles/setting-kinds.ts';

const right: { readonly [K in keyof KindValues]: readonly KindValues[K][] } = {
  text: ['', 'words'],
  url: ['https://host'],
  scheme: ['x-api-key', 'bearer', 'both', 'none'],
  key: [
    { kind: 'env', name: 'KEY' },
    { kind: 'command', argv: ['pass', 'show', 'x'] },
    { kind: 'file', path: '/key' },
    { kind: 'keychain' },
    { kind: 'stored' },
  ],
  model: ['m'],
  count: [1, 4096],
  date: ['2023-06-01'],
  names: [[], ['one', 'two']],
  headers: [{}, { 'x-team': 'search', constructor: 'a name like any other' }],
  proxy: ['http://proxy'],
  file: ['/a.pem'],
  cache: ['5m', '1h', 'off'],
  aliases: [{}, { s: 'some-model' }],
  prices: [{}, { input: 0, output: 15.5, currency: 'CNY' }],
  factor: [0, 0.3, 2],
  wrapping: ['words', 'off'],
  onOff: ['on', 'off'],
};

const wrong: { readonly [K in keyof KindValues]: readonly unknown[] } = {
  text: [1, null, ['a'], {}],
  url: [true],
  scheme: ['', 'X-API-KEY', 'basic', null, ['bearer']],
  key: [
    'sk-123',
    null,
    [],
    {},
    { kind: 'other' },
    { kind: 'env' },
    { kind: 'env', name: '' },
    { kind: 'env', name: 1 },
    // What stands in the prototype is no field.
    Object.create({ kind: 'stored' }),
    { kind: 'command' },
    { kind: 'command', argv: [] },
    { kind: 'command', argv: 'pass' },
    { kind: 'command', argv: ['pass', 1] },
    { kind: 'file', path: '' },
  ],
  model: [1],
  count: [0, -1, 1.5, '1', Number.NaN, Number.POSITIVE_INFINITY],
  date: [2023],
  names: ['one', [1], { 0: 'one' }, null],
  headers: [[], ['a'], { 'x-team': 1 }, { 'x-team': null }, 'x-team: search'],
  proxy: [{}],
  file: [['/a.pem']],
  cache: ['', '5', true, 300],
  aliases: [[], 's', { s: '' }, { s: 1 }],
  prices: [3, [], { input: '3' }, { output: -1 }, { currency: 1 }, { currency: '' }],
  factor: ['0.3', -1, Number.NaN, Number.POSITIVE_INFINITY],
  wrapping: ['', 'on', true, null],
  onOff: ['', 'words', true, null],
};

describe.each(Object.keys(kinds) as (keyof KindValues)[])('a setting of the kind %s', (kind) => {
  it.each(right[kind].map((value) => [value]))('takes %j', (value) => {
    expect(matches(kinds[kind].schema, value)).toBe(true);
  });
  it.each(wrong[kind].map((value) => [value]))('does not take %j', (value) => {
    expect(matches(kinds[kind].schema, value)).toBe(false);
  });
});

it('lets fields be that no schema names, and asks for those it requires', () => {
  const schema: Schema = {
    type: 'object',
    required: ['a'],
    properties: { a: { type: 'string' }, b: { type: 'integer', minimum: 3 } },
  };
  expect(matches(schema, { a: 'x', c: [] })).toBe(true);
  expect(matches(schema, { a: 'x', b: 3 })).toBe(true);
  expect(matches(schema, { a: 'x', b: 2 })).toBe(false);
  expect(matches(schema, { b: 3 })).toBe(false);
});
