// The language of prompts: what is a variable, what is text, and what stands in their place.
import { describe, expect, it } from 'vitest';
import { filledText, variablesOf } from '../../../src/turn/prompts/placeholders.ts';
import fc from '../../fast-check.ts';

describe('variables', () => {
  it.each<[string, (string | [string, string])[]]>([
    ['nothing here', []],
    ['{{name}}', ['name']],
    ['{{ name }} and {{name}}', ['name']],
    ['{{b}} {{a}}', ['b', 'a']],
    ['{{language=English}}', [['language', 'English']]],
    ['{{ language = plain English }}', [['language', 'plain English']]],
    ['{{empty=}}', [['empty', '']]],
    ['{{lines=one\ntwo}}', [['lines', 'one\ntwo']]],
    ['{{a}} {{a=later}}', [['a', 'later']]],
    ['{{stdin}}', ['stdin']],
    ['{{a.b}} {{a-b}} {{_x1}}', ['a.b', 'a-b', '_x1']],
    // Text, as other languages of templates and code have it.
    ['\\{{name}}', []],
    ['{{#if x}} {{/if}} {{> part}} {{1}} {{a b}} {{}} {name}', []],
    ['{"a":{"b":{}}}', []],
  ])('of %j', (text, expected) => {
    expect(variablesOf(text)).toEqual(
      expected.map((one) =>
        typeof one === 'string' ? { name: one, preset: undefined } : { name: one[0], preset: one[1] },
      ),
    );
  });

  it('of several texts are those of all, each once', () => {
    expect(variablesOf('{{tone}}', '{{text}} {{tone=kind}}').map(({ name }) => name)).toEqual([
      'tone',
      'text',
    ]);
  });
});

describe('a filled text', () => {
  const filled = (text: string, values: Record<string, string>): string =>
    filledText(text, new Map(Object.entries(values)));

  it.each([
    ['{{a}}-{{ a }}-{{a=x}}', { a: '1' }, '1-1-1'],
    ['\\{{a}} {{a}}', { a: '1' }, '{{a}} 1'],
    ['\\{{#each}} stays {{#each}}', {}, '{{#each}} stays {{#each}}'],
    // What stands in a value is nobody's variable, and no pattern of a replacement.
    ['{{a}} {{b}}', { a: '{{b}} $& $1 \\{{', b: 'B' }, '{{b}} $& $1 \\{{ B'],
    ['a \\ b {{x}} \\n', { x: '' }, 'a \\ b  \\n'],
  ])('%j', (text, values, expected) => {
    expect(filled(text, values)).toBe(expected);
  });

  it('without braces is the text, whatever it is, and a value comes out whole', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (text, value) => {
        const plain = text.replaceAll('{{', '');
        expect(filled(plain, {})).toBe(plain);
        expect(filled('<{{value}}>', { value })).toBe(`<${value}>`);
      }),
    );
  });
});
