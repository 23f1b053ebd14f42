// The requests of known clients: dated data, and that of the official SDK is what it sends on this machine's wire.
import Anthropic from '@anthropic-ai/sdk';
import { describe, expect, it } from 'vitest';
import { clientRequest } from '../../../src/doctor/request/client-request.ts';
import { clientNames } from '../../../src/doctor/request/clients/client-names.ts';
import { type KnownClient, requestTo } from '../../../src/doctor/request/clients/known-client.ts';
import { clientsOf } from '../../../src/doctor/request/clients/known-clients.ts';
import { weatherTool } from '../../../src/doctor/request/clients/weather-tool.ts';
import { startMock } from '../../../src/mock/index.ts';
import type { JsonObject } from '../../../src/text/json.ts';

describe('known clients', () => {
  it('are listed in order, dated, with a version, without a key and without a model', () => {
    expect(clientsOf('all').map(({ name }) => name)).toEqual([...clientNames]);
    for (const { seenOn, version } of clientsOf('all'))
      expect([seenOn, version]).toEqual([
        expect.stringMatching(/^20\d\d-\d\d-\d\d$/),
        expect.stringMatching(/^\d+\.\d+\.\d+$/),
      ]);
    const requests = clientsOf('all').flatMap(({ request, byModel = [] }) => [
      request,
      ...byModel.map((row) => row.request),
    ]);
    for (const request of requests) {
      const { headers, betas, query, body } = request;
      const pairs = Object.entries({ ...headers, 'anthropic-beta': betas.join(',') });
      const kept = clientRequest({
        url: `/v1/messages?${query.map((pair) => pair.join('=')).join('&')}`,
        headers: pairs,
        body,
      });
      // Nothing in them is what is left out of a request that was kept.
      expect([kept.hidden, kept.request]).toEqual([[], request]);
      expect(body).not.toHaveProperty('model');
    }
  });

  it.each([
    ['glm-5', true, 'adaptive', true],
    ['claude-opus-5-5', true, 'adaptive', true],
    ['claude-opus-4-8', true, 'adaptive', true],
    ['claude-opus-4-7', false, 'adaptive', true],
    ['us.anthropic.claude-sonnet-4-6-v1', false, 'adaptive', true],
    ['claude-haiku-4-5-20251001', false, 'enabled', false],
    ['claude-sonnet-4-5', false, 'enabled', false],
    [null, true, 'adaptive', true],
  ])('of Claude Code are those for the model: %s', (model, hasSystemTurn, thinking, hasEffort) => {
    const [claudeCode] = clientsOf('claude-code');
    const { betas, body } = requestTo(claudeCode as KnownClient, model);
    const roles = (body['messages'] as JsonObject[]).map(({ role }) => role);
    expect(roles).toEqual(hasSystemTurn ? ['user', 'system'] : ['user']);
    expect(body['thinking']).toMatchObject({ type: thinking });
    expect([
      'output_config' in body,
      betas.some((name) => name.startsWith('effort-')),
      betas.some((name) => name.startsWith('mid-conversation-')),
    ]).toEqual([hasEffort, hasEffort, hasSystemTurn]);
  });

  it('has of the TypeScript SDK what this one sends', async () => {
    const mock = await startMock({});
    try {
      const client = new Anthropic({ apiKey: 'sk-test-0123456789', baseURL: mock.url });
      await client.messages
        .stream({
          model: 'm',
          max_tokens: 1024,
          messages: [{ role: 'user', content: 'hi' }],
          tools: [weatherTool as unknown as Anthropic.Tool],
        })
        .finalMessage();
      const { path, rawHeaders, json } = await mock.request(1);
      const headers = Array.from({ length: rawHeaders.length / 2 }, (_, at): [string, string] => [
        rawHeaders[at * 2] ?? '',
        rawHeaders[at * 2 + 1] ?? '',
      ]);
      const { model: _model, ...body } = json as JsonObject;
      const seen = clientRequest({ url: path, headers, body }).request;
      const [known] = clientsOf('sdk-ts');
      // Names of this machine and of the installed version are another matter.
      const shape = ({ headers: fields = {}, ...rest }: Partial<typeof seen> = {}) => ({
        ...rest,
        headers: Object.keys(fields).sort(),
      });
      expect(shape(seen)).toEqual(shape(known?.request));
      expect(seen.headers['anthropic-version']).toBe(known?.request.headers['anthropic-version']);
    } finally {
      await mock.close();
    }
  });
});
