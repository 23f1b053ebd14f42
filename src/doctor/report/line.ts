// How one line of the text report is made: its width, its glyph, its twin in ASCII.

import { type Glyphs, inSigns, type Style, type Theme } from '../../text/theme.ts';
import { wrapped } from '../../text/wrap.ts';
import type { Status, Verdict } from '../engine/report.ts';
import { plain } from './parts.ts';

export type ReportTextOptions = {
  readonly theme: Theme;
  /** Columns; 40 is the least that reads well. */
  readonly width: number;
  /** Commands that are longer than a line are broken as a shell takes them; elsewhere they are never broken. */
  readonly isOnTerminal?: boolean;
  /** Every check, the hops' evidence, the waterfall. */
  readonly isVerbose: boolean;
  /** --strict: a warning counts as a failure. */
  readonly isStrict?: boolean;
  /** How long the run took, if known. */
  readonly elapsedMs?: number;
  /** When it was made, in ISO 8601; shown where a report outlives the terminal. */
  readonly madeAt?: string;
};

export const statusLooks: Readonly<Record<Status, { readonly glyph: keyof Glyphs; readonly style: Style }>> =
  {
    pass: { glyph: 'pass', style: 'good' },
    info: { glyph: 'info', style: 'info' },
    warn: { glyph: 'warn', style: 'warn' },
    fail: { glyph: 'fail', style: 'bad' },
    unknown: { glyph: 'unknown', style: 'warn' },
    skip: { glyph: 'skip', style: 'dim' },
    crashed: { glyph: 'fail', style: 'bad' },
  };

/** The status of a check that weighs as much as a verdict. */
export const verdictStatus = {
  healthy: 'pass',
  degraded: 'warn',
  broken: 'fail',
  undetermined: 'unknown',
} as const;

/** How a verdict looks: as the results that it rests on. */
export const verdictLook = (verdict: Verdict): (typeof statusLooks)[Status] =>
  statusLooks[verdictStatus[verdict]];

// Longer lines are hard to read, however wide the window is.
const widestText = 110;

export const lineWidth = ({ width }: ReportTextOptions): number => Math.min(Math.max(width, 40), widestText);

export const glyphOf = (status: Status, theme: Theme): string =>
  theme[statusLooks[status].style](theme.glyphs[statusLooks[status].glyph]);

/** Text of any origin, harmless, on one line; our own signs beyond ASCII replaced where the theme asks for it. */
export const themed = (text: string, theme: Theme): string => inSigns(plain(text), theme);

/** Wraps and styles: `style` is put on each line apart, so that no colour runs into a margin. */
export const styledLines = (text: string, width: number, style: Style | null, theme: Theme): string[] =>
  wrapped(themed(text, theme), width).map((line) => (style === null ? line : theme[style](line)));

/** Lines of a section as text: no spaces at their ends, a line end after each. */
export const asText = (lines: readonly string[]): string =>
  lines.map((line) => `${line.trimEnd()}\n`).join('');
