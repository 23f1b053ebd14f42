// How an answer ended, in words: ends that are no failure of the exchange, but not what was hoped for.
import { isBlock, type Message } from './types.ts';

/** What is wrong with the end of an answer; undefined for a normal one. */
export function endingProblem({ stop_reason: reason, content, ...message }: Message): string | undefined {
  switch (reason) {
    case 'end_turn':
    case 'stop_sequence':
    case 'tool_use':
      return content.some((block) => !isBlock(block, 'thinking')) ? undefined : 'The answer is empty.';
    case 'max_tokens':
      return `The answer is cut: it reached the limit of tokens. Allow more with --max-tokens.`;
    case 'refusal':
      return `The model declined to answer${refusalDetail(message['stop_details'])}.`;
    case 'pause_turn':
      return 'The turn is paused: a server tool is still at work.';
    case 'model_context_window_exceeded':
      return 'The answer is cut: the context window is full.';
    case null:
      return 'The endpoint gave no stop reason, so the answer may be cut.';
    default:
      return `The answer ended for the reason ${JSON.stringify(reason)}.`;
  }
}

const refusalDetail = (details: unknown): string => {
  const category = (details as { category?: unknown } | null | undefined)?.category;
  return typeof category === 'string' ? ` (${category})` : '';
};
