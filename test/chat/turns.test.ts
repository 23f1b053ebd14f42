// What of a conversation is sent, and to whom.
import { expect, test } from 'vitest';
import { contextTokens, droppedThinking, type Maker, sendable, type Turn } from '../../src/chat/turns.ts';
import type { ContentBlock } from '../../src/messages/types.ts';

const here: Maker = { model: 'm', endpoint: 'https://a', context: '' };
const thinking: ContentBlock = { type: 'thinking', thinking: 'hm', signature: 's' };
const redacted: ContentBlock = { type: 'redacted_thinking', data: 'x' };
const said: ContentBlock = { type: 'text', text: 'yes' };
const question: Turn = { message: { role: 'user', content: 'q' } };
const answer = (madeBy: Maker | undefined, ...content: ContentBlock[]): Turn => ({
  message: { role: 'assistant', content },
  ...(madeBy && { madeBy }),
});

test('thinking goes back unchanged to the one that made it', () => {
  const turns = [question, answer(here, thinking, said)];
  expect(sendable(turns, here)).toEqual(turns.map(({ message }) => message));
  expect(droppedThinking(turns, here)).toBe(0);
});

test.each<[string, Maker]>([
  ['another model', { ...here, model: 'other' }],
  ['another endpoint', { ...here, endpoint: 'https://b' }],
  ['another system prompt or other tools', { ...here, context: 'changed' }],
])('thinking is dropped for %s', (_, target) => {
  const turns = [question, answer(here, thinking, redacted, said)];
  expect(sendable(turns, target)[1]).toEqual({ role: 'assistant', content: [said] });
  expect(droppedThinking(turns, target)).toBe(2);
});

test('thinking nobody vouches for is dropped', () => {
  expect(sendable([question, answer(undefined, thinking, said)], here)[1]?.content).toEqual([said]);
});

test('an answer that was nothing but thinking disappears, and its neighbours are joined', () => {
  const other = { ...here, model: 'other' };
  expect(sendable([question, answer(here, thinking), question], other)).toEqual([
    {
      role: 'user',
      content: [
        { type: 'text', text: 'q' },
        { type: 'text', text: 'q' },
      ],
    },
  ]);
});

test('the context is the last answer with all it was given', () => {
  const usage = { input_tokens: 10, cache_read_input_tokens: 100, output_tokens: 5 };
  expect(contextTokens([question, { ...answer(here, said), usage }, question])).toBe(115);
  expect(contextTokens([question])).toBeNull();
});
