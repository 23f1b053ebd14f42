// The path of the base URL: /v1 twice or missing, an endpoint instead of a base, slashes, case, sub-path.

import { bestCandidate, isExactOnly, pathOf, sameHost, towards } from '../engine/better-base.ts';
import { checksOf, fail, info, nothing, pass, remedy, warn } from '../engine/check.ts';
import { misplaced } from '../engine/empty-request.ts';
import { isMessageFine, isRouteMissing } from '../engine/exchange-facts.ts';
import { change, setCommand } from '../engine/remedy-commands.ts';
import { bothForms } from '../engine/url-facts.ts';
import { wireLines } from '../engine/wire-lines.ts';

const uses = ['keyed', 'candidates'] as const;

export const urlPathChecks = checksOf({ group: 'url', needs: ['setup', 'keyless'] }, [
  {
    id: 'url.query_fragment',
    title: 'The base URL has no fragment and no query',
    why: 'https://host/#/chat puts the path into the fragment, which is never sent; ?x=1 swallows what is appended.',
    proof: 'The text of the base URL.',
    cure: 'Drop everything from # or ? on.',
    uses,
    judge(observe) {
      const url = observe('setup')?.url;
      if (!url?.hasFragment && !url?.hasQuery) return pass('');
      const what = url.hasFragment ? 'fragment (#...)' : 'query (?...)';
      const fixed = url.input.replace(/[?#].*$/, '');
      const problem = {
        owner: 'you',
        evidence: wireLines(misplaced(observe)),
        remedy: remedy('Drop it.', change(observe, 'base-url', fixed)),
      } as const;
      const text = `The base URL has a ${what}; ${url.hasFragment ? 'it is never sent' : 'the path is appended before it'}.`;
      return misplaced(observe) === undefined
        ? url.hasFragment
          ? warn(text, problem)
          : info(text)
        : fail(text, { ...problem, confidence: 'likely' });
    },
  },
  {
    id: 'url.v1_doubled',
    title: '/v1 stands in the path once',
    why: 'The base ends in /v1 and the client appends /v1/messages: 404, 405 or an error in a 200 at /v1/v1/messages.',
    proof: 'The path of the configured URL, and the keyless answer of the path with one /v1.',
    cure: 'Without /v1 for the Anthropic SDK and Claude Code; the Vercel AI SDK wants it with /v1.',
    uses,
    judge(observe) {
      const url = observe('setup')?.url;
      const wrong = misplaced(observe);
      const best = bestCandidate(observe);
      if (wrong !== undefined && url?.isDoubledV1) {
        const status = wrong.outcome === 'answered' ? wrong.status : 'no answer';
        return fail(
          `The path has /v1 twice, so ${status} at ${pathOf(wrong.asked.url)}. ${best === undefined ? 'No other base answered.' : `Keyless test of ${best.messagesUrl} answers as a Messages endpoint. Set base to ${best.baseUrl}.`}`,
          towards(observe, best),
        );
      }
      if (url?.endsInV1 && !url.isExact) {
        const forms = bothForms(url.input);
        return info(
          `The base ends in /v1. msg copes; the Anthropic SDK and Claude Code would call /v1/v1/messages. For them: ${forms.sdk}`,
        );
      }
      return pass('');
    },
  },
  {
    id: 'url.v1_dropped',
    title: '/v1 is not missing from the path',
    why: 'Clients of the other convention append /messages only: 404 at /messages.',
    proof: 'A configured URL that ends in /messages without /v1, and the keyless answer with it.',
    cure: 'The path with /v1/messages.',
    uses,
    judge(observe) {
      const url = observe('setup')?.url;
      if (!url?.isExact || /\/v1(\/|$)/.test(url.path)) return pass('');
      if (misplaced(observe) === undefined)
        return info(`The exact URL ${url.messagesUrl} has no /v1, and works.`);
      const best = bestCandidate(observe);
      return fail(
        `The exact URL ends in ${url.path}, without /v1. ${best === undefined ? 'No other base answered.' : `${best.messagesUrl} answers as a Messages endpoint.`}`,
        towards(observe, best),
      );
    },
  },
  {
    id: 'url.full_endpoint',
    title: 'The base URL is a base, not an endpoint',
    why: 'A base copied from a curl example already ends in /v1/messages or /chat/completions; clients append to it.',
    proof: 'The end of the base URL.',
    cure: 'Drop the endpoint from it.',
    uses,
    judge(observe) {
      const url = observe('setup')?.url;
      if (url?.fullEndpoint == null || url.isExact) return pass('');
      if (url.fullEndpoint === 'messages')
        return info(`The base ends in /messages. msg copes; for other clients: ${bothForms(url.input).sdk}`);
      const problem = towards(observe, bestCandidate(observe));
      const text = 'The base ends in /chat/completions, the OpenAI endpoint.';
      return misplaced(observe) === undefined ? warn(text, problem) : fail(text, problem);
    },
  },
  {
    id: 'url.route',
    group: 'model',
    title: 'Requests with a model are routed, too',
    why: 'Some gateways judge key and body before the path: {} looks right anywhere, and only a real request meets "no such route".',
    proof:
      'The answer to the request with a model, in the words of a router for paths; the end of the base URL.',
    cure: 'The base URL of the documentation.',
    needs: ['setup', 'keyed', 'message'],
    judge(observe) {
      const [url, message] = [observe('setup')?.url, observe('message')];
      const isEndpoint = url?.fullEndpoint === 'chat/completions' && !url.isExact;
      if (isMessageFine(observe) || message?.outcome !== 'answered' || url === undefined) return pass('');
      if (!isRouteMissing(message) && !(isEndpoint && message.status >= 400 && message.status !== 429))
        return pass('');
      const base = isEndpoint
        ? url.input.replace(/(\/v1)?\/chat\/completions\/*$/i, '')
        : new URL(url.messagesUrl).origin;
      const what = isEndpoint
        ? 'The base ends in /chat/completions, the OpenAI endpoint, and'
        : `${url.path} is no route of ${url.host}:`;
      return fail(
        `${what} a request with a model gets ${message.status}; key and body were judged before the path.`,
        {
          owner: 'you',
          confidence: isRouteMissing(message) ? 'certain' : 'likely',
          evidence: wireLines(observe('keyed'), message),
          remedy: remedy(
            `Try ${base}, or look up the Anthropic base URL in the documentation.`,
            change(observe, 'base-url', base),
          ),
        },
      );
    },
  },
  {
    id: 'url.trailing_slash',
    title: 'The path has no double slash',
    why: 'https://host// gives //v1/messages: the SDK trims one slash only, and strict routers answer 404.',
    proof: 'The path of the base URL.',
    cure: 'No slash at the end.',
    uses,
    judge(observe) {
      const url = observe('setup')?.url;
      if (!url?.hasDoubleSlash) return pass('');
      const problem = towards(observe, bestCandidate(observe));
      if (url.isExact && misplaced(observe) !== undefined)
        return fail(`The exact URL has a double slash (${url.path}).`, problem);
      return warn('The base URL has a double slash; msg joins it right, the SDK trims only one.', {
        owner: 'you',
        remedy: remedy('Remove it.', [setCommand(observe, 'base-url', bothForms(url.input).sdk)]),
      });
    },
  },
  {
    id: 'url.case',
    title: 'The path is spelled in the right case',
    why: 'Paths are case-sensitive: /Anthropic is not /anthropic.',
    proof: 'Capitals in the path, and the keyless answer in lower case.',
    cure: 'Lower case.',
    uses,
    judge(observe) {
      const url = observe('setup')?.url;
      if (!url?.hasUppercasePath || misplaced(observe) === undefined) return pass('');
      const best = bestCandidate(observe);
      const isCase = best !== undefined && pathOf(best.messagesUrl).toLowerCase() === url.path.toLowerCase();
      if (!isCase) return nothing('in lower case it does not answer better');
      return fail(
        `${url.path} does not exist, ${pathOf(best.messagesUrl)} does: paths are case-sensitive.`,
        towards(observe, best),
      );
    },
  },
  {
    id: 'url.subpath_missing',
    title: 'The base URL includes the path of the Anthropic route',
    why: 'Many hosts serve Messages under /anthropic, /api/anthropic, /api or /apps/anthropic, and something else at the root.',
    proof: 'Keyless requests to the usual paths.',
    cure: 'The base with that path.',
    uses,
    judge(observe) {
      const wrong = misplaced(observe);
      const best = bestCandidate(observe);
      const url = observe('setup')?.url;
      if (wrong === undefined || url === undefined) return pass('');
      if (best === undefined || !sameHost(observe, best))
        return nothing('no path of this host answered as a Messages endpoint');
      if (
        url.isDoubledV1 ||
        (url.isExact && !/\/v1\/messages$/.test(url.path)) ||
        url.fullEndpoint === 'chat/completions'
      )
        return pass('');
      if (pathOf(best.messagesUrl).toLowerCase() === url.path.toLowerCase()) return pass('');
      const fix = isExactOnly(best)
        ? 'No base URL leads there: /v1 is always added.'
        : `Set base to ${bothForms(best.baseUrl).sdk}.`;
      return fail(
        `${url.host} serves Messages at ${pathOf(best.messagesUrl)}, not at ${url.path}. ${fix}`,
        towards(observe, best),
      );
    },
  },
  {
    id: 'url.works_by_tolerance',
    title: 'The URL works by design, not by tolerance',
    why: 'Some routers collapse a doubled or missing /v1; another client, or the next version, will not.',
    proof: 'A doubled /v1 that answers as a Messages endpoint.',
    cure: 'The canonical form.',
    uses: ['keyed'],
    judge(observe) {
      const url = observe('setup')?.url;
      if (!url?.isDoubledV1 || misplaced(observe) !== undefined || !url.isExact) return pass('');
      const forms = bothForms(url.input);
      return info(`${url.path} works only because this router collapses /v1. Prefer ${forms.sdk} as base.`);
    },
  },
]);
