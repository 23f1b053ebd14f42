// Claude Code: `claude -p`, with ANTHROPIC_BASE_URL and ANTHROPIC_AUTH_TOKEN. Its 24 tools are represented by three that
// have every keyword of the others' schemas; prompts are ours but for the lines by which gateways know it. Data.
import type { KnownClient } from './known-client.ts';

const draft = 'https://json-schema.org/draft/2020-12/schema';
const largest = 9_007_199_254_740_991;
const mark = { cache_control: { type: 'ephemeral' } };

export const claudeCode: KnownClient = {
  name: 'claude-code',
  title: 'Claude Code',
  version: '2.1.197',
  seenOn: '2026-11-30',
  request: {
    query: [['beta', 'true']],
    headers: {
      accept: 'application/json',
      'user-agent': 'claude-cli/2.1.197 (external, sdk-cli)',
      'x-claude-code-session-id': '00000000-0000-4000-8000-000000000000',
      'x-stainless-arch': 'x64',
      'x-stainless-lang': 'js',
      'x-stainless-os': 'Linux',
      'x-stainless-package-version': '0.94.0',
      'x-stainless-retry-count': '0',
      'x-stainless-runtime': 'node',
      'x-stainless-runtime-version': 'v26.3.0',
      'x-stainless-timeout': '600',
      'anthropic-dangerous-direct-browser-access': 'true',
      'anthropic-version': '2023-06-01',
      'x-app': 'cli',
    },
    betas: [
      'claude-code-20250219',
      'interleaved-thinking-2025-05-14',
      'thinking-token-count-2026-05-13',
      'context-management-2025-06-27',
      'prompt-caching-scope-2026-01-05',
      'effort-2025-11-24',
    ],
    body: {
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: '<system-reminder>\nThis is a test of the endpoint.\n</system-reminder>' },
            { type: 'text', text: 'say hi', ...mark },
          ],
        },
      ],
      system: [
        { type: 'text', text: 'x-anthropic-billing-header: cc_version=2.1.197.787; cc_entrypoint=sdk-cli;' },
        { type: 'text', text: "You are a Claude agent, built on Anthropic's Claude Agent SDK.", ...mark },
        { type: 'text', text: 'You help with software engineering. Be brief.', ...mark },
      ],
      tools: [
        {
          name: 'Read',
          description: 'Reads a file.',
          input_schema: {
            $schema: draft,
            type: 'object',
            properties: {
              file_path: { description: 'The absolute path of the file', type: 'string' },
              offset: { description: 'The first line', type: 'integer', minimum: 0, maximum: largest },
              limit: {
                description: 'How many lines',
                type: 'integer',
                exclusiveMinimum: 0,
                maximum: largest,
              },
            },
            required: ['file_path'],
            additionalProperties: false,
          },
        },
        {
          name: 'TaskUpdate',
          description: 'Changes a task.',
          input_schema: {
            $schema: draft,
            type: 'object',
            properties: {
              taskId: { description: 'Its id', type: 'string' },
              status: {
                description: 'Its new state',
                anyOf: [
                  { type: 'string', enum: ['pending', 'in_progress', 'completed'] },
                  { type: 'string', const: 'deleted' },
                ],
              },
              addBlocks: {
                description: 'Tasks that wait for it',
                type: 'array',
                items: { type: 'string' },
                maxItems: 32,
              },
              metadata: {
                description: 'More of it',
                type: 'object',
                propertyNames: { type: 'string' },
                additionalProperties: {},
              },
            },
            required: ['taskId'],
            additionalProperties: false,
          },
        },
        {
          name: 'WebFetch',
          description: 'Reads a page.',
          input_schema: {
            $schema: draft,
            type: 'object',
            properties: {
              url: { description: 'Its address', type: 'string', format: 'uri' },
              prompt: { description: 'What to look for', type: 'string', minLength: 2, maxLength: 200 },
              run: { description: 'An earlier run', type: 'string', pattern: '^wf_[a-z0-9-]{6,}$' },
              whole: { description: 'All of it', type: 'boolean', default: false },
            },
            required: ['url', 'prompt'],
            additionalProperties: false,
          },
        },
      ],
      metadata: {
        user_id: '{"device_id":"00","account_uuid":"","session_id":"00000000-0000-4000-8000-000000000000"}',
      },
      max_tokens: 32_000,
      thinking: { type: 'adaptive' },
      context_management: { edits: [{ type: 'clear_thinking_20251015', keep: 'all' }] },
      output_config: { effort: 'high' },
      stream: true,
    },
  },
};
