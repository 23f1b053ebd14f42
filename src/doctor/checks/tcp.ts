// TCP and the tunnel: does a connection open, in time and in both address families, and does it stay open?

import { checksOf, type Finding, fail, pass, remedy, unknown, warn } from '../engine/check.ts';
import { isAlive, openQuestion, provesNothing } from '../engine/empty-request.ts';
import { wireLine, wireLines } from '../engine/evidence.ts';
import { owned } from '../engine/exchanges.ts';
import type { Look, ProbeId } from '../engine/observations.ts';
import { again, askWithModel, change, setPort } from '../engine/remedy-commands.ts';
import type { TcpReach } from '../reach/reach.ts';

/** `127.0.0.1: TCP in 3 ms` */
export const tcpLine = ({ address, ms, failure }: TcpReach): string =>
  failure === null
    ? `${address}: TCP in ${Math.round(ms)} ms`
    : `${address}: ${failure.code ?? 'no TCP'} after ${Math.round(ms)} ms`;

/** The host answers through the tunnel, so what direct TCP does is beside the point. */
export const isTunnelled = (look: Look): boolean => look('setup')?.proxy?.isUsed === true;

const failedWith = (look: Look, pattern: RegExp) =>
  isTunnelled(look)
    ? undefined
    : look('network')?.tcp.find(({ failure }) => failure !== null && pattern.test(failure.code ?? ''));

const isOpen = (look: Look): boolean =>
  isTunnelled(look)
    ? look('network')?.tunnel?.failure === null
    : (look('network')?.tcp.some(({ failure }) => failure === null) ?? false);

/** Where {} got no answer, only a request with a model tells whether others get one. */
const askedOn = (look: Look): readonly ProbeId[] =>
  look('keyless')?.outcome === 'failed' ? ['count', 'message', 'bogusKey'] : [];

/** Whether the silence over {} is no verdict: others are answered, or none was asked. */
const isNoVerdict = (look: Look): boolean => isAlive(look) || openQuestion(look) !== undefined;

/** A request that was answered only on the second try is worth a word. */
function steadiness(look: Look): Finding {
  const keyless = look('keyless');
  // A first try that was answered, if badly, is no matter of the connection: up.5xx.
  if (keyless?.outcome !== 'answered' || keyless.retriedAfter?.check !== 'net.reset') return pass('');
  return warn('The first request failed for a moment; the second one was answered.', {
    owner: 'network',
    confidence: 'possible',
    evidence: [wireLine(keyless)],
    remedy: remedy('Watch it: such failures are counted.', [`${again(look)} --watch`]),
  });
}

/** Why an address of this machine may be another machine. */
export function elsewhere(look: Look): string {
  const setup = look('setup');
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
    judge(look) {
      const refused = failedWith(look, /ECONNREFUSED/);
      if (isOpen(look)) return pass('');
      if (refused === undefined) return pass('');
      const setup = look('setup');
      return fail(
        `Nothing listens on ${setup?.url.host} (connection refused).${setup?.url.isLoopback ? elsewhere(look) : ''}`,
        {
          owner: 'you',
          evidence: (look('network')?.tcp ?? []).map(tcpLine),
          remedy: remedy('Start the server, or correct the port in the base URL.', [
            ...(setup?.url.isLoopback ? ['ss -ltnp'] : []),
            setPort(look),
            again(look),
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
    judge(look) {
      const silent = failedWith(look, /TIMEDOUT|UNREACH/);
      const late = owned('net.timeout', look('keyless'));
      const host = look('setup')?.url.host ?? '';
      if (silent !== undefined && !isOpen(look)) {
        return fail(
          `No answer from ${host}: packets are dropped on the way (firewall, VPN, or a proxy that is not set).`,
          {
            owner: 'network',
            evidence: (look('network')?.tcp ?? []).map(tcpLine),
            remedy: remedy(
              'Allow the host in the firewall, or set the proxy.',
              change(look, 'proxy', 'http://PROXY:PORT'),
            ),
          },
        );
      }
      if (late === undefined || isNoVerdict(look)) return pass('');
      return fail(
        `${host} accepts the connection but does not answer a request within ${Math.round(late.times.end / 1000)} s.`,
        {
          owner: 'gateway',
          evidence: wireLines(late, look('message')),
          remedy: remedy('Look at the server: it accepts connections but does not read or answer them.', [
            again(look),
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
    judge(look) {
      const network = look('network');
      const keyless = isNoVerdict(look) ? undefined : owned('net.reset', look('keyless'));
      const isTlsReset =
        network?.tls?.failure?.code === 'ECONNRESET' && look('keyless')?.outcome !== 'answered';
      const tcpReset = failedWith(look, /ECONNRESET|EPIPE/);
      if (!isTlsReset && keyless === undefined && (tcpReset === undefined || isOpen(look)))
        return steadiness(look);
      const host = look('setup')?.url.host ?? '';
      const afterTcp =
        tcpReset === undefined ? 'after the request: the server, or a hop before it, broke off' : 'at once';
      const when = isTlsReset
        ? 'during the TLS greeting: a filter that dislikes the name, or a client certificate is wanted'
        : afterTcp;
      return fail(`${host} resets the connection ${when}.`, {
        owner: 'network',
        confidence: 'likely',
        evidence:
          keyless === undefined ? (network?.tcp ?? []).map(tcpLine) : wireLines(keyless, look('message')),
        remedy: remedy('Compare with another network; look into the log of the server.', [again(look)]),
      });
    },
  },
  {
    id: 'net.ipv6_blackhole',
    title: 'Both address families work, or only one is announced',
    why: 'IPv6 is announced but goes nowhere: every connection waits for it first, or fails, while curl works.',
    proof: 'TCP to one address of each family at the same time.',
    cure: 'Repair IPv6, or prefer IPv4: NODE_OPTIONS=--dns-result-order=ipv4first',
    judge(look) {
      const tcp = look('network')?.tcp ?? [];
      const six = tcp.find(({ family }) => family === 6);
      const four = tcp.find(({ family }) => family === 4);
      if (isTunnelled(look) || six === undefined || four === undefined) return pass('');
      if (six.failure === null || four.failure !== null) return pass('');
      // A black hole is silence; refused is a server that listens on one family. Of localhost url.localhost tells.
      if (six.failure.code === 'ECONNREFUSED') {
        if (look('setup')?.url.isLoopback === true) return pass('');
        return warn(
          `Nothing listens on IPv6 ${six.address}, though DNS announces it; IPv4 works. Programs that try only the first address fail.`,
          {
            owner: 'gateway',
            evidence: tcp.map(tcpLine),
            remedy: remedy('Have the server listen on IPv6 too, or its AAAA record removed.', [again(look)]),
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
    why: 'Node gives each address 250 ms; on a slower link every attempt is cut and the program fails with an empty AggregateError while curl works.',
    proof: 'The time TCP takes.',
    cure: 'NODE_OPTIONS=--network-family-autoselection-attempt-timeout=1000',
    needs: ['network'],
    judge(look) {
      const slow = (look('network')?.tcp ?? []).find(({ ms, failure }) => failure === null && ms > 200);
      if (slow === undefined || isTunnelled(look)) return pass('');
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
    judge(look) {
      const [network, keyless] = [look('network'), look('keyless')];
      const fix = remedy('Check the network, then run the doctor again.', [again(look)]);
      if (network?.name.failure?.code === 'EAI_AGAIN' && !isTunnelled(look))
        return unknown('This machine seems to be offline: no DNS server answers.', {
          owner: 'network',
          remedy: fix,
        });
      if (!isOpen(look))
        return fail('No connection to the host could be made.', {
          owner: 'network',
          evidence: (network?.tcp ?? []).map(tcpLine),
          remedy: fix,
        });
      // What answered without HTTP is reachable; url.port and others say what it is.
      if (keyless?.outcome === 'failed' && openQuestion(look) === keyless && !isAlive(look))
        return unknown(provesNothing(keyless.reading.means), {
          owner: 'gateway',
          evidence: wireLines(keyless, look('keyed')),
          remedy: askWithModel(look),
        });
      if (
        keyless?.outcome === 'failed' &&
        !isAlive(look) &&
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
