// Refused before the API: bot challenges, firewall rules, lists of clients and of addresses.
import { checksOf, fail, pass, remedy } from '../engine/check.ts';
import { isThrough, withModel } from '../engine/exchange-facts.ts';
import type { Answered, Exchange } from '../engine/observations.ts';
import { again, headerCommand } from '../engine/remedy-commands.ts';
import { forHops, skipWaf } from '../engine/remedy-snippets.ts';
import { headerLines, wireLine, wireLines } from '../engine/wire-lines.ts';
import { accused, kilobytes, later } from './edge.ts';

/** The page of a hop, where an API would answer in JSON. */
const isBlockPage = (exchange: Exchange | undefined): exchange is Answered =>
  exchange?.outcome === 'answered' &&
  [403, 406].includes(exchange.status) &&
  exchange.reading.shape === 'html';

export const edgeBlockChecks = checksOf({ group: 'edge', needs: ['keyless'] }, [
  {
    id: 'edge.waf_challenge',
    title: 'No bot challenge stands before the API',
    why: 'A challenge is a page for browsers ("Just a moment..."); no API client can pass it.',
    proof: 'cf-mitigated: challenge, or the page itself.',
    cure: 'Skip the rule for the API path, or use the API host.',
    configuration: skipWaf,
    uses: later,
    judge(observe) {
      const answer = accused(observe, 'edge.waf_challenge');
      if (answer === undefined) return pass('');
      const ray = answer.outcome === 'answered' ? answer.headers['cf-ray'] : undefined;
      const path = observe('setup')?.url.path ?? '/v1/messages';
      return fail(
        `A bot challenge${ray ? ` from Cloudflare (${ray})` : ''} blocked the request before the API. Ask the owner of the host to skip the rule for ${path}, or use their API host.`,
        {
          owner: 'proxy',
          evidence: [wireLine(answer), ...headerLines(answer, 'cf-mitigated', 'cf-ray')],
          remedy: remedy(
            `Have the challenge skipped for ${path}.`,
            [again(observe)],
            forHops(observe, skipWaf),
          ),
        },
      );
    },
  },
  {
    id: 'edge.waf_ua',
    title: 'The edge does not ban this client',
    why: 'Error 1010 bans the signature of a client, not the key; other clients pass.',
    proof: 'The code of the edge, and the same request under a neutral name.',
    cure: 'Allow the client for the API path.',
    configuration: skipWaf,
    uses: ['plainAgent'],
    judge(observe) {
      const answer = accused(observe, 'edge.waf_ua');
      const [keyless, plain] = [observe('keyless'), observe('plainAgent')];
      const differs =
        keyless?.reading.kind === 'blocked' &&
        plain?.outcome === 'answered' &&
        plain.reading.kind !== 'blocked';
      if (answer === undefined && !differs) return pass('');
      const witness = answer ?? keyless;
      return fail(
        `The edge bans this client by its name${differs ? '; the same request under a neutral name passes' : ' or TLS signature'}. msg does not imitate other clients.`,
        {
          owner: 'proxy',
          confidence: answer === undefined ? 'likely' : 'certain',
          evidence: wireLines(witness, plain),
          remedy: remedy(
            'Ask the owner of the host to allow API clients on this path.',
            [headerCommand(observe, 'user-agent'), again(observe)],
            forHops(observe, skipWaf),
          ),
        },
      );
    },
  },
  {
    id: 'edge.waf_body',
    title: 'No firewall rule refuses the request',
    why: 'AWS WAF and similar refuse bodies above 8 KB or with "../" in them: short tests pass, real prompts fail with 403.',
    proof: 'A 403 of the edge on a larger or real body where {} passes.',
    cure: 'SizeRestrictions_BODY and GenericLFI_BODY in Count mode for this path.',
    configuration: skipWaf,
    uses: [...later, 'sizes'],
    judge(observe) {
      const answer = accused(observe, 'edge.waf_body');
      const refused = (observe('sizes') ?? []).find(
        ({ exchange }) => exchange.outcome === 'answered' && exchange.status === 403,
      );
      const keyless = observe('keyless');
      const isSmallFine = keyless?.outcome === 'answered' && keyless.reading.kind !== 'blocked';
      const page = isThrough(observe('keyed')) ? withModel(observe).find(isBlockPage) : undefined;
      const witness = answer ?? (isSmallFine ? refused?.exchange : undefined) ?? page;
      if (witness === undefined) return pass('');
      const isPageAlone = answer === undefined && witness === page;
      const size = ` of ${kilobytes(refused?.bytes ?? 0)}`;
      const what =
        answer !== undefined
          ? answer.reading.means
          : isPageAlone
            ? `${page?.reading.server ?? 'A hop'} refuses a real request with a page (${page?.status}), and lets the empty one pass: a rule about what is in it.`
            : `A firewall refused a body${size} with 403.`;
      return fail(`${what} The API never saw it.`, {
        owner: 'proxy',
        confidence: isSmallFine && !isPageAlone ? 'certain' : 'likely',
        evidence: [wireLine(witness), ...headerLines(witness, 'server')],
        remedy: remedy(
          'Have the API path exempted from the rule; the id in the answer finds it in their log.',
          [answer === undefined && !isPageAlone ? `${again(observe)} --size` : again(observe)],
          forHops(observe, skipWaf),
        ),
      });
    },
  },
  {
    id: 'edge.client_whitelist',
    title: 'The endpoint admits this client',
    why: "Some relays admit only one vendor's client; every other one gets 403 or a 503 that looks like an outage.",
    proof: 'The words of the refusal.',
    cure: 'A key without client restriction.',
    uses: later,
    judge(observe) {
      const answer = accused(observe, 'edge.client_whitelist');
      if (answer === undefined) return pass('');
      return fail(
        `This key only admits certain clients (${answer.reading.errorMessage ?? 'a client list'}). msg does not imitate other clients. Ask the provider for an API key without client restriction.`,
        {
          owner: 'provider',
          evidence: [wireLine(answer)],
          remedy: remedy('Ask the provider for a key without client restriction.', [again(observe)]),
        },
      );
    },
  },
  {
    id: 'edge.geo_ip',
    title: 'Requests from this address are admitted',
    why: 'Countries, data centres and VPN exits are refused with 403 that looks like a key problem.',
    proof: 'The words of the refusal, or 451.',
    cure: 'Another network, or an entry on the allow-list.',
    uses: later,
    judge(observe) {
      const answer = accused(observe, 'edge.geo_ip');
      if (answer === undefined) return pass('');
      return fail(`Requests from this network address are refused: "${answer.reading.errorMessage ?? ''}".`, {
        owner: 'provider',
        evidence: [wireLine(answer)],
        remedy: remedy('Use another network, or have this address put on the allow-list.', [
          'curl -s https://checkip.amazonaws.com',
          again(observe),
        ]),
      });
    },
  },
]);
