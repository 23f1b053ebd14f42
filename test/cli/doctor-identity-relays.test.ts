// Relays in front of a native backend, that change one thing in what passes: the odd and honest ones are not accused, the
// lying ones are not called native.
import { describe, expect, it } from 'vitest';
import type { IdentityReport } from '../../src/doctor/engine/report.ts';
import { startMock } from '../../src/mock/index.ts';
import { isObject, type JsonObject } from '../../src/text/json.ts';
import { examine, failedOf, scenario } from './examine-identity.ts';
import { type GatewayAnswer, type Passing, startGateway } from './gateway.ts';
import { testKey } from './run-msg.ts';

type Usage = Record<string, unknown>;
type Answer = { id: string; content: JsonObject[]; usage: Usage; model: string };

/** Changes answers that are messages. */
const answers =
  (change: (answer: Answer, body: JsonObject) => void): (() => Passing) =>
  () =>
  async (body, pass) => {
    const answer = await pass(body);
    const json = JSON.parse(answer.body) as Partial<Answer>;
    if (!Array.isArray(json.content)) return answer;
    change(json as Answer, body);
    return { ...answer, body: JSON.stringify(json) };
  };

const usage = (change: (counts: Record<string, number>) => Usage): (() => Passing) =>
  answers((answer) => {
    answer.usage = change(answer.usage as Record<string, number>);
  });

/** Changes the figures of input, as a multiplier or a prompt of somebody else does. */
const inputs = (change: (tokens: number) => number): (() => Passing) =>
  usage((counts) => ({
    ...counts,
    ...Object.fromEntries(
      Object.entries(counts).flatMap(([name, tokens]) =>
        name.endsWith('input_tokens') && tokens > 0 ? [[name, change(tokens)]] : [],
      ),
    ),
  }));

const blocks = (change: (block: JsonObject) => readonly JsonObject[]): (() => Passing) =>
  answers((answer) => {
    answer.content = answer.content.flatMap(change);
  });

/** Answers a request that came before with what was said then. */
const replaying =
  (keyOf: (body: JsonObject) => unknown, headers?: GatewayAnswer['headers']): (() => Passing) =>
  () => {
    const kept = new Map<string, GatewayAnswer>();
    return async (body, pass) => {
      const key = JSON.stringify(keyOf(body));
      const before = kept.get(key);
      if (before !== undefined) return { ...before, ...(headers && { headers }) };
      const answer = await pass(body);
      if (answer.status === 200 && answer.body.includes('"content"')) kept.set(key, answer);
      return answer;
    };
  };

const isMarked = (body: JsonObject): boolean => JSON.stringify(body).includes('"cache_control"');
const without = (body: JsonObject, name: string): JsonObject =>
  JSON.parse(JSON.stringify(body, (key, value) => (key === name ? undefined : value)));
const withoutBlocks = (body: JsonObject, type: string): JsonObject => ({
  ...body,
  messages: ((body['messages'] ?? []) as JsonObject[]).map((turn) =>
    Array.isArray(turn['content'])
      ? { ...turn, content: turn['content'].filter((block) => isObject(block) && block['type'] !== type) }
      : turn,
  ),
});

type Relay = {
  readonly name: string;
  readonly passing: () => Passing;
  readonly verdict: IdentityReport['verdict'];
  /** The proofs that fail; default: none. */
  readonly fails?: readonly string[];
  readonly says?: RegExp;
};

const honest: readonly Relay[] = [
  {
    name: 'tells input and output alone',
    passing: usage(({ input_tokens, output_tokens }) => ({ input_tokens, output_tokens })),
    verdict: 'native',
    says: /no figures of a cache/,
  },
  {
    name: 'adds up all input, and leaves the cache out',
    passing: usage((counts) => ({
      input_tokens:
        (counts['input_tokens'] ?? 0) +
        (counts['cache_read_input_tokens'] ?? 0) +
        (counts['cache_creation_input_tokens'] ?? 0),
      output_tokens: counts['output_tokens'],
    })),
    verdict: 'native',
  },
  {
    name: 'adds up all input, and tells the cache besides',
    passing: usage((counts) => ({
      ...counts,
      input_tokens:
        (counts['input_tokens'] ?? 0) +
        (counts['cache_read_input_tokens'] ?? 0) +
        (counts['cache_creation_input_tokens'] ?? 0),
    })),
    verdict: 'native',
  },
  { name: 'counts nothing', passing: usage(() => ({})), verdict: 'native' },
  {
    name: 'counts zeros',
    passing: usage((counts) => Object.fromEntries(Object.keys(counts).map((name) => [name, 0]))),
    verdict: 'native',
  },
  {
    name: 'tells only what was read from the cache',
    passing: usage(({ input_tokens, output_tokens, cache_read_input_tokens }) => ({
      input_tokens,
      output_tokens,
      cache_read_input_tokens,
    })),
    verdict: 'native',
  },
  {
    name: 'estimates the output by its characters',
    passing: answers((answer) => {
      const text = answer.content.map((block) => block['text'] ?? JSON.stringify(block)).join('');
      answer.usage['output_tokens'] = Math.ceil(text.length / 2.6);
    }),
    verdict: 'native',
    says: /that is an estimate/,
  },
  {
    name: 'gives one id to all answers',
    passing: answers((answer) => {
      answer.id = 'b7e4c1d2-55aa-4f7e-9a10-2f3b8c9d0e11';
    }),
    verdict: 'native',
  },
  {
    name: 'asks again by itself, once',
    passing: () => {
      let isRetried = false;
      return async (body, pass) => {
        if (JSON.stringify(body).includes('"ttl"') && !isRetried) {
          isRetried = true;
          await pass(body);
        }
        return pass(body);
      };
    },
    verdict: 'native',
    says: /once: a gateway may have sent it twice/,
  },
  {
    name: 'keeps whole answers, and says so',
    passing: replaying((body) => body, { 'cf-aig-cache-status': 'HIT' }),
    verdict: 'native',
    says: /kept by the gateway, which says so \(cf-aig-cache-status\)/,
  },
  {
    name: 'puts an empty text before every answer',
    passing: answers((answer) => {
      answer.content.unshift({ type: 'text', text: '' });
    }),
    verdict: 'native',
  },
  {
    name: 'loses signatures',
    passing: blocks((block) => [without(block, 'signature')]),
    verdict: 'cannot tell',
    says: /figures can be made up/,
  },
  {
    name: "calls the model by a cloud's name",
    passing: answers((answer) => {
      answer.model = `us.anthropic.${answer.model}-v1:0`;
    }),
    verdict: 'native',
    says: /another name of the same model/,
  },
];

const lying: readonly Relay[] = [
  {
    name: 'counts 10 % more input',
    passing: inputs((tokens) => Math.round(tokens * 1.1)),
    verdict: 'altered',
    fails: ['counts'],
    says: /usage has 10 % more than count_tokens, in every prompt alike/,
  },
  {
    name: 'counts 30 % more input',
    passing: inputs((tokens) => Math.round(tokens * 1.3)),
    verdict: 'altered',
    fails: ['counts'],
  },
  {
    name: 'puts a short prompt of its own before every other',
    passing: usage((counts) => ({ ...counts, input_tokens: (counts['input_tokens'] ?? 0) + 45 })),
    verdict: 'altered',
    fails: ['hidden_prompt'],
  },
  {
    name: 'makes up the figures of a cache, and has no thinking',
    passing: () => {
      const seen = new Set<string>();
      return async (body, pass) => {
        const answer = await pass(
          withoutBlocks(without(without(body, 'thinking'), 'cache_control'), 'thinking'),
        );
        const json = JSON.parse(answer.body) as Partial<Answer>;
        if (!isMarked(body) || json.usage === undefined) return answer;
        const key = JSON.stringify(body['system']);
        const [written, read] = seen.has(key) ? [0, 6000] : [6000, 0];
        seen.add(key);
        const counts = { cache_creation_input_tokens: written, cache_read_input_tokens: read };
        return {
          ...answer,
          body: JSON.stringify({ ...json, usage: { ...json.usage, input_tokens: 20, ...counts } }),
        };
      };
    },
    verdict: 'cannot tell',
  },
  {
    name: 'tells a hit for every prompt but the first',
    passing: () => {
      let count = 0;
      return async (body, pass) => {
        const answer = await pass(body);
        if (!isMarked(body) || answer.status !== 200) return answer;
        count += 1;
        const json = JSON.parse(answer.body) as Answer;
        json.usage['cache_creation_input_tokens'] = count === 1 ? 6000 : 0;
        json.usage['cache_read_input_tokens'] = count === 1 ? 0 : 6000;
        return { ...answer, body: JSON.stringify(json) };
      };
    },
    verdict: 'altered',
    fails: ['cache_miss'],
  },
  {
    name: 'answers with what it said before, and does not say so',
    passing: replaying((body) => body),
    verdict: 'altered',
    fails: ['cache'],
    says: /with its id and its counts/,
  },
  {
    name: 'answers by the last turn alone with what it said before',
    passing: replaying((body) => (body['messages'] as unknown[]).at(-1)),
    verdict: 'altered',
    fails: ['cache'],
  },
  {
    name: 'makes nested arguments of tools a text',
    passing: blocks((block) => [
      isObject(block['input'])
        ? {
            ...block,
            input: Object.fromEntries(
              Object.entries(block['input']).map(([name, value]) => [
                name,
                isObject(value) ? JSON.stringify(value) : value,
              ]),
            ),
          }
        : block,
    ]),
    verdict: 'altered',
    fails: ['tool_arguments'],
    says: /it does not arrive whole/,
  },
  {
    name: 'drops tools',
    passing: () => (body, pass) => pass(without(without(body, 'tools'), 'tool_choice')),
    verdict: 'altered',
    fails: ['tool_arguments'],
    says: /A tool call was forced, and none came/,
  },
  {
    name: 'drops pictures',
    passing: () => (body, pass) => pass(withoutBlocks(body, 'image')),
    verdict: 'altered',
    fails: ['picture'],
  },
  {
    name: 'writes thinking into the text',
    passing: () => async (body, pass) => {
      const answer = await pass(without(body, 'thinking'));
      const json = JSON.parse(answer.body) as Partial<Answer>;
      if (body['thinking'] === undefined || json.content === undefined) return answer;
      json.content.unshift({ type: 'text', text: '<think>\nTrees.\n</think>' });
      return { ...answer, body: JSON.stringify(json) };
    },
    verdict: 'translated',
    says: /thinking that comes as text/,
  },
  {
    name: 'looks translated, and has a prompt of its own',
    passing: answers((answer) => {
      answer.id = 'chatcmpl-1';
      answer.content = answer.content.filter(({ type }) => type !== 'thinking');
      answer.usage['input_tokens'] = Number(answer.usage['input_tokens']) + 300;
    }),
    verdict: 'translated',
    fails: ['hidden_prompt'],
    says: /That does not explain what fails besides: hidden_prompt\./,
  },
];

describe('a relay that', () => {
  it.each([...honest, ...lying])('$name: $verdict', async ({ passing, verdict, fails = [], says = /./ }) => {
    const mock = await startMock({ key: testKey, ...scenario('native') });
    const relay = await startGateway(mock.url, passing());
    try {
      const env = { MSG_BASE_URL: relay.url, MSG_API_KEY: testKey };
      const { identity } = await examine({}, { on: mock, env });
      expect({
        verdict: identity.verdict,
        fails: failedOf(identity),
        words: JSON.stringify(identity),
      }).toEqual({ verdict, fails, words: expect.stringMatching(says) as string });
    } finally {
      relay.close();
      await mock.close();
    }
  });

  it.each([
    ['fails where a model may fail by itself: likely', true, 'likely'],
    ['contradicts itself, and fails in another thing: certain', false, 'certain'],
  ])('%s', async (_name, isModel, confidence) => {
    const mock = await startMock({ key: testKey, ...scenario('native') });
    const relay = await startGateway(mock.url, (body, pass) =>
      pass({
        ...withoutBlocks(body, 'image'),
        ...(isModel ? { tools: [], tool_choice: { type: 'none' } } : { stop_sequences: [] }),
      }),
    );
    try {
      const env = { MSG_BASE_URL: relay.url, MSG_API_KEY: testKey };
      const { identity } = await examine({}, { on: mock, env });
      expect(identity).toMatchObject({ verdict: 'altered', failedProofs: 2, confidence });
    } finally {
      relay.close();
      await mock.close();
    }
  });
});
