// Every option about the answer, as the endpoint sees it; nothing is sent that was not asked for.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { errorReply, streamReply } from '../../src/mock/index.ts';
import { runMsg, testKey } from './run-msg.ts';

const folder = mkdtempSync(join(tmpdir(), 'msg-generation-'));

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

async function send(...argv: string[]) {
  const run = await runMsg(['send', 'hi', ...argv], { mock: { replies: [streamReply('Fine.')] } });
  return { ...run, body: run.requests[0]?.json, headers: run.requests[0]?.headers };
}

const bare = {
  model: 'test-model',
  max_tokens: 4096,
  messages: [{ role: 'user', content: 'hi' }],
  stream: true,
};
const tool = { name: 'now', input_schema: { type: 'object' } };

describe('the body', () => {
  it.each<[string[], object]>([
    [['-m', 'other'], { model: 'other' }],
    [['-s', 'Be brief.'], { system: 'Be brief.' }],
    [['--system-file', file('system.md', '\ufeffBe kind.\n')], { system: 'Be kind.\n' }],
    [['--set', 'messages[0].content=hey'], { messages: [{ role: 'user', content: 'hey' }] }],
    [['--max-tokens', '7'], { max_tokens: 7 }],
    [['--max-tokens', '0'], { max_tokens: 0 }],
    [['-t', '0'], { temperature: 0 }],
    [['--temperature', '0.5'], { temperature: 0.5 }],
    [['--top-p', '0.9'], { top_p: 0.9 }],
    [['--top-k', '3'], { top_k: 3 }],
    [['--stop', 'END', '--stop', '\n\n'], { stop_sequences: ['END', '\n\n'] }],
    [['--thinking', 'adaptive'], { thinking: { type: 'adaptive', display: 'summarized' } }],
    [['--thinking', 'adaptive', '-R'], { thinking: { type: 'adaptive' } }],
    [['--thinking', 'off'], { thinking: { type: 'disabled' } }],
    [['--thinking', '2048'], { thinking: { type: 'enabled', budget_tokens: 2048 } }],
    [['--set', 'output_config.effort=huge'], { output_config: { effort: 'huge' } }],
    [['--effort', 'low'], { output_config: { effort: 'low' } }],
    [
      ['--effort', 'max', '--schema', '{"type":"object"}'],
      { output_config: { effort: 'max', format: { type: 'json_schema', schema: { type: 'object' } } } },
    ],
    [
      ['--schema', file('schema.json', '{"type":"string"}')],
      { output_config: { format: { type: 'json_schema', schema: { type: 'string' } } } },
    ],
    [['--tools', JSON.stringify(tool)], { tools: [tool] }],
    [['--tools', JSON.stringify({ tools: [tool] })], { tools: [tool] }],
    [['--tools', file('tools.json', JSON.stringify([tool]))], { tools: [tool] }],
    [['--tools', `@${join(folder, 'tools.json')}`], { tools: [tool] }],
    [['--tools', JSON.stringify({ ...tool, command: ['date'], timeout: 3 })], { tools: [tool] }],
    [['--tool-choice', 'any'], { tool_choice: { type: 'any' } }],
    [['--tool-choice', 'none'], { tool_choice: { type: 'none' } }],
    [['--tool-choice', 'now'], { tool_choice: { type: 'tool', name: 'now' } }],
    [
      ['--body', '{"metadata":{"user_id":"u1"},"future_field":[1]}'],
      { metadata: { user_id: 'u1' }, future_field: [1] },
    ],
    [['--body', file('body.json', '{"max_tokens":9}')], { max_tokens: 9 }],
    [['--effort', 'low', '--body', '{"output_config":{"x":1}}'], { output_config: { effort: 'low', x: 1 } }],
    [['--body', '{"model":"from-body"}'], { model: 'from-body' }],
    [['--set', 'metadata.user_id="42"'], { metadata: { user_id: '42' } }],
    [['--set', 'metadata.user_id=plain text'], { metadata: { user_id: 'plain text' } }],
    [['--set', 'service_tier=auto', '--set', 'top_k=5'], { service_tier: 'auto', top_k: 5 }],
    [['--set', 'stop_sequences.0=END'], { stop_sequences: ['END'] }],
    [['--body', '{"a":{"b":[1,2]}}', '--set', 'a.b.1=3'], { a: { b: [1, 3] } }],
    [['--set', 'messages.0.content=said'], { messages: [{ role: 'user', content: 'said' }] }],
    [['--set', 'model=set'], { model: 'set' }],
  ])('of %j has it', async (argv, fields) => {
    expect(await send(...argv)).toMatchObject({ code: 0, stderr: '', body: { ...bare, ...fields } });
  });

  it('of --no-stream does not ask for a stream', async () => {
    const { stream: _stream, ...rest } = bare;
    expect((await send('--no-stream')).body).toEqual(rest);
  });

  it('of an attached file can be given a cache breakpoint', async () => {
    const path = file('big.txt', 'text');
    const run = await send('-f', path, '--set', 'messages.0.content.0.cache_control={"type":"ephemeral"}');
    expect(run.body).toMatchObject({
      messages: [{ content: [{ type: 'text', cache_control: { type: 'ephemeral' } }, { text: 'hi' }] }],
    });
  });
});

describe('the headers', () => {
  it('are the API version and one key, and no beta', async () => {
    const { headers } = await send();
    expect(headers).toMatchObject({ 'anthropic-version': '2023-06-01', 'x-api-key': testKey });
    expect(headers).not.toHaveProperty('authorization');
    expect(headers).not.toHaveProperty('anthropic-beta');
  });

  it.each<[string[], object]>([
    [['--anthropic-version', '2026-10-21'], { 'anthropic-version': '2026-10-21' }],
    [['--beta', 'one', '--beta', 'two,three'], { 'anthropic-beta': 'one,two,three' }],
    [['-H', 'X-Team: search', '-H', 'x-empty:'], { 'x-team': 'search', 'x-empty': '' }],
    [['-H', 'User-Agent: mine'], { 'user-agent': 'mine' }],
    [['--auth', 'bearer'], { authorization: `Bearer ${testKey}` }],
    [['--auth', 'both'], { authorization: `Bearer ${testKey}`, 'x-api-key': testKey }],
  ])('of %j have it', async (argv, fields) => {
    expect((await send(...argv)).headers).toMatchObject(fields);
  });

  it('leave out those that are given without a value', async () => {
    const { code, headers } = await send('-H', 'Anthropic-Version:', '-H', 'accept:');
    expect(code).toBe(0);
    expect(headers).not.toHaveProperty('anthropic-version');
    expect(headers).not.toHaveProperty('accept');
  });

  it('carry no key with --auth none', async () => {
    const { headers } = await send('--auth', 'none');
    expect(headers).not.toHaveProperty('x-api-key');
    expect(headers).not.toHaveProperty('authorization');
  });
});

describe('a mistake in an option is told, and nothing is sent', () => {
  it.each<[string[], string]>([
    [['--max-tokens', 'many'], '--max-tokens takes a whole number from 0, not "many".'],
    [['--temperature', '-1'], '--temperature takes a number from 0'],
    [['--top-p', '2'], '--top-p takes a number from 0 to 1'],
    [['--thinking', 'lots'], '--thinking takes adaptive, off or a number of tokens, not "lots".'],
    [['--effort', 'huge'], '--effort takes low, medium, high, xhigh, max, not "huge".'],
    [['--effort', 'huge'], '--set output_config.effort=huge'],
    [['-m', ''], '--model is empty.'],
    [['-m', '  '], '--model is empty.'],
    [['-m', 'sk-pasted-0123456789'], 'The model looks like a key.'],
    [['-s', 'a', '--system-file', 'b'], '--system and --system-file exclude each other.'],
    [['--schema', '[1]'], '--schema takes a JSON object.'],
    [['--schema', '{"a":'], '--schema is not valid JSON'],
    [['--tools', '[{}]'], '--tools takes tool definitions with a name.'],
    [['--body', '[]'], '--body takes a JSON object.'],
    [['--json', '-o', 'stream-json'], '--json and -o stream-json ask for two formats.'],
    [['--extract-code', '--json'], '--extract-code prints code as it is, not as json.'],
    [['--set', 'stop_sequences=["a"'], '--set stop_sequences: the value is not valid JSON'],
    [['--set', 'top_k'], '--set takes path=value, not "top_k".'],
    [['--set', 'model.name=x'], '--set model.name: model is "test-model", which has no fields.'],
    [['--set', 'messages.4.content=x'], '--set messages.4.content: messages is a list of 1.'],
    [['-H', 'no colon'], 'is not written "Name: value"'],
    [['-o', 'yaml'], 'Allowed choices are text, json, stream-json'],
    [['--max-retries', '11'], '--max-retries takes a whole number from 0 to 10'],
    [['--sytem', 'x'], "Unknown option '--sytem'. Did you mean --system?"],
    [['--set', 'a..b=1'], '--set a..b: a name is missing beside a dot.'],
    [['--curl', '--count'], 'cannot be used with'],
    [['--replay', 'x', '--record', 'x'], 'cannot be used with'],
    [['--curl', '--record', 'x'], 'cannot be used with'],
    [['--replay', 'x', '--dry-run'], 'cannot be used with'],
    [['--replay', 'x', '--continue'], 'cannot be used with'],
    [['--replay', 'x', '--session', 'x'], 'cannot be used with'],
  ])('%j', async (argv, says) => {
    const run = await runMsg(['send', 'hi', ...argv]);
    expect(run).toMatchObject({ code: 2, stdout: '', requests: [] });
    expect(run.stderr).toContain(says);
  });

  it.each([
    ['--tools', join(folder, 'gone.json')],
    ['--system-file', join(folder, 'gone.json')],
  ])('%s of a file that is not there names option and path', async (option, path) => {
    const run = await runMsg(['send', 'hi', option, path]);
    expect(run).toMatchObject({ code: 3, requests: [] });
    expect(run.stderr).toContain(`${path} (${option}): there is no such file`);
  });

  it('no model names the way to the list', async () => {
    const env = { MSG_BASE_URL: '{url}', MSG_API_KEY: 'k' };
    const run = await runMsg(['send', 'hi'], { env });
    expect(run).toMatchObject({ code: 3, requests: [] });
    expect(run.stderr).toContain('msg models');
  });

  it('no model names the list of the address that was given', async () => {
    const argv = ['send', 'hi', '--base-url', 'https://h.example', '--api-key-env', 'K'];
    const run = await runMsg(argv, { env: { K: 'k' } });
    expect(run.stderr).toContain('msg models --base-url https://h.example --api-key-env K lists');
  });
});

describe('a field the model refuses is explained', () => {
  it.each<[string, string]>([
    ['temperature: Extra inputs are not permitted', 'leave out --temperature'],
    ['`top_p` is not supported for this model', 'takes no sampling parameters'],
    ['temperature: range: 0..1', 'take 0 to 1'],
    ['`temperature` and `top_p` cannot both be specified', 'Leave out --temperature or --top-p'],
    ['tool_choice: may only be specified while providing tools', '--tools FILE'],
    ['`max_tokens` must be greater than `thinking.budget_tokens`', 'larger --max-tokens'],
    ['This model does not support assistant message prefill.', 'takes no prefilled answer'],
    ['tool_choice forces tool use is not compatible', '--tool-choice auto'],
    ['thinking.type: enabled is not supported', '--thinking adaptive'],
    ['Unexpected value(s) `x` for the `anthropic-beta` header', 'leave out --beta'],
    ['max_tokens: 900000 > 128000', '--max-tokens'],
    ["output_config.effort: Input should be 'low'", 'try another --effort'],
    ['prompt is too long: 250000 tokens > 200000 maximum', 'msg send --count'],
  ])('%s', async (message, says) => {
    const run = await runMsg(['send', 'hi'], {
      mock: { replies: [errorReply(400, 'invalid_request_error', message)] },
    });
    expect(run).toMatchObject({ code: 5, stdout: '' });
    expect(run.stderr).toContain(message);
    expect(run.stderr).toContain(says);
    expect(run.requests).toHaveLength(1);
  });
});
