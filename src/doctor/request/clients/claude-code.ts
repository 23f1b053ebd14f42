// Claude Code: `claude -p`, with ANTHROPIC_BASE_URL and ANTHROPIC_AUTH_TOKEN. Its 12 tools are represented by three that
// have every keyword of the others' schemas; prompts are ours but for the lines by which gateways know it. Data.
import type { Json } from '../../../text/json.ts';
import type { ClientRequest } from '../client-request.ts';
import type { KnownClient } from './known-client.ts';

const draft = 'https://json-schema.org/draft/2020-12/schema';
const largest = 9_007_199_254_740_991;
const mark = { cache_control: { type: 'ephemeral' } };
const text = (words: string): { readonly type: 'text'; readonly text: string } => ({
  type: 'text',
  text: words,
});

const effortBeta = 'effort-2025-11-24';
const betas = [
  'claude-code-20250219',
  'interleaved-thinking-2025-05-14',
  'context-management-2025-06-27',
  'thinking-token-count-2026-05-13',
  'advanced-tool-use-2025-11-20',
];

const reminder = text('<system-reminder>\nThis is a test of the endpoint.\n</system-reminder>');
const environment = text('# Environment\n - Platform: linux');
/** What is told besides the prompt stands in a turn of the system; older models get it from the user. */
const turns: Json[] = [
  { role: 'user', content: [reminder, text('say hi')] },
  { role: 'system', content: [{ ...environment, ...mark }] },
];
const olderTurns: Json[] = [
  { role: 'user', content: [environment, reminder, { ...text('say hi'), ...mark }] },
];

const request: ClientRequest = {
  query: [['beta', 'true']],
  headers: {
    accept: 'application/json',
    'user-agent': 'claude-cli/2.1.332 (external, sdk-cli)',
    'x-claude-code-session-id': '00000000-0000-4000-8000-000000000000',
    'x-stainless-arch': 'x64',
    'x-stainless-lang': 'js',
    'x-stainless-os': 'Linux',
    'x-stainless-package-version': '0.128.0',
    'x-stainless-retry-count': '0',
    'x-stainless-runtime': 'node',
    'x-stainless-runtime-version': 'v26.12.1',
    'x-stainless-timeout': '600',
    'anthropic-dangerous-direct-browser-access': 'true',
    'anthropic-version': '2023-06-01',
    'x-app': 'cli',
  },
  betas: [...betas.slice(0, 3), 'mid-conversation-tool-changes-2026-07-01', ...betas.slice(3), effortBeta],
  body: {
    messages: turns,
    system: [
      text('x-anthropic-billing-header: cc_version=2.1.332.0b8; cc_entrypoint=sdk-cli;'),
      { ...text("You are a Claude agent, built on Anthropic's Claude Agent SDK."), ...mark },
      { ...text('You help with software engineering. Be brief.'), ...mark },
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
            whole: { description: 'All of it', default: false, type: 'boolean' },
          },
          required: ['file_path'],
          additionalProperties: false,
        },
      },
      {
        name: 'ReportFindings',
        description: 'Tells what a review found.',
        input_schema: {
          $schema: draft,
          type: 'object',
          properties: {
            level: { description: 'How thorough it was', type: 'string', enum: ['low', 'high'] },
            run: { description: 'An earlier run', type: 'string', pattern: '^wf_[a-z0-9-]{6,}$' },
            more: { description: 'Anything else' },
            findings: {
              description: 'The most severe first',
              maxItems: 32,
              type: 'array',
              items: {
                type: 'object',
                properties: { summary: { description: 'One of them', type: 'string', maxLength: 60 } },
                required: ['summary'],
                additionalProperties: false,
              },
            },
          },
          required: ['findings'],
          additionalProperties: false,
        },
      },
      {
        name: 'DeferredToolPlaceholder',
        description: 'Stands for tools that are loaded when they are asked for.',
        input_schema: { type: 'object', properties: {} },
        defer_loading: true,
      },
    ],
    metadata: {
      user_id: '{"device_id":"00","account_uuid":"","session_id":"00000000-0000-4000-8000-000000000000"}',
    },
    max_tokens: 32_000,
    thinking: { type: 'adaptive', display: 'omitted' },
    context_management: { edits: [{ type: 'clear_thinking_20251015', keep: 'all' }] },
    output_config: { effort: 'high' },
    stream: true,
  },
};

const { output_config: _effort, ...body } = request.body;

export const claudeCode: KnownClient = {
  name: 'claude-code',
  title: 'Claude Code',
  version: '2.1.332',
  seenOn: '2026-11-30',
  request,
  byModel: [
    {
      models: /claude-(opus|sonnet)-4[-.][67]\b/,
      request: { ...request, betas: [...betas, effortBeta], body: { ...request.body, messages: olderTurns } },
    },
    {
      models: /claude-(3|(opus|sonnet|haiku)-4)(?![-.][89])/,
      request: {
        ...request,
        betas,
        body: {
          ...body,
          messages: olderTurns,
          thinking: { type: 'enabled', budget_tokens: 31_999, display: 'omitted' },
        },
      },
    },
  ],
};
