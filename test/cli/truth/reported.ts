// What users of gateways and local servers reported in public: answers in the wrong status, shape or charset, and
// what each of them proves.
import { endpoint, goodEvents, json, messageOf, stream, type Truth } from './case.ts';
import { gateway, page, refusing } from './gateway.ts';

/** Every POST, also the empty one, is answered alike. */
const always = (status: number, body: object): Truth['answer'] => {
  const same: Truth['answer'] = (to) => json(to, status, body);
  return gateway({ refuse: same, empty: same, model: same });
};

export const reported: readonly Truth[] = [
  {
    name: 'LM Studio without this endpoint: 200 all the same',
    answer: always(200, { error: 'Unexpected endpoint or method. (POST /v1/messages)' }),
    verdict: 'broken',
    cause: 'url.answers',
    owner: 'you',
  },
  {
    name: 'a path that Zhipu does not have: 404 in words, 500 as a code, 200 as a status',
    answer: always(200, { code: 500, msg: '404 NOT_FOUND', success: false }),
    verdict: 'broken',
    cause: 'url.answers',
    owner: 'you',
  },
  {
    name: 'Envoy AI Gateway without the model',
    answer: gateway({
      model: (to) => {
        to.writeHead(404, { 'content-type': 'text/plain' });
        to.end(
          'No matching route found. It is likely because the model specified in your request is not configured in the Gateway.',
        );
      },
    }),
    verdict: 'broken',
    cause: 'model.not_found',
  },
  {
    name: 'no channel for the model, in Russian',
    answer: refusing(503, {
      error: {
        message: 'Нет доступных каналов для модели m в текущей группе default',
        type: 'one_api_error',
      },
    }),
    verdict: 'broken',
    cause: 'model.not_found',
    confidence: 'likely',
  },
  {
    name: "Cloudflare's AI Gateway without its own token",
    answer: always(401, {
      success: false,
      error: [{ code: 2009, message: 'Unauthorized' }],
      name: 'AiGatewayError',
      internalCode: 2009,
    }),
    verdict: 'broken',
    cause: 'edge.required_header',
    says: /--header \\"cf-aig-authorization: VALUE\\"/,
  },
  {
    name: 'a wrong token of Databricks: 403 in words of its own',
    answer: always(403, { error_code: '403', message: 'Invalid access token.' }),
    verdict: 'broken',
    cause: 'auth.invalid',
    owner: 'you',
  },
  {
    name: 'an overload that OpenRouter keeps in metadata.raw',
    answer: refusing(502, {
      error: {
        message: 'Provider returned error',
        code: 502,
        metadata: { raw: '{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}' },
      },
    }),
    verdict: 'undetermined',
    cause: 'up.5xx',
    owner: 'provider',
  },
  {
    name: 'one request above the tokens of a minute: 413 of Groq, which is no size of a body',
    answer: refusing(413, {
      error: {
        message: 'Request too large for model `m` on tokens per minute (TPM): Limit 6, Requested 65',
        type: 'tokens',
        code: 'rate_limit_exceeded',
      },
    }),
    verdict: 'broken',
    cause: 'rate.quota',
    says: /^(?!.*Wait until)[\s\S]*take a model that has a higher one/,
  },
  {
    name: 'a model that crashed under 400 (LM Studio)',
    answer: refusing(400, { error: 'The model has crashed without additional information. (Exit code: 6)' }),
    verdict: 'broken',
    cause: 'up.5xx',
    owner: 'gateway',
    says: /Load it again/,
  },
  {
    name: 'a host that the company does not allow (Zscaler)',
    answer: page(
      403,
      '<html><head><title>Internet Security by Zscaler</title></head><body>Sorry, you do not have permission to visit this site.</body></html>',
    ),
    verdict: 'broken',
    cause: 'url.answers',
    owner: 'network',
    says: /The network blocks this host: Zscaler/,
  },
  {
    name: 'an error in the charset that it names',
    answer: gateway({
      model: (to) => {
        to.writeHead(403, { 'content-type': 'application/json; charset=gbk' });
        to.end(Buffer.from('{"error":{"message":"\xd3\xe0\xb6\xee\xb2\xbb\xd7\xe3"}}', 'latin1'));
      },
    }),
    verdict: 'broken',
    cause: 'bill.balance',
    says: /余额不足/,
  },
  {
    name: 'a message in UTF-16, labelled so',
    answer: endpoint({
      plain: (to, { body }) => {
        to.writeHead(200, { 'content-type': 'application/json; charset=utf-16le' });
        to.end(Buffer.from(JSON.stringify(messageOf(body)), 'utf16le'));
      },
    }),
    verdict: 'healthy',
  },
  {
    name: 'a whole message under the label of a stream',
    answer: endpoint({
      streamed: (to, { body }) => json(to, 200, messageOf(body), { 'content-type': 'text/event-stream' }),
    }),
    verdict: 'broken',
    cause: 'sse.not_streamed',
    says: /one JSON document at the end/,
  },
  {
    name: 'events in a list instead of a stream',
    answer: endpoint({
      streamed: (to) => json(to, 200, [{ type: 'message_start' }, { type: 'message_stop' }]),
    }),
    verdict: 'broken',
    cause: 'sse.not_streamed',
    says: /answered with application\/json, not with an event stream/,
  },
  {
    name: 'data: written twice',
    answer: endpoint({
      streamed: (to, { body, pause }) =>
        stream(
          to,
          pause,
          goodEvents(body).map((one) => one.replace('data: ', 'data: data: ')),
        ),
    }),
    verdict: 'broken',
    cause: 'sse.not_json',
    says: /carry \\"data: \\" twice/,
  },
  {
    name: 'healthy: a framework that answers every POST with 201 (NestJS)',
    answer: endpoint({
      plain: (to, { body }) => json(to, 201, messageOf(body)),
      streamed: async (to, { body, pause }) => {
        to.writeHead(201, { 'content-type': 'text/event-stream' });
        for (const one of goodEvents(body)) {
          to.write(one);
          await pause();
        }
        to.end();
      },
    }),
    verdict: 'healthy',
  },
  {
    name: 'JSON with a number that JSON does not have (NaN of Python)',
    answer: endpoint({
      plain: (to, { body }) =>
        json(to, 200, JSON.stringify(messageOf(body)).replace('"output_tokens":1', '"output_tokens":NaN')),
    }),
    verdict: 'broken',
    cause: 'model.answers',
    owner: 'gateway',
    says: /begins as JSON and is none/,
  },
  {
    name: 'a limit of the provider as the only line of a stream: passing, whatever its dialect',
    answer: endpoint({
      streamed: (to, { pause }) =>
        stream(to, pause, [
          'data: {"error":{"message":"Rate limit reached for m","type":"requests","code":"rate_limit_exceeded"}}\n\n',
        ]),
    }),
    verdict: 'undetermined',
    cause: 'sse.error_event',
    owner: 'provider',
  },
  {
    name: 'a limit whose end, by the header, was years ago',
    answer: refusing(
      429,
      { error: { message: 'slow down', type: 'rate_limit_error' } },
      { 'retry-after': 'Wed, 21 Oct 2015 07:28:00 GMT' },
    ),
    verdict: 'undetermined',
    cause: 'rate.limited',
    says: /Wait, then run it again/,
  },
];
