// Observations as tests write them: short, and classified by the real table.

import type {
  Answered,
  Candidate,
  Credential,
  Exchange,
  Observations,
  Observe,
  Setup,
  Streamed,
  Unanswered,
} from '../../src/doctor/engine/observations.ts';
import { type SetupInput, setupOf } from '../../src/doctor/engine/setup.ts';
import { scoreOf } from '../../src/doctor/probes/candidates.ts';
import type { Reach, TcpReach } from '../../src/doctor/reach/reach.ts';
import type { TlsReach } from '../../src/doctor/reach/tls-reach.ts';
import { classify, readFailure } from '../../src/doctor/reading/classify.ts';
import { streamFacts } from '../../src/doctor/streams/stream-facts.ts';
import type { RawArrival } from '../../src/doctor/streams/timed-events.ts';

export const key = 'sk-llmapi-0123456789abcdef0123456789abcdef';

export const setup = (input: Partial<SetupInput> = {}): Setup =>
  setupOf({
    profile: 'work',
    command: 'msg doctor work',
    flags: [],
    baseUrl: 'https://gw.example',
    baseUrlSource: 'profile work',
    auth: 'x-api-key',
    acceptedAuth: null,
    key,
    keySource: 'profile work',
    keyVariable: null,
    withheld: null,
    model: 'claude-sonnet-4-6',
    overrides: {},
    version: '2023-06-01',
    betas: [],
    env: {},
    home: '/home/me',
    cwd: '/work',
    proxy: null,
    cacert: null,
    nodeVersion: '22.1.0',
    wallTimeMs: Date.UTC(2026, 10, 30),
    isTlsCheckOff: false,
    osRelease: '6.1.0',
    readFile: () => undefined,
    ...input,
  });

export type Shape = {
  readonly headers?: Record<string, string>;
  readonly credential?: Credential;
  readonly hasModel?: boolean;
  readonly isStream?: boolean;
  readonly url?: string;
  readonly method?: string;
  readonly endMs?: number;
  readonly retries?: number;
  readonly breakage?: { code: string | null; message: string };
  readonly isUndeclaredGzip?: boolean;
  readonly isFalselyEncoded?: boolean;
  readonly quotesKey?: boolean;
  readonly wallTimeMs?: number;
};

const asked = (shape: Shape) => ({
  method: shape.method ?? 'POST',
  url: shape.url ?? 'https://gw.example/v1/messages',
  credential: shape.credential ?? 'none',
  keyHeader: (shape.credential ?? 'none') === 'none' ? null : 'x-api-key',
  hasModel: shape.hasModel ?? false,
  isStream: shape.isStream ?? false,
  bodyBytes: 2,
});

/** An answer; an object is sent as JSON. */
export function answered(status: number, content: unknown = '', shape: Shape = {}): Answered {
  const body = typeof content === 'string' ? content : JSON.stringify(content);
  const headers = {
    ...(typeof content === 'string' ? {} : { 'content-type': 'application/json' }),
    ...shape.headers,
  };
  const request = asked(shape);
  const url = new URL(request.url);
  return {
    outcome: 'answered',
    asked: request,
    status,
    headers,
    body,
    isUndeclaredGzip: shape.isUndeclaredGzip ?? false,
    isFalselyEncoded: shape.isFalselyEncoded ?? false,
    quotesKey: shape.quotesKey ?? false,
    bodyBytes: body.length,
    times: { headers: 10, end: shape.endMs ?? 20 },
    wallTimeMs: shape.wallTimeMs ?? Date.parse('2026-11-20T12:00:00Z'),
    breakage: shape.breakage ?? null,
    retries: shape.retries ?? 0,
    reading: classify({
      status,
      headers,
      body,
      host: url.host,
      path: url.pathname,
      hasModel: request.hasModel,
      hasKey: request.credential !== 'none',
      bodyBytes: 2,
    }),
  };
}

export const failed = (code: string | null, message = code ?? '', shape: Shape = {}): Unanswered => ({
  outcome: 'failed',
  asked: asked(shape),
  failure: { code, message },
  times: { end: shape.endMs ?? 20 },
  retries: 0,
  reading: readFailure(code, message),
});

/** The native error envelope. */
export const apiError = (type: string, message: string, more: Record<string, unknown> = {}) => ({
  type: 'error',
  error: { type, message },
  ...more,
});

export const noKey = (): Answered =>
  answered(401, apiError('authentication_error', 'x-api-key header is required'));
export const emptyBody = (shape: Shape = {}): Answered =>
  answered(400, apiError('invalid_request_error', 'model: Field required'), { credential: 'own', ...shape });
export const refused = (message = 'invalid x-api-key', shape: Shape = {}): Answered =>
  answered(401, apiError('authentication_error', message), { credential: 'own', ...shape });

export const message = (fields: Record<string, unknown> = {}, shape: Shape = {}): Answered =>
  answered(
    200,
    {
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      model: 'claude-sonnet-4-6',
      content: [{ type: 'text', text: 'Hi' }],
      stop_reason: 'max_tokens',
      usage: { input_tokens: 8, output_tokens: 1 },
      ...fields,
    },
    { credential: 'own', hasModel: true, ...shape },
  );

export const tokens = (count = 8): Answered =>
  answered(200, { input_tokens: count }, { credential: 'own', hasModel: true });
export const modelList = (...ids: string[]): Answered =>
  answered(200, { data: ids.map((id) => ({ type: 'model', id })) }, { credential: 'own', method: 'GET' });

const tcp = (part: Partial<TcpReach> = {}): TcpReach => ({
  address: '203.0.113.7',
  family: 4,
  ms: 31,
  failure: null,
  ...part,
});
export const closed = (code: string, part: Partial<TcpReach> = {}): TcpReach =>
  tcp({ failure: { code, message: code }, ...part });
export const open = tcp;

export const network = (part: Partial<Reach> = {}): Reach => ({
  hostname: 'gw.example',
  port: 443,
  isTls: true,
  name: {
    addresses: [{ address: '203.0.113.7', family: 4 }],
    ms: 4,
    failure: null,
    direct: null,
    isLiteral: false,
  },
  tcp: [tcp()],
  tunnel: null,
  tls: tls(),
  ...part,
});

export const tls = (
  part: Partial<TlsReach> = {},
  verdict: Partial<NonNullable<TlsReach['verdict']>> = {},
): TlsReach => ({
  ms: 40,
  failure: null,
  protocol: 'TLSv1.3',
  alpn: 'http/1.1',
  chain: [
    {
      subject: 'gw.example',
      issuer: 'Public CA',
      organization: null,
      issuerOrganization: 'Public',
      validFromMs: 0,
      validToMs: Date.parse('2030-01-01'),
      names: ['DNS:gw.example'],
      isSelfIssued: false,
      issuerUrl: null,
    },
  ],
  verdict: {
    isTrusted: true,
    untrusted: null,
    inspector: null,
    expiredMs: null,
    notYetMs: null,
    otherNames: null,
    ...verdict,
  },
  ...part,
});

export const untrusted = (verdict: Partial<NonNullable<TlsReach['verdict']>>): Reach =>
  network({ tls: tls({}, { isTrusted: false, ...verdict }) });

/** One event of a stream. */
export const event = (data: Record<string, unknown>, name: string | false = String(data['type'])): string =>
  `${name === false ? '' : `event: ${name}\n`}data: ${JSON.stringify(data)}\n\n`;

export const start = (
  usage: unknown = { input_tokens: 25, output_tokens: 1 },
  more: Record<string, unknown> = {},
): string =>
  event({
    type: 'message_start',
    message: {
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      model: 'claude-sonnet-4-6',
      content: [],
      usage,
      ...more,
    },
  });
export const block = (index = 0, content: Record<string, unknown> = { type: 'text', text: '' }): string =>
  event({ type: 'content_block_start', index, content_block: content });
export const delta = (text = 'x', index = 0): string =>
  event({ type: 'content_block_delta', index, delta: { type: 'text_delta', text } });
export const stop = (index = 0): string => event({ type: 'content_block_stop', index });
export const ending = (reason: string | null = 'end_turn', usage: unknown = { output_tokens: 60 }): string =>
  event({ type: 'message_delta', delta: { stop_reason: reason }, usage });
export const last = (): string => event({ type: 'message_stop' });

/** A whole, ordinary stream. */
export const ordinary = (): string[] => [
  start(),
  block(),
  ...Array.from({ length: 60 }, () => delta()),
  stop(),
  ending(),
  last(),
];

export type StreamShape = Shape & {
  readonly gapMs?: number;
  readonly at?: (index: number) => number;
  readonly isClean?: boolean;
  readonly endMs?: number;
};

/** Pieces that arrive one after the other, 16 ms apart unless told otherwise. */
export function streamed(pieces: readonly string[] = ordinary(), shape: StreamShape = {}): Streamed {
  const at = shape.at ?? ((index: number) => 100 + index * (shape.gapMs ?? 16));
  const raw: RawArrival[] = pieces.map((piece, index) => ({
    at: at(index),
    bytes: new TextEncoder().encode(piece),
  }));
  const endMs = shape.endMs ?? (raw.at(-1)?.at ?? 0) + 1;
  const headers = { 'content-type': 'text/event-stream; charset=utf-8', ...shape.headers };
  const isClean = shape.isClean ?? shape.breakage === undefined;
  const exchange = answered(200, pieces.join(''), {
    ...shape,
    headers,
    credential: 'own',
    hasModel: true,
    isStream: true,
    endMs,
  });
  return {
    exchange,
    stream: exchange.reading.shape === 'event-stream' ? streamFacts(raw, headers, { isClean, endMs }) : null,
  };
}

/** A streamed request that was answered otherwise. */
export const notStreamed = (exchange: Exchange): Streamed => ({ exchange, stream: null });

export function candidate(
  baseUrl: string,
  exchange: Exchange,
  own?: Exchange,
  kind: Candidate['kind'] = 'messages',
): Candidate {
  return {
    baseUrl,
    messagesUrl: `${baseUrl}/v1/${kind === 'messages' ? 'messages' : 'chat/completions'}`,
    kind,
    exchange,
    score: scoreOf(exchange, own),
  };
}

/** A URL where {} meets this, and a request with a model, too; the key is then sent nowhere. */
export const everywhere = (keyless: Exchange): Seen => ({
  keyless,
  keylessModel: keyless.outcome === 'failed' ? undefined : keyless,
  keyed: undefined,
  count: undefined,
  message: keyless.outcome === 'failed' ? keyless : undefined,
});

/** What the probes saw; undefined is a probe that was not made. */
export type Seen = { readonly [K in keyof Observations]?: Observations[K] | undefined };

export const observing =
  (seen: Seen): Observe =>
  (id) =>
    seen[id];
