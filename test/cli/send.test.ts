import { describe, expect, it } from 'vitest';
import { errorReply, streamReply } from '../../src/mock/index.ts';
import { runMsg, testKey } from './run-msg.ts';

describe('msg send', () => {
  it('streams the answer to stdout and nothing else', async () => {
    const run = await runMsg(['send', 'hi'], { mock: { replies: [streamReply('Hello there')] } });
    expect(run).toMatchObject({ code: 0, stdout: 'Hello there\n', stderr: '' });
    expect(run.requests[0]?.json).toEqual({
      model: 'test-model',
      max_tokens: 4096,
      messages: [{ role: 'user', content: 'hi' }],
      stream: true,
    });
    expect(run.requests[0]?.headers).toMatchObject({
      'x-api-key': testKey,
      'anthropic-version': '2023-06-01',
    });
  });

  it('exits 3 with the two ways on when nothing is configured', async () => {
    const run = await runMsg(['send', 'hi'], { env: {} });
    expect(run.code).toBe(3);
    expect(run.stderr).toContain('msg profiles add');
    expect(run.stderr).toContain('msg send -P demo "hello"');
  });

  it('does not send the demo to another address', async () => {
    const run = await runMsg(['send', '-P', 'demo', '--base-url', '{url}', 'hi'], { env: {} });
    expect(run.code).toBe(2);
    expect(run.stderr).toContain('--base-url does not fit');
    expect(run.requests).toEqual([]);
  });
});

describe('a key that is refused', () => {
  it.each([
    ['"sk-0123456789abcdef"', 'It stands in quotation marks.'],
    ['WORK_KEY=sk-0123456789abcdef', 'It begins with "WORK_KEY=": the whole line was copied.'],
    ['${WORK_KEY}', 'It looks like a placeholder, not like a key.'],
    ['your-api-key-here', 'It looks like a placeholder, not like a key.'],
  ])('is looked at itself: %s', async (key, says) => {
    const run = await runMsg(['send', 'hi'], {
      env: { MSG_BASE_URL: '{url}', MSG_MODEL: 'm', MSG_API_KEY: key },
      mock: { replies: [errorReply(401, 'authentication_error', 'invalid x-api-key')] },
    });
    expect(run.code).toBe(4);
    expect(run.stderr).toContain(says);
    expect(run.stderr).toContain('Next: msg doctor');
    expect(run.stderr).not.toContain('0123456789');
  });
});
