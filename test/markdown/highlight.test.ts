// The grammars: each can be loaded and read, under its name.
import { expect, it } from 'vitest';
import { createHighlighter } from '../../src/markdown/highlight.ts';
import { grammars } from '../../src/markdown/highlight-languages.ts';

const highlighter = createHighlighter();

it.each(Object.keys(grammars))('knows %s', async (language) => {
  await highlighter.load(language);
  // A grammar that could not be loaded is known no longer.
  expect(highlighter.knows(language)).toBe(true);
  const line = '# "one" <two three="4"> { five: 6 } // seven';
  const pieces = highlighter.begin(language)?.(line);
  expect(pieces?.map(({ text }) => text).join('')).toBe(line);
});
