// /undo: the last questions, and the summary when it is the last thing that happened.
import { type Effect, type Session, type Step, say, stepTo } from './chat-session.ts';
import { type Summarised, undone } from './summary.ts';
import { questionText, shortened, type Turn, wasAsked } from './turns.ts';

type Rewind = Extract<Effect, { kind: 'rewind' }>;

/** Takes back so many of them, as `argument` says; one when it is empty. */
export function undo(session: Session, argument: string): Step {
  const count = argument === '' ? 1 : Number(argument);
  if (!Number.isInteger(count) || count < 1)
    return stepTo(session, say('/undo N takes a number from 1', 'warn'));
  let after: Summarised = session;
  const rewinds: Rewind[] = [];
  for (let left = count; left > 0; left--) {
    const before = undone(after);
    if (before === undefined) break;
    const { turns, summaries } = before;
    const isBack = summaries.length < after.summaries.length;
    rewinds.push({
      kind: 'rewind',
      keep: isBack ? 0 : turns.length,
      ...(isBack && { replacement: { turns, isUndo: true } }),
    });
    after = before;
  }
  if (rewinds.length === 0) return stepTo(session, say('there is nothing to undo'));
  const { turns, summaries } = after;
  return stepTo(
    { ...session, ...after },
    // Of cuts in a row the last one says all; each summary that is taken back has its turns found again.
    ...rewinds.filter((rewind, index) => isLastCut(rewind, rewinds[index + 1])),
    say(
      summaries.length === session.summaries.length
        ? `took back your message and all after it: ${firstLine(session.turns[turns.length])}`
        : `the summary is taken back: the conversation has ${turns.length} messages`,
    ),
  );
}

const isLastCut = (rewind: Rewind, next: Rewind | undefined): boolean =>
  rewind.replacement !== undefined || next === undefined || next.replacement !== undefined;

function firstLine(turn: Turn | undefined): string {
  if (turn === undefined) return '';
  return wasAsked(turn) ? shortened(questionText(turn.message).trim().split('\n')[0] ?? '', 60) : '/continue';
}
