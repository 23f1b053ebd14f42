import { describe, expect, it } from 'vitest';
import { anthropicLayer, valuesFromMsgEnv } from '../../src/profiles/environment.ts';
import { parseHeaderLines } from '../../src/profiles/setting-kinds.ts';

describe('ANTHROPIC_*', () => {
  const layer = (env: Record<string, string>) => {
    const notes: string[] = [];
    return { ...anthropicLayer(env, notes), notes };
  };

  it('is nothing when neither a URL nor a key is set', () => {
    expect(
      anthropicLayer({ ANTHROPIC_MODEL: 'm', ANTHROPIC_BETAS: 'b', ANTHROPIC_API_KEY: ' ' }, []),
    ).toBeUndefined();
  });

  it('goes to api.anthropic.com without a URL of its own', () => {
    const { values, keyOrigin, source } = layer({ ANTHROPIC_API_KEY: 'k' });
    expect(values?.baseUrl).toBe('https://api.anthropic.com');
    expect(keyOrigin).toBe('https://api.anthropic.com');
    expect(source?.('baseUrl')).toEqual({ from: 'default' });
    expect(source?.('key')).toEqual({ from: 'env', name: 'ANTHROPIC_API_KEY' });
  });

  it('sends a token as Bearer, and a key as x-api-key', () => {
    expect(layer({ ANTHROPIC_AUTH_TOKEN: 't' }).values).toMatchObject({
      key: { kind: 'env', name: 'ANTHROPIC_AUTH_TOKEN' },
      auth: 'bearer',
    });
    expect(layer({ ANTHROPIC_API_KEY: 'k' }).values).toMatchObject({ auth: 'x-api-key' });
  });

  it('prefers the key when both are set, with one note', () => {
    const { values, notes } = layer({ ANTHROPIC_API_KEY: 'k', ANTHROPIC_AUTH_TOKEN: 't' });
    expect(values?.key).toEqual({ kind: 'env', name: 'ANTHROPIC_API_KEY' });
    expect(notes).toEqual([
      'ANTHROPIC_API_KEY and ANTHROPIC_AUTH_TOKEN are both set; ANTHROPIC_API_KEY is used.',
    ]);
  });

  it('holds model, betas and headers too', () => {
    const { values } = layer({
      ANTHROPIC_BASE_URL: 'https://h.example',
      ANTHROPIC_MODEL: ' m ',
      ANTHROPIC_BETAS: 'one, two,,',
      ANTHROPIC_CUSTOM_HEADERS: 'X-Team: search\nX-Other: a: b',
    });
    expect(values).toMatchObject({
      model: 'm',
      betas: ['one', 'two'],
      headers: { 'x-team': 'search', 'x-other': 'a: b' },
    });
    expect(values).not.toHaveProperty('key');
  });

  it('never holds the key itself', () => {
    const env = {
      ANTHROPIC_API_KEY: 'sk-canary',
      ANTHROPIC_AUTH_TOKEN: 'sk-canary',
      MSG_API_KEY: 'sk-canary',
    };
    expect(JSON.stringify([layer(env), valuesFromMsgEnv(env)])).not.toContain('canary');
  });
});

describe('MSG_*', () => {
  it('is read one by one, empty values left out', () => {
    expect(
      valuesFromMsgEnv({
        MSG_BASE_URL: ' https://h.example ',
        MSG_API_KEY: 'k',
        MSG_AUTH: 'bearer',
        MSG_MAX_TOKENS: '100',
        MSG_BETAS: 'a,b',
        MSG_HEADERS: 'X-A: 1',
        MSG_MODEL: '',
      }),
    ).toEqual({
      baseUrl: 'https://h.example',
      key: { kind: 'env', name: 'MSG_API_KEY' },
      auth: 'bearer',
      maxTokens: 100,
      betas: ['a', 'b'],
      headers: { 'x-a': '1' },
    });
  });

  it.each([
    ['MSG_AUTH', 'basic', 'it can be x-api-key, bearer, both, none'],
    ['MSG_MAX_TOKENS', 'many', 'not a whole number'],
    ['MSG_MAX_TOKENS', '1.5', 'not a whole number'],
    ['MSG_MAX_TOKENS', '-1', 'not a whole number'],
    ['MSG_HEADERS', 'nonsense', 'Name: value'],
  ])('%s=%s is an error that names the variable', (name, value, says) => {
    expect(() => valuesFromMsgEnv({ [name]: value })).toThrow(name);
    expect(() => valuesFromMsgEnv({ [name]: value })).toThrow(says);
  });
});

describe('header lines', () => {
  it('may end in any way, with spaces around', () => {
    expect(parseHeaderLines(' X-A :  1 \r\n\nx-b:2\n', 'X')).toEqual({ 'x-a': '1', 'x-b': '2' });
    expect(parseHeaderLines('x-empty:', 'X')).toEqual({ 'x-empty': '' });
  });

  it.each(['no colon', ': no name', 'bad name: x', 'x: \u4f60'])(
    'refuse %o without showing values',
    (line) => {
      expect(() => parseHeaderLines(line, 'ANTHROPIC_CUSTOM_HEADERS')).toThrow('ANTHROPIC_CUSTOM_HEADERS');
    },
  );

  it('show no value in an error: it may be a key', () => {
    expect(() => parseHeaderLines('authorization: sk-canary\u200b', '--header')).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('canary') }),
    );
  });
});
