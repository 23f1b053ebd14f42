// Every exit code of msg, in one table. `msg help exit-codes` prints it.
import { type ErrorKind, isMsgError } from './errors.ts';

/** Ways to end that are not a MsgError. */
export type Outcome = 'done' | 'bug' | 'broken' | 'undetermined' | 'unfinished';

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes] | typeof terminatedCode;

export const exitCodes = {
  done: 0,
  bug: 1,
  usage: 2,
  config: 3,
  auth: 4,
  request: 5,
  limit: 6,
  server: 7,
  network: 8,
  protocol: 9,
  broken: 10,
  undetermined: 11,
  unfinished: 12,
  interrupted: 130,
} as const satisfies Record<ErrorKind | Outcome, number>;

/** SIGTERM: 128 + 15. SIGINT is `interrupted`: 128 + 2. */
const terminatedCode = 143;

/** What each code means, in the words of `msg help exit-codes`. */
export const exitCodeMeanings: readonly (readonly [ExitCode, string])[] = [
  [exitCodes.done, 'done; doctor: healthy or degraded'],
  [exitCodes.bug, 'a bug in msg'],
  [exitCodes.usage, 'usage: options, arguments, empty prompt'],
  [exitCodes.config, 'configuration: profile, key, base URL, file'],
  [exitCodes.auth, 'auth: 401, 402, 403'],
  [exitCodes.request, 'request: 400, 404, 405, 413, 422'],
  [exitCodes.limit, 'limit: 429, 529, overloaded'],
  [exitCodes.server, 'server: other 5xx'],
  [exitCodes.network, 'network: DNS, refused, TLS, timeout, reset'],
  [exitCodes.protocol, 'protocol: not a Messages answer, or a stream that broke off'],
  [exitCodes.broken, 'doctor: the target is broken (--strict: degraded or any warning)'],
  [exitCodes.undetermined, 'doctor: could not be determined'],
  [exitCodes.unfinished, '--strict: the answer did not end normally (max_tokens, refusal, ...)'],
  [exitCodes.interrupted, 'interrupted (143: terminated)'],
];

/** The exit code of whatever was thrown; anything that is not a MsgError is a bug. */
export function exitCodeOf(error: unknown): ExitCode {
  if (!isMsgError(error)) return exitCodes.bug;
  if (isMsgError(error, 'interrupted') && error.details.signal === 'SIGTERM') return terminatedCode;
  return exitCodes[error.kind];
}
