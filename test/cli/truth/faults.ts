// Endpoints whose answers break off, lie or bring nothing: tools, empty answers, faults of the stream.
import { endpoint, error, event, goodEvents, json, messageOf, stream, type Truth } from './case.ts';

const toolFault = (
  name: string,
  tools: Parameters<typeof endpoint>[0] & object,
): Pick<Truth, 'name' | 'answer' | 'argv'> => ({
  name: `tools: ${name}`,
  answer: endpoint(tools),
  argv: ['--tools', '--yes'],
});

const hollow = {
  content: [{ type: 'text' }],
  stop_reason: 'end_turn',
  usage: { input_tokens: 0, output_tokens: 0 },
};

export const faults: readonly Truth[] = [
  { name: 'a good endpoint', answer: endpoint(), verdict: 'healthy' },
  {
    name: 'a connection closed after each answer, without a word',
    answer: (response, asked) => {
      response.on('finish', () => asked.request.socket.end());
      return endpoint()(response, asked);
    },
    verdict: 'healthy',
  },
  {
    ...toolFault('the connection breaks', { tools: (_response, { request }) => request.socket.destroy() }),
    verdict: 'undetermined',
    cause: 'tool.lost',
    says: /cannot be told/,
  },
  {
    ...toolFault('429', {
      tools: (to) => error(to, 429, 'rate_limit_error', 'slow down', { 'retry-after': '9' }),
    }),
    verdict: 'undetermined',
    cause: 'tool.lost',
  },
  {
    ...toolFault('500', { tools: (to) => error(to, 500, 'api_error', 'boom') }),
    verdict: 'undetermined',
    cause: 'tool.lost',
  },
  {
    ...toolFault('the model has none', {
      tools: (to) => error(to, 400, 'invalid_request_error', 'library/m does not support tools'),
    }),
    verdict: 'broken',
    cause: 'tool.lost',
    owner: 'you',
    says: /Choose a model that has tools/,
  },
  {
    ...toolFault('text comes instead', {
      tools: (to, { body, pause }) => stream(to, pause, goodEvents(body)),
    }),
    verdict: 'degraded',
    cause: 'tool.lost',
    says: /or this model calls none/,
  },
  {
    name: 'answers are empty, without a token',
    answer: endpoint({
      plain: (to, { body }) => json(to, 200, messageOf(body, hollow)),
      streamed: (to, { body, pause }) =>
        stream(to, pause, [
          event('message_start', { message: messageOf(body, { ...hollow, content: [], stop_reason: null }) }),
          event('ping'),
          event('message_delta', { delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 0 } }),
          event('message_stop'),
        ]),
    }),
    verdict: 'broken',
    cause: 'out.empty',
    owner: 'gateway',
  },
  {
    name: 'what is behind hangs, the gateway answers',
    answer: endpoint({
      plain: () => undefined,
      streamed: (to, { body }) => {
        to.writeHead(200, { 'content-type': 'text/event-stream' });
        to.write(`${goodEvents(body)[0] ?? ''}${event('ping')}`);
      },
    }),
    verdict: 'broken',
    cause: 'up.offline',
    owner: 'gateway',
    says: /within \d+ s, and a stream begins \(message_start at \d+ ms, 1 ping\) and then brings nothing/,
  },
  {
    name: 'everything with a model hangs, the gateway answers',
    answer: endpoint({ plain: () => undefined, streamed: () => undefined }),
    verdict: 'broken',
    cause: 'up.offline',
    owner: 'gateway',
    says: /a stream does not begin either/,
  },
  {
    name: 'only plain answers hang',
    answer: endpoint({ plain: () => undefined }),
    verdict: 'broken',
    cause: 'up.offline',
    says: /only plain answers hang/,
  },
  {
    name: 'whole streams in bodies without an end',
    answer: endpoint({
      streamed: async (to, { body, pause, request }) => {
        to.writeHead(200, { 'content-type': 'text/event-stream' });
        for (const one of goodEvents(body)) {
          to.write(one);
          await pause();
        }
        request.socket.end();
      },
    }),
    verdict: 'broken',
    cause: 'sse.truncated',
    owner: 'gateway',
    says: /message_stop too, and then the connection closed before its body was at its end/,
  },
  {
    name: 'streams are refused',
    answer: endpoint({
      streamed: (to) =>
        error(to, 400, 'invalid_request_error', 'stream=true is not supported by this deployment'),
    }),
    verdict: 'broken',
    cause: 'sse.answers',
    owner: 'gateway',
    says: /msg send .*--no-stream hello/,
  },
  {
    name: 'streams get a 502',
    answer: endpoint({ streamed: (to) => error(to, 502, 'api_error', 'bad gateway') }),
    verdict: 'broken',
    cause: 'up.failover_stream',
    says: /A plain answer succeeds, a stream gets 502/,
  },
  {
    name: 'one of three requests gets a 502',
    answer: (response, asked) =>
      asked.before % 3 === 1 ? error(response, 502, 'api_error', 'bad gateway') : endpoint()(response, asked),
    verdict: 'broken',
    cause: 'up.5xx',
    says: /requests failed on and off/,
  },
  {
    name: 'a 200 that holds an error',
    answer: endpoint({
      plain: (to) => error(to, 200, 'api_error', 'backend pool exhausted'),
      streamed: (to) => error(to, 200, 'api_error', 'backend pool exhausted'),
    }),
    verdict: 'broken',
    cause: 'up.5xx',
    says: /answered 200 with an error inside: ."backend pool exhausted/,
  },
  {
    name: 'only streams are empty',
    answer: endpoint({
      streamed: (to, { body, pause }) =>
        stream(to, pause, [goodEvents(body)[0] ?? '', ...goodEvents(body).slice(-2)]),
    }),
    verdict: 'broken',
    cause: 'sse.empty',
    owner: 'gateway',
  },
  {
    name: 'a stream labelled gzip that is none',
    answer: endpoint({
      streamed: (to, { body, pause }) => stream(to, pause, goodEvents(body), { 'content-encoding': 'gzip' }),
    }),
    verdict: 'broken',
    cause: 'edge.encoding_lie',
  },
  {
    name: 'a heartbeat in words',
    answer: endpoint({
      streamed: (to, { body, pause }) =>
        stream(
          to,
          pause,
          goodEvents(body).flatMap((one, place) => (place % 20 === 5 ? ['data: ping\n\n', one] : [one])),
        ),
    }),
    verdict: 'broken',
    cause: 'sse.not_json',
    says: /3 events are not JSON but words/,
  },
  {
    name: 'no blank line between events',
    answer: endpoint({
      streamed: (to, { body, pause }) =>
        stream(
          to,
          pause,
          goodEvents(body).map((one) => one.replace('\n\n', '\n')),
        ),
    }),
    verdict: 'broken',
    cause: 'sse.not_json',
    says: /no blank line between events/,
  },
  {
    name: 'an error in the stream, as a string',
    answer: endpoint({
      streamed: (to, { body, pause }) =>
        stream(to, pause, [
          ...goodEvents(body).slice(0, 12),
          'data: {"error":"quota of team alpha is used up"}\n\n',
        ]),
    }),
    verdict: 'broken',
    cause: 'sse.error_event',
    says: /quota of team alpha is used up/,
  },
  {
    name: 'chat completions in the stream',
    answer: endpoint({
      streamed: (to, { pause }) =>
        stream(to, pause, [
          ...Array.from(
            { length: 20 },
            () =>
              `data: ${JSON.stringify({ object: 'chat.completion.chunk', choices: [{ delta: { content: 'x' } }] })}\n\n`,
          ),
          'data: [DONE]\n\n',
        ]),
    }),
    verdict: 'broken',
    cause: 'sse.sequence',
    says: /OpenAI dialect/,
  },
  {
    name: 'message_start twice',
    answer: endpoint({
      streamed: (to, { body, pause }) => stream(to, pause, [goodEvents(body)[0] ?? '', ...goodEvents(body)]),
    }),
    verdict: 'broken',
    cause: 'sse.sequence',
    says: /a second message_start/,
  },
];
