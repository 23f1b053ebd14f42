// How an answer ended, in words: ends that are no failure of the exchange, but not what was hoped for.
import { type ContentBlock, isBlock, type Message, type Usage } from './types.ts';

/** What is wrong with the end of an answer; undefined for a normal one. `hasText`: where the message does not keep it. */
export function endingProblem(
  { stop_reason: reason, content, usage, ...message }: Message,
  hasText: boolean = content.some((block) => isBlock(block, 'text') && block.text !== ''),
): string | undefined {
  switch (reason) {
    case 'end_turn':
    case 'stop_sequence':
    case 'tool_use':
      return hasText || content.some((block) => isBlock(block, 'tool_use'))
        ? undefined
        : emptiness(content, usage);
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

/** Thinking is no answer, and neither is what a server did for one. */
function emptiness(content: readonly ContentBlock[], usage: Usage): string {
  const types = new Set(content.map(({ type }) => type));
  const other = [...types].filter((type) => !/^(text|thinking|redacted_thinking)$/.test(type));
  if (other.length > 0) return `The answer holds no text, only blocks of the type ${other.join(', ')}.`;
  return usage.output_tokens === 0
    ? 'The answer is empty. The endpoint counted 0 tokens: a gateway may have lost an error further up.'
    : 'The answer is empty.';
}

const refusalDetail = (details: unknown): string => {
  const category = (details as { category?: unknown } | null | undefined)?.category;
  return typeof category === 'string' ? ` (${category})` : '';
};
