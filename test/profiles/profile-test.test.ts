import { expect, test } from 'vitest';
import { configError, MsgError } from '../../src/errors.ts';
import { verdictsOf, worstOf } from '../../src/profiles/profile-test.ts';

const api = (kind: 'auth' | 'request' | 'limit' | 'server', status: number, message = 'no') =>
  new MsgError(kind, message, { details: { status, isRetryable: false } });
const network = new MsgError('network', 'refused', { details: { isRetryable: true } });
const protocol = new MsgError('protocol', 'HTML', { details: {} });
const spent = new MsgError('auth', 'no credit', {
  details: { status: 400, isRetryable: false, isSpent: true },
});

test.each([
  [network, 'fail unknown unknown unknown'],
  [protocol, 'fail unknown unknown unknown'],
  [api('auth', 401), 'pass fail unknown unknown'],
  [spent, 'pass pass unknown unknown'],
  [api('limit', 429), 'pass pass unknown unknown'],
  [api('server', 500), 'pass unknown unknown unknown'],
  [api('request', 404), 'fail unknown unknown unknown'],
  [api('request', 404, 'model: claude-x was not found'), 'pass pass fail unknown'],
  [api('request', 400, 'messages: field required'), 'pass pass unknown unknown'],
  [configError('no key'), 'unknown unknown unknown unknown'],
])('%s', (error, expected) => {
  const { path, auth, model, stream } = verdictsOf(error, false);
  expect([path, auth, model, stream].join(' ')).toBe(expected);
});

test('once message_start was there, only the stream can be at fault', () => {
  expect(verdictsOf(protocol, true)).toEqual({ path: 'pass', auth: 'pass', model: 'pass', stream: 'fail' });
});

test('the worst is what stays broken', () => {
  const auth = api('auth', 401);
  expect(worstOf([api('limit', 429), auth, network])).toBe(auth);
  expect(worstOf([api('server', 500), network])).toBe(network);
  const bug = new TypeError('x');
  expect(worstOf([configError('c'), bug])).toBe(bug);
  expect(worstOf([])).toBeUndefined();
});
