// What the blocks of a request may be: the fields of each type, and in whose turn it may stand. Data. A type that
// is not here is sent as it is: it may be newer than this list.

type BlockRule = {
  readonly fields: readonly string[];
  /** The only role whose turns may hold it; both when absent. */
  readonly role?: 'user' | 'assistant';
};

const serverResult: BlockRule = {
  fields: ['type', 'tool_use_id', 'content', 'caller', 'cache_control'],
  role: 'assistant',
};

/** Protocol reference 1.4, and the request types of the official TypeScript SDK (1.11). */
export const requestBlocks: ReadonlyMap<string, BlockRule> = new Map(
  Object.entries<BlockRule>({
    text: { fields: ['type', 'text', 'citations', 'cache_control'] },
    thinking: { fields: ['type', 'thinking', 'signature'], role: 'assistant' },
    redacted_thinking: { fields: ['type', 'data'], role: 'assistant' },
    tool_use: {
      fields: ['type', 'id', 'name', 'input', 'caller', 'toolset_name', 'cache_control'],
      role: 'assistant',
    },
    server_tool_use: {
      fields: ['type', 'id', 'name', 'input', 'caller', 'cache_control'],
      role: 'assistant',
    },
    mcp_tool_use: {
      fields: ['type', 'id', 'name', 'input', 'server_name', 'cache_control'],
      role: 'assistant',
    },
    mcp_tool_result: {
      fields: ['type', 'tool_use_id', 'content', 'is_error', 'cache_control'],
      role: 'assistant',
    },
    web_search_tool_result: serverResult,
    web_fetch_tool_result: serverResult,
    code_execution_tool_result: serverResult,
    bash_code_execution_tool_result: serverResult,
    text_editor_code_execution_tool_result: serverResult,
    tool_search_tool_result: serverResult,
    tool_result: {
      fields: ['type', 'tool_use_id', 'content', 'is_error', 'toolset_name', 'cache_control'],
      role: 'user',
    },
    image: { fields: ['type', 'source', 'transformations', 'cache_control'], role: 'user' },
    document: {
      fields: ['type', 'source', 'title', 'context', 'citations', 'cache_control'],
      role: 'user',
    },
    search_result: {
      fields: ['type', 'source', 'title', 'content', 'citations', 'cache_control'],
      role: 'user',
    },
  }),
);

/** Calls that the endpoint runs itself. */
export const serverCalls = ['server_tool_use', 'mcp_tool_use'];

/** Results of such calls: `web_search_tool_result` and its like, but not `tool_result`. */
export const isServerResult = (type: string): boolean => type.endsWith('_tool_result');
