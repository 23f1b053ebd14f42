// The provider behind a real gateway: the mock, which also speaks chat completions here. The name of the model asks
// for what goes wrong.
import type { Message } from '../../src/messages/types.ts';
import { halfway } from '../../src/mock/changes.ts';
import {
  end,
  errorReply,
  event,
  gate,
  hangup,
  head,
  jsonReply,
  type Mock,
  type MockOptions,
  type Script,
  type SeenRequest,
  startMock,
  streamReply,
} from '../../src/mock/index.ts';
import { isObject } from '../../src/text/json.ts';

/** The gateway's own key: whoever asks the gateway never has it. */
export const providerKey = 'sk-provider-canary-0123456789abcdef';

type Refusal = { readonly status: number; readonly type: string; readonly message: string };

/** Models that are refused, each in the words of the native API. */
const refusals: Readonly<Record<string, Refusal>> = {
  limited: {
    status: 429,
    type: 'rate_limit_error',
    message: 'Number of requests has exceeded your rate limit.',
  },
  overloaded: { status: 529, type: 'overloaded_error', message: 'Overloaded' },
  failing: { status: 500, type: 'api_error', message: 'Internal server error' },
  unpaid: {
    status: 400,
    type: 'invalid_request_error',
    message: 'Your credit balance is too low to access the API. Please go to Plans & Billing.',
  },
  retired: { status: 404, type: 'not_found_error', message: 'model: retired' },
};
const noStream: Refusal = {
  status: 400,
  type: 'invalid_request_error',
  message: 'stream=true is not supported by this deployment',
};
const wrongKey: Refusal = {
  status: 401,
  type: 'authentication_error',
  message: 'Incorrect API key provided: sk-wrong.',
};

const unknownModel: Refusal = {
  status: 404,
  type: 'invalid_request_error',
  message: 'The model does not exist or you do not have access to it.',
};

/** One that works; the rest is refused, never answered, not answered as a stream, or cut in the middle of one. */
export const models = ['good', ...Object.keys(refusals), 'silent', 'whole-only', 'cut'];

/** Starts a provider that takes `providerKey` only, for Messages and for chat completions. */
export const startProvider = (more: MockOptions = {}): Promise<Mock> =>
  startMock({ key: providerKey, models, respond, ...more });

function respond(request: SeenRequest): Script | undefined {
  const isChat = request.path === '/v1/chat/completions';
  if (!isChat && request.path !== '/v1/messages') return undefined;
  const { model, stream, max_tokens: maxTokens } = isObject(request.json) ? request.json : {};
  const refuse = ({ status, type, message }: Refusal): Script =>
    isChat
      ? jsonReply(status, { error: { message, type, param: null, code: null } })
      : errorReply(status, type, message);
  if (isChat && request.headers['authorization'] !== `Bearer ${providerKey}`) return refuse(wrongKey);
  const refusal = refusals[String(model)];
  if (refusal) return refuse(refusal);
  if (model === 'silent') return [gate('never')];
  if (model === 'whole-only' && stream === true) return refuse(noStream);
  const isCut = model === 'cut' && stream === true;
  if (!isChat) return isCut ? halfway(() => [hangup])(streamReply(cutMessage), request) : undefined;
  if (!models.includes(`${model}`)) return refuse(unknownModel);
  const answer = chatCompletion(`${model}`, stream === true, maxTokens === 1);
  return isCut ? [...answer.slice(0, 4), hangup] : answer;
}

const cutMessage: Partial<Message> = {
  model: 'cut',
  content: [{ type: 'text', text: 'one two three four five six' }],
};

/** Counts to five, in OpenAI's shape. */
function chatCompletion(model: string, isStream: boolean, isOneToken: boolean): Script {
  const words = isOneToken ? ['1'] : ['1', ', 2', ', 3', ', 4', ', 5'];
  const reason = isOneToken ? 'length' : 'stop';
  const usage = { prompt_tokens: 9, completion_tokens: words.length, total_tokens: 9 + words.length };
  const shared = { id: 'chatcmpl-1', created: 1_700_000_000, model };
  if (!isStream)
    return jsonReply(200, {
      ...shared,
      object: 'chat.completion',
      choices: [{ index: 0, message: { role: 'assistant', content: words.join('') }, finish_reason: reason }],
      usage,
    });
  const chunk = (delta: object, finish_reason: string | null = null, more: object = {}): object => ({
    ...shared,
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta, finish_reason }],
    ...more,
  });
  return [
    head(),
    event(chunk({ role: 'assistant', content: '' })),
    ...words.map((content) => event(chunk({ content }))),
    event(chunk({}, reason, { usage })),
    event('[DONE]'),
    end,
  ];
}
