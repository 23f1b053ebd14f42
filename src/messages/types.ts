// The vocabulary of the Messages API in the API's own names: types. Every value that a gateway may leave out is
// optional, and what this page does not know stays JSON.

export type StopReason =
  | 'end_turn'
  | 'stop_sequence'
  | 'max_tokens'
  | 'tool_use'
  | 'pause_turn'
  | 'refusal'
  | 'model_context_window_exceeded'
  | (string & {});

/** Token counts. `output_tokens` is cumulative: later values replace earlier ones, they never add up. */
export type Usage = {
  input_tokens?: number;
  output_tokens?: number;
  cache_creation_input_tokens?: number;
  cache_read_input_tokens?: number;
  [field: string]: unknown;
};

type TextBlock = {
  type: 'text';
  text: string;
  citations?: unknown[] | null;
  [field: string]: unknown;
};
type ThinkingBlock = {
  type: 'thinking';
  thinking: string;
  signature?: string;
  [field: string]: unknown;
};
export type ToolUseBlock = {
  type: 'tool_use';
  id: string;
  name: string;
  input: unknown;
  [field: string]: unknown;
};
export type ToolResultBlock = {
  type: 'tool_result';
  tool_use_id: string;
  content?: string | ContentBlock[];
  is_error?: boolean;
};
type ImageBlock = { type: 'image'; source: BlockSource };
type DocumentBlock = { type: 'document'; source: BlockSource; title?: string };
type BlockSource =
  | { type: 'base64'; media_type: string; data: string }
  | { type: 'text'; media_type: 'text/plain'; data: string }
  | { type: 'url'; url: string };
/** A block of a type this page does not name: kept and sent back unchanged. */
export type OtherBlock = { type: string & {}; [field: string]: unknown };

export type ContentBlock =
  | TextBlock
  | ThinkingBlock
  | ToolUseBlock
  | ToolResultBlock
  | ImageBlock
  | DocumentBlock
  | OtherBlock;

/** Narrows a block by its `type`; a plain comparison cannot, because unknown types are allowed too. */
export function isBlock<T extends keyof NamedBlocks>(block: ContentBlock, type: T): block is NamedBlocks[T] {
  return block.type === type;
}
type NamedBlocks = {
  text: TextBlock;
  thinking: ThinkingBlock;
  tool_use: ToolUseBlock;
  tool_result: ToolResultBlock;
  image: ImageBlock;
  document: DocumentBlock;
};

/** One turn of a conversation, as sent. */
export type MessageParam = { role: 'user' | 'assistant'; content: string | ContentBlock[] };

/** A finished answer. */
export type Message = {
  id?: string;
  type: 'message';
  role: 'assistant';
  model?: string;
  content: ContentBlock[];
  stop_reason: StopReason | null;
  stop_sequence?: string | null;
  usage: Usage;
  [field: string]: unknown;
};

/** The changes one `content_block_delta` can carry. */
export type Delta =
  | { type: 'text_delta'; text: string }
  | { type: 'thinking_delta'; thinking: string }
  | { type: 'signature_delta'; signature: string }
  | { type: 'input_json_delta'; partial_json: string }
  | { type: 'citations_delta'; citation: unknown };

/** What an error says, whoever wrote it and wherever it stood: in a body, in a stream, in a 200. */
export type Envelope = {
  /** Its words; empty when it has none. */
  message: string;
  type?: string | undefined;
  code?: string | undefined;
  requestId?: string | undefined;
  /** The HTTP status the error itself names, which may be another than the one it came with. */
  status?: number | undefined;
  /** The error that is quoted in the words of this one: it was issued further up. The innermost, if it quotes too. */
  relayed?: Envelope | undefined;
};

/**
 * Everything a stream can say. Events and deltas of other types arrive as `unknown` with their JSON,
 * heartbeats in words with their text.
 */
export type StreamEvent =
  | { type: 'message_start'; message: Partial<Message> }
  | { type: 'content_block_start'; index: number; content_block: ContentBlock }
  | { type: 'content_block_delta'; index: number; delta: Delta }
  | { type: 'content_block_stop'; index: number }
  | { type: 'message_delta'; delta: Partial<Message>; usage?: Usage }
  | { type: 'message_stop'; usage?: Usage }
  | { type: 'ping' }
  | { type: 'error'; error: Envelope }
  | { type: 'unknown'; raw: unknown }
  /** Half an event of the answer: what it said is lost. */
  | { type: 'broken'; text: string };
