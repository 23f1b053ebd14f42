// Whether the window of the terminal is in front, as far as it tells, and how it calls for attention when it is not.

/** Asks to be told of every change, and (DECRQM) whether the terminal knows how to. */
export const focusOn = '\x1b[?1004h\x1b[?1004$p';
export const focusOff = '\x1b[?1004l';

/** What a terminal said: it came to the front, went behind another window, or will tell both. */
export type FocusReport = 'front' | 'behind' | 'able';

/** What is known after a report, and what was before; a window is in front when its terminal begins to tell. */
export const focusAfter = (before: FocusReport | undefined, report: FocusReport): FocusReport =>
  report === 'able' ? (before ?? 'front') : report;

/** Where OSC 9 is shown as a note of the desktop; elsewhere it would be nothing, and a bell is something. */
const showsNotes: readonly { readonly variable: string; readonly pattern: RegExp }[] = [
  { variable: 'TERM_PROGRAM', pattern: /^(?:iTerm\.app|WezTerm|ghostty)$/ },
  { variable: 'TERM', pattern: /kitty|ghostty|^foot/ },
];

/** What calls for attention on this terminal. A multiplexer passes on the bell alone. */
export function noticeOf(env: Readonly<Record<string, string | undefined>>, text: string): string {
  const isMultiplexed = /^(?:screen|tmux)/.test(env['TERM'] ?? '') || env['TMUX'] !== undefined;
  const hasNotes = showsNotes.some(({ variable, pattern }) => pattern.test(env[variable] ?? ''));
  return hasNotes && !isMultiplexed ? `\x1b]9;${text}\x1b\\` : '\x07';
}
