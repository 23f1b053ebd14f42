// The chat as a pure state machine: (session, input) -> session and effects. It decides; it does nothing.
import { isMsgError, type MsgError } from '../../errors.ts';
import { endingProblem } from '../../messages/result.ts';
import type { Usage } from '../../messages/types.ts';
import {
  type Attachment,
  ask,
  type Effect,
  isChoice,
  openResults,
  type Session,
  type SessionInput,
  type Step,
  say,
  stillAttached,
  waitingText,
} from './chat-session.ts';
import { findCommand, runSlash, slashLine } from './slash.ts';
import { chatAdvice, doctorAdvice } from './slash-advice.ts';
import { withSummary } from './summary.ts';
import {
  answeredTurns,
  blocksOf,
  inputTokens,
  isQuestion,
  questionFiles,
  questionText,
  type Turn,
} from './turns.ts';

/** Twice within this time on an empty line leaves. */
const leaveWithinMs = 2_000;

/** One step of the chat. Never throws. */
export function step(session: Session, input: SessionInput): Step {
  const calm = session.interruptedAt === null ? session : { ...session, interruptedAt: null };
  switch (input.kind) {
    case 'line':
      return takeLine(calm, input.text);
    case 'question':
      return takeQuestion(
        { ...calm, attachments: [...calm.attachments, ...(input.attachments ?? [])] },
        input.text,
      );
    case 'prompt-filled':
      return takePrompt(calm, input.text, input.overrides);
    case 'interrupt':
      if (session.interruptedAt !== null && input.at - session.interruptedAt <= leaveWithinMs)
        return { session, effects: [{ kind: 'leave', exitCode: 130 }] };
      return {
        session: { ...session, interruptedAt: input.at },
        effects: [say('Ctrl-C again leaves, so does Ctrl-D.')],
      };
    case 'end':
      return { session, effects: [{ kind: 'leave', exitCode: 0 }] };
    case 'message':
      return takeMessage(calm, input);
    case 'turn-ended':
      return { session: calm, effects: endNotes(calm, input) };
    case 'turn-broken':
      return takeBroken(calm, input);
    case 'system-read':
      return {
        session: { ...calm, overrides: { ...calm.overrides, system: input.text } },
        effects: [say('system prompt set')],
      };
    case 'listed':
      return {
        session: { ...calm, offer: { command: input.command, names: input.names, isFresh: true } },
        effects: [],
      };
    case 'chosen':
      return (
        findCommand(input.command)?.run({ ...calm, offer: null }, input.name) ?? {
          session: calm,
          effects: [],
        }
      );
    case 'attached':
      return {
        session: { ...calm, attachments: [...calm.attachments, ...input.attachments] },
        effects: [
          say(`attached for the next message: ${input.attachments.map(({ name }) => name).join(', ')}`),
          ...tooLargeNotes([...calm.attachments, ...input.attachments]),
        ],
      };
    case 'edited':
      return takeEdited(calm, input.text, input.keep);
    case 'compacted':
      return takeSummary(calm, input);
    case 'resumed':
      return {
        session: { ...calm, promptOverrides: {}, turns: input.turns, summaries: input.summaries },
        effects: stillAttached(calm),
      };
  }
}

/** The API takes 32 MB a request (protocol reference 1.5), other endpoints less. */
const requestLimit = 32_000_000;

function tooLargeNotes(attachments: readonly Attachment[]): Effect[] {
  const size = attachments.reduce((sum, { blocks }) => sum + JSON.stringify(blocks).length, 0);
  return size <= requestLimit
    ? []
    : [say(`${Math.ceil(size / 1e6)} MB are more than a request may hold: /detach drops them`, 'warn')];
}

function takeLine(before: Session, text: string): Step {
  const { offer } = before;
  const session = { ...before, offer: offer && { ...offer, isFresh: false } };
  const line = slashLine(isChoice(offer, text) ? `/${offer.command} ${text.trim()}` : text);
  return line === null ? takeQuestion(session, text) : runSlash(session, line);
}

function takeQuestion(session: Session, text: string): Step {
  if (text.trim() === '' && session.attachments.length === 0) return { session, effects: [] };
  return ask({ ...session, promptOverrides: {} }, text);
}

/** What the prompt says of its answer holds until the next question of the user's own. */
function takePrompt(session: Session, text: string, promptOverrides: Session['promptOverrides']): Step {
  const { session: next, effects } = ask({ ...session, promptOverrides }, text);
  return { session: next, effects: [{ kind: 'show-question', text }, ...effects] };
}

function takeEdited(session: Session, text: string, keep: number): Step {
  if (text.trim() === '') return { session, effects: [say('empty: nothing changed')] };
  const edited = session.turns[keep];
  if (edited !== undefined && text === questionText(edited.message))
    return { session, effects: [say('not edited: nothing changed; /retry asks it again')] };
  const files = edited === undefined ? [] : questionFiles(edited.message);
  const before: Session = {
    ...session,
    turns: session.turns.slice(0, keep),
    attachments: [...files.map((block) => ({ name: block.type, blocks: [block] })), ...session.attachments],
  };
  const { session: next, effects } = ask(before, text);
  return { session: next, effects: [{ kind: 'show-question', text }, { kind: 'rewind', keep }, ...effects] };
}

function takeMessage(session: Session, input: Extract<SessionInput, { kind: 'message' }>): Step {
  const { message, madeBy, profile, servedBy, usage, stopReason } = input;
  const turn: Turn = {
    message,
    ...(madeBy && { madeBy }),
    ...(profile !== undefined && { profile }),
    ...(servedBy !== undefined && { servedBy }),
    ...(usage && { usage }),
    ...(stopReason !== undefined && { stopReason }),
  };
  // An empty answer (a pre-output refusal, an empty end_turn) is nothing to keep.
  const isEmpty = message.content.length === 0;
  return {
    session: {
      ...session,
      turns: isEmpty ? session.turns : [...session.turns, turn],
      totals: usage === undefined ? session.totals : addUsage(session.totals, usage),
    },
    effects: isEmpty ? [] : [{ kind: 'record', turn }],
  };
}

function addUsage(totals: Session['totals'], usage: Usage): Session['totals'] {
  return {
    requests: totals.requests + 1,
    input: totals.input + inputTokens(usage),
    cacheRead: totals.cacheRead + (usage.cache_read_input_tokens ?? 0),
    cacheWritten: totals.cacheWritten + (usage.cache_creation_input_tokens ?? 0),
    output: totals.output + (usage.output_tokens ?? 0),
  };
}

const limitNote = 'cut at the output limit: /continue, or raise it with /set max-tokens N';

/** Stop reasons that chat knows a way on from (protocol reference 2.2; `length` is OpenAI's word). */
const stopNotes: ReadonlyMap<string, string> = new Map(
  Object.entries({
    max_tokens: limitNote,
    length: limitNote,
    model_context_window_exceeded: 'the context is full: /compact, or /clear',
    refusal: 'the model declined to answer: /edit words the question differently, /undo takes it back',
    pause_turn: 'paused: /continue goes on',
  }),
);

function endNotes(
  session: Session,
  { end, stopReason }: Extract<SessionInput, { kind: 'turn-ended' }>,
): Effect[] {
  if (end === 'turn-limit') return [say('the limit of tool rounds is reached: /continue goes on', 'warn')];
  if (end === 'unanswerable') {
    return [say(waitingText(openResults(session, session.turns).calls), 'warn')];
  }
  const note =
    end === 'cut-call'
      ? `the tool call is not whole, so it was not run; ${limitNote}`
      : stopNotes.get(stopReason ?? '');
  if (note !== undefined) return [say(note, 'warn')];
  const last = answeredTurns(session.turns).at(-1)?.message;
  if (last?.role === 'user') return [say('the answer is empty: /retry asks again', 'warn')];
  const content = last && blocksOf(last);
  const problem = content && endingProblem({ content, stop_reason: stopReason, usage: {} });
  return problem === undefined ? [] : [say(problem, 'warn')];
}

function takeBroken(session: Session, input: Extract<SessionInput, { kind: 'turn-broken' }>): Step {
  const { content } = input;
  const effects: Effect[] = [];
  let { turns, partialResults } = session;
  if (content.length > 0) {
    const turn: Turn = {
      message: { role: 'assistant', content: [...content] },
      madeBy: input.madeBy,
      wasInterrupted: true,
      stopReason: null,
    };
    turns = [...turns, turn];
    effects.push({ kind: 'record', turn });
  }
  const last = answeredTurns(turns).at(-1);
  // A tool that ran before the interruption is not run again for the sake of those behind it.
  const { results = [] } = input;
  if (last !== undefined && results.length > 0)
    partialResults = { to: last, results: [...openResults(session, turns).results, ...results] };
  const next = { ...session, turns, partialResults };
  if (input.isLeaving) return { session: next, effects };
  // Behind a question there is something to go on from: half an answer, calls, or their results.
  const hasBegun = last !== undefined && !isQuestion(last);
  const how = hasBegun ? '/continue goes on, /retry asks again' : '/retry asks again';
  if (input.error === null) effects.push(say(`interrupted: ${how}`, 'warn'));
  else effects.push(...failureNotes(input.error, how));
  return { session: next, effects };
}

/** The reason, what the error itself advises, and the command that helps. */
function failureNotes(error: MsgError, how: string): Effect[] {
  const advice = chatAdvice((error.hint ?? '').replace(doctorAdvice, ''));
  return [say(error.message, 'bad'), ...(advice === '' ? [] : [say(advice)]), say(wayOn(error, how))];
}

function wayOn(error: MsgError, how: string): string {
  if (isMsgError(error, 'auth')) return '/doctor finds out why; /profile NAME switches to another provider';
  if (isMsgError(error, 'request') && error.details.status === 413)
    return '/undo takes the question back, and its files';
  if (isMsgError(error, 'request', 'config')) return '/doctor finds out why';
  if (isMsgError(error, 'protocol')) return `${how}; /doctor finds out why`;
  // A spent quota is no better a minute later.
  if (isMsgError(error, 'limit') && (error.details.isSpent || !error.details.isRetryable))
    return '/profile NAME switches to another provider';
  return how;
}

/** Older turns become one summary. */
function takeSummary(
  session: Session,
  { summary, kept, paid }: Extract<SessionInput, { kind: 'compacted' }>,
): Step {
  const after = withSummary(session, summary, kept);
  return {
    session: { ...session, ...after, totals: addUsage(session.totals, paid.usage) },
    effects: [{ kind: 'rewind', keep: 0, replacement: { turns: after.turns, paid } }],
  };
}
