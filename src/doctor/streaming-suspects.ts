// The hops that can hold a stream, as data: what each one's hold looks like, and what cures it.
// The weighing is done in culprit.ts.
import type { StreamJudgement } from './buffering.ts';
import type { Hop } from './hops.ts';
import type { StreamVerdict } from './report.ts';
import type { StreamTrace } from './stream-statistic.ts';
import { type Cure, cures } from './streaming-cures.ts';

export type CulpritFacts = {
  readonly judgement: StreamJudgement;
  readonly trace: StreamTrace;
  /** Outermost first, as identifyHops gives them. */
  readonly hops: readonly Hop[];
  /** The verdict of the same request with `Accept-Encoding: identity`; null when it was not made. */
  readonly identityVerdict: StreamVerdict | null;
  /** The verdict behind the outer hops (`--via`); null when it was not made. */
  readonly viaVerdict: StreamVerdict | null;
  readonly isTls: boolean;
  /** The certificate was issued by an inspection product. */
  readonly isIntercepted: boolean;
};

export type Signature = CulpritFacts & {
  readonly verdict: StreamVerdict;
  readonly blockBytes: number | null;
  readonly periodMs: number;
  readonly isWhole: boolean;
  /** Compression is what holds the text: it goes away, or changes, without it. */
  readonly isEncoding: boolean;
};

/** How well the stream alone fits a suspect: its mark, what is usual there, or merely possible. */
export type Fit = 'mark' | 'usual' | 'possible';

export type Suspect = {
  readonly hop: string;
  /** Names in the hop list that stand for it. */
  readonly aliases: readonly string[];
  readonly fits: (signature: Signature) => { readonly fit: Fit; readonly reason: string } | null;
  readonly cures: (signature: Signature) => readonly Cure[];
  /** May be named without having been seen: its mark is unique, or it leaves no trace in headers. */
  readonly needsNoSign?: boolean;
};

const pages = [4096, 8192, 16384];
const isWholeHold = (signature: Signature): boolean => signature.isWhole;

/** Fits any answer that came whole: what a hop that can buffer is suspected of once it is seen. */
const usualWhole = (signature: Signature) =>
  isWholeHold(signature) ? ({ fit: 'usual', reason: 'the whole answer was collected' } as const) : null;

const encodingHeld = (signature: Signature) =>
  signature.isEncoding && isWholeHold(signature)
    ? ({ fit: 'mark', reason: 'live again without compression' } as const)
    : null;

export const suspects: readonly Suspect[] = [
  {
    hop: 'gateway',
    aliases: [
      'LiteLLM',
      'AISIX',
      'Portkey',
      'new-api',
      'Cloudflare AI Gateway',
      'Helicone',
      'OpenRouter',
      'claude-code-router',
    ],
    fits: ({ verdict }) =>
      verdict === 'held-by-app'
        ? { fit: 'mark', reason: 'the stream opened on time, the text came at the end' }
        : null,
    cures: () => [cures.gatewayPolicy],
    needsNoSign: true,
  },
  {
    hop: 'TLS inspection',
    aliases: ['mitmproxy', 'Zscaler', 'Netskope', 'Blue Coat'],
    fits: (signature) =>
      signature.isIntercepted && isWholeHold(signature)
        ? {
            fit: 'mark',
            reason: 'the certificate is not the server’s own and the whole answer was collected',
          }
        : usualWhole(signature),
    cures: () => [cures.inspection],
  },
  {
    hop: 'lighttpd',
    aliases: ['lighttpd'],
    fits: (signature) =>
      signature.trace.hasContentLength && isWholeHold(signature)
        ? { fit: 'mark', reason: 'a Content-Length on the event stream' }
        : usualWhole(signature),
    cures: () => [cures.lighttpd],
  },
  {
    hop: 'Varnish',
    aliases: ['Varnish', 'Fastly'],
    fits: (signature) =>
      (signature.trace.ageSeconds ?? 0) >= 1 && isWholeHold(signature)
        ? { fit: 'mark', reason: 'Age counts the seconds it was held' }
        : usualWhole(signature),
    cures: () => [cures.varnish],
  },
  {
    hop: 'Caddy',
    aliases: ['Caddy'],
    fits: encodingHeld,
    cures: () => [cures.caddyEncode],
  },
  {
    hop: 'Express',
    aliases: ['Express'],
    fits: encodingHeld,
    cures: () => [cures.express],
  },
  {
    hop: 'nginx',
    aliases: ['nginx', 'OpenResty', 'Tengine', 'ingress-nginx', 'Kong', 'APISIX'],
    fits: (signature) => {
      const { verdict, blockBytes, isTls } = signature;
      if (verdict === 'block' && blockBytes !== null && pages.includes(blockBytes)) {
        if (blockBytes === 16384 && isTls) return { fit: 'usual', reason: 'blocks of one TLS record' };
        return { fit: 'mark', reason: `blocks of exactly ${blockBytes} bytes, cut inside events` };
      }
      if (verdict === 'block') return { fit: 'usual', reason: 'blocks cut inside events: a byte buffer' };
      if (signature.isEncoding && isWholeHold(signature))
        return signature.identityVerdict === 'block'
          ? { fit: 'mark', reason: 'all at once with gzip, in blocks without' }
          : { fit: 'usual', reason: 'live again without compression' };
      return usualWhole(signature);
    },
    cures: ({ verdict, blockBytes, isTls, trace }) => {
      if (verdict === 'block' && blockBytes === 16384 && isTls) return [cures.nginxTls, cures.nginxBuffering];
      if (trace.contentEncoding !== null) return [cures.nginxGzip, cures.nginxBuffering];
      return [cures.nginxBuffering, cures.accelHeader];
    },
    needsNoSign: true,
  },
  {
    hop: 'HAProxy',
    aliases: ['HAProxy'],
    // The kernel's cork lets go after 200 ms: the timer starts with the first byte it holds.
    // On a fast stream it lets go sooner, and only the head that waited for company speaks for it.
    fits: ({ verdict, periodMs, judgement }) => {
      if (verdict !== 'coalesced' && verdict !== 'timed-flush') return null;
      const reason = `whole events every ${Math.round(periodMs)} ms, as a corked socket lets go`;
      if (periodMs >= 190 && periodMs < 300)
        return { fit: judgement.confidence === 'possible' ? 'possible' : 'mark', reason };
      return periodMs < 190 && judgement.statistic.leadMs < 5 ? { fit: 'possible', reason } : null;
    },
    cures: () => [cures.haproxy],
    needsNoSign: true,
  },
  { hop: 'AWS API Gateway', aliases: ['AWS API Gateway'], fits: usualWhole, cures: () => [cures.apiGateway] },
  {
    hop: 'Azure Application Gateway',
    aliases: ['Azure Application Gateway'],
    fits: usualWhole,
    cures: () => [cures.appGateway],
  },
  {
    hop: 'Azure API Management',
    aliases: ['Azure API Management'],
    fits: usualWhole,
    cures: () => [cures.apim],
  },
  { hop: 'IIS ARR', aliases: ['IIS ARR'], fits: usualWhole, cures: () => [cures.iis] },
  { hop: 'Traefik', aliases: ['Traefik'], fits: encodingHeld, cures: () => [cures.traefik] },
  { hop: 'Cloudflare', aliases: ['Cloudflare'], fits: usualWhole, cures: () => [cures.cloudflare] },
  { hop: 'Envoy', aliases: ['Envoy', 'Istio'], fits: usualWhole, cures: () => [cures.envoy] },
];
