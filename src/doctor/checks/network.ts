// Group C: name, TCP, tunnel. Judges what http/reach measured and how the keyless request failed.
import { type Check, type Finding, fail, info, nothing, pass, remedy, unknown, warn } from '../check.ts';
import { wireLine } from '../evidence.ts';
import type { Look } from '../observations.ts';
import { again, change, owned, setCommand } from '../remedies.ts';

const tcpLine = ({
  address,
  ms,
  failure,
}: {
  address: string;
  ms: number;
  failure: { code: string | null } | null;
}): string =>
  failure === null
    ? `${address}: TCP in ${Math.round(ms)} ms`
    : `${address}: ${failure.code ?? 'no TCP'} after ${Math.round(ms)} ms`;

/** The host answers through the tunnel, so what direct TCP does is beside the point. */
const isTunnelled = (look: Look): boolean => look('setup')?.proxy?.isUsed === true;

const failedWith = (look: Look, pattern: RegExp) =>
  isTunnelled(look)
    ? undefined
    : look('network')?.tcp.find(({ failure }) => failure !== null && pattern.test(failure.code ?? ''));

const isOpen = (look: Look): boolean =>
  isTunnelled(look)
    ? look('network')?.tunnel?.failure === null
    : (look('network')?.tcp.some(({ failure }) => failure === null) ?? false);

/** A request that was answered only on the second try is worth a word. */
function steadiness(look: Look): Finding {
  const keyless = look('keyless');
  if (keyless?.outcome !== 'answered' || keyless.retries === 0) return pass('');
  return warn('The first request failed for a moment; the second one was answered.', {
    owner: 'network',
    confidence: 'possible',
    evidence: [wireLine(keyless)],
    remedy: remedy('Watch it: such failures are counted.', [`${again(look)} --watch`]),
  });
}

/** Why an address of this machine may be another machine. */
function elsewhere(look: Look): string {
  const setup = look('setup');
  if (setup?.isContainer)
    return ' Inside a container, localhost is the container; the host is host.docker.internal.';
  if (setup?.isWsl) return ' Inside WSL2, localhost may be the virtual machine, not Windows.';
  return '';
}

export const networkChecks: readonly Check[] = [
  {
    id: 'net.dns',
    group: 'network',
    title: 'The host name resolves',
    why: 'A typo, a VPN that is off, or split DNS. 0.0.0.0 is the answer of a block list.',
    proof: 'The answer of the system against that of the DNS server.',
    cure: 'Correct the host; connect the VPN; check the resolver.',
    needs: ['setup', 'network'],
    judge(look) {
      const [setup, network] = [look('setup'), look('network')];
      const name = network?.name;
      const host = setup?.url.hostname ?? '';
      if (name === undefined || isTunnelled(look)) return pass('');
      if (name.isLiteral) return pass('');
      const sunk = name.addresses.find(({ address }) => /^(0\.0\.0\.0|::)$/.test(address));
      if (sunk !== undefined) {
        return fail(`${host} resolves to ${sunk.address}: a block list answers in the place of DNS.`, {
          owner: 'network',
          evidence: [`system: ${sunk.address}`, `DNS server: ${name.direct?.join(', ') || 'no answer'}`],
          remedy: remedy(`Take ${host} off the block list (hosts file, DNS filter).`, [
            `getent hosts ${host}`,
            again(look),
          ]),
        });
      }
      if (name.failure === null)
        return pass(
          `${name.addresses
            .map(({ address }) => address)
            .slice(0, 3)
            .join(', ')} in ${Math.round(name.ms)} ms.`,
        );
      const evidence = [`${name.failure.code ?? 'no answer'} for ${host}`];
      if ((name.direct?.length ?? 0) > 0) {
        return fail(
          `${host} resolves at the DNS server (${name.direct?.[0]}) but not through the system: hosts file, search domain or VPN.`,
          {
            owner: 'network',
            evidence,
            remedy: remedy('Check the resolver of this machine.', [`getent hosts ${host}`, again(look)]),
          },
        );
      }
      if (name.failure.code === 'EAI_AGAIN') {
        return unknown(
          `${host} could not be resolved right now: no DNS server answers. Is this machine online?`,
          {
            owner: 'network',
            evidence,
            confidence: 'likely',
            remedy: remedy('Check the connection and the VPN.', [again(look)]),
          },
        );
      }
      return fail(
        `${host} does not exist in DNS: a typo in the base URL, or a name that only resolves inside a VPN.`,
        {
          owner: 'you',
          evidence,
          remedy: remedy(
            'Correct the host in the base URL, or connect the VPN.',
            change(look, 'base-url', 'https://HOST'),
          ),
        },
      );
    },
  },
  {
    id: 'url.localhost',
    group: 'network',
    title: 'localhost is the machine that is meant',
    why: 'Since Node 17 localhost may mean ::1 while the server listens on 127.0.0.1 only; in a container or WSL it is another machine.',
    proof: 'TCP to both families of a loopback name; container and WSL markers.',
    cure: '127.0.0.1 instead of localhost; host.docker.internal inside a container.',
    needs: ['setup', 'network'],
    judge(look) {
      const [setup, network] = [look('setup'), look('network')];
      if (setup?.url.isLoopback !== true || isTunnelled(look)) return pass('');
      const [closed, open] = [
        network?.tcp.find(({ failure }) => failure !== null),
        network?.tcp.find(({ failure }) => failure === null),
      ];
      const evidence = (network?.tcp ?? []).map(tcpLine);
      if (open !== undefined && closed !== undefined) {
        const fixed = setup.url.input.replace('localhost', open.family === 4 ? '127.0.0.1' : '[::1]');
        return warn(
          `localhost answers on ${open.address} but not on ${closed.address}; clients that try only the first one fail.`,
          {
            owner: 'you',
            evidence,
            remedy: remedy(`Use ${open.address} in the base URL.`, [setCommand(look, 'base-url', fixed)]),
          },
        );
      }
      if (open !== undefined) return pass('');
      if (!setup.isContainer && !setup.isWsl) return pass('');
      const host = setup.isContainer
        ? 'host.docker.internal'
        : 'the address of Windows (ip route show default)';
      // net.refused is the finding; this is what may be behind it.
      return warn(`Nothing listens on ${setup.url.host}.${elsewhere(look)}`, {
        owner: 'you',
        confidence: 'likely',
        evidence,
        remedy: remedy(
          `If the server runs outside, use ${host}.`,
          change(
            look,
            'base-url',
            `http://${setup.isContainer ? 'host.docker.internal' : 'ADDRESS'}:${setup.url.port}`,
          ),
        ),
      });
    },
  },
  {
    id: 'net.refused',
    group: 'network',
    title: 'Something listens on the port',
    why: 'Refused means: the machine is there and nothing listens. The server is not running, or the port is another.',
    proof: 'ECONNREFUSED to every address.',
    cure: 'Start the server, or correct the port.',
    needs: ['setup', 'network'],
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
            setCommand(
              look,
              'base-url',
              `${setup?.url.isHttps ? 'https' : 'http'}://${setup?.url.hostname}:PORT`,
            ),
            again(look),
          ]),
        },
      );
    },
  },
  {
    id: 'net.timeout',
    group: 'network',
    title: 'Packets come back',
    why: 'Silence instead of a refusal: a firewall drops the packets, a proxy setting is missing, or the host is down.',
    proof: 'No TCP within 3 s to any address, or no answer to the keyless request.',
    cure: 'Allow the host and port in the firewall; set the proxy.',
    needs: ['setup', 'network'],
    uses: ['keyless'],
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
      if (late === undefined) return pass('');
      return fail(`${host} accepts the connection but does not answer a request within 10 s.`, {
        owner: 'gateway',
        evidence: [wireLine(late)],
        remedy: remedy('Look at the server: it accepts connections but does not read or answer them.', [
          again(look),
        ]),
      });
    },
  },
  {
    id: 'net.reset',
    group: 'network',
    title: 'The connection stays open',
    why: 'A reset after the TLS greeting is a filter that dislikes the name, or a server that wants a client certificate; after the request, a crash.',
    proof: 'ECONNRESET, and after which step.',
    cure: 'Another network to compare; the log of the server.',
    needs: ['setup', 'network'],
    uses: ['keyless'],
    judge(look) {
      const [network, keyless] = [look('network'), owned('net.reset', look('keyless'))];
      const isTlsReset =
        network?.tls?.failure?.code === 'ECONNRESET' && look('keyless')?.outcome !== 'answered';
      const tcpReset = failedWith(look, /ECONNRESET|EPIPE/);
      if (!isTlsReset && keyless === undefined && (tcpReset === undefined || isOpen(look)))
        return steadiness(look);
      const host = look('setup')?.url.host ?? '';
      const when = isTlsReset
        ? 'during the TLS greeting: a filter that dislikes the name, or a client certificate is wanted'
        : tcpReset !== undefined
          ? 'at once'
          : 'after the request: the server, or a hop before it, broke off';
      return fail(`${host} resets the connection ${when}.`, {
        owner: 'network',
        confidence: 'likely',
        evidence: keyless === undefined ? (network?.tcp ?? []).map(tcpLine) : [wireLine(keyless)],
        remedy: remedy('Compare with another network; look into the log of the server.', [again(look)]),
      });
    },
  },
  {
    id: 'net.ipv6_blackhole',
    group: 'network',
    title: 'Both address families work, or only one is announced',
    why: 'IPv6 is announced but goes nowhere: every connection waits for it first, or fails, while curl works.',
    proof: 'TCP to one address of each family at the same time.',
    cure: 'Repair IPv6, or prefer IPv4: NODE_OPTIONS=--dns-result-order=ipv4first',
    needs: ['network'],
    judge(look) {
      const tcp = look('network')?.tcp ?? [];
      const six = tcp.find(({ family }) => family === 6);
      const four = tcp.find(({ family }) => family === 4);
      if (isTunnelled(look) || six === undefined || four === undefined) return pass('');
      // Refused is a server that listens on one family; a black hole is silence.
      if (six.failure === null || four.failure !== null || six.failure.code === 'ECONNREFUSED')
        return pass('');
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
    group: 'network',
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
    id: 'net.mtu',
    group: 'network',
    title: 'Large requests get through',
    why: 'A tunnel with a smaller MTU lets the handshake pass and swallows the first large packet: every real prompt hangs.',
    proof: 'An 8 KB body stalls where {} does not (--size).',
    cure: 'MSS clamping, or MTU 1380 on the VPN interface.',
    needs: ['keyless', 'sizes'],
    judge(look) {
      const [keyless, stalled] = [
        look('keyless'),
        (look('sizes') ?? []).find(({ exchange }) => exchange.outcome === 'failed'),
      ];
      if (stalled === undefined || keyless?.outcome !== 'answered')
        return pass('Bodies of every size were answered.');
      if (stalled.bytes > 64 << 10 || stalled.exchange.reading.check !== 'net.timeout') return pass('');
      return fail(
        `A request of ${stalled.bytes} bytes gets no answer while {} does: packets above the MTU are lost.`,
        {
          owner: 'network',
          confidence: 'likely',
          evidence: [wireLine(keyless), wireLine(stalled.exchange)],
          remedy: remedy('Lower the MTU of the tunnel, or clamp the MSS.', [
            'sudo ip link set dev INTERFACE mtu 1380',
            'sudo iptables -t mangle -A FORWARD -p tcp --tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu',
            again(look),
          ]),
        },
      );
    },
  },
  {
    id: 'net.captive',
    group: 'network',
    title: 'No login page of the network stands in between',
    why: 'Hotel, airport and guest networks answer every URL with their login page.',
    proof: 'A redirect to a portal, or a portal page, from a host that is not the API.',
    cure: 'Log in to the network in a browser.',
    needs: ['keyless'],
    judge(look) {
      const keyless = look('keyless');
      const page =
        keyless?.outcome === 'answered' &&
        /WISPAccessGateway|captive[- ]?portal|hotspot/i.test(keyless.body.slice(0, 4000));
      const redirect = owned('net.captive', keyless);
      if (keyless === undefined || (!page && redirect === undefined)) return pass('');
      return fail('A login page of the network answers in the place of the API.', {
        owner: 'network',
        confidence: 'likely',
        evidence: [wireLine(keyless)],
        remedy: remedy('Log in to the network in a browser, then try again.', [again(look)]),
      });
    },
  },
  {
    id: 'net.stale_keepalive',
    group: 'limits',
    title: 'An idle connection can be used again',
    why: 'A hop drops idle connections without a word: the first request after a pause fails with ECONNRESET.',
    proof: 'The keyless request again after 70 s (--soak).',
    cure: 'Retry once when no byte came; or keep-alive time-outs below those of the hop.',
    needs: ['idleReuse'],
    judge(look) {
      const reuse = look('idleReuse');
      if (reuse?.outcome === 'answered' && reuse.retries === 0)
        return pass('Answered after 70 s of silence.');
      return warn('The first request after 70 s of silence was reset; the next one works.', {
        owner: 'proxy',
        confidence: 'likely',
        evidence: reuse === undefined ? [] : [wireLine(reuse)],
        remedy: remedy(
          'Raise the idle time-out of the hop above that of its clients.',
          [],
          [
            { server: 'nginx', text: 'keepalive_timeout 300s;' },
            { server: 'HAProxy', text: 'timeout http-keep-alive 300s' },
            {
              server: 'AWS ALB',
              text: 'aws elbv2 modify-load-balancer-attributes --load-balancer-arn ARN --attributes Key=idle_timeout.timeout_seconds,Value=600',
            },
          ],
        ),
      });
    },
  },
  {
    id: 'net.reachable',
    group: 'network',
    title: 'The host can be reached',
    why: 'Everything else needs a connection.',
    proof: 'TCP (or a tunnel) opens and a request gets an answer.',
    cure: 'See the check of this group that failed.',
    needs: ['network'],
    uses: ['keyless'],
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
      if (
        keyless?.outcome === 'failed' &&
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
  {
    id: 'http.alpn',
    group: 'stream',
    title: 'The HTTP version carries the stream to its end',
    why: 'Some hops break event streams over HTTP/2 (INTERNAL_ERROR in the middle) and carry them over HTTP/1.1; others speak only HTTP/2.',
    proof: 'What TLS agreed on, and how the stream ended.',
    cure: 'HTTP/1.1 at the client or the hop.',
    needs: ['network'],
    uses: ['stream'],
    judge(look) {
      const [network, stream] = [look('network'), look('stream')?.exchange];
      const broken =
        stream?.outcome === 'answered' &&
        /HTTP2|INTERNAL_ERROR|PROTOCOL_ERROR/i.test(`${stream.breakage?.code} ${stream.breakage?.message}`);
      if (broken || stream?.reading.check === 'http.alpn') {
        return fail('The stream is broken off by HTTP/2 (INTERNAL_ERROR or PROTOCOL_ERROR).', {
          owner: 'proxy',
          confidence: 'likely',
          evidence: stream === undefined ? [] : [wireLine(stream)],
          remedy: remedy(
            'Switch the hop to HTTP/1.1 for this route.',
            [],
            [
              { server: 'nginx', text: 'http2 off;' },
              {
                server: 'Envoy',
                text: 'typed_extension_protocol_options: explicit_http_config: http_protocol_options: {}',
              },
            ],
          ),
        });
      }
      if (stream === undefined) return nothing('nothing was streamed');
      const alpn = network?.tls?.alpn;
      return alpn == null
        ? pass('')
        : info(`The server offers ${alpn}; msg speaks HTTP/1.1, as Node's fetch does.`);
    },
  },
];
