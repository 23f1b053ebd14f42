// What Tab offers.
import { expect, test } from 'vitest';
import { type Candidates, completions } from '../../src/chat/run/completer.ts';

const candidates: Candidates = {
  model: async () => ['claude-a', 'claude-b', 'gpt'],
  profile: async () => ['work', 'home'],
  session: async () => ['notes'],
  prompt: async () => ['review ', 'review language='],
  path: async (begun) => [`${begun}le.txt`, 'other'],
};

test.each<[string, string[], string]>([
  ['/mo', ['/model '], '/mo'],
  ['/e', ['/edit', '/export ', '/exit'], '/e'],
  ['/model cl', ['claude-a', 'claude-b'], 'cl'],
  ['/profile ', ['work', 'home'], ''],
  ['/raw o', ['on', 'off'], 'o'],
  ['/set te', ['temperature '], 'te'],
  ['/help mo', ['model'], 'mo'],
  ['/re', ['/retry', '/resume '], '/re'],
  ['/reg', ['/regenerate'], '/reg'],
  ['/l', ['/load '], '/l'],
  ['/help qu', ['quit'], 'qu'],
  ['/resume n', ['notes'], 'n'],
  ['/t rev', ['review ', 'review language='], 'rev'],
  ['/t review la', ['review language='], 'review la'],
  ['/attach a.txt fi', ['file.txt'], 'fi'],
  ['/attach my\\ fi', ['my\\ file.txt'], 'my\\ fi'],
  ['hello /mo', [], 'hello /mo'],
  ['//mo', [], '//mo'],
  ['/nothing x', [], '/nothing x'],
])('%j', async (text, offered, replaced) => {
  const [found, part] = await completions(text, candidates);
  expect([...found].sort()).toEqual([...offered].sort());
  expect(part).toBe(replaced);
});
