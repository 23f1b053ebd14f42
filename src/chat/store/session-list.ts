// Kept sessions as text for people: the list, and what a search found.

import type { Context } from '../../context.ts';
import type { CommonOptions } from '../../profiles/flags.ts';
import { oneLine } from '../../text/sanitize.ts';
import { type Cell, tableText } from '../../text/table.ts';
import type { Theme } from '../../text/theme.ts';
import { notifier } from '../../turn/notes.ts';
import { leftText } from './conversation.ts';
import { type FoundSession, type SessionSummary, sessionFiles } from './session-files.ts';

const columns = [
  { title: 'SESSION', rank: 1, isWhole: true },
  { title: 'USED', rank: 1, isWhole: true },
  { title: 'MODEL', rank: 4 },
  { title: 'PROFILE', rank: 5 },
  { title: 'BEGINS WITH', rank: 1 },
] as const;

/** Prints every session, the last used first. */
export async function listSessions(context: Context, options: CommonOptions): Promise<void> {
  const { clock, dirs, streams } = context;
  const sessions = sessionFiles(dirs.state).list();
  const width = streams.stdout.isTTY ? streams.stdout.columns() : Number.POSITIVE_INFINITY;
  const theme = context.theme('stdout', options.color);
  if (sessions.length === 0) notifier(context, options)('No session is kept yet. Next: msg chat');
  else await streams.stdout.write(sessionsText(sessions, clock.wallTime(), theme, width));
}

/** One line a session. `now` is in milliseconds since 1970. */
function sessionsText(sessions: readonly SessionSummary[], now: number, theme: Theme, width: number): string {
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
export function foundText(matches: readonly FoundSession[], text: string, now: number, theme: Theme): string {
  return matches
    .map(({ session: { id, name, updatedAt }, excerpt, left }) => {
      const line = oneLine(excerpt);
      const at = line.toLowerCase().indexOf(text.toLowerCase());
      const marked =
        at < 0
          ? line
          : line.slice(0, at) + theme.accent(line.slice(at, at + text.length)) + line.slice(at + text.length);
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
