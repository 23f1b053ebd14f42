// /compact: older turns become one summary, made by the model itself, after the user saw what it costs.

import { wishesOf } from '../../messages/request.ts';
import { endingProblem } from '../../messages/result.ts';
import { sendableBody } from '../../messages/sendable.ts';
import type { Renderer } from '../../turn/output/renderer.ts';
import { usageText } from '../../turn/output/stats-text.ts';
import { runTurn } from '../../turn/turn.ts';
import { chatAdvice } from '../session/slash-advice.ts';
import { contextTokens, outgoing, questionIndex, servedBy, textOf } from '../session/turns.ts';
import { authorOf, generationOf } from './chat-connection.ts';
import { count } from './chat-text.ts';
import type { Chat } from './chat-types.ts';

const request = `Summarise our conversation so far, so that it can be continued from your summary alone.
Keep facts, decisions, names, numbers, code that is still needed, and open questions. No preface.`;

/** Nobody watches a summary being written. */
const unseen: Renderer = { push() {}, end() {}, hasWritten: () => false };

/** Asks, summarises all but the last question and its answer, and tells the session. */
export async function compact(chat: Chat): Promise<void> {
  const { screen, prompt, connection, session, apply } = chat;
  const { turns } = session();
  const keepFrom = questionIndex(turns);
  const tokens = contextTokens(turns);
  const cost = tokens === null ? '' : `, about ${count(tokens)} tokens in`;
  const answer = await prompt.ask(`summarise ${keepFrom} older messages${cost}? [y/N] `, {
    as: 'question',
  });
  if (answer.kind !== 'text' || !/^y(es)?$/i.test(answer.text.trim())) {
    screen.say('nothing changed');
    return;
  }
  // Tools and stop sequences are for the conversation, not for a summary of it.
  const {
    tools: _tools,
    toolChoice: _choice,
    schema: _schema,
    stopSequences: _stop,
    ...generation
  } = generationOf(connection(), session());
  const older = [...turns.slice(0, keepFrom), { message: { role: 'user', content: request } } as const];
  const author = authorOf(connection(), generation);
  const profile = connection().settings.profile?.value;
  const { messages } = outgoing(older, author);
  // What is mended for a summary needs no word: the next turn tells.
  const { body } = sendableBody(generation, messages);
  const stop = new AbortController();
  const endBusy = chat.whileBusy(() => stop.abort());
  try {
    const { message, exchange, error } = await runTurn(connection().client, body, {
      renderer: unseen,
      screen,
      label: 'summarising',
      wishes: wishesOf(generation),
      signal: stop.signal,
      note: (text) => screen.say(text),
      onRetry: screen.tellRetry,
    });
    if (error !== undefined && stop.signal.aborted) return screen.say('interrupted: nothing changed', 'warn');
    if (error !== undefined) throw error;
    chat.pay(exchange);
    const summary = textOf({ role: 'assistant', content: message.content });
    // Half a summary, or a refusal, in the place of what was said would be the loss of it.
    const problem = endingProblem(message) ?? (summary.trim() === '' ? 'The summary is empty.' : undefined);
    if (problem !== undefined) {
      screen.say(`nothing changed. ${chatAdvice(problem)}`, 'warn');
      return;
    }
    const paid = {
      madeBy: author,
      usage: message.usage,
      ...(profile !== undefined && { profile }),
      ...servedBy(message, author),
    };
    await apply({ kind: 'compacted', summary, kept: turns.length - keepFrom, paid });
    screen.say(`${keepFrom} messages summarised: ${usageText(message.usage)}; /undo brings them back`);
  } finally {
    endBusy();
  }
}
