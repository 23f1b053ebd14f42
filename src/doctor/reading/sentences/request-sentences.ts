// Sentences about the rest of a request: pictures, sizes, limits, tools, fields, optional routes. Data.
import { picturesRefused, toolsRefused } from '../../../messages/error-words.ts';
import type { Sentence } from './sentence.ts';

const isRead = 'the path and the key were not the problem: the server read the request';

export const requestSentences: readonly Sentence[] = [
  {
    id: 'body.media_type',
    pattern: /image does not match the provided media type|media_type.{0,40}(does not match|mismatch)/i,
    means:
      'A picture is not of the type that the request says (a JPEG sent as image/png, or the other way round).',
    proves: isRead,
    leavesOpen: 'nothing',
    cure: 'Take the type from the first bytes of the picture, not from the name of its file.',
    owner: 'you',
  },
  {
    id: 'body.image',
    pattern:
      /could not process (the )?image|image exceeds \d|image dimensions exceed|image_dimensions_too_large|unsupported image (type|format)|invalid image (data|source)/i,
    means: 'A picture of the request cannot be read, or is too large.',
    proves: isRead,
    leavesOpen:
      'which picture, where several were sent: it is sent again with every turn of the conversation',
    cure: 'Scale the picture down or save it again as PNG or JPEG, and take the old one out of the conversation.',
    owner: 'you',
  },
  {
    id: 'body.no_images',
    pattern: picturesRefused,
    means: 'This model takes no pictures.',
    proves: isRead,
    leavesOpen: 'which model does',
    cure: 'Choose a model that reads pictures, or leave the picture out.',
    owner: 'you',
  },
  {
    id: 'body.no_tools',
    pattern: toolsRefused,
    means: 'This model, or the program that serves it, takes no tools.',
    proves: isRead,
    leavesOpen: 'which model does',
    cure: 'Choose a model that calls tools, or switch the tools of the client off.',
    owner: 'you',
  },
  {
    id: 'body.context',
    pattern:
      /prompt is too long|model_context_window_exceeded|input length and .{0,4}max_tokens.{0,4} exceed context|context[_ ](length|window)[^.]{0,30}exceed|maximum context length|exceeds? the available context size|input is too long for requested model|request exceeds the (context|model)/i,
    means: "The conversation does not fit into the model's context window.",
    proves: isRead,
    leavesOpen: 'by how much, where the sentence gives no numbers: count_tokens tells',
    cure: 'Send less: shorten or summarise the conversation (/compact in msg chat), lower max_tokens, or choose a model with a larger window.',
    owner: 'you',
  },
  {
    id: 'body.max_tokens',
    pattern:
      /max_tokens: \d+ > \d+|maximum allowed number of output tokens|max_tokens.{0,30}(too large|exceeds|at most \d)/i,
    means: 'max_tokens is more than this model may write.',
    proves: isRead,
    leavesOpen: 'nothing, where the sentence names the limit',
    cure: 'Lower max_tokens to what the sentence allows.',
    owner: 'you',
  },
  {
    id: 'body.thinking_mode',
    pattern:
      /max_tokens.{0,6} must be greater than .{0,6}thinking\.budget_tokens|thinking\.(type|budget_tokens|enabled)\S*:|temperature.{0,6} may only be set to 1 when thinking|thinking may not be enabled when tool_choice|reasoning[._]effort/i,
    means: 'The thinking options do not fit this model or the other options.',
    proves: isRead,
    leavesOpen: 'nothing: the sentence names the option',
    cure: 'Leave thinking and effort out, or change the option that the sentence names.',
    owner: 'you',
  },
  {
    id: 'body.sampling',
    pattern:
      /temperature.{0,8} and .{0,3}top_p.{0,4} cannot both|(temperature|top_p|top_k).{0,20}(deprecated|not supported|unsupported)/i,
    means: 'This model does not take these sampling parameters, or not together.',
    proves: isRead,
    leavesOpen: 'nothing',
    cure: 'Leave out temperature, top_p and top_k.',
    owner: 'you',
  },
  {
    id: 'body.tool_schema',
    pattern:
      /tools\.\d+\.\S*: |tool names must be unique|input_schema.{0,60}(does not support|invalid|must)|json schema is invalid|tool_name_conflict|available_tools_limit_exceeded/i,
    means: 'The declaration of a tool is refused: its name or its schema.',
    proves: isRead,
    leavesOpen: 'which tool it is, where the sentence only counts them: tools.N counts from 0',
    cure: 'Correct the tool that the sentence names, or switch off the plugin or MCP server that brings it.',
    owner: 'you',
  },
  {
    id: 'body.beta_field',
    pattern: /\b\w+(\.\w+)*: extra inputs are not permitted/i,
    means:
      'The client sends a field that this server does not know: often one that needs an anthropic-beta header, which a hop dropped.',
    proves: isRead,
    leavesOpen: 'whether the field is unknown there, or only its anthropic-beta header was lost on the way',
    cure: 'Have the gateway pass the anthropic-beta header on, or switch off the option of the client that sends the field.',
    owner: 'you',
  },
  {
    id: 'caps.count_tokens',
    pattern:
      /(token counting|count_?tokens|counting tokens)[^.]{0,60}(not (supported|available|implemented)|unsupported)|not backed by an anthropic-protocol upstream/i,
    means: 'This endpoint does not count tokens. Messages may work all the same.',
    proves: 'the host answers and knows the route; counting tokens is not offered there',
    leavesOpen: 'whether messages work: a request tells',
    cure: 'Go on without counting: clients that ask for it fall back on an estimate, or have it switched off.',
    owner: 'gateway',
    isHarmless: true,
  },
  {
    id: 'up.5xx',
    pattern: /\bloading model\b|model is (still |currently )?loading|model .{0,40}is not (yet )?loaded/i,
    means: 'The model is still being loaded there.',
    proves: 'the server runs, and will answer when the model is loaded',
    leavesOpen: 'how long that takes',
    cure: 'Wait until it is loaded, then ask again.',
    owner: 'gateway',
    isHarmless: true,
  },
  {
    id: 'auth.scheme',
    pattern:
      /(required )?["'`]?authorization["'`]? header (is )?(required|missing|not (found|provided|set))|missing (the )?["'`]?authorization["'`]? header|no authorization header|missing bearer|bearer token (is )?(required|missing|not (found|provided))/i,
    // Sent, and not seen: a hop dropped it.
    unless: /^\s*>\s*authorization:/im,
    means: 'The server looks for the key in "Authorization: Bearer", and found none there.',
    proves: 'the path reaches something that asks for a key in that header; no key was judged',
    leavesOpen: 'whether the key is good, once it comes in that header',
    cure: 'Send the key as Authorization: Bearer (msg: auth=bearer; Claude Code and SDKs: ANTHROPIC_AUTH_TOKEN instead of ANTHROPIC_API_KEY).',
    owner: 'you',
  },
  {
    id: 'auth.scheme',
    pattern:
      /x-api-key["'`]? (header )?(is )?(required|missing|not (found|provided|set))|missing (the )?["'`]?x-api-key/i,
    unless: /^\s*>\s*x-api-key:/im,
    means: 'The server looks for the key in x-api-key, and found none there.',
    proves: 'the path reaches something that asks for a key in that header; no key was judged',
    leavesOpen: 'whether the key is good, once it comes in that header',
    cure: 'Send the key as x-api-key (msg: auth=x-api-key; Claude Code and SDKs: ANTHROPIC_API_KEY instead of ANTHROPIC_AUTH_TOKEN).',
    owner: 'you',
  },
];
