// What the tests of errors say the request was.
import type { RequestFacts } from '../../src/messages/api-error.ts';
import type { Endpoint } from '../../src/messages/endpoint.ts';
import { Secret } from '../../src/messages/secret.ts';

export const endpoint: Endpoint = {
  baseUrl: 'https://llmapi.pro',
  auth: 'x-api-key',
  key: new Secret('sk-llmapi-0123456789abcdefghij'),
  keySource: 'ANTHROPIC_API_KEY',
  version: '2023-06-01',
  betas: [],
  headers: {},
  doctorCommand: 'msg doctor work',
  modelsCommand: 'msg models',
};

export const facts: RequestFacts = { endpoint, model: 'claude-x', wallTimeMs: Date.UTC(2026, 3, 8, 12) };
