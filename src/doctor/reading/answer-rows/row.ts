// What an answer is, what a row of the table of answers is, and what rows ask of an answer.
import { providerWords } from '../../../messages/error-words.ts';
import type { Confidence, Owner } from '../../engine/report.ts';
import { isAnthropicRequestId } from '../request-ids.ts';
import type { ShapedBody } from '../shapes.ts';

/** One answer, as much as is known of it. `--from-error` has only a part. */
export type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly host: string;
  readonly path: string;
  /** The request named a model; null when nobody knows. */
  readonly hasModel: boolean | null;
  readonly hasKey: boolean | null;
  readonly bodyBytes: number;
};

/** An answer with everything its row may look at. */
export type ReadAnswer = Answer & {
  /** The status that came; `status` is the one that counts, if the error names another. */
  readonly wireStatus: number;
  readonly contentType: string;
  readonly shaped: ShapedBody;
  readonly server: string | null;
  readonly serverRole: 'edge' | 'gateway' | 'forward-proxy' | 'origin' | null;
  /** Type, code and words of the error in one text, for patterns. */
  readonly words: string;
  readonly isOverloadedType: boolean;
};

/** What an answer amounts to. */
export type Kind =
  | 'message'
  | 'stream'
  | 'list'
  | 'validation'
  | 'open'
  | 'unauthorized'
  | 'forbidden'
  | 'path'
  | 'model'
  | 'web-page'
  | 'redirect'
  | 'blocked'
  | 'header-wanted'
  | 'billing'
  | 'quota'
  | 'rate'
  | 'overloaded'
  | 'server-error'
  | 'too-large'
  | 'guardrail'
  | 'dialect'
  | 'empty'
  | 'wrong-port'
  | 'no-answer'
  | 'unexpected';

export type Row = {
  readonly kind: Kind;
  readonly check: string | null;
  /** Who can act. */
  readonly owner: Owner | ((answer: ReadAnswer) => Owner);
  readonly isRetryable?: boolean;
  readonly confidence?: Confidence;
  readonly test: (answer: ReadAnswer) => boolean;
  readonly means: (answer: ReadAnswer) => string;
  /** What to do, where the answer says more than its check can. One sentence. */
  readonly cure?: string;
};

export const has = ({ words }: ReadAnswer, pattern: RegExp): boolean => pattern.test(words);
export const isIn = ({ status }: ReadAnswer, ...statuses: number[]): boolean => statuses.includes(status);
/** Any 2xx: some frameworks answer a POST with 201. */
export const isOk = ({ status }: { readonly status: number }): boolean => status >= 200 && status < 300;
export const isRedirect = ({ status }: ReadAnswer): boolean => status >= 300 && status < 400;
export const isPage = ({ shaped }: ReadAnswer): boolean => shaped.shape === 'html';

/** The request named no model: its answer proves nothing about one, and never that something is broken. */
export const namesNoModel = ({ hasModel }: ReadAnswer): boolean => hasModel === false;

/** Who answered, for people. */
export const by = ({ server, host }: ReadAnswer): string => server ?? host;

export const quoted = ({ shaped }: ReadAnswer): string =>
  shaped.message ? `"${shaped.message.slice(0, 160)}"` : 'no words';

/** `401`, or `200 with an error inside` where the status of the wire is another. */
export const statusWords = ({ status, wireStatus }: ReadAnswer): string =>
  status === wireStatus
    ? `${status}`
    : wireStatus < 400
      ? `${wireStatus} with an error inside`
      : `${wireStatus} with ${status} inside`;

const isNative = ({ host }: ReadAnswer): boolean => /(^|\.)anthropic\.com$/.test(host.replace(/:\d+$/, ''));

/** Anthropic's own answer, although another host was called. */
export const isFromAnthropic = (answer: ReadAnswer): boolean =>
  !isNative(answer) &&
  answer.shaped.shape === 'anthropic-error' &&
  isAnthropicRequestId(answer.shaped.requestId);

/** Issued further up: the error quotes another one, or names the provider that refused. */
export const isRelayed = (answer: ReadAnswer): boolean =>
  answer.shaped.envelope?.relayed !== undefined || has(answer, providerWords);

/** An account is the gateway's where its provider refuses, else that of whoever asks. */
export const accountOwner = (answer: ReadAnswer): Owner => (isRelayed(answer) ? 'gateway' : 'you');

/** A field is missing or malformed: the body was read. */
export const missingField =
  /field required|(is|are) required|missing|must be|required (field|parameter)|cannot be empty|不能为空|缺少|必填/i;

/** Words that only a reader of the body has; with a status that is for refused requests. */
export const bodyWords =
  /\bmessages\b|\bmax_tokens\b|validation|schema|(invalid|malformed|bad|empty) (request|json|body|payload|input|param)|no (model|messages)\b|at least (1|one)|expected|invalid_request|参数/i;
