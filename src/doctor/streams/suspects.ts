// The hops that can hold a stream, as data: what each one's hold looks like, and what cures it.
// The weighing is done in suspect-hop.ts.

import type { StreamVerdict } from '../engine/report.ts';
import type { Hop } from '../reading/hops.ts';
import type { StreamJudgement } from './buffering-statistic.ts';
import { type Cure, cures } from './cures.ts';
import type { StreamStatistic, StreamTrace } from './stream-statistic.ts';

export type SuspectFacts = {
  readonly judgement: StreamJudgement;
  readonly trace: StreamTrace;
  /** Outermost first, as identifyHops gives them. */
  readonly hops: readonly Hop[];
  /** The verdict of the same request with `Accept-Encoding: identity`; null when it was not made. */
  readonly identityVerdict: StreamVerdict | null;
  /** The same stream behind the outer hops (`--via`), and the hops seen there; null when it was not made. */
  readonly via: { readonly verdict: StreamVerdict; readonly hops: readonly Hop[] } | null;
  readonly isTls: boolean;
  /** The product whose certificate stands in the place of the server's own; null where TLS is end to end. */
  readonly inspector: string | null;
  /** The proxy the requests go through by configuration, and where it is configured. */
  readonly proxy: { readonly url: string; readonly source: string } | null;
};

export type Signature = SuspectFacts & {
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
  /** What shows it besides the hop list. */
  readonly proof?: (signature: Signature) => Hop | null;
  readonly fits: (signature: Signature) => { readonly fit: Fit; readonly reason: string } | null;
  readonly cures: (signature: Signature) => readonly Cure[];
  /** Fits that name it although it was not seen: a mark, where it leaves no trace in headers. */
  readonly unseen?: readonly Fit[];
  /** Nobody else on the way can leave its mark. */
  readonly isOnlyMaker?: true;
};

const pages = [4096, 8192, 16384];
const wholeReason = 'the whole answer was collected';

/** Any answer that came whole fits a hop that can buffer, and no better than whatever else is on the way. */
const possibleWhole = ({ isWhole }: Signature) =>
  isWhole ? ({ fit: 'possible', reason: wholeReason } as const) : null;

/** Compression is anybody's on the way; of a hop that is known to hold while it compresses, it is usual. */
const encodingHeld = ({ identityVerdict, isEncoding, isWhole }: Signature) =>
  isEncoding && isWhole && identityVerdict === 'live'
    ? ({ fit: 'usual', reason: 'live again without compression' } as const)
    : null;

/** nginx puts the header of its upstream into the first buffer, too: less of the body is in it. */
const hasShortFirstBlock = ({ blockBytes, judgement }: Signature): boolean =>
  (judgement.statistic.bursts[0]?.bytes ?? 0) <= (blockBytes ?? 0) - shortestHeaderBytes;
const shortestHeaderBytes = 64;

/** Every batch holds as many: who counts may make them as well as a timer at a steady pace. */
const isCounted = ({ bursts }: StreamStatistic): boolean =>
  new Set(bursts.slice(1, -1).map(({ deltas }) => deltas)).size === 1;

const statedLength = 'a Content-Length on the event stream';

/** Forward proxies that pass a stream on as it comes. */
const passesOn = ['squid', 'tinyproxy'];

export const suspects: readonly Suspect[] = [
  {
    hop: 'gateway',
    aliases: [
      'LiteLLM',
      'AISIX',
      'Portkey',
      'new-api',
      'one-api',
      'one-api or new-api',
      'rolter',
      'claude-relay-service',
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
    unseen: ['mark'],
    isOnlyMaker: true,
  },
  {
    hop: 'TLS inspection',
    aliases: ['mitmproxy', 'Zscaler', 'Netskope', 'Blue Coat'],
    proof: ({ inspector }) =>
      inspector === null
        ? null
        : { name: inspector, evidence: 'its certificate stands for the server’s own', confidence: 'certain' },
    fits: (signature) =>
      signature.inspector !== null && signature.isWhole
        ? { fit: 'usual', reason: `${wholeReason}, as for inspection` }
        : possibleWhole(signature),
    cures: () => [cures.inspection],
  },
  {
    hop: 'the configured proxy',
    aliases: [],
    proof: ({ proxy }) =>
      proxy === null
        ? null
        : { name: `the proxy ${proxy.url}`, evidence: proxy.source, confidence: 'certain' },
    // Through a tunnel it sees nothing to collect, and an inspector is named by its certificate.
    fits: (signature) =>
      signature.isTls || signature.hops.some(({ name }) => passesOn.includes(name))
        ? null
        : possibleWhole(signature),
    cures: () => [cures.forwardProxy, cures.inspection],
  },
  {
    hop: 'lighttpd',
    aliases: ['lighttpd'],
    fits: (signature) =>
      signature.trace.hasContentLength && signature.isWhole
        ? { fit: 'usual', reason: statedLength }
        : possibleWhole(signature),
    cures: () => [cures.lighttpd],
  },
  {
    hop: 'lighttpd or the application itself',
    aliases: [],
    fits: ({ trace, isWhole }) =>
      trace.hasContentLength && isWhole ? { fit: 'possible', reason: statedLength } : null,
    cures: () => [cures.lighttpd, cures.application],
    unseen: ['possible'],
  },
  {
    hop: 'Varnish',
    aliases: ['Varnish', 'Fastly'],
    fits: (signature) =>
      (signature.trace.ageSeconds ?? 0) >= 1 && signature.isWhole
        ? { fit: 'mark', reason: 'Age counts the seconds it was held' }
        : possibleWhole(signature),
    cures: () => [cures.varnish],
  },
  {
    hop: 'Apache',
    aliases: ['Apache'],
    fits: (signature) => {
      if (signature.verdict === 'block')
        return { fit: 'usual', reason: 'blocks cut inside events, as a filter makes them' };
      return encodingHeld(signature) ?? possibleWhole(signature);
    },
    cures: (signature) => [signature.isEncoding ? cures.apacheDeflate : cures.apacheFilters],
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
      const { verdict, blockBytes, isTls, trace } = signature;
      if (verdict === 'block' && blockBytes !== null && pages.includes(blockBytes)) {
        if (blockBytes === 16384 && isTls) return { fit: 'usual', reason: 'blocks of one TLS record' };
        const reason = `blocks of exactly ${blockBytes} bytes, cut inside events`;
        return { fit: hasShortFirstBlock(signature) ? 'mark' : 'possible', reason };
      }
      if (verdict === 'block') return { fit: 'usual', reason: 'blocks cut inside events: a byte buffer' };
      if (signature.isEncoding && signature.isWhole)
        return signature.identityVerdict === 'block'
          ? { fit: 'mark', reason: 'all at once with gzip, in blocks without' }
          : encodingHeld(signature);
      // It passes on a length that it was told, and states none itself.
      return trace.hasContentLength ? null : possibleWhole(signature);
    },
    cures: ({ verdict, blockBytes, isTls, trace }) => {
      if (verdict === 'block' && blockBytes === 16384 && isTls) return [cures.nginxTls, cures.nginxBuffering];
      if (trace.contentEncoding !== null) return [cures.nginxGzip, cures.nginxBuffering];
      return [cures.nginxBuffering, cures.accelHeader];
    },
    unseen: ['mark'],
  },
  {
    hop: 'HAProxy',
    aliases: ['HAProxy'],
    // The kernel's cork lets go after 200 ms: the timer starts with the first byte it holds. A first token that did
    // not wait was in the segment that the head filled, which then ends anywhere; else the origin makes the batches.
    fits: ({ verdict, periodMs, judgement: { confidence, statistic } }) => {
      const isFlushed = verdict === 'coalesced' || verdict === 'timed-flush';
      if (!isFlushed || periodMs < 190 || periodMs >= 300) return null;
      const lagMs = statistic.firstLagMs;
      if (lagMs !== null && lagMs <= periodMs / 3 && statistic.bursts[0]?.isCut !== true) return null;
      const reason = `whole events every ${Math.round(periodMs)} ms, as a corked socket lets go`;
      return { fit: confidence === 'possible' || isCounted(statistic) ? 'possible' : 'mark', reason };
    },
    cures: () => [cures.haproxy],
    unseen: ['mark', 'possible'],
  },
  {
    hop: 'AWS API Gateway',
    aliases: ['AWS API Gateway'],
    fits: possibleWhole,
    cures: () => [cures.apiGateway],
  },
  {
    hop: 'Azure Application Gateway',
    aliases: ['Azure Application Gateway'],
    fits: possibleWhole,
    cures: () => [cures.appGateway],
  },
  {
    hop: 'Azure API Management',
    aliases: ['Azure API Management'],
    fits: possibleWhole,
    cures: () => [cures.apim],
  },
  { hop: 'IIS ARR', aliases: ['IIS ARR'], fits: possibleWhole, cures: () => [cures.iis] },
  {
    hop: 'Traefik',
    aliases: ['Traefik'],
    fits: (signature) => encodingHeld(signature) ?? possibleWhole(signature),
    cures: (signature) => [signature.isEncoding ? cures.traefik : cures.traefikBuffering],
  },
  { hop: 'Cloudflare', aliases: ['Cloudflare'], fits: possibleWhole, cures: () => [cures.cloudflare] },
  { hop: 'Envoy', aliases: ['Envoy', 'Istio'], fits: possibleWhole, cures: () => [cures.envoy] },
];
