// The request of a client: what of it is refused, and by whom that should be changed; and the answer to one that is not.

import { parseObject } from '../../messages/parse-json.ts';
import type { Finding } from '../engine/check.ts';
import {
  type Check,
  checksOf,
  fail,
  info,
  notAsked,
  nothing,
  pass,
  remedy,
  unknown,
  warn,
} from '../engine/check.ts';
import type { Answered, Observe, RequestSeen } from '../engine/observations.ts';
import { again, sendBody } from '../engine/remedy-commands.ts';
import type { Remedy } from '../engine/report.ts';
import { wireLines } from '../engine/wire-lines.ts';
import { areaAdvice } from '../request/area-advice.ts';
import type { ClientRequest } from '../request/client-request.ts';
import type { Area, CauseWords, MissingWords, RequestFindings } from '../request/examination.ts';
import { refusalWords } from '../request/refusal.ts';
import { streamFacts } from '../streams/stream-facts.ts';

const flag = '--request, --client';

/** The commands that send what is left of the request for each cause. */
const commandsOf = (observe: Observe, causes: readonly CauseWords[]): string[] =>
  causes.map(({ reduced, reducedPath }) => sendRequest(observe, reduced, reducedPath));

const sendRequest = (observe: Observe, request: ClientRequest, path: string): string =>
  sendBody(observe, path, {
    query: request.query,
    headers: request.headers,
    betas: request.betas,
    isStream: request.body['stream'] === true,
  });

/** `A together with B is refused (longer than 64 characters): 400 "tools.0.name: ..."`. */
function sentenceOf({ places, what, isMinimal, ...refusal }: CauseWords): string {
  const [last = '', ...others] = [...places].reverse();
  const named = others.length === 0 ? last : `${last} together with ${others.reverse().join(' and ')}`;
  const subject = isMinimal
    ? `${named} is refused`
    : `What is refused is among ${places.slice(0, 8).join(', ')}`;
  return `${subject}${what === null ? '' : ` (${what})`}: ${refusalWords(refusal)}.`;
}

function judgedArea(observe: Observe, area: Area): Finding {
  const seen = observe('request');
  if (seen === undefined) return notAsked(flag);
  const { findings } = seen;
  if (findings === null) return seen.unclear === null ? pass('') : nothing('it could not be told');
  const causes = findings.causes.filter((cause) => cause.area === area);
  if (causes.length === 0)
    return findings.isRestAccepted ? pass('') : nothing('what was refused has to be found first');
  const { owner, cure } = areaAdvice[area];
  // Whatever a request holds, it is no reason to fail over it.
  const hasFailed = seen.exchange.outcome === 'answered' && seen.exchange.status >= 500;
  return fail(causes.map(sentenceOf).join(' '), {
    owner: seen.exchange.reading.isRelayed ? 'provider' : hasFailed ? 'gateway' : owner,
    confidence: causes.every(({ isMinimal }) => isMinimal) ? 'certain' : 'likely',
    evidence: [restOf(findings), ...wireLines(seen.exchange)],
    remedy: remedy(cure, commandsOf(observe, causes)),
  });
}

function restOf({ causes, missing, isRestAccepted, tries, stop, waitedMs }: RequestFindings): string {
  const without =
    missing !== null ? 'with it' : causes.length === 1 ? 'without it' : `without these ${causes.length}`;
  const rest =
    isRestAccepted === null
      ? 'whether the rest is accepted was not seen'
      : `${without} the rest of the request is ${isRestAccepted ? 'accepted' : 'still refused'}`;
  const waited = waitedMs === 0 ? '' : `; ${Math.ceil(waitedMs / 1000)} s waited for a limit of the server`;
  return `${rest} (${tries} requests${waited}${stop === null ? '' : `; ${stop}`})`;
}

const areaChecks: readonly Omit<Check, 'group' | 'needs' | 'blocks'>[] = Object.entries(areaAdvice).map(
  ([area, { title, why, cure }]) => ({
    id: `request.${area}`,
    title,
    why,
    proof:
      'The request is made again with fewer and fewer parts; those that are left are refused in the same words.',
    cure,
    judge: (observe) => judgedArea(observe, area as Area),
  }),
);

/** What is told of the request besides its answer. */
const toldOf = ({ kind, changes }: RequestSeen): string =>
  `${kind}${changes.length === 0 ? ', as it is' : `; sent with ${changes.join(', ')}`}.`;

/** Names a part that is missing, and whose request has it. */
function missingSentence({ places, client, isMinimal, ...refusal }: MissingWords): string {
  const named = places.length === 0 ? 'something that cannot be told' : places.slice(0, 8).join(' and ');
  const subject = isMinimal ? named : `something among ${named}`;
  return `Without ${subject}, as ${client} sends it, everything is refused: ${refusalWords(refusal)}.`;
}

const elsewhere = (observe: Observe): Remedy =>
  remedy('The target itself is to be examined first.', [again(observe)]);

export const requestChecks = checksOf({ group: 'request', needs: ['setup', 'request'], blocks: 'nothing' }, [
  ...areaChecks,
  {
    id: 'request.missing',
    title: 'Nothing is missing that the target wants',
    why: 'Some gateways let certain clients in only: they look for a user-agent, a header, a beta, or the first line of a system prompt.',
    proof:
      'Where even the smallest request is refused, and that of a known client is not, what they differ in is reduced to what is needed.',
    cure: 'Use a client that the target lets in, or ask its operator to let yours in.',
    judge(observe) {
      const seen = observe('request');
      if (seen === undefined) return notAsked(flag);
      const { findings } = seen;
      if (findings === null) return seen.unclear === null ? pass('') : nothing('it could not be told');
      const { missing, isAlways } = findings;
      if (missing === null) return isAlways ? nothing('no client that is known is let in') : pass('');
      const { complete, completePath, isMinimal } = missing;
      const rest = findings.causes.length === 0 ? restOf(findings) : 'with it, there is more that is refused';
      return fail(missingSentence(missing), {
        owner: seen.exchange.reading.isRelayed ? 'provider' : 'gateway',
        confidence: isMinimal ? 'certain' : 'likely',
        evidence: [rest, ...wireLines(seen.exchange)],
        remedy: remedy(
          'Only requests that have it are let in: use such a client, or ask the operator to let yours in. This sends yours with it.',
          [sendRequest(observe, complete, completePath)],
        ),
      });
    },
  },
  {
    id: 'request.answer',
    title: 'The answer to the request is whole',
    why: 'A request can be accepted and answered by another model, without its stream, or with nothing.',
    proof: 'model, stop reason and form of the answer against the request.',
    cure: 'Ask the operator of the gateway; the doctor without --request looks at the answer more closely.',
    judge(observe) {
      const seen = observe('request');
      if (seen === undefined) return notAsked(flag);
      const { exchange, model, isStream, findings, unclear } = seen;
      if (findings !== null || unclear !== null || exchange.outcome === 'failed')
        return nothing('the request was not accepted');
      const facts = answerFacts(exchange);
      const doubts = [
        ...(isStream && !facts.isStream ? ['a stream was asked for, and the answer came in one piece'] : []),
        ...(!isStream && facts.isStream ? ['no stream was asked for, and one came'] : []),
        ...(facts.isWhole
          ? []
          : ['the answer has no proper end: the official SDKs report an error where a body breaks off']),
        ...(facts.stopReason === null ? ['no stop reason is in it'] : []),
      ];
      const served =
        facts.model === null || facts.model === model
          ? (model ?? 'an unnamed model')
          : `asked for ${model}, ${facts.model} answered`;
      const summary = `${served}; stop reason ${facts.stopReason ?? 'none'}.`;
      if (doubts.length > 0)
        return warn(`${summary} But ${doubts.join('; ')}.`, {
          owner: 'gateway',
          evidence: wireLines(exchange),
          remedy: remedy('The doctor without --request looks at answers and streams more closely.', [
            again(observe),
          ]),
        });
      return facts.model !== null && facts.model !== model ? info(summary) : pass(summary);
    },
  },
  {
    id: 'request.accepted',
    title: 'The request is accepted',
    why: 'What works with a small request can fail with the real one of a client: its headers, betas, tools or size.',
    proof: 'The request of the file or of the built-in client, sent with the credentials of the target.',
    cure: 'See which part is refused.',
    isGate: true,
    judge(observe) {
      const seen = observe('request');
      if (seen === undefined) return notAsked(flag);
      const { exchange, findings, unclear } = seen;
      if (unclear !== null)
        return unknown(`Whether the request is accepted cannot be told: ${unclear}`, {
          owner: exchange.reading.owner,
          evidence: wireLines(exchange),
          remedy: elsewhere(observe),
        });
      if (findings === null) return pass(toldOf(seen));
      if (findings.isAlways)
        return unknown(
          `It is no part of this request, and nothing that known clients send besides: the smallest one there is, "hi" to the same model, is refused in the same words: ${exchange.reading.means}`,
          {
            owner: exchange.reading.owner,
            confidence: 'certain',
            evidence: wireLines(exchange),
            remedy: elsewhere(observe),
          },
        );
      return fail(
        `The request is refused, and no part of it was found that explains it${findings.stop === null ? '' : ` (${findings.stop})`}: ${exchange.reading.means}`,
        {
          owner: exchange.reading.owner,
          confidence: 'possible',
          evidence: wireLines(exchange),
          remedy: remedy('With more requests there is more to find.', [`${again(observe)}`]),
        },
      );
    },
  },
]);

type AnswerFacts = {
  readonly isStream: boolean;
  readonly isWhole: boolean;
  readonly model: string | null;
  readonly stopReason: string | null;
};

function answerFacts(exchange: Answered): AnswerFacts {
  const isWhole = exchange.breakage === null;
  if (exchange.reading.shape === 'event-stream') {
    const { model, stopReason, times } = streamFacts(
      [{ at: 0, bytes: Buffer.from(exchange.body) }],
      exchange.headers,
      { isClean: isWhole, endMs: exchange.times.end },
    );
    return { isStream: true, isWhole: isWhole && times.stop !== null, model, stopReason };
  }
  const message = parseObject(exchange.body) ?? {};
  const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
  return {
    isStream: false,
    isWhole,
    model: text(message['model']),
    stopReason: text(message['stop_reason']),
  };
}
