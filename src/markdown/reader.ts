// Reads Markdown as it arrives: recognises what a line begins with, gives markers to the tree of blocks, prose
// to the reader of lines, rows and code to their layouts. Holds back only what is undecided.

import { deepestNesting, markdownBlocks } from './blocks.ts';
import { newline } from './characters.ts';
import type { CodeLayout } from './code.ts';
import { fenceReader } from './code-fence.ts';
import { inlineReader } from './inline.ts';
import type { Layout } from './layout.ts';
import {
  checkboxLength,
  type LineStart,
  languageOf,
  lineStart,
  scanCheckbox,
  scanFence,
  scanLineStart,
  scanMathEdge,
} from './line-start.ts';
import { listNumbers } from './lists.ts';
import type { TableLayout } from './pipe-table.ts';
import { proseReader, type ReadStep } from './prose.ts';
import { readRow, tableEnded } from './rows.ts';
import { lineEndFrom, wait } from './scan.ts';

export type ReaderParts = {
  readonly layout: Layout;
  readonly code: CodeLayout;
  readonly beginTable: () => TableLayout;
  readonly bullet: string;
};

export type MarkdownReader = {
  push(text: string): void;
  end(): void;
};

/** A rule needs no padding to the edge: in a narrower window it would wrap. */
const ruleLength = 40;
/** Deeper indentation than this is a drawing, not nesting. */
const widestIndent = 60;

/** Reads one answer. The same text shows the same, however it is cut. */
export function markdownReader({ layout, code, beginTable, bullet }: ReaderParts): MarkdownReader {
  const inline = inlineReader(layout.inline);
  const lists = listNumbers();
  const blocks = markdownBlocks({
    open(block) {
      inline.reset();
      if (block === 'list') lists.open();
      if (block !== 'quote') return;
      isInParagraph = false;
      layout.quoteDepth(blocks.depth.quotes);
    },
    close(block) {
      inline.reset();
      if (block === 'heading') layout.endHeading();
      if (block === 'list') lists.close();
      if (block === 'quote') layout.quoteDepth(blocks.depth.quotes);
    },
  });
  const { depth } = blocks;
  const prose = proseReader({
    inline,
    endLine: () => endLine(),
    openTable: (heading, delimiter) => openBareTable(heading, delimiter),
  });
  let held = '';
  let step: ReadStep;
  let table: TableLayout | undefined;
  let hasOuterPipes = false;
  const fenced = fenceReader(code);
  let isInFence = false;
  /** Indented text below a list belongs to it, though the tree of blocks may have closed the list. */
  let isBelowList = false;
  let isInParagraph = false;
  /** Lines of the paragraph so far: only one may become a heading by its underline. */
  let paragraphLines = 0;
  /** Quote marks of this line. */
  let quoteMarks = 0;
  /** Where the text of the last item begins. */
  let itemColumn = 0;
  /** Prose ended a line, and the tree of blocks was not told yet. */
  let isLineUntold = false;

  const readLineStart: ReadStep = (source, at, isFinal) => {
    const math = depth.quotes > 0 ? 'none' : scanMathEdge(source, at, isFinal, inline.state.mathEnd);
    if (math === 'wait') return wait;
    if (math !== 'none') {
      // The signs stand on lines of their own: they are not shown.
      inline.setMathEnd(math === 'over' ? '' : math);
      return Math.min(lineEndFrom(source, at) + 1, source.length);
    }
    if (inline.state.mathEnd !== '' && source.charCodeAt(at) !== newline) {
      layout.startLine();
      layout.indent('  ');
      beginProse(false);
      return at;
    }
    // A quoted paragraph goes on below itself with plain text only.
    const mayGoOn = isInParagraph && quoteMarks >= depth.quotes;
    const start = scanLineStart(source, at, isFinal, mayGoOn, isBelowList);
    if (start.kind === 'wait') return wait;
    const isCode = start.kind !== 'blank' && isIndentedCode(start.indent);
    if (start.kind === 'text' || start.kind === 'item' || start.kind === 'heading') layout.expect(source, at);
    return beginLine(isCode ? lineStart('text', start.indent, at + start.indent.length) : start, at);
  };

  const beginLine = (start: LineStart, at: number): number => {
    if (start.kind !== 'blank' && start.kind !== 'quote' && start.indent === '') {
      isBelowList &&= start.kind === 'item';
    }
    if (start.kind === 'quote') quoteMarks += 1;
    // Prose may go on with a quoted paragraph without a mark; nothing else may.
    else if (!(isInParagraph && start.kind === 'text') && !(start.kind === 'blank' && quoteMarks > 0)) {
      if (depth.quotes > quoteMarks) {
        blocks.endQuotes(quoteMarks);
        paragraphLines = 0;
      }
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
  const isIndentedCode = (indent: string): boolean =>
    !isInParagraph && !isBelowList && depth.items === 0 && (indent.length >= 4 || indent.includes('\t'));

  const begin = (start: LineStart): void => {
    switch (start.kind) {
      case 'blank':
        if (inline.state.mathEnd !== '') inline.setMathEnd('');
        blocks.newline();
        layout.blank();
        break;
      case 'quote':
        if (isTooDeep()) break;
        indentBlocks(start.indent);
        blocks.quote();
        break;
      case 'rule':
        indentBlocks(start.indent);
        blocks.interrupt();
        if (start.signs === '-' && paragraphLines === 1) {
          layout.underline(2, Math.min(layout.room(), start.number));
        } else layout.rule(Math.min(layout.room(), ruleLength));
        break;
      case 'underline':
        indentBlocks(start.indent);
        blocks.interrupt();
        layout.underline(1, Math.min(layout.room(), start.number));
        break;
      case 'heading':
        indentBlocks(start.indent);
        blocks.heading();
        layout.heading(start.number);
        prose.beginHeading();
        step = prose.readHeading;
        break;
      case 'item':
        isBelowList = true;
        if (isTooDeep()) beginText(start.indent);
        else beginItem(start);
        break;
      case 'fence':
        indentBlocks(start.indent);
        openFence(start, start.indent.length, true);
        break;
      case 'table':
        indentBlocks(start.indent);
        blocks.interrupt();
        openTable(start.signs);
        break;
      default:
        beginText(start.indent);
    }
  };

  const isTooDeep = (): boolean => lists.depth() + depth.quotes >= deepestNesting;

  const indentBlocks = (indent: string): void => {
    if (indent !== '') blocks.indent(indent.slice(0, widestIndent));
  };

  const beginText = (indent: string): void => {
    // Prose that goes on changes nothing in the tree of blocks, so it need not hear of it.
    if (isLineUntold) {
      isLineUntold = false;
      layout.startLine();
      if (isBelowList) layout.indent(indent);
      beginProse(mayBeTable());
      return;
    }
    const isCode = isIndentedCode(indent);
    const isIndented = isCode || isBelowList || depth.items > 0;
    indentBlocks(indent);
    blocks.text(isCode);
    layout.startLine();
    if (isIndented) layout.indent(indent);
    if (isCode) step = readVerbatim;
    else beginProse(mayBeTable());
  };

  const mayBeTable = (): boolean => depth.quotes === 0 && depth.items === 0;

  const beginProse = (mayBeTable: boolean): void => {
    prose.begin(mayBeTable);
    step = prose.readLine;
  };

  const beginItem = (start: LineStart): void => {
    blocks.item(start.indent.slice(0, widestIndent), start.number >= 0);
    const number = lists.next(start);
    layout.startLine();
    layout.indent(start.indent);
    layout.marker(number < 0 ? bullet : `${number}${start.signs}`);
    step = readItem;
  };

  /** What stands behind a marker: a box, the start of a code block, or text. */
  const readItem: ReadStep = (source, at, isFinal) => {
    const box = scanCheckbox(source, at, isFinal);
    if (box === 'wait') return wait;
    beginProse(false);
    if (box !== 'none') {
      layout.checkbox(box === 'checked');
      return at + checkboxLength;
    }
    const start = scanFence(source, at, isFinal, '');
    if (start.kind === 'wait') {
      step = readItem;
      return wait;
    }
    if (start.kind !== 'fence') return at;
    blocks.newline();
    blocks.indent(' '.repeat(widestIndent));
    openFence(start, itemColumn, false);
    return start.end;
  };

  const openFence = (start: LineStart, indent: number, isApart: boolean): void => {
    const { signs: fence, info } = start;
    blocks.fence();
    code.begin({ language: languageOf(info), fence, info, isApart });
    fenced.begin({ fence, indent, quoteDepth: depth.quotes });
    isInFence = true;
    step = readFence;
  };

  const readFence: ReadStep = (source, at, isFinal) => {
    const next = fenced.read(source, at, isFinal);
    if (fenced.hasEnded()) closeFence();
    return next;
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
    table = beginTable();
    table.row(line);
    hasOuterPipes = true;
    step = readTable;
  };

  /** The heading is on the screen up to its first pipe, and can only be completed. */
  const openBareTable = (heading: string, delimiter: string): void => {
    blocks.newline();
    blocks.interrupt();
    layout.rest();
    isInParagraph = false;
    paragraphLines = 0;
    table = beginTable();
    table.complete(heading);
    table.row(delimiter);
    hasOuterPipes = false;
    step = readTable;
  };

  const readTable: ReadStep = (source, at, isFinal) => {
    if (table === undefined) return wait;
    const next = readRow(source, at, isFinal, table, depth.quotes, hasOuterPipes);
    if (next !== tableEnded) return next;
    table.end();
    table = undefined;
    beginLineBelow();
    return at;
  };

  const endLine = (): void => {
    inline.lineEnd();
    if (isInParagraph && depth.quotes === 0) isLineUntold = true;
    else if (inline.state.mathEnd === '') blocks.newline();
    quoteMarks = 0;
    step = readLineStart;
  };

  const readVerbatim: ReadStep = (source, at) => {
    const lineEnd = source.indexOf('\n', at);
    layout.inline.text(source.slice(at, lineEnd < 0 ? undefined : lineEnd));
    if (lineEnd < 0) return source.length;
    endLine();
    return lineEnd + 1;
  };

  const readAll = (isFinal: boolean): void => {
    let at = 0;
    while (at < held.length && code.waiting() === undefined) {
      const next = step(held, at, isFinal);
      if (next === wait) break;
      at = next;
    }
    held = at === held.length ? '' : held.slice(at);
  };

  step = readLineStart;
  return {
    push(text) {
      // Joined, the text has one of two shapes in memory; added, one of many, which makes reading it slow.
      held = [held, text].join('');
      readAll(false);
    },
    end() {
      do {
        code.stopWaiting();
        readAll(true);
      } while (code.waiting() !== undefined);
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
