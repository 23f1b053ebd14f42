// What hops do to a connection that opened: packets lost, a login page, idle sockets dropped, HTTP/2 broken.
import { checksOf, degrade, fail, info, nothing, pass, remedy } from '../engine/check.ts';
import { owned } from '../engine/exchange-facts.ts';
import { again } from '../engine/remedy-commands.ts';
import { albIdleTimeout } from '../engine/remedy-snippets.ts';
import { wireLine, wireLines } from '../engine/wire-lines.ts';

export const middleboxChecks = checksOf({ group: 'network', needs: ['keyless', 'sizes'] }, [
  {
    id: 'net.mtu',
    title: 'Large requests get through',
    why: 'A tunnel with a smaller MTU lets the handshake pass and swallows the first large packet: every real prompt hangs.',
    proof: 'An 8 KB body stalls where {} does not (--size).',
    cure: 'MSS clamping, or MTU 1380 on the VPN interface.',
    judge(observe) {
      const [keyless, stalled] = [
        observe('keyless'),
        (observe('sizes') ?? []).find(({ exchange }) => exchange.outcome === 'failed'),
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
            again(observe),
          ]),
        },
      );
    },
  },
  {
    id: 'net.captive',
    title: 'No login page of the network stands in between',
    why: 'Hotel, airport and guest networks answer every URL with their login page.',
    proof: 'A redirect to a portal, or a portal page, from a host that is not the API.',
    cure: 'Log in to the network in a browser.',
    needs: ['keyless'],
    judge(observe) {
      const keyless = observe('keyless');
      const page =
        keyless?.outcome === 'answered' &&
        /WISPAccessGateway|captive[- ]?portal|hotspot/i.test(keyless.body.slice(0, 4000));
      const redirect = owned('net.captive', keyless);
      if (keyless === undefined || (!page && redirect === undefined)) return pass('');
      return fail('A login page of the network answers instead of the API.', {
        owner: 'network',
        confidence: 'likely',
        evidence: [wireLine(keyless)],
        remedy: remedy('Log in to the network in a browser, then try again.', [again(observe)]),
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
    judge(observe) {
      const reuse = observe('idleReuse');
      if (reuse?.outcome === 'answered' && reuse.retries === 0)
        return pass('Answered after 70 s of silence.');
      return degrade('The first request after 70 s of silence was reset; the next one works.', {
        owner: 'proxy',
        confidence: 'likely',
        evidence: wireLines(reuse),
        remedy: remedy(
          'Raise the idle time-out of the hop above that of its clients.',
          [],
          [
            { server: 'nginx', text: 'keepalive_timeout 300s;' },
            { server: 'HAProxy', text: 'timeout http-keep-alive 300s' },
            albIdleTimeout,
          ],
        ),
      });
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
    judge(observe) {
      const [network, stream] = [observe('network'), observe('stream')?.exchange];
      const broken =
        stream?.outcome === 'answered' &&
        /HTTP2|INTERNAL_ERROR|PROTOCOL_ERROR/i.test(`${stream.breakage?.code} ${stream.breakage?.message}`);
      if (broken || stream?.reading.check === 'http.alpn') {
        return fail('The stream is broken off by HTTP/2 (INTERNAL_ERROR or PROTOCOL_ERROR).', {
          owner: 'proxy',
          confidence: 'likely',
          evidence: wireLines(stream),
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
]);
