// The JSON schemas conf checks a file against before it is written. Unknown fields are allowed everywhere:
// a newer msg or a person may have put them there.
import { authSchemes } from '../messages/endpoint.ts';

const text = { type: 'string' } as const;

const keyReference = {
  type: 'object',
  required: ['kind'],
  oneOf: [
    { properties: { kind: { const: 'env' }, name: { type: 'string', minLength: 1 } }, required: ['name'] },
    {
      properties: { kind: { const: 'command' }, argv: { type: 'array', items: text, minItems: 1 } },
      required: ['argv'],
    },
    { properties: { kind: { const: 'file' }, path: { type: 'string', minLength: 1 } }, required: ['path'] },
    { properties: { kind: { enum: ['keychain', 'stored'] } } },
  ],
} as const;

const profile = {
  type: 'object',
  properties: {
    preset: text,
    baseUrl: text,
    messagesUrl: text,
    auth: { enum: authSchemes },
    key: keyReference,
    keyOrigin: text,
    model: text,
    system: text,
    maxTokens: { type: 'integer', minimum: 1 },
    version: text,
    betas: { type: 'array', items: text },
    headers: { type: 'object', additionalProperties: text },
    proxy: text,
    cacert: text,
    clientCert: text,
    clientKey: text,
  },
} as const;

export const configSchema = {
  current: text,
  previous: text,
  profiles: {
    type: 'object',
    propertyNames: { pattern: '^[A-Za-z0-9._-]{1,64}$' },
    additionalProperties: profile,
  },
} as const;

export const credentialsSchema = {
  keys: { type: 'object', additionalProperties: text },
} as const;
