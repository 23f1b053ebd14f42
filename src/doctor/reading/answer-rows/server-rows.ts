// Failures of servers: what is behind the gateway, or the gateway itself. Data.
import { loadingModel, modelCrashed, overloadQuoted, unreachable } from '../../../messages/error-words.ts';
import type { Owner } from '../../engine/report.ts';
import {
  bodyWords,
  by,
  has,
  isPage,
  isRelayed,
  missingField,
  namesNoModel,
  quoted,
  type ReadAnswer,
  type Row,
  statusWords,
} from './row.ts';

/** What 500 is sent for by servers that have no other status for a request they refuse (llama.cpp). */
const isValidation = (answer: ReadAnswer): boolean =>
  (answer.status === 500 || (namesNoModel(answer) && [503, 404, 409, 415].includes(answer.status))) &&
  /error$/.test(answer.shaped.shape) &&
  (has(answer, missingField) || has(answer, /\bnot supported\b|does(n't| not) support/i));

const failing = (answer: ReadAnswer): Owner => (answer.serverRole === 'edge' ? 'proxy' : 'gateway');

/** Before limits and models: their words stand in these answers, too. */
export const firstServerRows: readonly Row[] = [
  {
    kind: 'validation',
    check: null,
    owner: 'gateway',
    test: isValidation,
    means: (a) => `The request was read and found wanting (${a.wireStatus}): ${quoted(a)}.`,
  },
  {
    kind: 'server-error',
    check: 'up.5xx',
    owner: 'gateway',
    isRetryable: true,
    test: (a) => a.status >= 500 && has(a, loadingModel),
    means: () => 'The server is still loading the model.',
    cure: 'Wait until the model is loaded; nothing else is wrong.',
  },
  {
    kind: 'server-error',
    check: 'up.5xx',
    owner: 'gateway',
    test: (a) => a.status >= 400 && has(a, modelCrashed),
    means: (a) => `The model does not run (${statusWords(a)}): ${quoted(a)}.`,
    cure: 'Load it again in the server, whose log says why: most often the memory does not suffice.',
  },
];

export const serverRows: readonly Row[] = [
  {
    kind: 'server-error',
    check: 'up.5xx',
    owner: 'gateway',
    isRetryable: true,
    test: (a) => a.status === 408,
    means: (a) => `${by(a)} gave up waiting for what is behind it (408): ${quoted(a)}.`,
  },
  {
    kind: 'server-error',
    check: 'up.5xx',
    owner: 'gateway',
    isRetryable: true,
    // The type of the envelope says "overloaded" for this, too.
    test: (a) => a.status >= 500 && a.status !== 529 && has(a, unreachable),
    means: (a) => `${by(a)} does not reach what is behind it (${statusWords(a)}): ${quoted(a)}.`,
    cure: 'Start what is behind the gateway, or correct its address there.',
  },
  {
    kind: 'overloaded',
    check: 'up.5xx',
    owner: 'provider',
    isRetryable: true,
    test: (a) =>
      a.status === 529 ||
      a.isOverloadedType ||
      (a.status >= 500 && (has(a, overloadQuoted) || has(a, /负载.{0,6}饱和|繁忙/))),
    means: () => 'Overloaded: transient, try again later.',
  },
  {
    kind: 'server-error',
    check: 'auth.jwt',
    owner: 'gateway',
    test: (a) => a.status >= 500 && has(a, /jwks|openid|oidc/i),
    means: (a) => `The gateway cannot check tokens: ${quoted(a)}.`,
  },
  {
    kind: 'server-error',
    check: 'up.5xx',
    owner: 'gateway',
    isRetryable: true,
    test: (a) => has(a, /upstream connect error or disconnect\/reset|no healthy upstream/i),
    means: () => 'Envoy could not reach, or lost, the server behind it.',
  },
];

/** Mere statuses. */
export const lastServerRows: readonly Row[] = [
  {
    kind: 'server-error',
    check: 'up.5xx',
    owner: 'proxy',
    test: (a) => a.status === 525 || a.status === 526,
    means: (a) =>
      `Cloudflare could not agree on TLS with the server behind it (${a.status}: ${a.status === 525 ? 'the handshake failed' : 'its certificate is not valid'}).`,
    cure: 'Correct the certificate or the TLS setting of the server behind Cloudflare.',
  },
  {
    kind: 'server-error',
    check: 'up.5xx',
    owner: failing,
    isRetryable: true,
    test: (a) => a.status >= 500,
    means: serverError,
  },
];

/** Who a 5xx belongs to, and which well-known time-out a 504 looks like. */
function serverError(answer: ReadAnswer): string {
  const { status } = answer;
  if (status === 524) return 'Cloudflare gave up waiting for the server behind it (524, about 100 s).';
  if (status >= 520 && status <= 527) return `Cloudflare could not talk to the server behind it (${status}).`;
  if (status === 504) return `${by(answer)} gave up waiting for the server behind it (504).`;
  if (status === 502 && (isPage(answer) || answer.shaped.shape === 'empty'))
    return `${by(answer)} got no usable answer from the server behind it (502): ${quoted(answer)}.`;
  if (isRelayed(answer))
    return `What is behind ${by(answer)} failed (${statusWords(answer)}): ${quoted(answer)}.`;
  if (answer.wireStatus !== status)
    return `${by(answer)} answered ${statusWords(answer)}: ${quoted(answer)}.`;
  return `${by(answer)} failed with ${status}: ${quoted(answer)}.`;
}

/** Words that only a reader of the body has, in an answer that refuses it. */
export const isBodyRefusal = (answer: ReadAnswer): boolean =>
  has(answer, missingField) || has(answer, bodyWords);
