// Who stands between here and the model: the hops that answers give away, in their order.
// The signs are data, in hop-fingerprints.ts. Which of the hops holds a stream is decided in suspect-hop.ts.

import type { Report } from '../engine/report.ts';
import { type Fingerprint, fingerprints, layers, type Sign } from './hop-fingerprints.ts';

export type Hop = Report['hops'][number];

/** One answer, whatever its status. Header names in lower case; the start of the body is enough. */
export type HopExchange = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

const evidenceLength = 72;
const shortened = (text: string): string =>
  text.length > evidenceLength ? `${text.slice(0, evidenceLength - 1)}…` : text;

type SeenHop = Hop & {
  /** Its page came in the answer of a gateway: it stands behind that one. */
  readonly isRelayed: boolean;
};

/** Whether this answer was written, or passed on with its own headers, by a gateway. */
const isFromGateway = (exchange: HopExchange): boolean =>
  fingerprints.some(
    ({ layer, signs }) =>
      layer === 'gateway' && signs.some((sign) => 'header' in sign && matches(sign, exchange)),
  );

function matches(sign: Sign, { headers, body }: HopExchange): boolean {
  if ('page' in sign) return sign.page.test(body);
  const value = headers[sign.header];
  return value !== undefined && sign.matches?.test(value) !== false;
}

/** What gives a hop away in one answer, or null. */
function seenHop({ name, layer }: Fingerprint, sign: Sign, exchange: HopExchange): SeenHop | null {
  if (!matches(sign, exchange)) return null;
  const confidence = sign.confidence ?? 'certain';
  if ('header' in sign) {
    const evidence = shortened(`${sign.header}: ${exchange.headers[sign.header]}`);
    return { name, evidence, confidence, isRelayed: false };
  }
  // An edge or a proxy writes a page; quoted in JSON, or among the headers of a gateway, it is one further in.
  const isInFront = layers.indexOf(layer) < layers.indexOf('gateway');
  const isRelayed = isInFront && (/^\s*[{[]/.test(exchange.body) || isFromGateway(exchange));
  return {
    name,
    evidence: `${sign.says}${isRelayed ? ', passed on by what stands before it' : ''}`,
    confidence,
    isRelayed,
  };
}

/**
 * The hops that a few answers give away, the one nearest to the client first. The order is that of the
 * usual places (inspection, edge, balancer, proxy, gateway, application, provider), as headers seldom tell more;
 * a proxy known only from a page that a gateway passed on stands behind the gateway.
 */
export function identifyHops(exchanges: readonly HopExchange[]): readonly Hop[] {
  const sightings = fingerprints.flatMap((fingerprint) => {
    const traces = fingerprint.signs.flatMap((sign) => {
      const all = exchanges.flatMap((exchange) => seenHop(fingerprint, sign, exchange) ?? []);
      return all.find(({ isRelayed }) => !isRelayed) ?? all[0] ?? [];
    });
    const own = traces.filter(({ isRelayed }) => !isRelayed);
    const known = own.length > 0 ? own : traces;
    const best = known.find(({ confidence }) => confidence === 'certain') ?? known[0];
    if (best === undefined) return [];
    // The application servers seen are those that gateways run in.
    const behindGateways = layers.indexOf('application') + 0.5;
    const place = best.isRelayed ? behindGateways : layers.indexOf(fingerprint.layer);
    return [{ fingerprint, best, place }];
  });
  const precise = new Set(sightings.map(({ fingerprint }) => fingerprint.insteadOf));
  return sightings
    .filter(({ fingerprint }) => !precise.has(fingerprint.name))
    .sort((a, b) => a.place - b.place)
    .map(({ best: { name, evidence, confidence } }) => ({ name, evidence, confidence }));
}
