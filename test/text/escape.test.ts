import { expect, test } from 'vitest';
import { escapeMarkup } from '../../src/text/escape.ts';

test('nothing of a text begins a tag, an entity or the end of an attribute', () => {
  expect(escapeMarkup(`<a href="x" id='y'>&amp;</a>`)).toBe(
    '&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;amp;&lt;/a&gt;',
  );
});

test('line ends stay where they mean themselves, and are written where they would be read as spaces', () => {
  expect(escapeMarkup('a\nb\t"c"')).toBe('a\nb\t&quot;c&quot;');
  expect(escapeMarkup('a\r\nb\t"c"', /[&<>"\r\n\t]/g)).toBe('a&#13;&#10;b&#9;&quot;c&quot;');
});

test('other characters stay, whatever is asked for', () => {
  expect(escapeMarkup('模型 é', /./gu)).toBe('模型 é');
});
