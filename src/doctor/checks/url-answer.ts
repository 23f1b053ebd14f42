// What answers at the URL: a web site, another dialect, or a Messages endpoint.

import { bestCandidate, sameHost, towards } from '../engine/better-base.ts';
import { checksOf, type Finding, fail, pass, remedy, unknown, warn } from '../engine/check.ts';
import {
  isApiProven,
  isFailure,
  isUnclear,
  misplaced,
  openQuestion,
  provesNothing,
} from '../engine/empty-request.ts';
import { isThrough } from '../engine/exchange-facts.ts';
import type { Observe } from '../engine/observations.ts';
import { again, askWithModel, change } from '../engine/remedy-commands.ts';
import { hasPortOfOwn } from '../engine/url-facts.ts';
import { wireLine, wireLines } from '../engine/wire-lines.ts';

const uses = ['keyed', 'candidates'] as const;

export const urlAnswerChecks = checksOf({ group: 'url', needs: ['setup', 'keyless'] }, [
  {
    id: 'url.marketing',
    title: 'An API answers, not a web site',
    why: 'www hosts and single-page apps answer any POST with HTML, often with status 200.',
    proof: 'An HTML page with its title.',
    cure: 'The API host of the provider.',
    uses,
    judge(observe) {
      const wrong = misplaced(observe);
      const url = observe('setup')?.url;
      const isPage =
        wrong?.outcome === 'answered' &&
        wrong.reading.shape === 'html' &&
        (wrong.reading.kind === 'web-page' || wrong.reading.server === null);
      // On this machine, in this network or at a port of its own, a page is a web interface: url.port.
      if (!isPage || url === undefined || hasPortOfOwn(url)) return pass('');
      const best = bestCandidate(observe);
      // A page at the root of a host that serves the API elsewhere is url.subpath_missing.
      if (best !== undefined && sameHost(observe, best)) return pass('');
      const list = (observe('candidates') ?? [])
        .filter(({ score }) => score >= 60)
        .map(({ baseUrl }) => baseUrl);
      return fail(
        `${url.messagesUrl} is a web site (HTML '${wrong.reading.errorMessage ?? ''}'), not an API. Candidates that answered as API: ${list.join(', ') || 'none'}.`,
        towards(observe, best),
      );
    },
  },
  {
    id: 'url.dialect',
    title: 'The host speaks Messages',
    why: 'Many hosts speak only the OpenAI dialect: /v1/chat/completions exists, /v1/messages does not.',
    proof: 'A keyless POST to /v1/chat/completions is answered by an API, one to /v1/messages is not.',
    cure: 'Another provider, or a translating gateway in front.',
    uses,
    judge(observe) {
      const wrong = misplaced(observe);
      const url = observe('setup')?.url;
      if (wrong === undefined || bestCandidate(observe) !== undefined || url === undefined) return pass('');
      const chat = (observe('candidates') ?? []).find(({ kind }) => kind === 'chat-completions');
      const speaks = chat?.exchange.outcome === 'answered' && chat.score >= 70;
      if (!speaks && wrong.reading.check !== 'url.dialect') return pass('');
      return fail(
        `${url.host} answers /v1/chat/completions but has no /v1/messages. It is OpenAI-only; pick another provider or put a translating gateway in front.`,
        {
          owner: 'you',
          confidence: speaks ? 'likely' : 'certain',
          evidence: wireLines(wrong, chat?.exchange),
          remedy: remedy(
            'Look for an Anthropic route in the documentation of the provider, or use a gateway that translates.',
            change(observe, 'base-url', 'https://HOST/anthropic'),
          ),
        },
      );
    },
  },
  {
    id: 'url.query_beta',
    title: '?beta=true does not change the route',
    why: 'Claude Code posts to /v1/messages?beta=true; gateways that match path and query exactly answer 404.',
    proof: 'The keyless request with and without ?beta=true (--conformance).',
    cure: 'Match on the path only.',
    needs: ['keyless', 'queryBeta'],
    judge(observe) {
      const [plain, beta] = [observe('keyless'), observe('queryBeta')];
      if (beta?.outcome !== 'answered' || plain?.outcome !== 'answered')
        return unknown('One of the two answers is missing.');
      if (beta.reading.kind !== 'path' || plain.reading.kind === 'path') return pass('');
      return warn(
        `/v1/messages?beta=true answers ${beta.status}, the same without the query ${plain.status}: Claude Code will not work.`,
        {
          owner: 'gateway',
          evidence: [wireLine(plain), wireLine(beta)],
          remedy: remedy(
            'Match the route on its path, not on path and query.',
            [],
            [
              {
                server: 'Envoy',
                text: 'match: { path: "/v1/messages" }  # path matches without the query; an exact match on :path does not',
              },
              {
                server: 'nginx',
                text: 'location = /v1/messages { ... }  # the query is not part of a location',
              },
            ],
          ),
        },
      );
    },
  },
  {
    id: 'url.answers',
    title: 'A Messages endpoint answers at the URL',
    why: 'Everything else needs one.',
    proof: 'A POST of {} without a key is refused the way an API refuses it.',
    cure: 'See the check of this group that failed.',
    uses: ['keyed', 'sibling', 'candidates'],
    isGate: true,
    judge: judgeAnswer,
  },
]);

function judgeAnswer(observe: Observe): Finding {
  const [keyless, keyed, sibling] = [observe('keyless'), observe('keyed'), observe('sibling')];
  const wrong = misplaced(observe);
  if (wrong !== undefined)
    return fail(wrong.reading.means, {
      ...towards(observe, bestCandidate(observe)),
      owner: wrong.reading.owner,
    });
  const open = openQuestion(observe);
  if (open !== undefined)
    return unknown(provesNothing(open.reading.means), {
      owner: open.reading.owner,
      evidence: wireLines(open),
      remedy: askWithModel(observe),
    });
  if (keyless !== undefined && (isUnclear(keyless) || isFailure(keyless)) && isApiProven(observe))
    return pass('An empty request is not answered as an API does, one with a model is');
  if (keyless?.outcome !== 'answered') return unknown('No answer to judge.');
  const { kind, means, owner } = keyless.reading;
  if (isThrough(keyed))
    return pass(
      `${keyed?.outcome === 'answered' ? keyed.status : 400} to an empty request, as an API answers`,
    );
  const evidence = [wireLine(keyless)];
  if (kind === 'blocked') {
    // A block that no check of the edge names is the finding itself.
    const problem = {
      owner,
      evidence,
      confidence: keyless.reading.confidence,
      remedy: remedy(
        keyless.reading.cure ?? 'Find out who refuses the request: the headers above name the hop.',
        [again(observe)],
      ),
    };
    return keyless.reading.check === null
      ? fail(means, problem)
      : unknown('The request is stopped before the API.', problem);
  }
  if (kind === 'server-error' || kind === 'overloaded' || kind === 'rate' || kind === 'quota') {
    return unknown(means, { owner, evidence, remedy: remedy('Try again later.', [again(observe)]) });
  }
  if (isThrough(keyless)) return pass(`${keyless.status} to an empty request, as an API answers.`);
  const isCatchAll =
    sibling?.outcome === 'answered' && sibling.status === keyless.status && sibling.body === keyless.body;
  if (isCatchAll)
    return pass(`${keyless.status} without a key; but every path answers so, the path is not proven.`, [
      wireLine(sibling),
    ]);
  if (keyless.reading.shape === 'html')
    return unknown('A page refuses the request; whether an API is behind it cannot be told.', { evidence });
  return pass(`${keyless.status} without a key, as an API answers.`);
}
