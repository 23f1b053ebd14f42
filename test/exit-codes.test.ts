import { describe, expect, it } from 'vitest';
import { configError, type ErrorKind, isMsgError, MsgError, usageError } from '../src/errors.ts';
import { exitCodeMeanings, exitCodeOf, exitCodes } from '../src/exit-codes.ts';

const facts = { isRetryable: false };
const errors: Record<ErrorKind, MsgError> = {
  usage: usageError('x'),
  config: configError('x'),
  auth: new MsgError('auth', 'x', { details: facts }),
  request: new MsgError('request', 'x', { details: facts }),
  limit: new MsgError('limit', 'x', { details: facts }),
  server: new MsgError('server', 'x', { details: facts }),
  network: new MsgError('network', 'x', { details: facts }),
  protocol: new MsgError('protocol', 'x', { details: {} }),
  interrupted: new MsgError('interrupted', 'x', { details: { signal: 'SIGINT' } }),
};

describe('exit codes', () => {
  it.each([
    ['usage', 2],
    ['config', 3],
    ['auth', 4],
    ['request', 5],
    ['limit', 6],
    ['server', 7],
    ['network', 8],
    ['protocol', 9],
    ['interrupted', 130],
  ] as const)('%s is %i', (kind, code) => {
    expect(exitCodeOf(errors[kind])).toBe(code);
  });

  it('a terminated run is 143', () => {
    expect(exitCodeOf(new MsgError('interrupted', 'x', { details: { signal: 'SIGTERM' } }))).toBe(143);
  });

  it.each([new TypeError('x'), 'words', undefined, null])('anything else (%s) is a bug: 1', (thrown) => {
    expect(exitCodeOf(thrown)).toBe(1);
  });

  it('are different from each other, and each has words in --help', () => {
    const codes = Object.values(exitCodes);
    expect(new Set(codes).size).toBe(codes.length);
    expect(exitCodeMeanings.map(([code]) => code).sort((a, b) => a - b)).toEqual(
      [...codes].sort((a, b) => a - b),
    );
  });
});

describe('errors', () => {
  it('are told apart by kind', () => {
    expect(isMsgError(errors.auth)).toBe(true);
    expect(isMsgError(errors.auth, 'auth', 'limit')).toBe(true);
    expect(isMsgError(errors.auth, 'limit')).toBe(false);
    expect(isMsgError(new Error('x'))).toBe(false);
  });

  it('keep what caused them', () => {
    const cause = new Error('why');
    expect(configError('x', 'hint', { path: '/a' }, cause)).toMatchObject({
      cause,
      hint: 'hint',
      details: { path: '/a' },
    });
  });
});
