// What of a conversation is sent, and to whom.
import { expect, test } from 'vitest';
import { type Author, contextTokens, outgoing, type Turn } from '../../src/chat/session/turns.ts';
import type { ContentBlock } from '../../src/messages/types.ts';

const here: Author = { model: 'm', endpoint: 'https://a', context: '' };
const thinking: ContentBlock = { type: 'thinking', thinking: 'hm', signature: 's' };
const redacted: ContentBlock = { type: 'redacted_thinking', data: 'x' };
const said: ContentBlock = { type: 'text', text: 'yes' };
const question: Turn = { message: { role: 'user', content: 'q' } };
const answer = (madeBy: Author | undefined, ...content: ContentBlock[]): Turn => ({
  message: { role: 'assistant', content },
  ...(madeBy && { madeBy }),
});

test('thinking goes back unchanged to the one that made it', () => {
  const turns = [question, answer(here, thinking, said)];
  expect(outgoing(turns, here)).toEqual({ messages: turns.map(({ message }) => message), changes: [] });
});

test.each<[string, Author]>([
  ['another model', { ...here, model: 'other' }],
  ['another endpoint', { ...here, endpoint: 'https://b' }],
  ['another system prompt or other tools', { ...here, context: 'changed' }],
])('thinking is dropped for %s, and this is told', (_, target) => {
  const { messages, changes } = outgoing([question, answer(here, thinking, redacted, said)], target);
  expect(messages[1]).toEqual({ role: 'assistant', content: [said] });
  expect(changes.map(({ words }) => words)).toEqual(['2 thinking blocks left out that others made']);
});

test('a block of a kind that only one endpoint knows goes to no other one', () => {
  const own: ContentBlock = { type: 'function_call', name: 'now' };
  const turns = [question, answer(here, own, said)];
  expect(outgoing(turns, { ...here, model: 'other' }).messages[1]?.content).toEqual([own, said]);
  const { messages, changes } = outgoing(turns, { ...here, endpoint: 'https://b' });
  expect(messages[1]?.content).toEqual([said]);
  expect(changes.map(({ words }) => words)).toEqual([
    '1 block left out that only another endpoint knows (function_call)',
  ]);
});

test('thinking nobody vouches for is dropped', () => {
  expect(outgoing([question, answer(undefined, thinking, said)], here).messages[1]?.content).toEqual([said]);
});

test('an answer that was nothing but thinking disappears, and its neighbours are joined', () => {
  const other = { ...here, model: 'other' };
  expect(outgoing([question, answer(here, thinking), question], other).messages).toEqual([
    {
      role: 'user',
      content: [
        { type: 'text', text: 'q' },
        { type: 'text', text: 'q' },
      ],
    },
  ]);
});

test('calls of an interrupted answer are not sent, whole or not; those of another one are', () => {
  const call = (id: string, input: unknown): ContentBlock => ({ type: 'tool_use', id, name: 'now', input });
  const cut: Turn = { ...answer(here, said, call('a', {}), call('b', '{"z')), wasInterrupted: true };
  const { messages, changes } = outgoing([question, cut, question], here);
  expect(messages[1]?.content).toEqual([said]);
  expect(changes.map(({ words }) => words)).toEqual(['2 cut tool calls left out']);
  expect(outgoing([question, answer(here, call('a', {}))], here).messages[1]?.content).toEqual([
    call('a', {}),
  ]);
});

test('the context is the last answer with all it was given', () => {
  const usage = { input_tokens: 10, cache_read_input_tokens: 100, output_tokens: 5 };
  expect(contextTokens([question, { ...answer(here, said), usage }, question])).toBe(115);
  expect(contextTokens([question])).toBeNull();
});
