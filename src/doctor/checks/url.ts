// Group B: is there a Messages endpoint at this URL, and if not, where is it?

import { bareUrl } from '../../messages/endpoint.ts';
import {
  type Check,
  type Detail,
  type Finding,
  fail,
  info,
  nothing,
  pass,
  remedy,
  unknown,
  warn,
} from '../check.ts';
import { headerLines, wireLine } from '../evidence.ts';
import type { Candidate, Exchange, Look } from '../observations.ts';
import { isNotMessages } from '../probes/conditions.ts';
import { again, change, owned, setCommand } from '../remedies.ts';
import { bothForms } from '../url-facts.ts';

/** The answer that shows there is no Messages endpoint at the URL, or undefined. */
const misplaced = (look: Look): Exchange | undefined =>
  [look('keyless'), look('keyed')].find((exchange) => isNotMessages(exchange));

/** The candidate that answered as a Messages endpoint, if one did well enough. */
export function bestCandidate(look: Look): Candidate | undefined {
  const found = (look('candidates') ?? []).filter(({ kind, score }) => kind === 'messages' && score >= 70);
  return found.sort((a, b) => b.score - a.score)[0];
}

/** The URL in a line that was copied whole, or one whose colon or slash was lost; without credentials. */
const urlInside = (text: string): string | undefined => {
  const found = /https?:\/\/[^\s<>"'`()[\]]+/i.exec(text)?.[0];
  const [, scheme, rest] = /^(https?):?\/{1,2}([^/:].*)$/i.exec(text.trim()) ?? [];
  const url = found ?? (rest === undefined ? undefined : `${scheme}://${rest}`);
  return url === undefined || url.includes('@') ? undefined : url;
};

/** The base a redirect to https leads to: its port may be another than the one that redirects. */
function secureBase(redirect: Exchange | undefined): string | undefined {
  const location = redirect?.outcome === 'answered' ? redirect.headers['location'] : undefined;
  const isRoute = location !== undefined && /^https:\/\/[^?#]*\/v1\/messages$/i.test(location);
  return isRoute ? bothForms(location).sdk : undefined;
}

const sameHost = (look: Look, candidate: Candidate): boolean =>
  new URL(candidate.messagesUrl).host === look('setup')?.url.host;

const pathOf = (url: string): string => new URL(url).pathname;

/** Evidence and remedy of every finding that ends in another base URL. */
function towards(
  look: Look,
  candidate: Candidate | undefined,
): Detail & { owner: 'you'; remedy: ReturnType<typeof remedy> } {
  const wrong = misplaced(look);
  const evidence = [wrong, candidate?.exchange].filter((one) => one !== undefined).map(wireLine);
  if (candidate === undefined) {
    return {
      owner: 'you',
      confidence: 'likely',
      evidence,
      remedy: remedy(
        'Look up the Anthropic base URL in the documentation of the provider.',
        change(look, 'base-url', 'https://HOST/PATH'),
      ),
    };
  }
  const { sdk, vercel } = bothForms(candidate.baseUrl);
  return {
    owner: 'you',
    confidence: candidate.score >= 95 ? 'certain' : 'likely',
    evidence,
    remedy: remedy(
      `Set base to ${sdk} (Anthropic SDK, Claude Code, msg); the Vercel AI SDK wants ${vercel}.`,
      change(look, 'base-url', sdk),
    ),
  };
}

const uses = ['keyed', 'candidates'] as const;
export const urlChecks: readonly Check[] = [
  {
    id: 'url.syntax',
    group: 'config',
    title: 'The base URL is a URL',
    why: 'A missing scheme, quotes or a space end in ERR_INVALID_URL, or in a request to the wrong host.',
    proof: 'The text of the base URL.',
    cure: 'https://host or https://host/path',
    needs: ['setup'],
    judge(look) {
      const url = look('setup')?.url;
      const fix = remedy(
        'Write it as https://host or https://host/path.',
        change(look, 'base-url', urlInside(url?.input ?? '') ?? 'https://HOST'),
      );
      if (url === undefined || url.problem !== null)
        return fail(url?.problem ?? 'There is no base URL.', { owner: 'you', remedy: fix });
      if (url.hasOuterSpaceOrQuotes)
        return warn(
          `The base URL has spaces or quotes around it; msg leaves them out, other clients do not.`,
          {
            owner: 'you',
            remedy: remedy('Save it without them.', [setCommand(look, 'base-url', bareUrl(url.input))]),
          },
        );
      if (!url.hasScheme)
        return warn(
          `The base URL has no scheme; msg takes ${new URL(url.messagesUrl).protocol}//, other clients fail.`,
          {
            owner: 'you',
            remedy: remedy('Write the scheme.', [setCommand(look, 'base-url', bothForms(url.input).sdk)]),
          },
        );
      return pass('');
    },
  },
  {
    id: 'url.scheme',
    group: 'url',
    title: 'The key does not travel in clear',
    why: 'http:// to a public host shows the key to everybody on the way; many hosts redirect to https, and a redirect turns POST into GET.',
    proof: 'The scheme of the URL, and a redirect to the same URL with https.',
    cure: 'https:// in the base URL. http is fine on this machine and in private networks.',
    needs: ['setup', 'keyless'],
    judge(look) {
      const url = look('setup')?.url;
      const redirect = owned('url.scheme', look('keyless'));
      const fixed = secureBase(redirect) ?? (url?.input ?? '').replace(/^http:/i, 'https:');
      const fix = remedy('Use https.', change(look, 'base-url', fixed));
      if (redirect !== undefined)
        return fail(`${url?.messagesUrl} redirects to https; a POST would become a GET.`, {
          owner: 'you',
          evidence: [wireLine(redirect), ...headerLines(redirect, 'location')],
          remedy: fix,
        });
      if (url?.isHttps === false && !url.isPrivate)
        return warn('Plain http to a public host: the key can be read on the way.', {
          owner: 'you',
          remedy: fix,
        });
      return pass('');
    },
  },
  {
    id: 'url.redirect',
    group: 'url',
    title: 'The URL does not redirect',
    why: '301 and 302 turn POST into GET; across hosts Bearer is dropped and x-api-key is sent along: the key would leak.',
    proof: 'Status 3xx of the keyless request; redirects are never followed.',
    cure: 'The final origin in the profile, if you trust it.',
    needs: ['setup', 'keyless'],
    judge(look) {
      const answer = owned('url.redirect', look('keyless'));
      if (answer?.outcome !== 'answered') return pass('');
      const url = look('setup')?.url;
      const location = answer.headers['location'] ?? '';
      const target = URL.canParse(location, answer.asked.url) ? new URL(location, answer.asked.url) : null;
      const isOtherHost = target !== null && target.host !== url?.host;
      const consequence = isOtherHost
        ? `x-api-key would be sent to ${target.host}`
        : answer.status === 307 || answer.status === 308
          ? 'clients differ in following it'
          : 'a POST would become a GET';
      // A sign-in page is no base URL: only a redirect to the same route names one.
      const isRoute = target !== null && /\/v1\/messages$/.test(target.pathname);
      const base = isRoute ? bothForms(target.href).sdk : null;
      return fail(
        `${answer.asked.url} redirects (${answer.status}) to ${target?.href ?? location}; ${consequence}.${base === null ? ' That is no route of an API.' : ` Set base to ${base} yourself if you trust it.`}`,
        {
          owner: 'you',
          evidence: [wireLine(answer), ...headerLines(answer, 'location')],
          remedy: remedy(
            base === null
              ? 'Look up the base URL of the API; this one leads to a page.'
              : isOtherHost
                ? 'Set the other host as base only if you trust it with the key.'
                : 'Set the target as base.',
            base === null ? [] : change(look, 'base-url', base),
          ),
        },
      );
    },
  },
  {
    id: 'url.port',
    group: 'url',
    title: 'The port is that of the API',
    why: 'The port of a web interface, of a forward proxy or of another protocol answers with pages or noise.',
    proof: 'What answers on the port.',
    cure: 'The API port of the gateway.',
    needs: ['setup', 'keyless'],
    uses,
    judge(look) {
      const [setup, keyless] = [look('setup'), look('keyless')];
      const answer = owned('url.port', keyless);
      const isUi =
        setup?.url.isPrivate === true &&
        keyless?.reading.kind === 'web-page' &&
        bestCandidate(look) === undefined;
      if (answer === undefined && !isUi) return pass('');
      const shown = answer ?? keyless;
      const what = isUi
        ? 'a web interface'
        : shown?.outcome === 'failed'
          ? 'no HTTP server'
          : `a forward proxy${shown?.reading.server ? ` (${shown.reading.server})` : ''}`;
      return fail(`${setup?.url.host} is ${what}, not the API. Use the API port of the gateway.`, {
        owner: 'you',
        confidence: isUi ? 'likely' : 'certain',
        evidence: shown === undefined ? [] : [wireLine(shown)],
        remedy: remedy(
          answer !== undefined && what.startsWith('a forward')
            ? 'Set it as proxy, not as base URL.'
            : 'Correct the port.',
          [
            what.startsWith('a forward')
              ? setCommand(look, 'proxy', `http://${setup?.url.host}`)
              : setCommand(
                  look,
                  'base-url',
                  `${setup?.url.isHttps ? 'https' : 'http'}://${setup?.url.hostname}:PORT`,
                ),
            again(look),
          ],
        ),
      });
    },
  },
  {
    id: 'url.query_fragment',
    group: 'url',
    title: 'The base URL has no fragment and no query',
    why: 'https://host/#/chat puts the path into the fragment, which is never sent; ?x=1 swallows what is appended.',
    proof: 'The text of the base URL.',
    cure: 'Drop everything from # or ? on.',
    needs: ['setup', 'keyless'],
    uses,
    judge(look) {
      const url = look('setup')?.url;
      if (!url?.hasFragment && !url?.hasQuery) return pass('');
      const what = url.hasFragment ? 'fragment (#...)' : 'query (?...)';
      const fixed = url.input.replace(/[?#].*$/, '');
      const problem = {
        owner: 'you',
        evidence: misplaced(look) === undefined ? [] : [wireLine(misplaced(look) as Exchange)],
        remedy: remedy('Drop it.', change(look, 'base-url', fixed)),
      } as const;
      const text = `The base URL has a ${what}; ${url.hasFragment ? 'it is never sent' : 'the path is appended before it'}.`;
      return misplaced(look) === undefined
        ? url.hasFragment
          ? warn(text, problem)
          : info(text)
        : fail(text, { ...problem, confidence: 'likely' });
    },
  },
  {
    id: 'url.v1_doubled',
    group: 'url',
    title: '/v1 stands in the path once',
    why: 'The base ends in /v1 and the client appends /v1/messages: 404, 405 or an error in a 200 at /v1/v1/messages.',
    proof: 'The path of the configured URL, and the keyless answer of the path with one /v1.',
    cure: 'Without /v1 for the Anthropic SDK and Claude Code; the Vercel AI SDK wants it with /v1.',
    needs: ['setup', 'keyless'],
    uses,
    judge(look) {
      const url = look('setup')?.url;
      const wrong = misplaced(look);
      const best = bestCandidate(look);
      if (wrong !== undefined && url?.isDoubledV1) {
        const status = wrong.outcome === 'answered' ? wrong.status : 'no answer';
        return fail(
          `The path has /v1 twice, so ${status} at ${pathOf(wrong.asked.url)}. ${best === undefined ? 'No other base answered.' : `Keyless test of ${best.messagesUrl} answers as a Messages endpoint. Set base to ${best.baseUrl}.`}`,
          towards(look, best),
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
    group: 'url',
    title: '/v1 is not missing from the path',
    why: 'Clients of the other convention append /messages only: 404 at /messages.',
    proof: 'A configured URL that ends in /messages without /v1, and the keyless answer with it.',
    cure: 'The path with /v1/messages.',
    needs: ['setup', 'keyless'],
    uses,
    judge(look) {
      const url = look('setup')?.url;
      if (!url?.isExact || /\/v1\/messages$/.test(url.path)) return pass('');
      if (misplaced(look) === undefined)
        return info(`The exact URL ${url.messagesUrl} has no /v1, and works.`);
      const best = bestCandidate(look);
      return fail(
        `The exact URL ends in ${url.path}, without /v1. ${best === undefined ? 'No other base answered.' : `${best.messagesUrl} answers as a Messages endpoint.`}`,
        towards(look, best),
      );
    },
  },
  {
    id: 'url.full_endpoint',
    group: 'url',
    title: 'The base URL is a base, not an endpoint',
    why: 'A base copied from a curl example already ends in /v1/messages or /chat/completions; clients append to it.',
    proof: 'The end of the base URL.',
    cure: 'Drop the endpoint from it.',
    needs: ['setup', 'keyless'],
    uses,
    judge(look) {
      const url = look('setup')?.url;
      if (url?.fullEndpoint == null || url.isExact) return pass('');
      if (url.fullEndpoint === 'messages')
        return info(`The base ends in /messages. msg copes; for other clients: ${bothForms(url.input).sdk}`);
      const problem = towards(look, bestCandidate(look));
      const text = 'The base ends in /chat/completions, the OpenAI endpoint.';
      return misplaced(look) === undefined ? warn(text, problem) : fail(text, problem);
    },
  },
  {
    id: 'url.trailing_slash',
    group: 'url',
    title: 'The path has no double slash',
    why: 'https://host// gives //v1/messages: the SDK trims one slash only, and strict routers answer 404.',
    proof: 'The path of the base URL.',
    cure: 'No slash at the end.',
    needs: ['setup', 'keyless'],
    uses,
    judge(look) {
      const url = look('setup')?.url;
      if (!url?.hasDoubleSlash) return pass('');
      const problem = towards(look, bestCandidate(look));
      if (url.isExact && misplaced(look) !== undefined)
        return fail(`The exact URL has a double slash (${url.path}).`, problem);
      return warn('The base URL has a double slash; msg joins it right, the SDK trims only one.', {
        owner: 'you',
        remedy: remedy('Remove it.', [setCommand(look, 'base-url', bothForms(url.input).sdk)]),
      });
    },
  },
  {
    id: 'url.case',
    group: 'url',
    title: 'The path is spelled in the right case',
    why: 'Paths are case-sensitive: /Anthropic is not /anthropic.',
    proof: 'Capitals in the path, and the keyless answer in lower case.',
    cure: 'Lower case.',
    needs: ['setup', 'keyless'],
    uses,
    judge(look) {
      const url = look('setup')?.url;
      if (!url?.hasUppercasePath || misplaced(look) === undefined) return pass('');
      const best = bestCandidate(look);
      const isCase = best !== undefined && pathOf(best.messagesUrl).toLowerCase() === url.path.toLowerCase();
      if (!isCase) return nothing('in lower case it does not answer better');
      return fail(
        `${url.path} does not exist, ${pathOf(best.messagesUrl)} does: paths are case-sensitive.`,
        towards(look, best),
      );
    },
  },
  {
    id: 'url.subpath_missing',
    group: 'url',
    title: 'The base URL includes the path of the Anthropic route',
    why: 'Many hosts serve Messages under /anthropic, /api/anthropic, /api or /apps/anthropic, and something else at the root.',
    proof: 'Keyless requests to the usual paths.',
    cure: 'The base with that path.',
    needs: ['setup', 'keyless'],
    uses,
    judge(look) {
      const wrong = misplaced(look);
      const best = bestCandidate(look);
      const url = look('setup')?.url;
      if (wrong === undefined || url === undefined) return pass('');
      if (best === undefined || !sameHost(look, best))
        return nothing('no path of this host answered as a Messages endpoint');
      if (
        url.isDoubledV1 ||
        (url.isExact && !/\/v1\/messages$/.test(url.path)) ||
        url.fullEndpoint === 'chat/completions'
      )
        return pass('');
      if (pathOf(best.messagesUrl).toLowerCase() === url.path.toLowerCase()) return pass('');
      const fixed = bothForms(best.baseUrl).sdk;
      return fail(
        `${url.host} serves Messages at ${pathOf(best.messagesUrl)}, not at ${url.path}. Set base to ${fixed}.`,
        towards(look, best),
      );
    },
  },
  {
    id: 'url.works_by_tolerance',
    group: 'url',
    title: 'The URL works by design, not by tolerance',
    why: 'Some routers collapse a doubled or missing /v1; another client, or the next version, will not.',
    proof: 'A doubled /v1 that answers as a Messages endpoint.',
    cure: 'The canonical form.',
    needs: ['setup', 'keyless'],
    uses: ['keyed'],
    judge(look) {
      const url = look('setup')?.url;
      if (!url?.isDoubledV1 || misplaced(look) !== undefined || !url.isExact) return pass('');
      const forms = bothForms(url.input);
      return info(`${url.path} works only because this router collapses /v1. Prefer ${forms.sdk} as base.`);
    },
  },
  {
    id: 'url.marketing',
    group: 'url',
    title: 'An API answers, not a web site',
    why: 'www hosts and single-page apps answer any POST with HTML, often with status 200.',
    proof: 'An HTML page with its title.',
    cure: 'The API host of the provider.',
    needs: ['setup', 'keyless'],
    uses,
    judge(look) {
      const wrong = misplaced(look);
      const url = look('setup')?.url;
      const isPage =
        wrong?.outcome === 'answered' &&
        wrong.reading.shape === 'html' &&
        (wrong.reading.kind === 'web-page' || wrong.reading.server === null);
      // On this machine or in this network, a page is a web interface: url.port.
      if (!isPage || url === undefined || url.isPrivate) return pass('');
      const best = bestCandidate(look);
      // A page at the root of a host that serves the API elsewhere is url.subpath_missing.
      if (best !== undefined && sameHost(look, best)) return pass('');
      const list = (look('candidates') ?? [])
        .filter(({ score }) => score >= 60)
        .map(({ baseUrl }) => baseUrl);
      return fail(
        `${url.messagesUrl} is a web site (HTML '${wrong.reading.errorMessage ?? ''}'), not an API. Candidates that answered as API: ${list.join(', ') || 'none'}.`,
        towards(look, best),
      );
    },
  },
  {
    id: 'url.dialect',
    group: 'url',
    title: 'The host speaks Messages',
    why: 'Many hosts speak only the OpenAI dialect: /v1/chat/completions exists, /v1/messages does not.',
    proof: 'A keyless POST to /v1/chat/completions is answered by an API, one to /v1/messages is not.',
    cure: 'Another provider, or a translating gateway in front.',
    needs: ['setup', 'keyless'],
    uses,
    judge(look) {
      const wrong = misplaced(look);
      const url = look('setup')?.url;
      if (wrong === undefined || bestCandidate(look) !== undefined || url === undefined) return pass('');
      const chat = (look('candidates') ?? []).find(({ kind }) => kind === 'chat-completions');
      const speaks = chat?.exchange.outcome === 'answered' && chat.score >= 70;
      if (!speaks && wrong.reading.check !== 'url.dialect') return pass('');
      return fail(
        `${url.host} answers /v1/chat/completions but has no /v1/messages. It is OpenAI-only; pick another provider or put a translating gateway in front.`,
        {
          owner: 'you',
          confidence: speaks ? 'likely' : 'certain',
          evidence: [wireLine(wrong), ...(chat === undefined ? [] : [wireLine(chat.exchange)])],
          remedy: remedy(
            'Look for an Anthropic route in the documentation of the provider, or use a gateway that translates.',
            change(look, 'base-url', 'https://HOST/anthropic'),
          ),
        },
      );
    },
  },
  {
    id: 'url.query_beta',
    group: 'url',
    title: '?beta=true does not change the route',
    why: 'Claude Code posts to /v1/messages?beta=true; gateways that match path and query exactly answer 404.',
    proof: 'The keyless request with and without ?beta=true (--conformance).',
    cure: 'Match on the path only.',
    needs: ['keyless', 'queryBeta'],
    judge(look) {
      const [plain, beta] = [look('keyless'), look('queryBeta')];
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
    group: 'url',
    title: 'A Messages endpoint answers at the URL',
    why: 'Everything else needs one.',
    proof: 'A POST of {} without a key is refused the way an API refuses it.',
    cure: 'See the check of this group that failed.',
    needs: ['setup', 'keyless'],
    uses: ['keyed', 'sibling', 'candidates'],
    isGate: true,
    judge: judgeAnswer,
  },
];

function judgeAnswer(look: Look): Finding {
  const [keyless, keyed, sibling] = [look('keyless'), look('keyed'), look('sibling')];
  const wrong = misplaced(look);
  if (wrong !== undefined)
    return fail(wrong.reading.means, { ...towards(look, bestCandidate(look)), owner: wrong.reading.owner });
  if (keyless?.outcome !== 'answered') return unknown('No answer to judge.');
  const { kind, means, owner } = keyless.reading;
  if (keyed?.reading.kind === 'validation')
    return pass(
      `${keyed.outcome === 'answered' ? keyed.status : 400} to an empty request, as an API answers`,
    );
  const evidence = [wireLine(keyless)];
  if (kind === 'blocked') {
    // A block that no check of the edge names is the finding itself.
    const problem = {
      owner,
      evidence,
      confidence: keyless.reading.confidence,
      remedy: remedy('Find out who refuses the request: the headers above name the hop.', [again(look)]),
    };
    return keyless.reading.check === null
      ? fail(means, problem)
      : unknown('The request is stopped before the API.', problem);
  }
  if (kind === 'server-error' || kind === 'overloaded' || kind === 'rate' || kind === 'quota') {
    return unknown(means, { owner, evidence, remedy: remedy('Try again later.', [again(look)]) });
  }
  if (kind === 'validation') return pass(`${keyless.status} to an empty request, as an API answers.`);
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
