// What a pasted error proves, what it leaves open, and the next command. Pure.
import { shellQuote } from '../../text/shell-quote.ts';
import { checks } from '../engine/registry.ts';
import type { CheckResult, Owner, Report, RootCause, Verdict } from '../engine/report.ts';
import { scrub } from '../engine/wire-lines.ts';
import type { Kind } from './answer-rows/row.ts';
import { classify, type Reading, readFailure } from './classify.ts';
import { type PastedError, readPasted } from './pasted-error.ts';
import { keyRefusalOf } from './pasted-key-refusal.ts';
import type { Sentence } from './sentences/sentence.ts';
import { sentenceIn } from './sentences/sentences.ts';

export type OfflineDiagnosis = {
  /** The check that owns the finding; null when nothing in the text is telling. */
  readonly check: string | null;
  readonly saw: string;
  readonly proves: string;
  readonly leavesOpen: string;
  readonly cure: string;
  readonly next: string;
  readonly report: Report;
};

/** What an answer of a kind proves, and what only a request can tell. */
const meanings: Readonly<Record<Kind, readonly [proves: string, leavesOpen: string]>> = {
  path: [
    'the host answers, and there is no Messages endpoint at this path',
    'which path is right: a keyless request to other bases tells',
  ],
  model: ['path and key are fine, the model is not served there', 'which models there are'],
  unauthorized: [
    'the path reaches something that asks for a key, and it did not take this one',
    'whether the key is wrong or only its header: the other header tells',
  ],
  forbidden: ['the key is known, and not allowed to do this', 'whether another model or group is'],
  'web-page': ['a web site answers, not an API', 'where the API is'],
  redirect: [
    'the URL points elsewhere',
    'whether the other place is the API, and whether it may have the key',
  ],
  blocked: ['somebody before the API refused the request', 'whether the API itself would take it'],
  'header-wanted': ['a gateway wants a header besides the key', 'its value'],
  billing: ['path and key are fine, the balance is not', 'nothing'],
  quota: ['path and key are fine, a quota is used up', 'when it ends, if no header says so'],
  rate: ['path is fine, too many requests came', 'everything behind the limit'],
  overloaded: ['the provider is overloaded; nothing is wrong here', 'how long'],
  'server-error': [
    'the request arrived; what is behind the gateway failed',
    'whether it always does: a second request tells',
  ],
  'too-large': ['a hop refuses bodies of this size', 'the limit: msg doctor --size tells'],
  guardrail: ['a guardrail of the gateway refused the content', 'which rule'],
  validation: ['the endpoint read the body and found it wanting', 'whether the key was looked at before'],
  open: ['little: the request named no model', 'whether one that does is answered'],
  dialect: ['the endpoint speaks the OpenAI dialect', 'whether it has an Anthropic route elsewhere'],
  empty: ['200 without a body: no route matched, or no backend answered', 'which of the two'],
  'wrong-port': ['the scheme or the port is wrong', 'the right port'],
  'no-answer': ['no whole answer came', 'whether the host is down, or the way to it'],
  message: ['the answer is a Message: nothing is wrong with it', 'whether it streams'],
  stream: ['the answer is an event stream', 'whether it arrives in time'],
  list: ['the answer is a list or a count', 'whether messages work'],
  unexpected: ['little: this is no known answer of a Messages endpoint', 'nearly everything'],
};

/** What a failed connection leaves open, by the check that owns it. */
const openQuestions: readonly (readonly [RegExp, string])[] = [
  [/^tls\.scheme/, 'nothing, if the port is right'],
  [/^tls\./, 'who issued the certificate, and whether that is expected: the handshake tells'],
  [/^net\.dns/, 'whether the name is mistyped, or known only inside a VPN'],
  [/^net\.refused/, 'whether the server is down, or listens elsewhere'],
  [/^key\./, 'nothing'],
  [/^url\./, 'what listens there'],
  [/^edge\.encoding/, 'which hop changes the body'],
  [/^sse\./, 'who ended the stream'],
];

/** Diagnoses a pasted text. Makes no request. */
export function diagnosePasted(text: string): OfflineDiagnosis {
  const pasted = readPasted(text);
  const url = pasted.kind === 'nothing' ? null : pasted.url;
  const next = nextCommand(url);
  const sentence = sentenceIn(text);
  if (sentence !== undefined) return ofSentence(sentence, text, pasted);
  if (pasted.kind === 'nothing') {
    const open = 'everything: no status, no error code and no known words are in it';
    return {
      check: null,
      saw: firstLine(text),
      proves: 'nothing',
      leavesOpen: open,
      cure: 'Paste the whole message, or the output of curl -v.',
      next,
      report: reportOf(undefined, url),
    };
  }
  const reading =
    pasted.kind === 'answer' ? classify(pasted.answer) : readFailure(pasted.code, pasted.message);
  const id = checkOf(pasted, reading);
  const refusal =
    reading.kind === 'unauthorized' && id === 'auth.invalid' && pasted.kind === 'answer'
      ? keyRefusalOf(`${reading.errorMessage ?? ''} ${pasted.answer.body}`)
      : undefined;
  const check = checks.find((one) => one.id === (refusal?.check ?? id));
  const [usuallyProven, usuallyOpen] = meanings[reading.kind];
  const means = refusal?.means ?? withoutGuess(reading.means, pasted, text);
  const question =
    reading.kind === 'no-answer'
      ? openQuestions.find(([pattern]) => pattern.test(check?.id ?? ''))
      : undefined;
  const leavesOpen = refusal?.leavesOpen ?? question?.[1] ?? usuallyOpen;
  const proves = refusal?.proves ?? usuallyProven;
  const cure = refusal?.cure ?? reading.cure ?? check?.cure;
  const saw = scrub(
    pasted.kind === 'failure'
      ? `${pasted.code ?? 'a failed connection'}: ${means}`
      : refusal?.means === undefined
        ? means
        : `${firstLine(text)}: ${means}`,
  );
  return {
    check: check?.id ?? null,
    saw,
    proves: reading.kind === 'no-answer' && check !== undefined ? lowered(reading.means) : proves,
    leavesOpen,
    cure: cure ?? 'See what answers: the doctor asks without a key first.',
    next,
    report: reportOf(
      check && {
        id: check.id,
        group: check.group,
        title: check.title,
        summary: means,
        cure: cure ?? check.cure,
        owner: reading.owner,
        confidence: reading.confidence === 'certain' && refusal?.isSaid !== false ? 'likely' : 'possible',
        isHarmless: reading.kind === 'rate' || reading.kind === 'overloaded',
      },
      url,
      ['message', 'stream', 'list'].includes(reading.kind) ? 'healthy' : 'undetermined',
    ),
  };
}

/** A sentence that is known says more than the status it came with. */
function ofSentence(sentence: Sentence, text: string, pasted: PastedError): OfflineDiagnosis {
  const { id, means, proves, leavesOpen, cure, owner, isHarmless = false } = sentence;
  const url = pasted.kind === 'nothing' ? null : pasted.url;
  const words = pasted.kind === 'answer' ? classify(pasted.answer).errorMessage : null;
  const { group = 'request', title = means } = checks.find((check) => check.id === id) ?? {};
  return {
    check: id,
    saw: scrub(`${words === null ? firstLine(text) : `"${words}"`.slice(0, 240)}: ${means}`),
    proves,
    leavesOpen,
    cure,
    next: nextCommand(url),
    report: reportOf(
      { id, group, title, summary: means, cure, owner, confidence: 'likely', isHarmless },
      url,
    ),
  };
}

const firstLine = (text: string): string => scrub(text.trim().split('\n', 1)[0] ?? '').slice(0, 160);

const nextCommand = (url: string | null): string =>
  `msg doctor${url === null ? '' : ` ${shellQuote(baseOf(url))}`}`;

/** The owner of the finding; a path that is wrong in a visible way has its own check. */
function checkOf(pasted: PastedError, reading: Reading): string | null {
  const path =
    pasted.kind !== 'nothing' && pasted.url !== null && URL.canParse(pasted.url)
      ? new URL(pasted.url).pathname
      : '';
  if (reading.kind === 'path' || reading.kind === 'web-page') {
    if (/\/v1\/v1\//.test(path)) return 'url.v1_doubled';
    if (/\/chat\/completions\/.*messages/.test(path)) return 'url.full_endpoint';
    if (/(^|[^1])\/messages$/.test(path) && !/\/v1\/messages$/.test(path)) return 'url.v1_dropped';
  }
  return reading.check ?? (reading.kind === 'path' ? 'url.answers' : null);
}

/** A status that was told by the type of an error stands nowhere in the text. */
const withoutGuess = (means: string, pasted: PastedError, text: string): string =>
  pasted.kind !== 'answer' || text.includes(String(pasted.answer.status))
    ? means
    : means.replace(` (${pasted.answer.status})`, '');

const lowered = (sentence: string): string =>
  `${sentence.charAt(0).toLowerCase()}${sentence.slice(1).replace(/\.$/, '')}`;

const baseOf = (url: string): string => {
  if (!URL.canParse(url)) return url;
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname.replace(/(\/v1)*\/(messages|chat\/completions).*$/, '').replace(/\/$/, '')}`;
};

/** What the text alone accuses. */
type Accusation = Pick<CheckResult, 'id' | 'group' | 'title' | 'summary' | 'confidence'> & {
  readonly cure: string;
  readonly owner: Owner;
  /** Time cures it, or nothing has to be cured. */
  readonly isHarmless: boolean;
};

function reportOf(
  accused: Accusation | undefined,
  url: string | null,
  otherwise: Verdict = 'undetermined',
): Report {
  const cause: RootCause | null =
    accused === undefined
      ? null
      : {
          id: accused.id,
          confidence: accused.confidence,
          owner: accused.owner,
          summary: scrub(accused.summary),
          evidence: [],
          remedy: { text: accused.cure, commands: [nextCommand(url)], examples: [], snippets: [] },
        };
  return {
    schemaVersion: 1,
    target: {
      profile: null,
      baseUrl: scrub(url === null ? '' : baseOf(url)),
      messagesUrl: scrub(url ?? ''),
      auth: '',
      model: null,
    },
    verdict: accused === undefined ? otherwise : accused.isHarmless ? 'undetermined' : 'broken',
    rootCause: cause,
    checks:
      accused === undefined || cause === null
        ? []
        : [
            {
              ...cause,
              group: accused.group,
              title: accused.title,
              status: accused.isHarmless ? 'warn' : 'fail',
            },
          ],
    stream: null,
    correctedBaseUrl: null,
    timings: {},
    hops: [],
    spend: { requests: 0, inputTokens: 0, outputTokens: 0 },
    conformance: null,
  };
}
