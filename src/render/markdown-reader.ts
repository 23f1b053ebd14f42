// Reads Markdown as it arrives: recognises what a line begins with, gives markers to the tree of blocks, prose
// to the reader of lines, rows and code to their layouts. Holds back only what is undecided.
import { deepestNesting, markdownBlocks } from './markdown-blocks.ts';
import type { CodeLayout } from './markdown-code.ts';
import { fenceReader } from './markdown-fence.ts';
import { inlineReader } from './markdown-inline.ts';
import type { Layout } from './markdown-layout.ts';
import { type LineStart, scanCheckbox, scanFence, scanLineStart } from './markdown-line-start.ts';
import { wait } from './markdown-scan.ts';
import { type TableLayout, tableReader } from './markdown-table.ts';

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

/** Reads one answer. The same text shows the same, however it is cut. */
export function markdownReader({ layout, code, beginTable, width, bullet }: ReaderParts): MarkdownReader {
  const inline = inlineReader(layout.inline);
  /** The number of the last item of each open list; undefined before the first and in unordered lists. */
  const lists: (number | undefined)[] = [];
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
  let hasQuoteMark = false;
  /** Where the text of the last item begins. */
  let itemColumn = 0;
  /** Prose ended a line, and the tree of blocks was not told yet. */
  let isLineUntold = false;

  const readLineStart: Step = (source, at, isFinal) => {
    if (inline.isInsideMath && source[at] !== '\n') {
      layout.startLine();
      step = readInline;
      return at;
    }
    const start = scanLineStart(source, at, isFinal, isInParagraph && !isBelowList);
    if (start.kind === 'wait') return wait;
    if (start.kind !== 'blank' && start.kind !== 'quote' && start.indent === '') {
      isBelowList &&= start.kind === 'item';
    }
    if (start.kind === 'quote') hasQuoteMark = true;
    // Prose may go on with a quoted paragraph without a mark; nothing else may.
    else if (!hasQuoteMark && !(isInParagraph && start.kind === 'text')) blocks.endQuotes();
    if (isLineUntold && start.kind !== 'text') {
      blocks.newline();
      isLineUntold = false;
    }
    if (start.kind === 'item') itemColumn = start.end - at;
    begin(start);
    if (start.kind === 'quote') return start.end;
    isInParagraph = start.kind === 'text';
    if (step === readLineStart) hasQuoteMark = false;
    return start.end;
  };

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
        layout.rule(Math.min(width(), start.isUnderline && isInParagraph ? start.length : ruleLength));
        break;
      case 'heading':
        indentBlocks(start.indent);
        blocks.heading();
        layout.heading(start.level);
        step = readInline;
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
      step = readInline;
      return;
    }
    const isBelow = isBelowList || blocks.isInList;
    // Four columns would make it code, which in and below lists nobody means.
    indentBlocks(isBelow ? indent.slice(0, 3) : indent);
    const kind = blocks.text();
    layout.startLine();
    if (isBelow || kind === 'verbatim') layout.raw(indent);
    step = kind === 'verbatim' ? readVerbatim : readInline;
  };

  const beginItem = (start: LineStart & { kind: 'item' }): void => {
    blocks.item(start.indent.slice(0, widestIndent), start.number !== undefined);
    const before = lists.at(-1);
    const number = start.number === undefined ? undefined : before === undefined ? start.number : before + 1;
    lists[lists.length - 1] = number;
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
    hasQuoteMark = false;
    step = readLineStart;
  };

  const openTable = (line: string): void => {
    const layout = beginTable();
    layout.row(line);
    const read = tableReader(layout, blocks.quoteDepth);
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
    hasQuoteMark = false;
    step = readLineStart;
  };

  const readInline: Step = (source, at, isFinal) => {
    const stop = inline.read(source, at, isFinal);
    if (source[stop] === '\n') {
      endLine();
      return stop + 1;
    }
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
      hasQuoteMark = false;
      isLineUntold = false;
      step = readLineStart;
    },
  };
}
