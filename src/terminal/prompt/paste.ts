// Pastes in the prompt that are long or hold what nobody sees: shown as a placeholder, expanded when the text is
// sent or edited.
import { visible } from '../../text/sanitize.ts';

/** Above this many lines a paste is shown as a placeholder. */
const shownLines = 20;
/** A single huge line would cost a redraw of many screens at every key. */
const shownCharacters = 2_000;

export type Pastes = {
  /** The text as the prompt shows it: itself, or a placeholder that stands for it. */
  readonly fold: (text: string) => string;
  /** The text as it is sent: every placeholder replaced by what it stands for. */
  readonly expand: (text: string) => string;
  /** The placeholder that covers a position (both borders excluded), or that starts or ends there. */
  readonly around: (
    text: string,
    position: number,
  ) => { readonly start: number; readonly end: number } | null;
  /**
   * What an edit should have left that knows nothing of placeholders, such as Ctrl-W: one that was cut into goes
   * as a whole. Null when none was.
   */
  readonly mend: (before: string, after: string) => { readonly text: string; readonly cursor: number } | null;
  /** A paste is the beginning of a new text. */
  readonly begin: (paste: string) => void;
  /** Whether a text, as shown, begins with a paste of several lines: then it is no command. */
  readonly isPasted: (text: string) => boolean;
  readonly forget: () => void;
};

/** Remembers the pastes of the text being written. */
export function pasteMemory(): Pastes {
  const contents = new Map<string, string>();
  let beginning: string | null = null;

  const spans = function* (text: string): Generator<{ start: number; end: number }> {
    for (const label of contents.keys())
      for (let start = text.indexOf(label); start !== -1; start = text.indexOf(label, start + label.length))
        yield { start, end: start + label.length };
  };

  const expand = (text: string): string => {
    let result = text;
    // A function as replacement: `$` in a paste is no pattern.
    for (const [label, content] of contents) result = result.replaceAll(label, () => content);
    return result;
  };

  return {
    fold: (text) => {
      const lines = countLines(text);
      // Readline would pass on what turns the reading direction around, or what nobody sees.
      const isPlain = visible(text) === text;
      if (isPlain && lines <= shownLines && text.length <= shownCharacters) return text;
      const size = `${lines > 1 ? `${lines} lines` : `${text.length} characters`}${isPlain ? '' : ', some invisible'}`;
      let label = `[pasted ${size}]`;
      for (let number = 2; contents.has(label); number++) label = `[pasted ${size} #${number}]`;
      contents.set(label, text);
      return label;
    },
    expand,
    around: (text, position) => {
      for (const span of spans(text)) if (position >= span.start && position <= span.end) return span;
      return null;
    },
    mend: (before, after) => {
      if (contents.size === 0) return null;
      let [start, end, insertedTo] = differenceOf(before, after);
      const inserted = after.slice(start, insertedTo);
      let isCut = false;
      for (const span of spans(before)) {
        if (span.start >= end || span.end <= start || (span.start >= start && span.end <= end)) continue;
        isCut = true;
        start = Math.min(start, span.start);
        end = Math.max(end, span.end);
      }
      if (!isCut) return null;
      return {
        text: before.slice(0, start) + inserted + before.slice(end),
        cursor: start + inserted.length,
      };
    },
    begin: (paste) => {
      beginning = /\n\s*\S/.test(paste) ? paste : null;
    },
    isPasted: (text) => beginning !== null && expand(text).startsWith(beginning),
    forget: () => {
      contents.clear();
      beginning = null;
    },
  };
}

/** What was replaced in `before`, from and to, and up to where that reaches in `after`. */
function differenceOf(before: string, after: string): [from: number, to: number, toAfter: number] {
  const shorter = Math.min(before.length, after.length);
  let from = 0;
  while (from < shorter && before[from] === after[from]) from++;
  let same = 0;
  while (same < shorter - from && before.at(-1 - same) === after.at(-1 - same)) same++;
  return [from, before.length - same, after.length - same];
}

function countLines(text: string): number {
  let count = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < text.length - 1; at = text.indexOf('\n', at + 1))
    count++;
  return count;
}
