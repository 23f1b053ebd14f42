// Texts of the chat: one-line facts about calls, results, usage and context. Pure; colours come later.
import { blocksOf, inputTokens } from '../chat/turns.ts';
import type { TurnResult } from '../messages/result.ts';
import type { ToolResultBlock, ToolUseBlock } from '../messages/types.ts';
import { oneLine } from './sanitize.ts';

/** A tool call as a person would write it: name and input on one line. */
export function toolCallText({ name, input }: ToolUseBlock): string {
  return clipped(oneLine(`${name} ${JSON.stringify(input ?? {})}`), 160);
}

/** A tool's result, folded to its first line and its size. */
export function toolResultText(result: ToolResultBlock): string {
  const text = blocksOf({ role: 'user', content: result.content ?? '' })
    .map((block) => (block.type === 'text' && 'text' in block ? String(block.text) : `[${block.type}]`))
    .join('\n')
    .trimEnd();
  const lines = text === '' ? 0 : text.split('\n').length;
  const first = clipped(oneLine(text.split('\n')[0] ?? ''), 100);
  const size = lines > 1 ? ` (${lines} lines)` : '';
  return `  ${result.is_error ? 'failed: ' : ''}${first === '' ? 'no output' : first}${size}`;
}

/** Tokens and times of one turn, e.g. `12 in, 7 out · first text 0.4 s · 1.2 s · 58 tokens/s`. */
export function usageLine({ usage, timings, model_asked, model_served }: TurnResult): string {
  const cached = usage.cache_read_input_tokens ?? 0;
  const output = usage.output_tokens;
  const { first_text_ms: firstMs, total_ms: totalMs } = timings;
  const generationMs = totalMs === undefined || firstMs === undefined ? undefined : totalMs - firstMs;
  const parts = [
    `${count(inputTokens(usage))} in${cached > 0 ? ` (${count(cached)} cached)` : ''}, ${output === undefined ? '?' : count(output)} out`,
    firstMs === undefined ? '' : `first text ${seconds(firstMs)}`,
    totalMs === undefined ? '' : seconds(totalMs),
    output !== undefined && generationMs !== undefined && generationMs > 200
      ? `${Math.round((output / generationMs) * 1000)} tokens/s`
      : '',
    model_served !== null && model_served !== model_asked ? `answered by ${oneLine(model_served)}` : '',
  ];
  return parts.filter((part) => part !== '').join(' · ');
}

/** How full the context is, e.g. `12,000 of 200,000 tokens (6 %)`. */
export function contextText(tokens: number | null, windowTokens: number | null): string {
  if (tokens === null) return 'nothing was counted yet';
  if (windowTokens === null) return `${count(tokens)} tokens; the size of the model's context is not known`;
  return `${count(tokens)} of ${count(windowTokens)} tokens (${Math.round((tokens / windowTokens) * 100)} %)`;
}

export const count = (value: number): string => value.toLocaleString('en-US');
const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;

function clipped(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}
