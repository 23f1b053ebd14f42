// Vercel's AI SDK: `streamText` of `ai` 7.0.173 with @ai-sdk/anthropic, a system prompt and a tool. Data.
import type { KnownClient } from './known-client.ts';
import { weatherTool } from './weather-tool.ts';

export const vercelAi: KnownClient = {
  name: 'vercel-ai',
  title: 'Vercel AI SDK',
  version: '4.0.105',
  seenOn: '2026-11-30',
  request: {
    query: [],
    headers: {
      accept: '*/*',
      'user-agent': 'ai-sdk-anthropic/4.0.105 ai-sdk-provider-utils/5.0.81 node.js/v20.20.2',
      'anthropic-version': '2023-06-01',
      'accept-language': '*',
      'sec-fetch-mode': 'cors',
    },
    betas: ['structured-outputs-2025-11-13'],
    body: {
      max_tokens: 128_000,
      system: [{ type: 'text', text: 'Be brief.' }],
      messages: [{ role: 'user', content: [{ type: 'text', text: 'hi' }] }],
      tools: [{ ...weatherTool, eager_input_streaming: true }],
      tool_choice: { type: 'auto' },
      stream: true,
    },
  },
};
