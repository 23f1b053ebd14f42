// The forward proxy of this machine: is it used where it has to be, and does it let the request through?
import { tlsToProxy } from '../../http/proxy-choice.ts';
import { isSignedByProxy } from '../../messages/proxy-answer.ts';
import { checksOf, fail, info, pass, remedy, warn } from '../engine/check.ts';
import { owned } from '../engine/exchange-facts.ts';
import type { Exchange } from '../engine/observations.ts';
import { again, change, withoutProxy } from '../engine/remedy-commands.ts';
import { wireLine, wireLines } from '../engine/wire-lines.ts';

export const proxyChecks = checksOf({ group: 'network', needs: ['setup', 'network'] }, [
  {
    id: 'env.proxy_ignored',
    title: 'The configured proxy is not needed, or is used',
    why: "Node's fetch ignores HTTPS_PROXY, so a client works in curl and times out in Node.",
    proof: 'TCP to the host directly and through the proxy are compared.',
    cure: 'msg uses the proxy by itself. Other Node programs: NODE_USE_ENV_PROXY=1 (Node 24) or a dispatcher.',
    judge(observe) {
      const [proxy, network] = [observe('setup')?.proxy, observe('network')];
      if (proxy == null) return pass('');
      const isDirectOpen = network?.tcp.some(({ failure }) => failure === null) ?? false;
      const isProxyOpen =
        network?.tunnel != null && network.tunnel.failure === null && (network.tunnel.status ?? 200) === 200;
      if (isDirectOpen || !isProxyOpen)
        return pass(
          isDirectOpen
            ? 'The host can be reached without the proxy too.'
            : 'The proxy is not the difference.',
        );
      const address = network?.tcp[0]?.address ?? 'the host';
      const facts = `${proxy.source}=${proxy.url}; direct connect to ${address} failed, via the proxy it works.`;
      if (proxy.isUsed) {
        return info(`${facts} msg uses it; other Node programs need NODE_USE_ENV_PROXY=1.`);
      }
      return fail(`${facts} But it is not used for this host.`, {
        owner: 'you',
        remedy: remedy('Use the proxy for this host.', change(observe, 'proxy', `http://${proxy.url}`)),
      });
    },
  },
  {
    id: 'env.no_proxy_loopback',
    group: 'edge',
    title: 'Requests to this machine do not go through a proxy',
    why: 'No proxy can reach a gateway on 127.0.0.1 of this machine: it answers 502 or 503 by itself. msg leaves the proxies of the environment out here; other programs ask them unless NO_PROXY forbids it.',
    proof:
      'A proxy is configured for a loopback address; its own page, or a 5xx that is no error of an API, answers.',
    cure: 'No --proxy for this machine; NO_PROXY=localhost,127.0.0.1,::1 for other programs.',
    needs: ['setup', 'keyless'],
    judge(observe) {
      const [setup, keyless] = [observe('setup'), observe('keyless')];
      if (setup?.url.isLoopback !== true || setup.proxy === null) return pass('');
      if (!setup.proxy.isUsed)
        return info(
          `msg goes to ${setup.url.host} directly. Other programs ask the proxy ${setup.proxy.url} (${setup.proxy.source}), unless NO_PROXY=localhost,127.0.0.1,::1 is set.`,
        );
      // Its body tells whose an answer is: a proxy that works adds its Via to the answer of the gateway.
      const isFromProxy =
        keyless?.outcome === 'failed' ||
        keyless?.reading.check === 'url.port' ||
        (keyless?.outcome === 'answered' && keyless.status >= 500 && !/error$/.test(keyless.reading.shape));
      const text = `Request to ${setup.url.host} was ${isFromProxy ? 'answered by' : 'sent through'} proxy ${setup.proxy.url}${isFromProxy ? ', not by your gateway' : ''}.`;
      const problem = {
        owner: 'you',
        remedy: remedy(`Leave out the proxy of ${setup.proxy.source}.`, withoutProxy(observe)),
        evidence: wireLines(keyless),
      } as const;
      return isFromProxy ? fail(text, problem) : warn(text, problem);
    },
  },
  {
    id: 'env.proxy_auth',
    title: 'The proxy lets the request through',
    why: 'A proxy that wants a user, or that does not allow the host, answers CONNECT with 407 or 403; clients report it as a broken connection.',
    proof: 'The status of CONNECT, or a 407 answer.',
    cure: 'Credentials in the proxy URL (http://user:password@host:port), or an entry for host:port on its allow-list.',
    needs: ['network'],
    uses: ['keyless'],
    judge(observe) {
      const [network, keyless, setup] = [observe('network'), observe('keyless'), observe('setup')];
      const isUsed = setup?.proxy?.isUsed !== false;
      const proxy = network?.tunnel?.proxy ?? setup?.proxy?.url ?? 'the proxy';
      const target = setup?.url.host ?? '';
      const failure = isUsed ? network?.tunnel?.failure : null;
      if (failure != null) {
        const source = setup?.proxy?.source ?? 'the configuration';
        return fail(`The proxy ${proxy} from ${source} cannot be reached; ${target} is not asked directly.`, {
          owner: 'you',
          evidence: [`${proxy}: ${failure.code ?? 'no connection'}: ${failure.message}`],
          remedy: remedy('Start or correct the proxy, or go without it.', withoutProxy(observe)),
        });
      }
      const isThere = network?.tunnel != null || setup?.proxy?.isUsed === true;
      // Without a proxy in between, what wants its password is the base URL itself: url.port.
      // What a proxy that was asked signs is its refusal; for this machine, env.no_proxy_loopback tells.
      const isOfProxy =
        setup?.proxy?.isUsed === true &&
        !setup.url.isLoopback &&
        keyless?.outcome === 'answered' &&
        keyless.status >= 400 &&
        isSignedByProxy(keyless.headers);
      const answer = isThere
        ? (owned('env.proxy_auth', keyless) ?? (isOfProxy ? keyless : undefined))
        : undefined;
      const status = (isUsed ? network?.tunnel?.status : null) ?? statusOf(answer);
      if (answer === undefined && (status === null || status === 200)) return pass('');
      const problem = {
        owner: 'proxy',
        evidence:
          answer?.outcome === 'answered'
            ? [wireLine(answer)]
            : [`CONNECT ${target} -> ${status ?? 'no tunnel'}`],
      } as const;
      if (answer?.outcome === 'failed' && answer.failure.code === tlsToProxy)
        return fail(`No TLS connection to the proxy ${proxy} can be made.`, {
          owner: 'you',
          evidence: [wireLine(answer)],
          remedy: remedy('Give the CA of the proxy with --cacert FILE; use the name in its certificate.', [
            again(observe),
          ]),
        });
      // Tinyproxy says 401 where the password is wrong.
      if (status === 407 || status === 401)
        return fail(
          `The proxy ${proxy} ${setup?.proxy?.hasCredentials ? 'refuses this' : 'wants a'} user name and password (${status}).`,
          {
            ...problem,
            owner: 'you',
            remedy: remedy(
              setup?.proxy?.hasCredentials
                ? 'Correct them in the proxy URL.'
                : 'Put the credentials into the proxy URL.',
              change(observe, 'proxy', `http://USER:PASSWORD@${proxy}`),
            ),
          },
        );
      if (status !== null && status >= 500)
        return fail(`The proxy ${proxy} could not connect to ${target} (${status}).`, {
          ...problem,
          confidence: 'likely',
          remedy: remedy(
            'Check the host in the base URL; if it is right, ask the owner of the proxy, or go without it.',
            withoutProxy(observe),
          ),
        });
      const what = setup?.url.isHttps === false ? 'the request to' : 'the tunnel to';
      return fail(`The proxy ${proxy} refused ${what} ${target} (${status ?? 'no reason given'}).`, {
        ...problem,
        remedy: remedy(
          `Ask the owner of the proxy to allow ${setup?.url.isHttps === false ? '' : 'CONNECT to '}${target}.`,
          [again(observe)],
        ),
      });
    },
  },
]);

/** What the proxy answered instead of the API. */
const statusOf = (exchange: Exchange | undefined): number | null =>
  exchange === undefined
    ? null
    : exchange.outcome === 'answered'
      ? exchange.status
      : Number(exchange.failure.code) || null;
