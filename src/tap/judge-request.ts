// What is wrong with a request by itself: a conversation that does not pair, thinking that was changed, a size that is
// near the limit. Lenient endpoints take such requests, strict ones do not.
import { callRepairs } from '../messages/call-repairs.ts';
import type { HistoryTurn } from '../messages/history.ts';
import { counted, mebibytes } from '../text/counted.ts';
import type { JsonObject } from '../text/json.ts';
import { isObject } from '../text/json.ts';
import { hasFailed } from './judge-answer.ts';
import { isMessages, type Look, type Rule, verdict } from './rule.ts';

/** The words of the repairs that concern pairs. */
const pairWords = /tool results? without|tool calls? without|tool ids?|results of/;

/** Calls and results that no strict server takes together. */
export const unpairedTools: Rule = (look) => {
  const { evidence, tap } = look;
  if (evidence.request === null || !isMessages(evidence)) return undefined;
  const repairs = callRepairsOf(evidence.request as JsonObject);
  if (repairs.length === 0) return undefined;
  return verdict('body.tool_results', {
    severity: severityOf(look),
    summary:
      'Tool calls and tool results of this conversation do not pair: each call needs its result at the start of the very next message.',
    owner: 'client',
    cure: 'Look for an interrupted tool, a cut answer, or a conversation that was shortened in between.',
    commands: [tap.doctorCommand],
    evidence: repairs.map((words) => `mended, it would be: ${words}`),
  });
};

/** What `msg send` would do to the calls and results of a conversation. */
function callRepairsOf(request: JsonObject): readonly string[] {
  const { messages } = request;
  if (!Array.isArray(messages)) return [];
  const repairs: string[] = [];
  let turns: readonly HistoryTurn[] = messages;
  for (const repair of callRepairs) {
    const details: string[] = [];
    turns = repair.mend(turns, (detail = '') => details.push(detail), request);
    if (details.length > 0) repairs.push(repair.words(details.length, [...new Set(details)].join(', ')));
  }
  return repairs.filter((words) => pairWords.test(words));
}

const severityOf = ({ evidence }: Look): 'warn' | 'fail' => (hasFailed(evidence) ? 'fail' : 'warn');

/** Thinking that came another way than it is sent back, or was left out of the turn of a tool. */
export const changedThinking: Rule = (look) => {
  const { evidence, past } = look;
  const { request } = evidence;
  if (request === null || !isMessages(evidence)) return undefined;
  const messages = Array.isArray(request['messages']) ? request['messages'] : [];
  for (const [index, message] of messages.entries()) {
    if (!isObject(message) || message['role'] !== 'assistant' || !Array.isArray(message['content'])) continue;
    const blocks = message['content'].filter(isObject);
    for (const block of blocks) {
      const original = past.thinking.get(String(block['signature'] ?? ''));
      if (block['type'] !== 'thinking' || original === undefined || original === block['thinking']) continue;
      return changed(look, `messages.${index}`, 'was changed before it was sent back');
    }
    const signatures = new Set(blocks.map((block) => block['signature']));
    const call = blocks.find(
      (block) =>
        block['type'] === 'tool_use' && past.callsWithThinking.has(String(block['id'])) && isLastTurn(index),
    );
    const signature = call && past.callsWithThinking.get(String(call['id']));
    if (signature !== undefined && !signatures.has(signature) && isThinkingOn(request))
      return changed(look, `messages.${index}`, 'was left out of the turn of a tool');
  }
  return undefined;

  /** Thinking of finished turns may be left out. */
  function isLastTurn(index: number): boolean {
    return messages
      .slice(index + 1)
      .every((later) => !isObject(later) || later['role'] !== 'user' || isToolTurn(later['content']));
  }
};

const isToolTurn = (content: unknown): boolean =>
  Array.isArray(content) && content.some((block) => isObject(block) && block['type'] === 'tool_result');

const isThinkingOn = ({ thinking }: Readonly<Record<string, unknown>>): boolean =>
  isObject(thinking) && thinking['type'] !== 'disabled';

const changed = (look: Look, place: string, how: string): ReturnType<Rule> =>
  verdict('body.thinking', {
    severity: severityOf(look),
    summary: `A thinking block of an earlier answer (${place}) ${how}: its signature no longer fits.`,
    owner: 'client',
    cure: 'Send thinking blocks back exactly as they came, to the same model at the same endpoint.',
    commands: [look.tap.doctorCommand],
    evidence: [place],
  });

/** What the Messages API takes in one request (its documentation: 32 MB). */
const largestRequestBytes = 32 * 1024 * 1024;
const nearShare = 0.8;

export const largeRequest: Rule = ({ evidence, tap }) => {
  const { wireBytes } = evidence.entry.requestBody;
  if (!isMessages(evidence) || wireBytes < nearShare * largestRequestBytes) return undefined;
  return verdict('body.size', {
    severity: 'warn',
    summary: `The request has ${mebibytes(wireBytes)}; the Messages API takes 32, and many gateways less.`,
    owner: 'client',
    cure: 'Send images and files by the Files API, or shorten the conversation.',
    commands: [`${tap.doctorCommand} --size`],
  });
};

/** A picture may have so many characters of base64 (the API names the limit when it refuses one). */
const largestImage = 5 * 1024 * 1024;

/** A picture that is refused for its size, and which of them it is. */
export const largeImage: Rule = ({ evidence: { request, answerText }, tap }) => {
  if (request === null || !/\bimage/i.test(answerText.slice(0, 2_000))) return undefined;
  const [first, ...others] = imagesIn(request['messages'], 'messages').filter(
    ({ size }) => size > largestImage,
  );
  if (first === undefined) return undefined;
  const more = others.length === 0 ? '' : `, and ${counted(others.length, 'other')} are as large`;
  return verdict('body.image', {
    severity: 'fail',
    summary: `The picture in ${first.place} has ${mebibytes(first.size)} in base64; the Messages API takes 5${more}.`,
    owner: 'client',
    cure: 'Make pictures smaller before they are sent (1568 pixels are the most a model sees), or send them by the Files API.',
    commands: [tap.doctorCommand],
    evidence: [answerText.slice(0, 300)],
  });
};

type Image = { readonly place: string; readonly size: number };

/** Pictures stand in messages, and in the results of tools. */
function imagesIn(value: unknown, place: string): readonly Image[] {
  if (!Array.isArray(value)) return [];
  return value.filter(isObject).flatMap((block, index) => {
    const { source, content } = block;
    const data = isObject(source) ? source['data'] : undefined;
    return block['type'] === 'image' && typeof data === 'string'
      ? [{ place: `${place}.${index}`, size: data.length }]
      : imagesIn(content, `${place}.${index}.content`);
  });
}
