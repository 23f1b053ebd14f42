// What one test request says about a profile: which of auth, path, model and stream are right. Pure.
import { apiFactsOf, type ErrorKind, isMsgError, type MsgError } from '../errors.ts';

export type Verdict = 'pass' | 'fail' | 'unknown';

export type TestVerdicts = {
  readonly path: Verdict;
  readonly auth: Verdict;
  readonly model: Verdict;
  readonly stream: Verdict;
};

const nothingKnown: TestVerdicts = { path: 'unknown', auth: 'unknown', model: 'unknown', stream: 'unknown' };

/**
 * Reads a failure. `hasStarted` tells whether message_start had come: then everything before the stream was
 * right, whatever happened later.
 */
export function verdictsOf(error: MsgError, hasStarted: boolean): TestVerdicts {
  if (hasStarted) return { path: 'pass', auth: 'pass', model: 'pass', stream: 'fail' };
  const rule = rules[error.kind];
  return rule === undefined ? nothingKnown : { ...nothingKnown, ...rule(error) };
}

/** A 404 or 400 that speaks of the model is about the model; one that does not is about the path or the body. */
const isAboutModel = (error: MsgError): boolean =>
  /\bmodel\b/i.test(error.message) || /model/.test(apiFactsOf(error).code ?? '');

const rules: { readonly [K in ErrorKind]?: (error: MsgError) => Partial<TestVerdicts> } = {
  network: () => ({ path: 'fail' }),
  protocol: () => ({ path: 'fail' }),
  // Without credit the key is as good as before.
  auth: (error) => ({ path: 'pass', auth: apiFactsOf(error).isSpent ? 'pass' : 'fail' }),
  limit: () => ({ path: 'pass', auth: 'pass' }),
  server: () => ({ path: 'pass' }),
  request: (error) => {
    if (isAboutModel(error)) return { path: 'pass', auth: 'pass', model: 'fail' };
    const { status } = apiFactsOf(error);
    return status === 404 || status === 405 ? { path: 'fail' } : { path: 'pass', auth: 'pass' };
  },
};

/** The classes of failure, worst first: what is broken for good stands above what passes by itself. */
const byWeight: readonly ErrorKind[] = [
  'interrupted',
  'config',
  'usage',
  'auth',
  'request',
  'protocol',
  'network',
  'server',
  'limit',
];

/** The worst of several failures; undefined when there was none. Anything not a MsgError is worse still. */
export function worstOf(errors: readonly unknown[]): unknown {
  const weight = (error: unknown): number => (isMsgError(error) ? byWeight.indexOf(error.kind) : -1);
  return [...errors].sort((a, b) => weight(a) - weight(b))[0];
}
