// The Python package `anthropic`: `client.messages.stream(...)` with a tool. Data.
import type { KnownClient } from './known-client.ts';
import { weatherTool } from './weather-tool.ts';

export const sdkPython: KnownClient = {
  name: 'sdk-py',
  title: 'Anthropic SDK for Python',
  version: '2.14.0',
  seenOn: '2026-11-30',
  request: {
    query: [],
    headers: {
      accept: 'application/json',
      'user-agent': 'Anthropic/Python 2.14.0',
      'x-stainless-timeout': 'NOT_GIVEN',
      'x-stainless-retry-count': '0',
      'x-stainless-read-timeout': '600',
      'x-stainless-lang': 'python',
      'x-stainless-package-version': '2.14.0',
      'x-stainless-os': 'Linux',
      'x-stainless-arch': 'x64',
      'x-stainless-runtime': 'CPython',
      'x-stainless-runtime-version': '3.11.7',
      'x-stainless-async': 'false',
      'anthropic-version': '2026-10-21',
      'x-stainless-helper-method': 'stream',
      'x-stainless-stream-helper': 'messages',
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
