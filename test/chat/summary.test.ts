// The file of a session tells the same story as the session: whatever was asked, summarised and taken back.
import { expect, test } from 'vitest';
import { newSession, type Session, type SessionInput } from '../../src/chat/session/chat-session.ts';
import { step } from '../../src/chat/session/step.ts';
import { keptTurns, type Summarised } from '../../src/chat/session/summary.ts';
import { questionIndex, type Turn } from '../../src/chat/session/turns.ts';
import { turnLedger } from '../../src/chat/store/turn-ledger.ts';
import fc from '../fast-check.ts';

type Move = { readonly kind: 'ask' | 'answer' | 'compact' | 'line'; readonly text: string };

// Few words: the same is said again and again.
const moves: fc.Arbitrary<Move> = fc.oneof(
  fc.record({ kind: fc.constant('ask' as const), text: fc.constantFrom('yes', 'no') }),
  fc.record({ kind: fc.constant('answer' as const), text: fc.constantFrom('A', 'B') }),
  fc.record({ kind: fc.constant('compact' as const), text: fc.constantFrom('They spoke.', 'They agreed.') }),
  fc.record({
    kind: fc.constant('line' as const),
    text: fc.constantFrom('/undo', '/undo 2', '/undo 9', '/retry'),
  }),
);

/** What the chat does with a move; null where it would do nothing. */
function inputOf({ kind, text }: Move, session: Session): SessionInput | null {
  switch (kind) {
    case 'ask':
    case 'line':
      return { kind: 'line', text };
    case 'answer':
      return session.turns.at(-1)?.message.role === 'user'
        ? { kind: 'message', message: { role: 'assistant', content: [{ type: 'text', text }] } }
        : null;
    case 'compact': {
      const [effect] = step(session, { kind: 'line', text: '/compact' }).effects;
      if (effect?.kind !== 'compact') return null;
      const { turns } = session;
      const paid = { madeBy: { model: 'm', endpoint: 'https://a', context: '' }, usage: {} };
      return { kind: 'compacted', summary: text, kept: turns.length - questionIndex(turns), paid };
    }
  }
}

const messages = (turns: readonly Turn[]): unknown[] => turns.map(({ message }) => message);
const story = ({ turns, summaries }: Summarised): unknown => ({
  turns: messages(turns),
  summaries: summaries.map(({ older, rest }) => [messages(older), messages(rest)]),
});

test('session and file agree on what counts, what is summarised, and what was taken back', () => {
  fc.assert(
    fc.property(fc.array(moves, { maxLength: 40 }), (sequence) => {
      let session = newSession();
      const ledger = turnLedger();
      for (const move of sequence) {
        const input = inputOf(move, session);
        if (input === null) continue;
        const { session: next, effects } = step(session, input);
        session = next;
        for (const effect of structuredClone(effects)) {
          if (effect.kind === 'record') ledger.add(effect.turn);
          if (effect.kind === 'rewind') ledger.rewind(effect.keep, effect.replacement);
        }
        expect(story(ledger.conversation())).toEqual(story(session));
        const kept = ledger.kept().filter(({ left }) => left !== 'undone');
        expect(kept.map(({ turn, left }) => [turn.message, left])).toEqual(
          keptTurns(session).map(({ turn, left }) => [turn.message, left]),
        );
      }
    }),
    { numRuns: 500 },
  );
});
