// What a pasted error means, for `msg doctor --from-error`.

import { padded, wrapped } from '../../text/wrap.ts';
import type { OfflineDiagnosis } from '../reading/offline-diagnosis.ts';
import type { ReportTextOptions } from './line.ts';
import { plain } from './parts.ts';

const nameColumn = 12;

/** A diagnosis made without a request. */
export function offlineText(diagnosis: OfflineDiagnosis, { theme, width }: ReportTextOptions): string {
  const room = Math.max(24, Math.min(width, 100) - nameColumn - 1);
  const row = (name: string, text: string): string[] =>
    wrapped(plain(text), room).map(
      (line, index) => `${theme.dim(padded(index === 0 ? name : '', nameColumn))} ${line}`,
    );
  return `${[
    ...row('saw', diagnosis.saw),
    ...(diagnosis.check === null
      ? []
      : row(
          'cause',
          `${diagnosis.check} (${diagnosis.report.rootCause?.confidence ?? 'possible'}, from the text alone)`,
        )),
    ...row('proves', diagnosis.proves),
    ...row('leaves open', diagnosis.leavesOpen),
    ...row('cure', diagnosis.cure),
    ...row('next', diagnosis.next),
  ].join('\n')}\n`;
}
