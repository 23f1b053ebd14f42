// TCP and the tunnel: does a connection open, in time and in both address families, and does it stay open?

import { checksOf, type Finding, fail, pass, remedy, unknown, warn } from '../engine/check.ts';
import { isAlive, openQuestion, provesNothing } from '../engine/empty-request.ts';
import { owned } from '../engine/exchange-facts.ts';
import type { Observe, ProbeId } from '../engine/observations.ts';
import { again, askWithModel, change, setPort } from '../engine/remedy-commands.ts';
import { wireLine, wireLines } from '../engine/wire-lines.ts';
import type { TcpReach } from '../reach/reach.ts';

/** `127.0.0.1: TCP in 3 ms` */
export const tcpLine = ({ address, ms, failure }: TcpReach): string =>
  failure === null
    ? `${address}: TCP in ${Math.round(ms)} ms`
    : `${address}: ${failure.code ?? 'no TCP'} after ${Math.round(ms)} ms`;

/** The host answers through the tunnel, so what direct TCP does is beside the point. */
export const isTunnelled = (observe: Observe): boolean => observe('setup')?.proxy?.isUsed === true;

const failedWith = (observe: Observe, pattern: RegExp) =>
  isTunnelled(observe)
    ? undefined
    : observe('network')?.tcp.find(({ failure }) => failure !== null && pattern.test(failure.code ?? ''));

const isOpen = (observe: Observe): boolean =>
  isTunnelled(observe)
    ? observe('network')?.tunnel?.failure === null
    : (observe('network')?.tcp.some(({ failure }) => failure === null) ?? false);

/** Where {} got no answer, only a request with a model tells whether others get one. */
const askedOn = (observe: Observe): readonly ProbeId[] =>
  observe('keyless')?.outcome === 'failed' ? ['count', 'message', 'bogusKey'] : [];

/** Whether the silence over {} is no verdict: others are answered, or none was asked. */
const isNoVerdict = (observe: Observe): boolean => isAlive(observe) || openQuestion(observe) !== undefined;

/** A request that was answered only on the second try is worth a word. */
function steadiness(observe: Observe): Finding {
  const keyless = observe('keyless');
  // A first try that was answered, if badly, is no matter of the connection: up.5xx.
  if (keyless?.outcome !== 'answered' || keyless.retriedAfter?.check !== 'net.reset') return pass('');
  return warn('The first request failed for a moment; the second one was answered.', {
    owner: 'network',
    confidence: 'possible',
    evidence: [wireLine(keyless)],
    remedy: remedy('Watch it: such failures are counted.', [`${again(observe)} --watch`]),
  });
}

/** Why an address of this machine may be another machine. */
export function elsewhere(observe: Observe): string {
  const setup = observe('setup');
  if (setup?.isContainer)
    return ' Inside a container, localhost is the container; the host is host.docker.internal.';
  if (setup?.isWsl) return ' Inside WSL2, localhost may be the virtual machine, not Windows.';
  return '';
}

export const tcpChecks = checksOf({ group: 'network', needs: ['setup', 'network'] }, [
  {
    id: 'net.refused',
    title: 'Something listens on the port',
    why: 'Refused means: the machine is there and nothing listens. The server is not running, or the port is another.',
    proof: 'ECONNREFUSED to every address.',
    cure: 'Start the server, or correct the port.',
    judge(observe) {
      const refused = failedWith(observe, /ECONNREFUSED/);
      if (isOpen(observe)) return pass('');
      if (refused === undefined) return pass('');
      const setup = observe('setup');
      return fail(
        `Nothing listens on ${setup?.url.host} (connection refused).${setup?.url.isLoopback ? elsewhere(observe) : ''}`,
        {
          owner: 'you',
          evidence: (observe('network')?.tcp ?? []).map(tcpLine),
          remedy: remedy('Start the server, or correct the port in the base URL.', [
            ...(setup?.url.isLoopback ? ['ss -ltnp'] : []),
            again(observe),
            ...setPort(observe),
          ]),
        },
      );
    },
  },
  {
    id: 'net.timeout',
    title: 'Packets come back',
    why: 'Silence instead of a refusal: a firewall drops the packets, a proxy setting is missing, or the host is down.',
    proof: 'No TCP within 3 s to any address, or no answer to the keyless request.',
    cure: 'Allow the host and port in the firewall; set the proxy.',
    uses: ['keyless'],
    doubts: askedOn,
    judge(observe) {
      const silent = failedWith(observe, /TIMEDOUT|UNREACH/);
      const late = owned('net.timeout', observe('keyless'));
      const host = observe('setup')?.url.host ?? '';
      if (silent !== undefined && !isOpen(observe)) {
        return fail(
          `No answer from ${host}: packets are dropped on the way (firewall, VPN, or a proxy that is not set).`,
          {
            owner: 'network',
            evidence: (observe('network')?.tcp ?? []).map(tcpLine),
            remedy: remedy(
              'Allow the host in the firewall, or set the proxy.',
              change(observe, 'proxy', 'http://PROXY:PORT'),
            ),
          },
        );
      }
      if (late === undefined || isNoVerdict(observe)) return pass('');
      return fail(
        `${host} accepts the connection but does not answer a request within ${Math.round(late.times.end / 1000)} s.`,
        {
          owner: 'gateway',
          evidence: wireLines(late, observe('message')),
          remedy: remedy('Look at the server: it accepts connections but does not read or answer them.', [
            again(observe),
          ]),
        },
      );
    },
  },
  {
    id: 'net.reset',
    title: 'The connection stays open',
    why: 'A reset after the TLS greeting is a filter that dislikes the name, or a server that wants a client certificate; after the request, a crash.',
    proof: 'ECONNRESET, and after which step.',
    cure: 'Another network to compare; the log of the server.',
    uses: ['keyless'],
    doubts: askedOn,
    judge(observe) {
      const network = observe('network');
      const keyless = isNoVerdict(observe) ? undefined : owned('net.reset', observe('keyless'));
      const isTlsReset =
        network?.tls?.failure?.code === 'ECONNRESET' && observe('keyless')?.outcome !== 'answered';
      const tcpReset = failedWith(observe, /ECONNRESET|EPIPE/);
      if (!isTlsReset && keyless === undefined && (tcpReset === undefined || isOpen(observe)))
        return steadiness(observe);
      const host = observe('setup')?.url.host ?? '';
      const afterTcp =
        tcpReset === undefined ? 'after the request: the server, or a hop before it, broke off' : 'at once';
      const when = isTlsReset
        ? 'during the TLS greeting: a filter that dislikes the name, or a client certificate is wanted'
        : afterTcp;
      return fail(`${host} resets the connection ${when}.`, {
        owner: 'network',
        confidence: 'likely',
        evidence:
          keyless === undefined ? (network?.tcp ?? []).map(tcpLine) : wireLines(keyless, observe('message')),
        remedy: remedy('Compare with another network; look into the log of the server.', [again(observe)]),
      });
    },
  },
  {
    id: 'net.ipv6_blackhole',
    title: 'Both address families work, or only one is announced',
    why: 'IPv6 is announced but goes nowhere: every connection waits for it first, or fails, while curl works.',
    proof: 'TCP to one address of each family at the same time.',
    cure: 'Repair IPv6, or prefer IPv4: NODE_OPTIONS=--dns-result-order=ipv4first',
    judge(observe) {
      const tcp = observe('network')?.tcp ?? [];
      const six = tcp.find(({ family }) => family === 6);
      const four = tcp.find(({ family }) => family === 4);
      if (isTunnelled(observe) || six === undefined || four === undefined) return pass('');
      if (six.failure === null || four.failure !== null) return pass('');
      // A black hole is silence; refused is a server that listens on one family. Of localhost url.localhost tells.
      if (six.failure.code === 'ECONNREFUSED') {
        if (observe('setup')?.url.isLoopback === true) return pass('');
        return warn(
          `Nothing listens on IPv6 ${six.address}, though DNS announces it; IPv4 works. Programs that try only the first address fail.`,
          {
            owner: 'gateway',
            evidence: tcp.map(tcpLine),
            remedy: remedy('Have the server listen on IPv6 too, or its AAAA record removed.', [
              again(observe),
            ]),
          },
        );
      }
      return warn(
        `IPv6 ${six.address} does not answer, IPv4 does. Fix IPv6 or NODE_OPTIONS=--dns-result-order=ipv4first.`,
        {
          owner: 'network',
          evidence: tcp.map(tcpLine),
          remedy: remedy('Prefer IPv4 in Node programs until IPv6 works.', [
            'export NODE_OPTIONS=--dns-result-order=ipv4first',
          ]),
        },
      );
    },
  },
  {
    id: 'net.happy_eyeballs',
    title: 'TCP is faster than Node gives up',
    why: 'Node gives each address of a name with several 250 ms; on a slower link every attempt is cut and the program fails with an empty AggregateError while curl works.',
    proof: 'The time TCP takes.',
    cure: 'NODE_OPTIONS=--network-family-autoselection-attempt-timeout=1000',
    needs: ['network'],
    judge(observe) {
      // A name with a single address gets all the time; and this machine is slow to answer itself only when it is busy.
      const { tcp = [], name } = observe('network') ?? {};
      if ((name?.addresses.length ?? 0) < 2 || observe('setup')?.url.isLoopback === true) return pass('');
      const slow = tcp.find(({ ms, failure }) => failure === null && ms > 200);
      if (slow === undefined || isTunnelled(observe)) return pass('');
      const rtt = Math.round(slow.ms);
      return warn(
        `TCP to ${slow.address} takes ${rtt} ms, ${rtt > 250 ? 'above' : 'close to'} Node's 250 ms per-address limit; Node gives up while curl works. msg waits longer. For other programs set NODE_OPTIONS=--network-family-autoselection-attempt-timeout=1000.`,
        {
          owner: 'network',
          evidence: [tcpLine(slow)],
          remedy: remedy('Give Node programs more time for each address.', [
            'export NODE_OPTIONS=--network-family-autoselection-attempt-timeout=1000',
          ]),
        },
      );
    },
  },
  {
    id: 'net.reachable',
    title: 'The host can be reached',
    why: 'Everything else needs a connection.',
    proof: 'TCP (or a tunnel) opens and a request gets an answer.',
    cure: 'See the check of this group that failed.',
    needs: ['network'],
    uses: ['keyless'],
    doubts: askedOn,
    isGate: true,
    judge(observe) {
      const [network, keyless] = [observe('network'), observe('keyless')];
      const fix = remedy('Check the network, then run the doctor again.', [again(observe)]);
      if (network?.name.failure?.code === 'EAI_AGAIN' && !isTunnelled(observe))
        return unknown('This machine seems to be offline: no DNS server answers.', {
          owner: 'network',
          remedy: fix,
        });
      if (!isOpen(observe))
        return fail('No connection to the host could be made.', {
          owner: 'network',
          evidence: (network?.tcp ?? []).map(tcpLine),
          remedy: fix,
        });
      // What answered without HTTP is reachable; url.port and others say what it is.
      if (keyless?.outcome === 'failed' && openQuestion(observe) === keyless && !isAlive(observe))
        return unknown(provesNothing(keyless.reading.means), {
          owner: 'gateway',
          evidence: wireLines(keyless, observe('keyed')),
          remedy: askWithModel(observe),
        });
      if (
        keyless?.outcome === 'failed' &&
        !isAlive(observe) &&
        (keyless.reading.check === null || /^(net|tls|env)\./.test(keyless.reading.check))
      )
        return fail(keyless.reading.means, {
          owner: keyless.reading.owner,
          confidence: keyless.reading.confidence,
          evidence: [wireLine(keyless)],
          remedy: fix,
        });
      const open = network?.tcp.find(({ failure }) => failure === null);
      const tls = network?.tls?.protocol;
      const parts = [
        open === undefined
          ? `through ${network?.tunnel?.proxy}`
          : `${open.address} tcp ${Math.round(open.ms)} ms`,
        ...(tls ? [`${tls} ${Math.round(network?.tls?.ms ?? 0)} ms`] : []),
      ];
      return pass(`${parts.join(', ')}.`);
    },
  },
]);
