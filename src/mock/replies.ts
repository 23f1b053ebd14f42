// Ready answers as scripts: JSON, pages, errors, and a message told whole or as a stream. Pure.
import type { ContentBlock, Message, Usage } from '../messages/types.ts';
import {
  bytes,
  end,
  event,
  eventStreamHeaders,
  type HeaderFields,
  head,
  pause,
  type Script,
  type ScriptStep,
} from './script.ts';

/** How fast an answer is told. Absent or 0 = as fast as the socket takes it. */
export type Pace = {
  /** Milliseconds before the answer begins. */
  readonly ttftMs?: number;
  readonly tokensPerSecond?: number;
};

/** A message as a test writes it: its text, or the fields that matter. */
export type MessageLike = string | Partial<Message>;

const defaultUsage: Usage = { input_tokens: 12, output_tokens: 7 };

/** A JSON document under one Content-Length. */
export const jsonReply = (status: number, body: unknown, headers: HeaderFields = {}): Script =>
  pageReply(status, 'application/json', JSON.stringify(body), headers);

/** Any document under one Content-Length, e.g. an HTML page. */
export const pageReply = (
  status: number,
  contentType: string,
  body: string,
  headers: HeaderFields = {},
): Script => [
  { step: 'head', status, headers: { 'content-type': contentType, ...headers }, framing: 'length' },
  bytes(body),
  end,
];

/** The native error envelope. `details` goes beside type and message, `requestId` into header and body. */
export const errorReply = (
  status: number,
  type: string,
  message: string,
  {
    headers = {},
    details,
    requestId,
  }: { headers?: HeaderFields; details?: Record<string, unknown>; requestId?: string } = {},
): Script =>
  jsonReply(
    status,
    {
      type: 'error',
      error: { type, message, ...(details && { details }) },
      ...(requestId && { request_id: requestId }),
    },
    { ...headers, ...(requestId && { 'request-id': requestId }) },
  );

/** A whole message as JSON: the answer to a request without `stream`. */
export function messageReply(like: MessageLike, headers: HeaderFields = {}, pace: Pace = {}): Script {
  const message = fullMessage(like);
  const generationMs = tokenMs(pace) * chunksOf(message).length;
  return [...pauseOf((pace.ttftMs ?? 0) + generationMs), ...jsonReply(200, message, headers)];
}

/** The same message as an event stream, word by word. */
export const streamReply = (like: MessageLike, headers: HeaderFields = {}, pace: Pace = {}): Script => [
  ...pauseOf(pace.ttftMs ?? 0),
  head(200, { ...eventStreamHeaders, ...headers }),
  ...streamEvents(fullMessage(like), tokenMs(pace)),
  end,
];

/** An event stream of exactly these events (objects) and bytes (strings), then a proper end of the body. */
export const eventsReply = (...events: readonly (object | string)[]): Script => [
  head(),
  ...events.map((one) => (typeof one === 'string' ? bytes(one) : event(one))),
  end,
];

/** Fills in what a test left out. */
function fullMessage(like: MessageLike): Message {
  const message = typeof like === 'string' ? { content: [{ type: 'text', text: like }] } : like;
  return {
    id: 'msg_mock_1',
    type: 'message',
    role: 'assistant',
    model: 'mock-1',
    content: [],
    stop_reason: 'end_turn',
    stop_sequence: null,
    usage: defaultUsage,
    ...message,
  };
}

/** The events of a message in the order the native API sends them, with the pauses of the pace between. */
function streamEvents(message: Message, tokenPauseMs: number): ScriptStep[] {
  const { content, stop_reason, stop_sequence = null, stop_details, usage, ...rest } = message;
  const start = {
    ...rest,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { ...usage, output_tokens: Math.min(1, usage.output_tokens ?? 0) },
  };
  const steps: ScriptStep[] = [event({ type: 'message_start', message: start }), event({ type: 'ping' })];
  for (const [index, block] of content.entries()) {
    const { opening, deltas } = openBlock(block);
    steps.push(event({ type: 'content_block_start', index, content_block: opening }));
    for (const delta of deltas) {
      steps.push(...pauseOf(tokenPauseMs), event({ type: 'content_block_delta', index, delta }));
    }
    steps.push(event({ type: 'content_block_stop', index }));
  }
  const delta = { stop_reason, stop_sequence, ...(stop_details === undefined ? {} : { stop_details }) };
  steps.push(event({ type: 'message_delta', delta, usage: { output_tokens: usage.output_tokens ?? 0 } }));
  steps.push(event({ type: 'message_stop' }));
  return steps;
}

/** How a block begins and the deltas that complete it; other types arrive complete at their start. */
function openBlock(block: ContentBlock): { opening: object; deltas: object[] } {
  const field = (name: string): string => String(block[name as keyof ContentBlock] ?? '');
  switch (block.type) {
    case 'text': {
      const { citations, ...plain } = block as { citations?: unknown };
      const cited = Array.isArray(citations) ? citations : [];
      const opening = { ...plain, text: '', ...(cited.length > 0 && { citations: [] }) };
      const deltas = [
        ...cited.map((citation) => ({ type: 'citations_delta', citation })),
        ...words(field('text')).map((text) => ({ type: 'text_delta', text })),
      ];
      return { opening, deltas };
    }
    case 'thinking':
      return {
        opening: { ...block, thinking: '', signature: '' },
        deltas: [
          ...words(field('thinking')).map((thinking) => ({ type: 'thinking_delta', thinking })),
          { type: 'signature_delta', signature: field('signature') },
        ],
      };
    case 'tool_use': {
      const { input } = block as { input?: unknown };
      const json = JSON.stringify(input ?? {});
      const pieces = json === '{}' ? [] : (json.match(/.{1,8}/gsu) ?? []);
      return {
        opening: { ...block, input: {} },
        deltas: ['', ...pieces].map((partial_json) => ({ type: 'input_json_delta', partial_json })),
      };
    }
    default:
      return { opening: block, deltas: [] };
  }
}

/** Cuts text into what the mock counts as tokens: a word with the space before it, long words in parts. */
export const words = (text: string): string[] => text.match(/\s*\S{1,12}|\s+$/gu) ?? [];

const tokenMs = ({ tokensPerSecond }: Pace): number => (tokensPerSecond ? 1_000 / tokensPerSecond : 0);
const pauseOf = (ms: number): ScriptStep[] => (ms > 0 ? [pause(ms)] : []);
const chunksOf = (message: Message): object[] => message.content.flatMap((block) => openBlock(block).deltas);
