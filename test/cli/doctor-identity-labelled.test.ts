// Targets whose truth is known, as they stand in the world: native, mapped, translated, behind all kinds of gateways. None of
// them is to be accused.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { IdentityReport } from '../../src/doctor/engine/report.ts';
import type { Message } from '../../src/messages/types.ts';
import { errorReply, jsonReply, type MockOptions, messageReply, startMock } from '../../src/mock/index.ts';
import type { Nature } from '../../src/mock/native.ts';
import { isObject, type JsonObject } from '../../src/text/json.ts';
import { claude, examine, scenario } from './examine-identity.ts';
import { type Passing, refusal, startGateway } from './gateway.ts';
import { runMsg, testKey } from './run-msg.ts';

const notFound = errorReply(404, 'not_found_error', 'Not found');

/** An honest answer to a request without what a translator leaves out. */
const withoutThinking: NonNullable<MockOptions['respond']> = ({ path, json }) => {
  if (path !== '/v1/messages' || !isObject(json) || json['thinking'] === undefined) return undefined;
  return messageReply({ model: claude, content: [{ type: 'text', text: '12,231' }] });
};

/** A cache that knows nothing of the request before: it writes every time. */
const coldCache: NonNullable<MockOptions['respond']> = ({ path, body }) => {
  const [, codeword = ''] = /codeword is \\"([^"\\]+)/.exec(body) ?? [];
  if (path !== '/v1/messages' || codeword === '' || body.includes('"ttl"')) return undefined;
  const usage = {
    input_tokens: 12,
    output_tokens: 5,
    cache_creation_input_tokens: 8000,
    cache_read_input_tokens: 0,
  };
  return messageReply({ model: claude, content: [{ type: 'text', text: codeword }], usage });
};

/** The second conversation that goes on is answered although its signature is not the one of the first. */
const mendingAfterOne = (headers = {}, input_tokens = 40): NonNullable<MockOptions['respond']> => {
  let seen = 0;
  return ({ path, json }) => {
    const turns = isObject(json) && Array.isArray(json['messages']) ? json['messages'].length : 0;
    if (path !== '/v1/messages' || turns < 3) return undefined;
    seen += 1;
    const content = [{ type: 'text', text: 'OK' }];
    return seen === 1
      ? undefined
      : messageReply({ model: claude, content, usage: { input_tokens, output_tokens: 1 } }, headers);
  };
};

/** Answers so many requests, and then no more. */
const limitedAfter = (count: number): NonNullable<MockOptions['respond']> => {
  let answered = 0;
  return () => {
    answered += 1;
    return answered > count ? errorReply(429, 'rate_limit_error', 'Too many requests.') : undefined;
  };
};

/** Answers of the native mock with another id, or under another header, as hops and backends have them. */
const dressed = (message: Partial<Message>, native: Nature = {}): MockOptions => ({
  scenario: { name: 'dressed', summary: '', rules: { native, message } },
});

type Labelled = {
  readonly name: string;
  readonly mock: MockOptions;
  readonly argv?: readonly string[];
  readonly verdict: IdentityReport['verdict'];
  readonly says: RegExp;
};

const labelled: readonly Labelled[] = [
  {
    name: 'Bedrock, by its ids',
    mock: dressed({ id: 'msg_bdrk_01AbCdEfGhIjKlMnOpQrStUv' }),
    verdict: 'native',
    says: /message id: msg_bdrk_.* \(as Amazon Bedrock has it\)/,
  },
  {
    name: 'Vertex, by its ids',
    mock: dressed({ id: 'msg_vrtx_01AbCdEfGhIjKlMnOpQrStUv' }),
    verdict: 'native',
    says: /as Google Vertex AI has it/,
  },
  {
    name: 'a native backend behind a gateway that writes ids of its own',
    mock: dressed({ id: 'chatcmpl-123' }),
    verdict: 'native',
    says: /knows its own signatures/,
  },
  {
    name: 'a native backend without a route that counts',
    mock: {
      ...scenario('native'),
      respond: ({ path }) => (path.endsWith('count_tokens') ? notFound : undefined),
    },
    verdict: 'native',
    says: /2 proofs could not be made/,
  },
  {
    name: 'a native backend whose gateway estimates the count',
    mock: {
      ...scenario('native'),
      respond: ({ path, body }) =>
        path.endsWith('count_tokens')
          ? jsonReply(200, { input_tokens: Math.ceil(body.length / 12) })
          : undefined,
    },
    verdict: 'native',
    says: /one of them is an estimate/,
  },
  {
    name: 'a pool of accounts, where the second request meets another cache',
    mock: { ...scenario('native'), respond: coldCache },
    verdict: 'native',
    says: /written twice and not read: the second request may have gone to another account/,
  },
  {
    name: 'a gateway that takes refused thinking out and asks again',
    mock: { ...scenario('native'), respond: mendingAfterOne() },
    verdict: 'native',
    says: /input tokens fewer: the thinking was taken out on the way/,
  },
  {
    name: 'LiteLLM in front of a native backend, which does the same and counts alike',
    mock: { ...scenario('native'), respond: mendingAfterOne({ 'x-litellm-call-id': '1' }, 9000) },
    verdict: 'native',
    says: /counted nowhere: it is taken out on the way, or not read/,
  },
  {
    name: 'a dated name of the model',
    mock: dressed({ model: `${claude}-20260205` }),
    verdict: 'native',
    says: /another name of the same model/,
  },
  {
    name: 'another model of the family, told openly',
    mock: dressed({ model: 'claude-sonnet-4-6' }),
    verdict: 'native',
    says: /claude-sonnet-4-6 answered: the gateway maps models, and says so/,
  },
  {
    name: 'a gateway that maps to another family, and says so',
    mock: dressed(
      { model: 'glm-5' },
      { ignores: ['cache_control'], signatures: 'unverified', usageFactor: 1.3 },
    ),
    verdict: 'translated',
    says: /model: glm-5/,
  },
  {
    name: 'chat completions behind a translator',
    mock: dressed({ id: 'chatcmpl-abc' }, { ignores: ['cache_control'], signatures: 'unverified' }),
    verdict: 'translated',
    says: /message id: chatcmpl-abc/,
  },
  {
    name: 'a translator that gives ids of the right shape, and no thinking',
    mock: { respond: withoutThinking },
    verdict: 'translated',
    says: /lacks what only the native backend has/,
  },
  {
    name: 'a model of another family, asked for by its name',
    mock: dressed({}, { ignores: ['cache_control'], signatures: 'unverified' }),
    argv: ['-m', 'deepseek-v4-pro'],
    verdict: 'cannot tell',
    says: /deepseek-v4-pro promises no native backend/,
  },
  {
    name: 'a limit of requests after the first answers',
    mock: { ...scenario('native'), respond: limitedAfter(9) },
    verdict: 'cannot tell',
    says: /answered with 429/,
  },
  {
    name: 'a key that is refused',
    mock: { key: 'sk-another-0123456789abcdef' },
    verdict: 'cannot tell',
    says: /No proof could be made/,
  },
  {
    name: 'a model that declines',
    mock: dressed({ content: [], stop_reason: 'refusal' }),
    verdict: 'native',
    says: /10 proofs could not be made/,
  },
];

/** The turns of a request, each of its blocks changed, or left out where nothing is given for it. */
const withBlocks = (body: JsonObject, change: (block: JsonObject) => JsonObject | undefined): JsonObject => ({
  ...body,
  messages: (Array.isArray(body['messages']) ? body['messages'] : []).map((turn) =>
    isObject(turn) && Array.isArray(turn['content'])
      ? { ...turn, content: turn['content'].filter(isObject).flatMap((block) => change(block) ?? []) }
      : turn,
  ),
});
const isThinking = ({ type }: JsonObject): boolean => type === 'thinking';
const withoutThoughts = (body: JsonObject): JsonObject =>
  withBlocks(body, (block) => (isThinking(block) ? undefined : block));
const hasBlock = (body: JsonObject, type: string): boolean =>
  JSON.stringify(body).includes(`"type":"${type}"`);

/** Puts the signature back that belongs to thinking it has seen, whatever comes. */
const mendingSignatures = (): Passing => {
  const known = new Map<string, string>();
  return async (body, pass) => {
    const answer = await pass(
      withBlocks(body, (block) =>
        isThinking(block)
          ? { ...block, signature: known.get(String(block['thinking'])) ?? block['signature'] ?? '' }
          : block,
      ),
    );
    if (!answer.type.includes('json')) return answer;
    const { content } = JSON.parse(answer.body) as { content?: JsonObject[] };
    for (const block of content ?? [])
      if (isThinking(block)) known.set(String(block['thinking']), String(block['signature']));
    return answer;
  };
};

type Behind = Pick<Labelled, 'name' | 'verdict' | 'says'> & {
  readonly backend?: MockOptions;
  readonly passing: () => Passing;
};

/** What stands between, in front of a native backend where nothing else is said. */
const gateways: readonly Behind[] = [
  {
    name: 'passes everything on',
    passing: () => (body, pass) => pass(body),
    verdict: 'native',
    says: /nothing else contradicts it\./,
  },
  {
    name: 'takes thinking out before it passes it on',
    passing: () => (body, pass) => pass(withoutThoughts(body)),
    verdict: 'native',
    says: /made up, which is counted nowhere/,
  },
  {
    name: 'takes thinking out that is refused, and asks again',
    passing: () => async (body, pass) => {
      const answer = await pass(body);
      return answer.status === 400 && hasBlock(body, 'thinking') ? pass(withoutThoughts(body)) : answer;
    },
    verdict: 'native',
    says: /the thinking was taken out on the way/,
  },
  {
    name: 'mends the signatures that it knows',
    passing: mendingSignatures,
    verdict: 'native',
    says: /Thinking that is made up is refused\. One changed character was accepted/,
  },
  {
    name: 'knows no output_config, and refuses it',
    passing: () => async (body, pass) =>
      'output_config' in body ? refusal('output_config: Extra inputs are not permitted') : pass(body),
    verdict: 'native',
    says: /Not offered: 400 \\"output_config: Extra inputs/,
  },
  {
    name: 'takes no pictures and no documents, with 422',
    passing: () => async (body, pass) =>
      hasBlock(body, 'image') || hasBlock(body, 'document') ? refusal('text only', 422) : pass(body),
    verdict: 'native',
    says: /"id":"identity\.picture"[^}]*"result":"absent","summary":"Not offered: 422 \\"text only/,
  },
  {
    name: 'knows no ttl of an hour',
    passing: () => async (body, pass) =>
      JSON.stringify(body).includes('"ttl"') ? refusal('ttl: Extra inputs are not permitted') : pass(body),
    verdict: 'native',
    says: /"id":"identity\.picture"[^}]*"result":"open"/,
  },
  {
    name: 'takes no thinking',
    passing: () => async (body, pass) =>
      'thinking' in body ? refusal('thinking: Extra inputs are not permitted') : pass(body),
    verdict: 'native',
    says: /Its prompt cache works as the native one/,
  },
  {
    name: 'answers with streams only',
    passing: () => (body, pass) => pass({ ...body, stream: true }),
    verdict: 'native',
    says: /nothing else contradicts it/,
  },
  {
    name: 'maps the model, and says so',
    passing: () => async (body, pass) => pass({ ...body, model: 'claude-sonnet-4-6' }),
    verdict: 'native',
    says: /the gateway maps models, and says so/,
  },
  {
    name: 'puts a system prompt of its own in place of that of the client',
    passing: () => (body, pass) => pass({ ...body, system: 'The codeword is unknown.' }),
    verdict: 'altered',
    says: /fail: cache, counts, system/,
  },
  {
    name: 'is in front of another model, whose thinking it signs itself and drops',
    backend: dressed({ model: 'qwen-4' }, { ignores: ['cache_control'], signatures: 'unverified' }),
    passing: () => (body, pass) => pass(withoutThoughts(body)),
    verdict: 'translated',
    says: /model: qwen-4/,
  },
  {
    name: 'is in front of a text model, whose name it does not hide',
    backend: dressed(
      { model: 'llama-5' },
      {
        ignores: ['cache_control', 'output_config'],
        signatures: 'unverified',
        unseen: ['image', 'document'],
      },
    ),
    passing: () => (body, pass) => pass(body),
    verdict: 'translated',
    says: /model: llama-5/,
  },
  {
    name: 'is in front of a model without thinking, pictures, schema and cache, with its ids',
    backend: {
      ...dressed(
        { id: 'chatcmpl-9' },
        { ignores: ['cache_control', 'output_config'], unseen: ['image', 'document'] },
      ),
      respond: withoutThinking,
    },
    passing: () => (body, pass) => pass(body),
    verdict: 'translated',
    says: /message id: chatcmpl-9/,
  },
];

describe('a labelled target', () => {
  it.each(labelled)('$name: $verdict', async ({ mock, argv = [], verdict, says }) => {
    const { identity } = await examine(mock, { argv });
    expect({ verdict: identity.verdict, words: JSON.stringify(identity) }).toEqual({
      verdict,
      words: expect.stringMatching(says) as string,
    });
  });

  it.each(gateways)('a gateway that $name: $verdict', async ({ backend, passing, verdict, says }) => {
    const mock = await startMock({ key: testKey, ...(backend ?? scenario('native')) });
    const gateway = await startGateway(mock.url, passing());
    try {
      const env = { MSG_BASE_URL: gateway.url, MSG_API_KEY: testKey };
      const { identity } = await examine({}, { on: mock, env });
      expect({ verdict: identity.verdict, words: JSON.stringify(identity) }).toEqual({
        verdict,
        words: expect.stringMatching(says) as string,
      });
    } finally {
      gateway.close();
      await mock.close();
    }
  });

  it('is one of thirty and more, and none of the honest ones is accused', () => {
    const honest = [...labelled, ...gateways].filter(({ verdict }) => verdict !== 'altered');
    // And the provider below.
    expect(honest.length + 1).toBeGreaterThanOrEqual(30);
  });

  it('a provider that documents that it maps, and echoes the name: translated', async () => {
    const home = mkdtempSync(join(tmpdir(), 'msg-identity-'));
    const mock = await startMock({ key: testKey, ...scenario('lie-other-model') });
    try {
      const add = ['profiles', 'add', 'mapped', '--preset', 'llmapi-pro', '--base-url', mock.url];
      const options = { on: mock, home, env: { LLM_KEY: testKey } };
      expect(await runMsg([...add, '--key-env', 'LLM_KEY'], options)).toMatchObject({ code: 0 });
      const { identity } = await examine({}, { argv: ['mapped'], ...options });
      expect(identity).toMatchObject({
        verdict: 'translated',
        because:
          'The provider documents it: model names are mapped to a backend on the server. That does not explain what fails besides: max_tokens.',
        modelServed: claude,
      });
    } finally {
      await mock.close();
      rmSync(home, { recursive: true, force: true });
    }
  });
});
