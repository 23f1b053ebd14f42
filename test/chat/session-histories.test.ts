// A chat cannot be wedged: whatever was answered, broke off or was done about it, the next request is one that the
// strictest server takes.
import { expect, test } from 'vitest';
import { newSession, type SessionInput } from '../../src/chat/session/chat-session.ts';
import { step } from '../../src/chat/session/step.ts';
import { type Author, outgoing } from '../../src/chat/session/turns.ts';
import { sendableBody } from '../../src/messages/sendable.ts';
import type { ContentBlock } from '../../src/messages/types.ts';
import { historyFault } from '../../src/mock/strict-history.ts';
import fc from '../fast-check.ts';
import { answerBlocks, stopReasons } from '../messages/histories.ts';

const authors: readonly [Author, Author] = [
  { model: 'm', endpoint: 'https://a', context: '' },
  { model: 'other', endpoint: 'https://b', context: '' },
];
const madeBy = fc.constantFrom(...authors);
/** As the reader of answers gives them: every entry is a block. */
const content = fc
  .array(answerBlocks, { maxLength: 4 })
  .map((blocks) =>
    (JSON.parse(JSON.stringify(blocks)) as (ContentBlock | null)[]).filter(
      (block): block is ContentBlock => typeof block?.type === 'string',
    ),
  );

const line = (text: string): fc.Arbitrary<SessionInput> => fc.constant({ kind: 'line', text });
const inputs: fc.Arbitrary<SessionInput> = fc.oneof(
  { weight: 4, arbitrary: line('and now?') },
  line('/continue'),
  line('/retry'),
  line('/undo'),
  line('/tool-result 42'),
  {
    weight: 6,
    arbitrary: fc.record({ content, madeBy, stopReason: stopReasons }).map(
      ({ content, ...rest }): SessionInput => ({
        kind: 'message',
        message: { role: 'assistant', content },
        ...rest,
      }),
    ),
  },
  {
    weight: 3,
    arbitrary: fc
      .record({ content, madeBy })
      .map((fields): SessionInput => ({ kind: 'turn-broken', error: null, ...fields })),
  },
);

test('every request of a chat is one the strictest server takes', () => {
  let requests = 0;
  fc.assert(
    fc.property(fc.array(inputs, { maxLength: 12 }), madeBy, (steps, target) => {
      let session = newSession();
      for (const input of [...steps, { kind: 'line', text: 'and last?' } as const]) {
        const { session: next, effects } = step(session, input);
        session = next;
        if (!effects.some(({ kind }) => kind === 'send')) continue;
        requests += 1;
        const { messages } = outgoing(session.turns, target);
        const { body } = sendableBody({ model: 'm', maxTokens: 1, stream: true }, messages);
        expect(historyFault(JSON.stringify(body), body)).toBeUndefined();
      }
    }),
    { numRuns: 2000 },
  );
  expect(requests).toBeGreaterThan(4000);
});
