// The certificate: judges the chain that reach/chain examined with verification off.
import { checksOf, fail, pass, remedy, warn } from '../engine/check.ts';
import type { Observe } from '../engine/observations.ts';
import { again, change, setClock, setCommand } from '../engine/remedy-commands.ts';
import type { Snippets } from '../engine/report.ts';
import { bothForms } from '../engine/url-facts.ts';
import { getsThrough } from './tls.ts';

const dayMs = 86_400_000;
const days = (ms: number): string =>
  `${Math.max(1, Math.round(ms / dayMs))} day${Math.round(ms / dayMs) > 1 ? 's' : ''}`;

/** With checks switched off a bad certificate does not stop anybody, which is the worse for it. */
const problemOf = (observe: Observe): typeof fail => (observe('setup')?.isTlsCheckOff ? warn : fail);

const chainLines = (observe: Observe): string[] =>
  (observe('network')?.tls?.chain ?? []).map(
    ({ subject, issuer }, depth) => `${depth}: ${subject}, issued by ${issuer}`,
  );

/** `openssl` shows a chain without msg: an independent witness. */
const showChain = (observe: Observe): string => {
  const url = observe('setup')?.url;
  return `openssl s_client -connect ${url?.hostname}:${url?.port} -servername ${url?.hostname} -showcerts </dev/null`;
};

const fullChain: Snippets = [
  { server: 'nginx', text: 'ssl_certificate /etc/ssl/fullchain.pem;  # leaf first, then the intermediate' },
  { server: 'HAProxy', text: 'bind :443 ssl crt /etc/haproxy/full.pem  # leaf, intermediate, key' },
  { server: 'Apache', text: 'SSLCertificateFile /etc/ssl/fullchain.pem' },
];

export const certificateChecks = checksOf({ group: 'network', needs: ['setup', 'network'] }, [
  {
    id: 'tls.intercepted',
    title: 'TLS is not opened on the way',
    why: 'Corporate inspection (Zscaler, Netskope, Palo Alto, ...) replaces the certificate; Node does not know its root, browsers do. Such products also tend to hold event streams.',
    proof: 'The issuer of the certificate.',
    cure: 'The inspection root as PEM in NODE_EXTRA_CA_CERTS; a bypass for event streams.',
    uses: ['keyless'],
    judge(observe) {
      const tls = observe('network')?.tls;
      const inspector = tls?.verdict?.inspector ?? null;
      if (tls == null || inspector === null) return pass('');
      const host = observe('setup')?.url.hostname ?? '';
      const text = `Certificate for ${host} is issued by ${inspector} (TLS inspection). Export that root as PEM and start with NODE_EXTRA_CA_CERTS=ROOT.pem; it cannot be set after start.`;
      const problem = {
        owner: 'network',
        evidence: chainLines(observe),
        remedy: remedy('Trust the root of the inspection, and ask for a bypass of event streams.', [
          'export NODE_EXTRA_CA_CERTS=ROOT.pem',
          setCommand(observe, 'cacert', 'ROOT.pem'),
          showChain(observe),
        ]),
      } as const;
      return tls.verdict?.isTrusted || getsThrough(observe)
        ? warn(
            `Certificate for ${host} is issued by ${inspector} (TLS inspection); its root is trusted here. It can read everything and may hold streams.`,
            problem,
          )
        : fail(text, problem);
    },
  },
  {
    id: 'tls.expired',
    title: 'The certificate has not expired',
    why: 'Nobody renewed it, or the clock here is ahead.',
    proof: 'Its end against the clock of this machine.',
    cure: 'Renew it; correct the clock.',
    needs: ['network'],
    uses: ['keyless'],
    judge(observe) {
      const tls = observe('network')?.tls;
      const leaf = tls?.chain[0];
      const expiredMs = getsThrough(observe) ? null : (tls?.verdict?.expiredMs ?? null);
      if (expiredMs === null) {
        const restMs = leaf === undefined ? Number.POSITIVE_INFINITY : leaf.validToMs - nowOf(observe);
        if (restMs < 14 * dayMs && restMs > 0) {
          return warn(`The certificate expires in ${days(restMs)}.`, {
            owner: 'gateway',
            remedy: remedy('Have it renewed.', [showChain(observe)]),
          });
        }
        return pass(
          leaf === undefined ? '' : `Valid until ${new Date(leaf.validToMs).toISOString().slice(0, 10)}.`,
        );
      }
      return problemOf(observe)(`A certificate of the chain expired ${days(expiredMs)} ago.`, {
        owner: 'gateway',
        evidence: chainLines(observe),
        remedy: remedy('Have the owner renew it; check the clock of this machine.', [
          'date -u',
          showChain(observe),
        ]),
      });
    },
  },
  {
    id: 'tls.not_yet',
    title: 'The certificate is valid already',
    why: 'A certificate from the future is almost always a clock that is behind.',
    proof: 'Its begin against the clock of this machine.',
    cure: 'Set the clock; on WSL2: sudo hwclock -s',
    uses: ['keyless'],
    judge(observe) {
      const earlyMs = getsThrough(observe) ? null : (observe('network')?.tls?.verdict?.notYetMs ?? null);
      if (earlyMs === null) return pass('');
      return problemOf(observe)(
        `The certificate is valid only in ${days(earlyMs)}: the clock of this machine is behind, or the certificate was made too early.`,
        {
          owner: 'you',
          confidence: 'likely',
          evidence: chainLines(observe),
          remedy: remedy('Check the clock.', ['date -u', setClock(observe), again(observe)]),
        },
      );
    },
  },
  {
    id: 'tls.hostname',
    title: 'The certificate is for this host',
    why: 'An address instead of a name, a missing alias, or another service on that port.',
    proof: 'The names of the certificate against the host of the base URL.',
    cure: 'The name the certificate was made for.',
    uses: ['keyless'],
    judge(observe) {
      const names = getsThrough(observe) ? null : (observe('network')?.tls?.verdict?.otherNames ?? null);
      if (names === null) return pass('');
      const setup = observe('setup');
      const name = names
        .map((entry) => /^DNS:(?!\*)(.+)$/.exec(entry)?.[1])
        .find((entry) => entry !== undefined);
      const base = bothForms(setup?.url.input ?? '').sdk;
      return problemOf(observe)(
        `The certificate is for ${names.slice(0, 3).join(', ') || observe('network')?.tls?.chain[0]?.subject}, not for ${setup?.url.hostname}.`,
        {
          owner: 'you',
          evidence: chainLines(observe),
          remedy: remedy(
            'Use the name the certificate was made for.',
            change(observe, 'base-url', base.replace(setup?.url.hostname ?? '', name ?? 'NAME')),
          ),
        },
      );
    },
  },
  {
    id: 'tls.untrusted',
    title: 'The chain ends in a trusted root',
    why: 'A private authority this machine does not know, a self-signed certificate, or a server that does not send its intermediate (browsers fetch it, Node does not).',
    proof: 'A handshake with verification off; the chain is judged here, and no HTTP is sent.',
    cure: 'Trust the one root (--cacert, NODE_EXTRA_CA_CERTS), or have the server send the intermediate.',
    uses: ['keyless'],
    judge(observe) {
      const tls = observe('network')?.tls;
      const fault = getsThrough(observe) ? null : (tls?.verdict?.untrusted ?? null);
      if (tls == null || fault === null)
        return pass(
          tls == null ? '' : `${tls.chain[0]?.issuerOrganization ?? tls.chain[0]?.issuer ?? 'Trusted'}.`,
        );
      const last = tls.chain.at(-1);
      const trust = [
        setCommand(observe, 'cacert', 'ROOT.pem'),
        'export NODE_EXTRA_CA_CERTS=ROOT.pem',
        showChain(observe),
      ];
      const evidence = chainLines(observe);
      switch (fault) {
        case 'self-signed':
          return problemOf(observe)(`The certificate of ${observe('setup')?.url.host} is self-signed.`, {
            evidence,
            owner: 'gateway',
            remedy: remedy('Trust this one certificate, if it is yours.', trust),
          });
        case 'missing-intermediate':
          return problemOf(observe)(
            `The server does not send its intermediate certificate (${last?.issuer}); browsers fetch it, Node does not.`,
            {
              evidence,
              owner: 'gateway',
              confidence: 'likely',
              remedy: remedy(
                'Have the server send its whole chain; openssl shows under "Certificate chain" what it sends.',
                [showChain(observe), again(observe)],
                fullChain,
              ),
            },
          );
        case 'missing-issuer':
          return problemOf(observe)(
            `The server sends only its own certificate, without that of its issuer "${last?.issuer}", which this machine does not know either: an intermediate is missing (browsers fetch it, Node does not), or "${last?.issuer}" is a private root.`,
            {
              evidence,
              owner: 'gateway',
              confidence: 'likely',
              remedy: remedy(
                `Have the server send its whole chain; openssl shows under "Certificate chain" what it sends. If "${last?.issuer}" is a root of your own, trust it here instead.`,
                [showChain(observe), setCommand(observe, 'cacert', 'ROOT.pem')],
                fullChain,
              ),
            },
          );
        case 'private-authority':
        case 'unknown':
          return problemOf(observe)(
            `The certificate comes from ${last?.issuer ?? 'an authority'} that this machine does not know (a private authority, or TLS inspection).`,
            {
              evidence,
              owner: 'you',
              confidence: fault === 'unknown' ? 'likely' : 'certain',
              remedy: remedy('Get its root as PEM from whoever runs it, and trust it.', trust),
            },
          );
      }
    },
  },
]);

/** The wall time of the run, as the keyless answer noted it. */
const nowOf = (observe: Observe): number => {
  const keyless = observe('keyless');
  return keyless?.outcome === 'answered' ? keyless.wallTimeMs : 0;
};
