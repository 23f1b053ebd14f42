// A certificate chain as facts, and what is wrong with it: judged here, with the clock as a parameter,
// because the handshake is made with verification off. No I/O.
import { checkServerIdentity, type DetailedPeerCertificate, type PeerCertificate } from 'node:tls';

export type Certificate = {
  readonly subject: string;
  readonly issuer: string;
  readonly organization: string | null;
  readonly issuerOrganization: string | null;
  readonly validFromMs: number;
  readonly validToMs: number;
  readonly names: readonly string[];
  readonly isSelfIssued: boolean;
  /** Where its issuer's certificate can be fetched (AIA), if it says. */
  readonly issuerUrl: string | null;
};

export type ChainVerdict = {
  readonly isTrusted: boolean;
  /** Why the chain ends in no root known here. */
  readonly untrusted:
    | 'self-signed'
    | 'private-authority'
    | 'missing-intermediate'
    | 'missing-issuer'
    | 'unknown'
    | null;
  /** The product that breaks TLS open, by the issuer's name. */
  readonly inspector: string | null;
  readonly expiredMs: number | null;
  readonly notYetMs: number | null;
  /** Names of the certificate when the host is not among them. */
  readonly otherNames: readonly string[] | null;
};

/** Products that open TLS on the way, as they name themselves in certificates. */
const inspectors: readonly (readonly [RegExp, string])[] = [
  [/zscaler/i, 'Zscaler'],
  [/netskope|goskope/i, 'Netskope'],
  [/palo ?alto|globalprotect|prisma access/i, 'Palo Alto Networks'],
  [/fortinet|fortigate/i, 'Fortinet'],
  [/cisco umbrella|cisco secure|cisco systems/i, 'Cisco'],
  [/sophos/i, 'Sophos'],
  [/kaspersky/i, 'Kaspersky'],
  [/mitmproxy/i, 'mitmproxy'],
  [/blue ?coat|symantec web/i, 'Symantec (Blue Coat)'],
  [/forcepoint|websense/i, 'Forcepoint'],
  [/checkpoint|check point/i, 'Check Point'],
  [/bitdefender/i, 'Bitdefender'],
  [/avast|avg technologies/i, 'Avast'],
  [/eset ssl/i, 'ESET'],
  [/charles proxy/i, 'Charles'],
  [/fiddler|DO_NOT_TRUST/i, 'Fiddler'],
  [/portswigger/i, 'Burp'],
  [/cloudflare (gateway|for teams)|gateway ca - cloudflare/i, 'Cloudflare Gateway'],
];

/** The chain as the server sent it, leaf first. */
export function chainOf(leaf: DetailedPeerCertificate): Certificate[] {
  const chain: Certificate[] = [];
  const seen = new Set<string>();
  let current: DetailedPeerCertificate | undefined = leaf;
  while (current?.subject !== undefined && !seen.has(current.fingerprint256)) {
    seen.add(current.fingerprint256);
    chain.push(certificateOf(current));
    current = current.issuerCertificate;
  }
  return chain;
}

function certificateOf(certificate: PeerCertificate): Certificate {
  const subject = nameOf(certificate.subject);
  const issuer = nameOf(certificate.issuer);
  return {
    subject,
    issuer,
    organization: one(certificate.subject['O']),
    issuerOrganization: one(certificate.issuer['O']),
    validFromMs: Date.parse(certificate.valid_from),
    validToMs: Date.parse(certificate.valid_to),
    names: (certificate.subjectaltname ?? '').split(', ').filter((name) => name !== ''),
    isSelfIssued: JSON.stringify(certificate.subject) === JSON.stringify(certificate.issuer),
    issuerUrl: certificate.infoAccess?.['CA Issuers - URI']?.[0] ?? null,
  };
}

const nameOf = (name: PeerCertificate['subject']): string =>
  one(name.CN) ?? one(name['O']) ?? one(name['OU']) ?? '(no name)';
const one = (value: string | string[] | undefined): string | null =>
  Array.isArray(value) ? (value[0] ?? null) : (value ?? null);

/**
 * What is wrong with a chain, each fault on its own: a chain can be expired and untrusted at once.
 * `code` is OpenSSL's first complaint (null: none).
 */
export function judgeChain(
  chain: readonly Certificate[],
  hostname: string,
  wallTimeMs: number,
  code: string | null,
): ChainVerdict {
  const leaf = chain[0];
  const expired = chain.find(({ validToMs }) => validToMs < wallTimeMs);
  const early = chain.find(({ validFromMs }) => validFromMs > wallTimeMs);
  return {
    isTrusted: code === null,
    untrusted: code === null ? null : trustFault(chain, code),
    inspector: inspectorOf(chain),
    expiredMs: expired === undefined ? null : wallTimeMs - expired.validToMs,
    notYetMs: early === undefined ? null : early.validFromMs - wallTimeMs,
    otherNames: leaf !== undefined && !isNamed(hostname, leaf) ? leaf.names : null,
  };
}

function trustFault(chain: readonly Certificate[], code: string): ChainVerdict['untrusted'] {
  const last = chain.at(-1);
  if (/EXPIRED|NOT_YET|ALTNAME/.test(code) || last === undefined) return null;
  if (/DEPTH_ZERO_SELF_SIGNED/.test(code) || (chain.length === 1 && last.isSelfIssued)) return 'self-signed';
  if (/SELF_SIGNED_CERT_IN_CHAIN/.test(code) || last.isSelfIssued) return 'private-authority';
  // The root is missing from what was sent, as it should be. Public authorities say where the next
  // certificate can be fetched; private ones rarely do.
  if (!/UNABLE_TO/.test(code)) return 'unknown';
  if (last.issuerUrl !== null) return 'missing-intermediate';
  if (chain.length > 1 || /\broot\b/i.test(last.issuer)) return 'private-authority';
  // Only the leaf was sent: its issuer may be a private root, or the intermediate that should have been sent too.
  return intermediate.test(last.issuer) ? 'missing-intermediate' : 'missing-issuer';
}

/** How intermediates are called: R3, E5, Issuing CA 2, DigiCert TLS RSA SHA256 2020 CA1. */
const intermediate =
  /intermediate|issuing|\bsub(ordinate)?[ -]?ca\b|\b(tls|ssl|server)\b.*\bca\d?\b|^[re]\d{1,2}$/i;

function inspectorOf(chain: readonly Certificate[]): string | null {
  const names = chain
    .map(({ issuer, issuerOrganization }) => `${issuer} ${issuerOrganization ?? ''}`)
    .join(' ');
  return inspectors.find(([pattern]) => pattern.test(names))?.[1] ?? null;
}

function isNamed(hostname: string, leaf: Certificate): boolean {
  const certificate = { subject: { CN: leaf.subject }, subjectaltname: leaf.names.join(', ') };
  return checkServerIdentity(hostname, certificate as unknown as PeerCertificate) === undefined;
}
