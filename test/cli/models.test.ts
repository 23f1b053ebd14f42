// `msg models`: every shape of list there is, its pages, and endpoints without one.
import { describe, expect, it } from 'vitest';
import { errorReply, jsonReply, pageReply, type Script } from '../../src/mock/index.ts';
import { instantClock } from './instant-clock.ts';
import { type RunOptions, runMsg } from './run-msg.ts';

const models = (replies: readonly Script[], argv: readonly string[] = [], options: RunOptions = {}) =>
  runMsg(['models', ...argv], { mock: { replies }, adapt: instantClock().adapt, ...options });

const native = {
  data: [
    {
      type: 'model',
      id: 'big-1',
      display_name: 'Big One',
      created_at: '2026-01-01T00:00:00Z',
      max_input_tokens: 1_000_000,
      max_tokens: 128_000,
      lifecycle: 'deprecated',
    },
    { type: 'model', id: 'small-1', display_name: 'small-1' },
  ],
  has_more: false,
  first_id: 'big-1',
  last_id: 'small-1',
};

describe('msg models', () => {
  it.each(['list', 'ls'])('is the same with %s behind it, as in the other groups', async (word) => {
    expect(await models([jsonReply(200, native)], [word])).toMatchObject({
      code: 0,
      stdout: 'big-1\nsmall-1\n',
    });
  });

  it.each<[string, unknown, string]>([
    ['native', native, 'big-1\nsmall-1\n'],
    [
      'OpenAI-shaped',
      { object: 'list', data: [{ id: 'a', object: 'model', owned_by: 'x' }, { id: 'b' }] },
      'a\nb\n',
    ],
    ['under "models"', { models: [{ name: 'a:latest' }] }, 'a:latest\n'],
    ['a bare list of objects', [{ id: 'a' }, { id: 'b' }], 'a\nb\n'],
    ['a bare list of names', ['a', 'b'], 'a\nb\n'],
    [
      'with odd entries',
      { data: ['a', null, 3, {}, { id: 7 }, { id: '' }, { id: 'b' }, { id: 'b' }] },
      'a\nb\n',
    ],
    ['with control characters', { data: [{ id: 'a\u001b[2J\nb' }] }, 'a␛[2J b\n'],
  ])('reads a list that is %s', async (_name, body, stdout) => {
    const run = await models([jsonReply(200, body)]);
    expect(run).toMatchObject({ code: 0, stdout, stderr: '' });
    expect(run.requests[0]).toMatchObject({ method: 'GET', path: '/v1/models', body: '' });
  });

  it('follows the pages', async () => {
    const run = await models([
      jsonReply(200, { data: [{ id: 'a' }], has_more: true, last_id: 'a' }),
      jsonReply(200, { data: [{ id: 'b' }], has_more: false, last_id: 'b' }),
    ]);
    expect(run).toMatchObject({ code: 0, stdout: 'a\nb\n' });
    expect(run.requests.map(({ query }) => query['after_id'])).toEqual([undefined, 'a']);
  });

  it('ends with a list that repeats itself', async () => {
    const page = jsonReply(200, { data: [{ id: 'a' }], has_more: true, last_id: 'a' });
    const run = await models([page, page]);
    expect(run).toMatchObject({ code: 0, stdout: 'a\n' });
    expect(run.requests).toHaveLength(2);
  });

  it('has facts beside the ids at a terminal, where they fit', async () => {
    const wide = await models([jsonReply(200, native)], [], { tty: true });
    expect(wide.stdout).toBe('big-1    Big One, 1M context, 128k out, deprecated\nsmall-1\n');
    expect((await models([jsonReply(200, native)], [], { tty: true, width: 30 })).stdout).toBe(
      'big-1\nsmall-1\n',
    );
  });

  it('--json gives what is known as a list', async () => {
    const run = await models([jsonReply(200, native)], ['--json']);
    expect(JSON.parse(run.stdout)).toEqual([
      {
        id: 'big-1',
        display_name: 'Big One',
        max_input_tokens: 1_000_000,
        max_tokens: 128_000,
        lifecycle: 'deprecated',
        created_at: '2026-01-01T00:00:00Z',
      },
      { id: 'small-1', display_name: 'small-1' },
    ]);
  });

  it('that are no list at all are a failure, not an empty list', async () => {
    const run = await models([jsonReply(200, { ok: true })]);
    expect(run).toMatchObject({ code: 9, stdout: '' });
    expect(run.stderr).toMatch(/is JSON, but no list of models\.\n {2}Next: msg doctor/);
  });

  it.each([[{ data: [] }], [{ object: 'list', data: null }]])(
    'that are none is an empty list, and said: %o',
    async (body) => {
      const run = await models([jsonReply(200, body)], ['--json']);
      expect(run).toMatchObject({ code: 0, stdout: '[]\n' });
      expect(run.stderr).toContain('lists no models');
    },
  );

  it.each([
    ['404', errorReply(404, 'not_found_error', 'Not found')],
    ['404 as a page', pageReply(404, 'text/html', '<h1>404</h1>')],
    ['405', pageReply(405, 'text/plain', 'method not allowed')],
    ['501', errorReply(501, 'not_implemented_error', 'later')],
    ['200 of LM Studio', jsonReply(200, { error: 'Unexpected endpoint or method. (GET /v1/models)' })],
  ])('says that the endpoint has none (%s)', async (_name, script) => {
    const run = await models([script]);
    expect(run).toMatchObject({ code: 5, stdout: '' });
    expect(run.stderr).toMatch(/Not supported here: 127\.0\.0\.1:\d+ does not offer a list of models/);
    expect(run.requests).toHaveLength(1);
  });

  it('fails as sending would', async () => {
    const refused = await models([errorReply(401, 'authentication_error', 'invalid x-api-key')]);
    expect(refused).toMatchObject({ code: 4, stdout: '' });
    expect(refused.stderr).toContain('the key from MSG_API_KEY was refused');
    expect(await models([pageReply(200, 'text/html', '<html>')])).toMatchObject({ code: 9, stdout: '' });
    expect(await models([pageReply(200, 'application/json', '[1,')])).toMatchObject({ code: 9, stdout: '' });
  });

  it('tells when it asks again', async () => {
    const run = await models([errorReply(529, 'overloaded_error', 'Overloaded'), jsonReply(200, ['a'])]);
    expect(run).toMatchObject({ code: 0, stdout: 'a\n' });
    expect(run.stderr).toContain('Trying again in');
  });

  it('of the demo need nothing', async () => {
    const run = await runMsg(['models', '-P', 'demo'], { env: {} });
    expect(run.code).toBe(0);
    expect(run.stdout).toContain('mock-1\n');
  });
});
