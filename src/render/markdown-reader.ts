// Reads Markdown as it arrives: recognises what a line begins with, gives markers to the tree of blocks, prose
// to the reader of lines, rows and code to their layouts. Holds back only what is undecided.
import { deepestNesting, markdownBlocks } from './markdown-blocks.ts';
import type { CodeLayout } from './markdown-code.ts';
import { fenceReader } from './markdown-fence.ts';
import { inlineReader } from './markdown-inline.ts';
import type { Layout } from './markdown-layout.ts';
import {
  headingTextEnd,
  type LineStart,
  scanCheckbox,
  scanFence,
  scanLineStart,
} from './markdown-line-start.ts';
import { wait } from './markdown-scan.ts';
import { scanBareTable, type TableLayout, tableReader } from './markdown-table.ts';

export type ReaderParts = {
  readonly layout: Layout;
  readonly code: CodeLayout;
  readonly beginTable: () => TableLayout;
  /** Columns a rule may take. */
  readonly width: () => number;
  readonly bullet: string;
};

export type MarkdownReader = {
  push(text: string): void;
  end(): void;
};

/** Reads from `at`; answers where it stopped, or `wait`. */
type Step = (source: string, at: number, isFinal: boolean) => number;

/** A rule needs no padding to the edge: in a narrower window it would wrap. */
const ruleLength = 40;
/** Deeper indentation than this is a drawing, not nesting. */
const widestIndent = 60;

type Item = { readonly number: number | undefined; readonly marker: string };

/** Items count up from the first, whatever their numbers are; another delimiter begins another list. */
const numberOf = (start: LineStart & { kind: 'item' }, before: Item | undefined): number | undefined =>
  start.number === undefined || before?.number === undefined || before.marker !== start.marker
    ? start.number
    : before.number + 1;

const codeStart = ({ indent }: LineStart, at: number): LineStart => ({
  kind: 'text',
  indent,
  end: at + indent.length,
});

/** Reads one answer. The same text shows the same, however it is cut. */
export function markdownReader({ layout, code, beginTable, width, bullet }: ReaderParts): MarkdownReader {
  const inline = inlineReader(layout.inline);
  /** The last item of each open list; undefined before the first. */
  const lists: (Item | undefined)[] = [];
  const blocks = markdownBlocks({
    open(block) {
      inline.reset();
      if (block === 'list') lists.push(undefined);
      if (block === 'quote') layout.quoteDepth(blocks.quoteDepth);
    },
    close(block) {
      inline.reset();
      if (block === 'heading') layout.endHeading();
      if (block === 'list') lists.pop();
      if (block === 'quote') layout.quoteDepth(blocks.quoteDepth);
    },
  });
  let held = '';
  let step: Step;
  let table: TableLayout | undefined;
  let isInFence = false;
  /** Indented text below a list belongs to it, though the tree of blocks may have closed the list. */
  let isBelowList = false;
  let isInParagraph = false;
  /** Lines of the paragraph so far: only one may become a heading by its underline. */
  let paragraphLines = 0;
  let isHeadingEmpty = false;
  /** What has been read of a line that may turn out to be the heading of a table; undefined where none may be. */
  let rowStart: string | undefined;
  /** Quote marks of this line. */
  let quoteMarks = 0;
  /** Where the text of the last item begins. */
  let itemColumn = 0;
  /** Prose ended a line, and the tree of blocks was not told yet. */
  let isLineUntold = false;

  const readLineStart: Step = (source, at, isFinal) => {
    if (inline.isInsideMath && source[at] !== '\n') {
      layout.startLine();
      rowStart = undefined;
      step = readInline;
      return at;
    }
    const scanned = scanLineStart(source, at, isFinal, isInParagraph, isBelowList);
    if (scanned.kind === 'wait') return wait;
    const start = isIndentedCode(scanned) ? codeStart(scanned, at) : scanned;
    if (start.kind !== 'blank' && start.kind !== 'quote' && start.indent === '') {
      isBelowList &&= start.kind === 'item';
    }
    if (start.kind === 'quote') quoteMarks += 1;
    // Prose may go on with a quoted paragraph without a mark; nothing else may.
    else if (!(isInParagraph && start.kind === 'text') && !(start.kind === 'blank' && quoteMarks > 0)) {
      blocks.endQuotes(quoteMarks);
    }
    if (isLineUntold && start.kind !== 'text') {
      blocks.newline();
      isLineUntold = false;
    }
    if (start.kind === 'item') itemColumn = start.end - at;
    begin(start);
    if (start.kind === 'quote') return start.end;
    isInParagraph = start.kind === 'text' && step !== readVerbatim;
    paragraphLines = isInParagraph ? paragraphLines + 1 : 0;
    if (step === readLineStart) quoteMarks = 0;
    return start.end;
  };

  /** Four columns make code of anything, but in and below lists and paragraphs nobody means that. */
  const isIndentedCode = ({ kind, indent }: LineStart): boolean =>
    indent !== '' &&
    kind !== 'blank' &&
    !isInParagraph &&
    !isBelowList &&
    !blocks.isInList &&
    (indent.length >= 4 || indent.includes('\t'));

  const begin = (start: LineStart): void => {
    const isTooDeep = lists.length + blocks.quoteDepth >= deepestNesting;
    switch (start.kind) {
      case 'blank':
        blocks.newline();
        layout.blank();
        break;
      case 'quote':
        if (isTooDeep) break;
        indentBlocks(start.indent);
        blocks.quote();
        break;
      case 'rule':
        indentBlocks(start.indent);
        blocks.interrupt();
        if (start.isUnderline && paragraphLines === 1) layout.underline(2, Math.min(width(), start.length));
        else layout.rule(Math.min(width(), ruleLength));
        break;
      case 'underline':
        indentBlocks(start.indent);
        blocks.interrupt();
        layout.underline(1, Math.min(width(), start.length));
        break;
      case 'heading':
        indentBlocks(start.indent);
        blocks.heading();
        layout.heading(start.level);
        isHeadingEmpty = true;
        step = readHeading;
        break;
      case 'item':
        isBelowList = true;
        if (isTooDeep) beginText(start.indent);
        else beginItem(start);
        break;
      case 'fence':
        indentBlocks(start.indent);
        openFence(start, start.indent.length, true);
        break;
      case 'table':
        indentBlocks(start.indent);
        blocks.interrupt();
        openTable(start.line);
        break;
      default:
        beginText(start.indent);
    }
  };

  const indentBlocks = (indent: string): void => blocks.indent(indent.slice(0, widestIndent));

  const beginText = (indent: string): void => {
    // Prose that goes on changes nothing in the tree of blocks, so it need not hear of it.
    if (isLineUntold) {
      isLineUntold = false;
      layout.startLine();
      layout.raw(isBelowList ? indent : '');
      beginProse();
      return;
    }
    const isBelow = isBelowList || blocks.isInList;
    // Four columns would make it code, which in and below lists nobody means.
    indentBlocks(isBelow ? indent.slice(0, 3) : indent);
    const kind = blocks.text();
    layout.startLine();
    if (isBelow || kind === 'verbatim') layout.raw(indent);
    if (kind === 'verbatim') step = readVerbatim;
    else beginProse();
  };

  const beginProse = (): void => {
    rowStart = blocks.quoteDepth === 0 && !blocks.isInList ? '' : undefined;
    step = readInline;
  };

  const beginItem = (start: LineStart & { kind: 'item' }): void => {
    blocks.item(start.indent.slice(0, widestIndent), start.number !== undefined);
    const number = numberOf(start, lists.at(-1));
    lists[lists.length - 1] = { number, marker: start.marker };
    layout.startLine();
    layout.raw(start.indent);
    layout.marker(number === undefined ? bullet : `${number}${start.marker}`);
    step = readItem;
  };

  /** What stands behind a marker: a box, the start of a code block, or text. */
  const readItem: Step = (source, at, isFinal) => {
    const box = scanCheckbox(source, at, isFinal);
    if (box.kind === 'wait') return wait;
    if (box.kind === 'box') layout.checkbox(box.isChecked);
    const textAt = box.kind === 'box' ? box.end : at;
    const start = scanFence(source, textAt, isFinal, '');
    if (start.kind === 'wait' && box.kind === 'none') return wait;
    rowStart = undefined;
    step = readInline;
    if (start.kind !== 'fence' || box.kind === 'box') return textAt;
    blocks.newline();
    blocks.indent(' '.repeat(widestIndent));
    openFence(start, itemColumn, false);
    return start.end;
  };

  const openFence = (start: LineStart & { kind: 'fence' }, indent: number, isApart: boolean): void => {
    const { fence, info, language } = start;
    blocks.fence();
    code.begin({ language, fence, info, isApart });
    const read = fenceReader({ fence, indent, quoteDepth: blocks.quoteDepth, code });
    isInFence = true;
    step = (source, at, isFinal) => {
      const next = read(source, at, isFinal);
      if (next.hasEnded) closeFence();
      return next.at;
    };
  };

  const closeFence = (): void => {
    isInFence = false;
    code.end();
    blocks.endFence();
    beginLineBelow();
  };

  /** Goes on below a block that stands apart. */
  const beginLineBelow = (): void => {
    layout.blank();
    quoteMarks = 0;
    step = readLineStart;
  };

  const openTable = (line: string): void => {
    const table = beginTable();
    table.row(line);
    readTable(table, true);
  };

  /** The heading is on the screen up to its first pipe, and can only be completed. */
  const openBareTable = (heading: string, delimiter: string): void => {
    blocks.newline();
    blocks.interrupt();
    layout.rest();
    isInParagraph = false;
    paragraphLines = 0;
    const table = beginTable();
    table.complete(heading);
    table.row(delimiter);
    readTable(table, false);
  };

  const readTable = (layout: TableLayout, hasPipes: boolean): void => {
    const read = tableReader(layout, blocks.quoteDepth, hasPipes);
    table = layout;
    step = (source, at, isFinal) => {
      const next = read(source, at, isFinal);
      if (next.hasEnded) closeTable();
      return next.at;
    };
  };

  const closeTable = (): void => {
    table?.end();
    table = undefined;
    beginLineBelow();
  };

  const endLine = (): void => {
    inline.lineEnd();
    if (isInParagraph && blocks.quoteDepth === 0) isLineUntold = true;
    else if (!inline.isInsideMath) blocks.newline();
    quoteMarks = 0;
    step = readLineStart;
  };

  const readInline: Step = (source, at, isFinal) => {
    const stop = inline.read(source, at, isFinal, rowStart !== undefined);
    if (rowStart !== undefined) {
      rowStart += source.slice(at, stop);
      if (source[stop] === '|') {
        const next = readBareTable(source, stop, isFinal, rowStart);
        return next === wait && stop > at ? stop : next;
      }
    }
    if (source[stop] === '\n') {
      endLine();
      return stop + 1;
    }
    return stop === at ? wait : stop;
  };

  const readBareTable = (source: string, at: number, isFinal: boolean, before: string): number => {
    const scan = scanBareTable(source, at, isFinal, before);
    if (scan.kind === 'wait') return wait;
    rowStart = undefined;
    if (scan.kind === 'none') return at;
    openBareTable(before + scan.rest, scan.delimiter);
    return scan.end;
  };

  const readHeading: Step = (source, at, isFinal) => {
    const lineEnd = source.indexOf('\n', at);
    const textEnd = headingTextEnd(source, at, isHeadingEmpty);
    const text = textEnd < source.length ? source.slice(0, textEnd) : source;
    const stop = inline.read(text, at, isFinal || lineEnd >= 0);
    isHeadingEmpty &&= stop === at;
    if (lineEnd >= 0) {
      endLine();
      return lineEnd + 1;
    }
    if (isFinal) return source.length;
    return stop === at ? wait : stop;
  };

  const readVerbatim: Step = (source, at) => {
    const lineEnd = source.indexOf('\n', at);
    layout.inline.text(source.slice(at, lineEnd < 0 ? undefined : lineEnd));
    if (lineEnd < 0) return source.length;
    endLine();
    return lineEnd + 1;
  };

  const readAll = (isFinal: boolean): void => {
    let at = 0;
    while (at < held.length) {
      const next = step(held, at, isFinal);
      if (next === wait) break;
      at = next;
    }
    held = held.slice(at);
  };

  step = readLineStart;
  return {
    push(text) {
      held += text;
      readAll(false);
    },
    end() {
      readAll(true);
      table?.end();
      if (isInFence) code.end();
      inline.reset();
      layout.endLine();
      // Nothing of this answer may show in the next.
      blocks.endAll();
      layout.reset();
      code.reset();
      table = undefined;
      isInFence = false;
      isBelowList = false;
      isInParagraph = false;
      paragraphLines = 0;
      quoteMarks = 0;
      isLineUntold = false;
      step = readLineStart;
    },
  };
}
