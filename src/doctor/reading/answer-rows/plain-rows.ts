// What statuses and shapes mean where the words say no more. Data.
import { by, has, isIn, isOk, isPage, namesNoModel, quoted, type Row, statusWords } from './row.ts';
import { isBodyRefusal, lastServerRows } from './server-rows.ts';

export const plainRows: readonly Row[] = [
  {
    kind: 'path',
    check: 'url.dialect',
    owner: 'you',
    confidence: 'likely',
    test: (a) => isOk(a) && a.shaped.shape === 'chat-completion',
    means: () => 'The answer is an OpenAI chat completion.',
  },
  {
    kind: 'path',
    check: null,
    owner: 'you',
    test: (a) => a.status === 404 && a.hasModel !== true,
    means: (a) => `There is nothing at ${a.path}: 404 from ${by(a)}, ${quoted(a)}.`,
  },
  {
    kind: 'path',
    check: null,
    owner: 'you',
    confidence: 'likely',
    test: (a) => a.status === 404,
    means: (a) => `404 from ${by(a)}: ${quoted(a)}. Path or model, the words do not say.`,
  },
  {
    kind: 'path',
    check: null,
    owner: 'you',
    test: (a) => isIn(a, 405, 410, 501),
    means: (a) =>
      a.status === 405
        ? `POST is not allowed here (405): a static host, a web page, or a doubled /v1.`
        : a.status === 410
          ? `This address is gone for good (410): ${quoted(a)}.`
          : `The gateway knows no such route (501): ${quoted(a)}.`,
  },
  {
    kind: 'too-large',
    check: 'edge.size_limit',
    owner: 'proxy',
    test: (a) => a.status === 413,
    means: (a) => `The request is too large for ${by(a)}${a.bodyBytes > 0 ? ` (${a.bodyBytes} bytes)` : ''}.`,
  },
  {
    kind: 'guardrail',
    check: null,
    owner: 'gateway',
    test: (a) => a.status === 422 && has(a, /policy|guardrail|content|moderation|safety/i),
    means: (a) => `A guardrail of the gateway refused the content: ${quoted(a)}.`,
  },
  ...lastServerRows,
  {
    kind: 'web-page',
    check: 'url.marketing',
    owner: 'you',
    test: (a) => isOk(a) && a.shaped.shape === 'html',
    means: (a) => `A web page answers, not an API${a.shaped.message ? `: ${quoted(a)}` : ''}.`,
  },
  {
    kind: 'blocked',
    check: null,
    owner: 'proxy',
    confidence: 'likely',
    test: (a) => isPage(a) && a.status >= 400,
    means: (a) => `${by(a)} refused the request with a page (${a.status}: ${quoted(a)}), not as an API does.`,
  },
  {
    // Neither read nor refused for the key: a request that names a model has to tell.
    kind: 'open',
    check: null,
    owner: 'gateway',
    confidence: 'possible',
    test: (a) => namesNoModel(a) && isIn(a, 400, 422) && !isBodyRefusal(a),
    means: (a) => `An empty request is refused in words that tell nothing (${a.wireStatus}): ${quoted(a)}.`,
  },
  {
    // Other refusals come with these statuses, too.
    kind: 'validation',
    check: null,
    owner: 'gateway',
    confidence: 'likely',
    test: (a) => !namesNoModel(a) && isIn(a, 400, 422) && !isBodyRefusal(a),
    means: (a) => `The request was refused (${statusWords(a)}): ${quoted(a)}.`,
  },
  {
    kind: 'validation',
    check: null,
    owner: 'gateway',
    test: (a) => isIn(a, 400, 422),
    means: (a) => `The request was read and found wanting: ${quoted(a)}.`,
  },
  {
    kind: 'stream',
    check: null,
    owner: 'gateway',
    test: (a) => isOk(a) && a.shaped.shape === 'event-stream',
    means: () => 'An event stream.',
  },
  {
    kind: 'message',
    check: null,
    owner: 'gateway',
    test: (a) => isOk(a) && a.shaped.shape === 'message',
    means: () => 'A Messages answer.',
  },
  {
    kind: 'list',
    check: null,
    owner: 'gateway',
    test: (a) => isOk(a) && (a.shaped.shape === 'model-list' || a.shaped.shape === 'token-count'),
    means: () => 'The list or the count that was asked for.',
  },
  {
    kind: 'unexpected',
    check: null,
    owner: 'gateway',
    test: (a) => isOk(a) && a.shaped.shape === 'text' && a.body.trimStart().startsWith('{'),
    means: (a) =>
      `The answer begins as JSON and is none: a hop cuts it, or writes it wrongly (${quoted(a)}).`,
    cure: 'Look at the hop that makes or changes the body: its content-length, and what writes its JSON.',
  },
  {
    kind: 'empty',
    check: null,
    owner: 'gateway',
    test: (a) => isOk(a) && a.shaped.shape === 'empty',
    means: (a) => `${a.status} with an empty body.`,
  },
];
