import { describe, expect, it } from 'vitest';
import { answerTo, type Prompt } from '../../src/mock/answer.ts';
import { sampleOf } from '../../src/mock/compose.ts';
import { words } from '../../src/mock/replies.ts';

const answer = (text: string, more: Partial<Prompt> = {}): string =>
  answerTo({
    text,
    system: undefined,
    model: 'mock-1',
    maxTokens: 4096,
    turn: 1,
    before: undefined,
    picture: '',
    document: '',
    attachments: [],
    toolResults: [],
    ...more,
  });

describe('the answer', () => {
  it('tells what arrived, and what to try next', () => {
    expect(answer('hello', { system: 'Be brief.', attachments: ['image'] })).toMatch(
      /^# Hello\n\nNo model is behind this answer\.[^\n]*\n\n## What arrived\n\n- \*\*Prompt:\*\* 1 word, 5 characters\n- \*\*Model asked for:\*\* `mock-1`\n- \*\*System prompt:\*\* “Be brief\.”\n- \*\*Limit:\*\* 4096 output tokens\n- \*\*Attached:\*\* image\n\n## What to try next\n\n```sh\nmsg send/,
    );
  });

  it.each([
    ['show me a table of two', '| 6 | two | 3 |'],
    ['some code please', 'console.log(words.length); // 3'],
    ['a list of steps', '1. **a**\n   - begins with `a`'],
    ['quote me', '> quote me'],
  ])('to %j has the thing asked for', (text, part) => {
    expect(answer(text)).toContain(part);
  });

  it('remembers the turn before', () => {
    expect(answer('and now?', { turn: 2, before: 'hello' })).toContain(
      '- **Turn:** 2; before this you said “hello”',
    );
  });

  it('counts when asked to, and says nothing else', () => {
    expect(answer('Count from 1 to 4, one per line.')).toBe('1\n2\n3\n4');
  });

  it('keeps long prompts out of its title and its code', () => {
    const [title] = answer(`${'word '.repeat(100)}code`).split('\n');
    expect(title).toHaveLength(2 + 60);
  });
});

describe('what counts as a token', () => {
  it.each(['', ' ', 'a', ' a  b\n', 'x'.repeat(40), '日本語の文章です。', 'a🙂'.repeat(20)])(
    '%j joins to itself again',
    (text) => {
      expect(words(text).join('')).toBe(text);
    },
  );
  it('never cuts a character', () => {
    expect(words('🙂'.repeat(13)).map((word) => word.length)).toEqual([24, 2]);
  });
});

describe('a sample', () => {
  it('follows references, choices and constants', () => {
    const schema = {
      $defs: {
        Item: {
          type: 'object',
          properties: { kind: { const: 'book' }, on: { type: 'string', format: 'date' } },
        },
      },
      type: 'object',
      properties: {
        items: { type: 'array', minItems: 2, items: { $ref: '#/$defs/Item' } },
        note: { anyOf: [{ type: 'null' }, { type: 'string' }] },
        isNew: { type: 'boolean' },
      },
    };
    const item = { kind: 'book', on: '2026-01-31' };
    expect(sampleOf(schema, 'text')).toEqual({ items: [item, item], note: null, isNew: true });
  });

  it('of a schema that contains itself ends', () => {
    const schema = { type: 'object', properties: { child: { $ref: '#' } } };
    expect(JSON.stringify(sampleOf(schema, 'text')).length).toBeLessThan(200);
  });
});
