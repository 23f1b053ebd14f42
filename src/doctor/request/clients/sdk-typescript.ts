// @anthropic-ai/sdk: `client.messages.stream(...)` with a tool. Data.
import type { KnownClient } from './known-client.ts';
import { weatherTool } from './weather-tool.ts';

export const sdkTypeScript: KnownClient = {
  name: 'sdk-ts',
  title: 'Anthropic SDK for TypeScript',
  version: '1.14.0',
  seenOn: '2026-11-30',
  request: {
    query: [],
    headers: {
      accept: 'application/json',
      'user-agent': 'Anthropic/JS 1.14.0',
      'x-stainless-retry-count': '0',
      'x-stainless-timeout': '600',
      'x-stainless-lang': 'js',
      'x-stainless-package-version': '1.14.0',
      'x-stainless-os': 'Linux',
      'x-stainless-arch': 'x64',
      'x-stainless-runtime': 'node',
      'x-stainless-runtime-version': 'v20.20.2',
      'anthropic-version': '2026-10-21',
      'x-stainless-helper-method': 'stream',
      'accept-language': '*',
      'sec-fetch-mode': 'cors',
    },
    betas: [],
    body: {
      max_tokens: 1024,
      messages: [{ role: 'user', content: 'hi' }],
      tools: [weatherTool],
      stream: true,
    },
  },
};
