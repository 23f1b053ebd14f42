// What other programs are told of an endpoint.
import { expect, it } from 'vitest';
import type { Endpoint } from '../../src/messages/endpoint.ts';
import { noVariables, programVariables } from '../../src/profiles/program-variables.ts';
import type { Setting, Settings } from '../../src/profiles/settings.ts';

const key = 'sk-canary-value-1234567890';
const endpoint: Endpoint = {
  baseUrl: 'https://h/v1',
  auth: 'bearer',
  version: '2023-06-01',
  betas: [],
  headers: {},
  doctorCommand: 'msg doctor',
  modelsCommand: 'msg models',
};
const setting = <T>(value: T): Setting<T> => ({ value, source: { from: 'default' }, shadows: [] });
const settings: Settings = { notes: [], model: setting('m') };

it('points the SDKs at the endpoint and clears the other credential', () => {
  expect(programVariables(endpoint, { key, sdk: 'anthropic', settings })).toEqual({
    ...noVariables,
    ANTHROPIC_BASE_URL: 'https://h',
    ANTHROPIC_API_KEY: null,
    ANTHROPIC_AUTH_TOKEN: 'sk-canary-value-1234567890',
    ANTHROPIC_MODEL: 'm',
  });
});

it.each([
  ['x-api-key', key, key, null],
  ['both', key, key, null],
  ['bearer', key, null, key],
  ['none', undefined, null, 'none'],
] as const)('with auth %s the key stands in one variable', (auth, known, apiKey, authToken) => {
  const variables = programVariables({ ...endpoint, auth }, { key: known, sdk: 'anthropic', settings });
  expect([variables['ANTHROPIC_API_KEY'], variables['ANTHROPIC_AUTH_TOKEN']]).toEqual([apiKey, authToken]);
});

it('tells Vercel the base with /v1, and everybody headers and betas', () => {
  const told = { ...endpoint, headers: { 'x-team': 'search', 'x-b': '1' }, betas: ['one', 'two'] };
  expect(programVariables(told, { key, sdk: 'vercel', settings })).toMatchObject({
    ANTHROPIC_BASE_URL: 'https://h/v1',
    ANTHROPIC_CUSTOM_HEADERS: 'x-team: search\nx-b: 1',
    ANTHROPIC_BETAS: 'one,two',
  });
});
