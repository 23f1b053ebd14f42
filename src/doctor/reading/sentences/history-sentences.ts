// Sentences about the conversation in a request: it was kept, cut or joined in a way no strict server takes. The
// endpoint works; the client has to send something else. Words of the Messages API and of gateways. Data.
import type { Sentence } from './sentence.ts';

const isRead = 'the path, the key and the model were not the problem: the server read the conversation';
const mends = 'msg send --body FILE --dry-run names what it mends in such a request';

type HistorySentence = Omit<Sentence, 'proves' | 'owner'>;

const rows: readonly HistorySentence[] = [
  {
    id: 'body.surrogate',
    pattern:
      /\b(low|high|lone|unpaired|trailing|leading)[\s-]+surrogate|surrogates? not allowed|invalid (high|low) surrogate|lone (leading|trailing) surrogate|unexpected end of hex escape/i,
    means: 'The request holds half a character (a lone surrogate), usually an emoji that was cut in two.',
    leavesOpen: 'which message holds it: a text or tool result that was shortened by length',
    cure: `Take the half character out of the conversation, or start a new one: it is sent again with every turn. ${mends}.`,
  },
  {
    id: 'body.tool_ids',
    pattern: /tool_use.{0,6} ids must be unique|duplicate tool[_ ](use|call)[_ ]?ids?/i,
    means:
      'One id stands for two tool calls of the conversation: the backend repeats its ids (call_0, grep:3).',
    leavesOpen: 'nothing: the same id is there twice',
    cure: `Give each call an id of its own, in the call and in its result; the gateway should make them. ${mends}.`,
  },
  {
    id: 'body.server_tools',
    pattern:
      /tool use with id [\w-]*srvtoolu|srvtoolu_\S+ (was|were) found without|server_tool_use\S* .{0,60}without|without a corresponding \S*_tool_result/i,
    means:
      'The conversation holds a server tool that was still at work: an answer that had paused (pause_turn).',
    leavesOpen: 'nothing: its result is missing',
    cure: `Send a paused answer back as it came, alone, before anything new is asked; or take the server tool out of the conversation. ${mends}.`,
  },
  {
    id: 'body.tool_results',
    pattern:
      /did not find \d+ .{0,4}tool_result|tool_use.{0,4} ids were found without .{0,4}tool_result|must (each )?have a (corresponding|single) .{0,4}tool_(result|use)|unexpected .{0,4}tool_use_id.{0,4} found|tool_result.{0,4} block\(?s?\)? (that are |at the beginning|immediately after)|each .{0,4}tool_result.{0,4} block must|tool[_ ]calls?.{0,20}must be followed by tool messages|tool_call_ids? did not have response messages/i,
    means:
      'Tool calls and tool results of the conversation do not pair: each call needs its result at the start of the very next message.',
    leavesOpen: 'where the pair was lost: an interrupted tool, a cut answer, or a shortened conversation',
    cure: `Give every call its result (is_error: true where there is none), or take both out of the conversation. ${mends}.`,
  },
  {
    id: 'body.prefill_space',
    pattern: /final assistant content cannot end with trailing whitespace/i,
    means: 'The conversation ends with an answer of the model (a prefill) that ends in white space.',
    leavesOpen: 'nothing',
    cure: `Trim the white space at the end of the last message. ${mends}.`,
  },
  {
    id: 'body.prefill',
    pattern:
      /(does not|doesn't) support (assistant message )?prefill|prefilling assistant messages is not supported|conversation must end with a user message|(final|last) message must be from the user/i,
    means: 'The conversation ends with an answer of the model (a prefill), which this model does not take.',
    leavesOpen: 'nothing',
    cure: 'End with a message of the user, and ask for the form of the answer there.',
  },
  {
    id: 'body.empty_text',
    pattern:
      /text content blocks must (be non-empty|contain non-whitespace)|(all )?messages? must have non-empty content|content (cannot|must not) be empty|message content is empty|cache_control cannot be set for empty text/i,
    means: 'A message or a text of the conversation is empty or blank.',
    leavesOpen: 'which one: usually an answer that came empty and was kept',
    cure: `Leave empty texts and messages out of the conversation. ${mends}.`,
  },
  {
    id: 'body.thinking',
    pattern:
      /.?(redacted_)?thinking.? blocks .{0,60}cannot be modified|expected .?thinking.? or .?redacted_thinking.?,? but found|invalid .?signature.? in .?(redacted_)?thinking|thinking.{0,30}signature: field required|signature.{0,40}thinking block.{0,40}(invalid|missing)/i,
    means:
      'The thinking blocks of an earlier answer were changed, reordered, or made by another model or endpoint: their signature no longer fits.',
    leavesOpen: 'who changed them: the client, a gateway in between, or a switch of the model',
    cure: `Send thinking blocks back exactly as they came, to the same model at the same endpoint, or leave them out of finished turns. ${mends}.`,
  },
  {
    id: 'body.roles',
    pattern:
      /roles must alternate|first message must use the .?user.? role|conversation roles must alternate|unexpected role "?\w+"?.{0,60}(allowed roles|top-level)/i,
    means: 'The messages of the conversation stand in an order this server does not take.',
    leavesOpen: 'nothing',
    cure: `Begin with the user, join neighbours of one role, and give the system prompt in its own field. ${mends}.`,
  },
  {
    id: 'body.unknown_field',
    pattern: /messages\.\d+\.content\.\d+\S*: extra inputs are not permitted/i,
    means:
      'A block of the conversation carries a field that no request may carry: it came with an earlier answer of a gateway and was sent back.',
    leavesOpen: 'nothing: the sentence names the field',
    cure: `Take the field out of the block before it is sent again. ${mends}.`,
  },
  {
    id: 'body.cache_control',
    pattern:
      /maximum of \d+ blocks with cache_control|cache_control\S* .{0,80}(must not come after|maximum|too many)|ttl=.?1h.? cache_control block must not come after/i,
    means:
      'The request marks more places for the prompt cache (cache_control) than are allowed, or in a wrong order.',
    leavesOpen: 'who set the marks: the client, a plugin of it, or a gateway',
    cure: 'Keep four cache_control marks at most, and those of 1h before those of 5m.',
  },
];

export const historySentences: readonly Sentence[] = rows.map((row) => ({
  ...row,
  proves: isRead,
  owner: 'you',
}));
