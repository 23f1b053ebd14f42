// Kept sessions as text for people: the list, and what a search found. Pure.

import { oneLine } from '../../text/sanitize.ts';
import { type Cell, tableText } from '../../text/table.ts';
import type { Theme } from '../../text/theme.ts';
import { leftText } from './conversation.ts';
import type { FoundSession, SessionSummary } from './session-files.ts';

const columns = [
  { title: 'SESSION', rank: 1, isWhole: true },
  { title: 'USED', rank: 1, isWhole: true },
  { title: 'MODEL', rank: 4 },
  { title: 'PROFILE', rank: 5 },
  { title: 'BEGINS WITH', rank: 1 },
] as const;

/** One line a session. `now` is in milliseconds since 1970. */
export function sessionsText(
  sessions: readonly SessionSummary[],
  now: number,
  theme: Theme,
  width: number,
): string {
  const rows = sessions.map(({ id, name, header, updatedAt }): Cell[] => [
    name === undefined ? { text: id } : { text: name, style: 'strong' },
    { text: ageText(now - updatedAt), style: 'dim' },
    { text: oneLine(header.model ?? '') },
    { text: oneLine(header.profile ?? ''), style: 'dim' },
    { text: oneLine(header.preview ?? '') },
  ]);
  return tableText(columns, rows, theme, width);
}

/** Where a text was said: the session, and the line around it with the text itself marked. */
export function foundText(found: readonly FoundSession[], wanted: string, now: number, theme: Theme): string {
  return found
    .map(({ session: { id, name, updatedAt }, excerpt, left }) => {
      const line = oneLine(excerpt);
      const at = line.toLowerCase().indexOf(wanted.toLowerCase());
      const marked =
        at < 0
          ? line
          : line.slice(0, at) +
            theme.accent(line.slice(at, at + wanted.length)) +
            line.slice(at + wanted.length);
      const facts = [ageText(now - updatedAt), ...(left === undefined ? [] : [leftText[left]])].join(', ');
      return `${theme.strong(name ?? id)}  ${theme.dim(facts)}\n  ${marked}\n`;
    })
    .join('');
}

const minuteMs = 60_000;
const units = [
  { name: 'min', ms: minuteMs, below: 60 },
  { name: 'h', ms: 60 * minuteMs, below: 48 },
  { name: 'days', ms: 24 * 60 * minuteMs, below: Number.POSITIVE_INFINITY },
] as const;

/** How long ago something was, in the largest unit that is still a number one reads at a glance. */
export function ageText(ageMs: number): string {
  if (ageMs < minuteMs) return 'just now';
  for (const { name, ms, below } of units) {
    const count = Math.floor(ageMs / ms);
    if (count < below) return `${count} ${name} ago`;
  }
  return '';
}
