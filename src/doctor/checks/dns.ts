// What the name of the host leads to: the answer of DNS, and what localhost means here.
import { checksOf, degrade, fail, pass, remedy, unknown, warn } from '../engine/check.ts';
import { again, change, setCommand } from '../engine/remedy-commands.ts';
import { elsewhere, isTunnelled, tcpLine } from './tcp.ts';

/** A name that takes longer costs more than all the rest of a connection. */
const slowNameMs = 3000;

export const dnsChecks = checksOf({ group: 'network', needs: ['setup', 'network'] }, [
  {
    id: 'net.dns',
    title: 'The host name resolves',
    why: 'A typo, a VPN that is off, or split DNS. 0.0.0.0 is the answer of a block list.',
    proof: 'The answer of the system against that of the DNS server.',
    cure: 'Correct the host; connect the VPN; check the resolver.',
    judge(observe) {
      const [setup, network] = [observe('setup'), observe('network')];
      const name = network?.name;
      const host = setup?.url.hostname ?? '';
      if (name === undefined || isTunnelled(observe)) return pass('');
      if (name.isLiteral) return pass('');
      const sunk = name.addresses.find(({ address }) => /^(0\.0\.0\.0|::)$/.test(address));
      if (sunk !== undefined) {
        return fail(`${host} resolves to ${sunk.address}: a block list answers instead of DNS.`, {
          owner: 'network',
          evidence: [`system: ${sunk.address}`, `DNS server: ${name.direct?.join(', ') || 'no answer'}`],
          remedy: remedy(`Take ${host} off the block list (hosts file, DNS filter).`, [
            `getent hosts ${host}`,
            again(observe),
          ]),
        });
      }
      if (name.failure === null && name.ms > slowNameMs)
        return degrade(
          `${host} resolves, but only after ${(name.ms / 1000).toFixed(1)} s: every new connection waits that long, and programs with less patience say that it does not exist.`,
          {
            owner: 'network',
            evidence: [
              `${host}: ${name.addresses.map(({ address }) => address).join(', ')} after ${Math.round(name.ms)} ms`,
            ],
            remedy: remedy('Look at the DNS servers of this machine: the first one may be dead.', [
              'cat /etc/resolv.conf',
              again(observe),
            ]),
          },
        );
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
            remedy: remedy('Check the resolver of this machine.', [`getent hosts ${host}`, again(observe)]),
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
            remedy: remedy('Check the connection and the VPN.', [again(observe)]),
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
            change(observe, 'base-url', 'https://HOST'),
          ),
        },
      );
    },
  },
  {
    id: 'url.localhost',
    title: 'localhost is the machine that is meant',
    why: 'Since Node 17 localhost may mean ::1 while the server listens on 127.0.0.1 only; in a container or WSL it is another machine.',
    proof: 'TCP to both families of a loopback name; container and WSL markers.',
    cure: '127.0.0.1 instead of localhost; host.docker.internal inside a container.',
    judge(observe) {
      const [setup, network] = [observe('setup'), observe('network')];
      if (setup?.url.isLoopback !== true || isTunnelled(observe)) return pass('');
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
            remedy: remedy(`Use ${open.address} in the base URL.`, [setCommand(observe, 'base-url', fixed)]),
          },
        );
      }
      if (open !== undefined) return pass('');
      if (!setup.isContainer && !setup.isWsl) return pass('');
      const host = setup.isContainer
        ? 'host.docker.internal'
        : 'the address of Windows (ip route show default)';
      // net.refused is the finding; this is what may be behind it.
      return warn(`Nothing listens on ${setup.url.host}.${elsewhere(observe)}`, {
        owner: 'you',
        confidence: 'likely',
        evidence,
        remedy: remedy(
          `If the server runs outside, use ${host}.`,
          change(
            observe,
            'base-url',
            `http://${setup.isContainer ? 'host.docker.internal' : 'ADDRESS'}:${setup.url.port}`,
          ),
        ),
      });
    },
  },
]);
