// Who really answers, as a section of the text report; what the other formats need to know of it. No verdict is made here.
import type { IdentityReport, Report, Status } from '../engine/report.ts';
import { glyphOf, lineWidth, type ReportTextOptions, styledLines, verdictLook } from './line.ts';
import { plain } from './parts.ts';

/** The mark of a proof: that of a check with such a result. */
export const proofStatuses: Readonly<Record<IdentityReport['proofs'][number]['result'], Status>> = {
  kept: 'pass',
  failed: 'warn',
  absent: 'skip',
  open: 'unknown',
};

/** `signature_kept`: the proof without the name of its group. */
export const proofName = (id: string): string => id.replace('identity.', '');

/** What is said before the proofs: verdict and reason, what it does not say, the models, the facts. */
export const identityFacts = ({ because, limit, mapping, facts }: IdentityReport): readonly string[] => [
  because,
  limit,
  mapping,
  ...facts,
];

const looks = {
  native: 'healthy',
  altered: 'degraded',
  translated: 'healthy',
  'cannot tell': 'undetermined',
} as const;

const resultWords = {
  kept: 'holds',
  failed: 'fails',
  open: 'could not be made',
  absent: 'is not offered',
} as const;

/** The section of a terminal; with -v each proof with what it does not prove. */
export function identityLines({ identity }: Report, options: ReportTextOptions): string[] {
  if (identity === undefined) return [];
  const { theme } = options;
  const room = lineWidth(options) - 3;
  const { style } = verdictLook(looks[identity.verdict]);
  const indented = (text: string, indent = '   '): string[] =>
    styledLines(text, room + 3 - indent.length, null, theme).map((line) => indent + line);
  const named = (['failed', 'kept', 'open', 'absent'] as const).flatMap((result) => {
    const names = identity.proofs.flatMap((proof) => (proof.result === result ? [proofName(proof.id)] : []));
    return names.length === 0 ? [] : indented(`${resultWords[result]}: ${names.join(', ')}`);
  });
  const proofs = identity.proofs.flatMap(({ id, result, summary, limit }) => [
    `   ${glyphOf(proofStatuses[result], theme)} ${theme.strong(plain(proofName(id)))}`,
    ...indented(summary, '     '),
    ...styledLines(limit, room - 2, 'dim', theme).map((line) => `     ${line}`),
  ]);
  return [
    ` ${theme.heading('WHO ANSWERS')}  ${theme[style](identity.verdict)}`,
    ...identityFacts(identity).flatMap((fact) => indented(fact)),
    ...(options.isVerbose ? proofs : named),
  ];
}
