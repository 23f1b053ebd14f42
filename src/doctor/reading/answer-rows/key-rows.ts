// Refusals of a key: the caller's, or the gateway's own further up. Data.
import {
  accountOff,
  isBudgetSpent,
  isCreditSpent,
  isKeyMissing,
  keyInvalid,
  masterKeyOnly,
} from '../../../messages/error-words.ts';
import {
  by,
  has,
  isFromAnthropic,
  isIn,
  isPage,
  isRelayed,
  quoted,
  type ReadAnswer,
  type Row,
  statusWords,
} from './row.ts';

/** A key that is refused with a status for bodies or for failures; {} is judged by these words, too. */
const isKeyRefusal = (answer: ReadAnswer): boolean =>
  isIn(answer, 400, 404, 422, 500) &&
  (has(answer, keyInvalid) || (answer.hasKey !== true && isKeyMissing(answer.words)));

/** Two credentials in one request are one too many. */
const credential =
  '(authorization|auth(entication)? (headers?|methods?)|credentials?|x-api-key|api[- ]?keys?|bearer)';
const tooMany =
  '(both|multiple|more than one|only one|ambiguous|conflict\\w*|mutually exclusive|together|at the same time)';
const twoCredentials = new RegExp(
  `\\b${tooMany}\\b[^.]{0,60}\\b${credential}\\b|\\b${credential}\\b[^.]{0,80}\\b${tooMany}\\b`,
  'i',
);

/** Before any other meaning of the same statuses. */
export const firstKeyRows: readonly Row[] = [
  {
    kind: 'unauthorized',
    check: 'auth.scheme',
    owner: 'you',
    test: (a) =>
      isIn(a, 400, 401, 403, 409, 422) && a.hasKey === true && has(a, twoCredentials) && !isPage(a),
    means: (a) => `${by(a)} refuses two credentials at once (${statusWords(a)}): ${quoted(a)}.`,
  },
  {
    kind: 'forbidden',
    check: 'auth.not_initialised',
    owner: 'gateway',
    test: (a) =>
      isIn(a, 401, 403, 500) &&
      has(
        a,
        /key[^.]{0,20}not (been )?initiali[sz]ed|not configured[^.]{0,20}key|no (api )?keys? configured/i,
      ),
    means: (a) => `The gateway itself has no key yet: ${quoted(a)}.`,
  },
  {
    kind: 'unauthorized',
    check: 'auth.path_prefix',
    owner: 'gateway',
    test: (a) =>
      isIn(a, 401, 403) &&
      isRelayed(a) &&
      // A provider that refuses to serve a model, an address or an empty account says so; the rest is about the key
      // it was shown.
      !has(a, /\bmodel\b/i) &&
      !isCreditSpent(a.words, a.status) &&
      !isBudgetSpent(a.words, a.status),
    means: (a) => `The gateway's own key was refused by its provider: ${quoted(a)}.`,
    cure: 'Who runs the gateway has to renew the key it has for its provider.',
  },
  {
    kind: 'unauthorized',
    check: 'auth.invalid',
    owner: 'you',
    test: (a) => isIn(a, 400, 401, 403, 500) && a.hasKey !== false && has(a, masterKeyOnly),
    means: (a) => `${by(a)} refused the key (${statusWords(a)}): ${quoted(a)}.`,
    cure: 'LiteLLM without a database takes its master key only: save that one, or give it a database.',
  },
  {
    kind: 'forbidden',
    check: 'auth.invalid',
    owner: 'you',
    confidence: 'likely',
    test: (a) => a.status === 400 && a.hasKey !== false && has(a, accountOff) && !isPage(a),
    means: (a) => `The account is switched off: ${quoted(a)}.`,
  },
  {
    kind: 'unauthorized',
    check: 'auth.missing_seen',
    owner: 'proxy',
    confidence: 'likely',
    test: (a) => isIn(a, 400, 422) && a.hasKey === true && isKeyMissing(a.words) && !isPage(a),
    means: (a) => `${a.host} says no key came, although one was sent: ${quoted(a)}.`,
  },
  {
    kind: 'unauthorized',
    check: 'auth.invalid',
    owner: 'you',
    test: isKeyRefusal,
    means: (a) =>
      a.hasKey === false
        ? `No key, so ${statusWords(a)}: ${quoted(a)}.`
        : `${by(a)} refused the key (${statusWords(a)}): ${quoted(a)}.`,
  },
];

export const keyRows: readonly Row[] = [
  {
    kind: 'unauthorized',
    check: 'auth.path_prefix',
    owner: 'gateway',
    test: (a) => a.status === 401 && has(a, /upstream[^.]{0,40}(401|unauthori[sz]ed|key|credential)/i),
    means: (a) => `The gateway's own key was refused by its provider: ${quoted(a)}.`,
  },
  {
    kind: 'unauthorized',
    check: 'auth.path_prefix',
    owner: 'gateway',
    test: (a) => a.status === 401 && a.hasKey !== false && isFromAnthropic(a),
    means: (a) =>
      `Anthropic itself refused the key (request_id ${a.shaped.requestId}), although ${a.host} was called.`,
  },
  {
    kind: 'unauthorized',
    check: 'key.oauth_as_api',
    owner: 'you',
    test: (a) =>
      isIn(a, 401, 403) &&
      has(a, /oauth[^.]{0,60}(not supported|not allowed|unsupported)|OAuth authentication is currently not/i),
    means: (a) => `A subscription token was used as an API key: ${quoted(a)}.`,
  },
  {
    kind: 'unauthorized',
    check: 'auth.missing_seen',
    owner: 'proxy',
    confidence: 'likely',
    test: (a) => isIn(a, 401, 403) && a.hasKey === true && isKeyMissing(a.words) && !isPage(a),
    means: (a) => `${a.host} says no key came, although one was sent: ${quoted(a)}.`,
  },
  {
    kind: 'unauthorized',
    check: 'auth.jwt',
    owner: 'you',
    confidence: 'likely',
    test: (a) => a.status === 401 && has(a, /jwt|jwks|oidc|token (signature|issuer|audience)/i),
    means: (a) => `The key is taken for a login token (JWT): ${quoted(a)}.`,
  },
  {
    kind: 'unauthorized',
    check: 'auth.invalid',
    owner: 'you',
    test: (a) => a.status === 401,
    means: (a) =>
      a.hasKey === false ? `No key, so 401: ${quoted(a)}.` : `${by(a)} refused the key: ${quoted(a)}.`,
  },
  {
    // 403 in the words of 401: missing or wrong, not lacking a permission.
    kind: 'unauthorized',
    check: 'auth.invalid',
    owner: 'you',
    test: (a) =>
      a.status === 403 &&
      /error$/.test(a.shaped.shape) &&
      (has(a, keyInvalid) || (a.hasKey === false && isKeyMissing(a.words))),
    means: (a) =>
      a.hasKey === false ? `No key, so 403: ${quoted(a)}.` : `${by(a)} refused the key (403): ${quoted(a)}.`,
  },
  {
    kind: 'forbidden',
    check: 'auth.invalid',
    owner: 'you',
    test: (a) =>
      a.status === 403 &&
      /error$/.test(a.shaped.shape) &&
      has(a, /suspend|disabled|banned|revoked|expired|deactivated|blocked|封禁|禁用|停用|过期/i),
    means: (a) => `The account or key is switched off: ${quoted(a)}.`,
  },
  {
    kind: 'forbidden',
    check: 'auth.invalid',
    owner: 'you',
    confidence: 'likely',
    test: (a) => a.status === 403 && /error$/.test(a.shaped.shape),
    means: (a) => `The key lacks permission: ${quoted(a)}.`,
  },
  {
    kind: 'blocked',
    check: null,
    owner: 'proxy',
    confidence: 'likely',
    test: (a) => a.status === 403,
    means: (a) => `${by(a)} refused the request (403 with ${a.shaped.shape}, not an answer of the API).`,
  },
];
