import { expect, it } from 'vitest';
import { textWidth } from '../../src/text/width.ts';

it.each([
  ['', 0],
  ['plain', 5],
  ['日本語', 6],
  ['한글', 4],
  ['ｆｕｌｌ', 8],
  ['é', 1],
  ['e\u0301', 1],
  ['नमस्ते', 3],
  ['✅ done', 7],
  ['⚠️', 2],
  ['👍🏽', 2],
  ['👨‍👩‍👧‍👦', 2],
  ['🇩🇪🇯🇵', 4],
  ['│─', 2],
  ['a\u200bb', 2],
])('%s takes %i columns', (text, width) => expect(textWidth(text)).toBe(width));
