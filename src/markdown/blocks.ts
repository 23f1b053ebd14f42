// The one door to streaming-markdown, which keeps the tree of blocks: which list an item continues, what an
// indentation closes, whether a line goes on with a paragraph. It is given markers, never prose: what stands
// inside a line is read in markdown-inline.ts.
import {
  BLOCKQUOTE,
  CODE_BLOCK,
  CODE_FENCE,
  parser as createParser,
  DOCUMENT,
  parser_write as feedParser,
  HEADING_1,
  LINE_BREAK,
  LIST_ITEM,
  LIST_ORDERED,
  LIST_UNORDERED,
  PARAGRAPH,
  type Token,
} from 'streaming-markdown';

export type Block = 'paragraph' | 'heading' | 'quote' | 'list' | 'item' | 'fence' | 'indented';

/** What the tree of blocks reports, in the order of the text. */
export type BlockHandler = {
  open(block: Block): void;
  close(block: Block): void;
};

export type Blocks = {
  /** White space at the start of a line. */
  indent(space: string): void;
  newline(): void;
  heading(): void;
  quote(): void;
  /** The line has only so many quote marks: deeper quotes end, and with them what they hold. */
  endQuotes(marks: number): void;
  /** An item of a list behind white space. Which number it has is the reader's business. */
  item(indent: string, isOrdered: boolean): void;
  /** Opens fenced code; nothing else may be said until `endFence`. */
  fence(): void;
  endFence(): void;
  /** Closes what a rule or a table cannot be part of. */
  interrupt(): void;
  /** The document is over; another one may begin. */
  endAll(): void;
  /** Prose begins on this line. Answers whether it is an indented code block instead. */
  text(): 'prose' | 'verbatim';
  /** How many quotes and items are open. */
  readonly depth: { readonly quotes: number; readonly items: number };
};

/** Deeper nesting is read as text: no answer means it, and the parser's stack is a fixed array. */
export const deepestNesting = 60;

const blockOfToken: Partial<Record<Token, Block>> = {
  [PARAGRAPH]: 'paragraph',
  [HEADING_1]: 'heading',
  [BLOCKQUOTE]: 'quote',
  [LIST_UNORDERED]: 'list',
  [LIST_ORDERED]: 'list',
  [LIST_ITEM]: 'item',
  [CODE_FENCE]: 'fence',
  [CODE_BLOCK]: 'indented',
};

/** A character no sanitised text holds: it makes the parser decide what stands before it. */
const anything = '\0';

/** Keeps the tree of blocks and reports what opens and closes. */
export function markdownBlocks(handler: BlockHandler): Blocks {
  // Line breaks and rules stand for nothing here: their places in the stack are empty.
  const open: (Block | undefined)[] = [];
  const depth = { quotes: 0, items: 0 };
  const parser = createParser({
    data: undefined,
    add_token(_, token) {
      // The package leaves what an item was indented by to whatever stands in its place later.
      parser.spaces[parser.len] = 0;
      const block = blockOfToken[token];
      open.push(block);
      if (block === undefined) return;
      if (block === 'quote') depth.quotes += 1;
      else if (block === 'item') depth.items += 1;
      handler.open(block);
    },
    end_token() {
      const block = open.pop();
      if (block === undefined) return;
      if (block === 'quote') depth.quotes -= 1;
      else if (block === 'item') depth.items -= 1;
      handler.close(block);
    },
    add_text() {},
    set_attr() {},
  });
  // The package's own arrays have 24 places, and writing behind them is lost silently.
  parser.tokens = new Uint32Array(4 * deepestNesting);
  parser.tokens[0] = DOCUMENT;
  parser.spaces = new Uint8Array(4 * deepestNesting);

  /** A block that nothing encloses, nor ever will: the parser has nothing to decide and is not told of it. */
  let loose: Block | undefined;
  const endLoose = (): void => {
    if (loose === undefined) return;
    const block = loose;
    loose = undefined;
    handler.close(block);
  };
  const openLoose = (block: Block): void => {
    if (loose !== undefined) endLoose();
    loose = block;
    handler.open(block);
  };
  /** Whether what begins now stands at the margin of the document, in no quote and no list. */
  const isLoose = (): boolean => parser.len === 0 && (parser.pending === '' || parser.pending === '\n');

  /** The end of an item's line, kept back: when the next item follows, the tree stays as it is. */
  let isItemEnded = false;
  let lastItem = { indent: '', isOrdered: false, depth: 0 };
  const feed = (markers: string): void => {
    endPending();
    feedParser(parser, markers);
  };
  const endPending = (): void => {
    if (loose !== undefined) endLoose();
    if (isItemEnded) feedNewline();
    isItemEnded = false;
  };
  const feedNewline = (): void => {
    // Where nothing waits, a newline only waits itself.
    if (parser.pending === '') parser.pending = '\n';
    else feedParser(parser, '\n');
  };
  const forget = (): void => {
    parser.pending = '';
    parser.text = '';
  };
  /** Ends tokens until `length` are left; what comes next begins a line. */
  const endTo = (length: number): void => {
    while (parser.len > length) {
      parser.len -= 1;
      parser.renderer.end_token(undefined);
    }
    parser.fence_start = 0;
    parser.fence_end = 0;
    parser.blockquote_idx = 0;
    forget();
    parser.token = enclosing() === DOCUMENT ? DOCUMENT : LINE_BREAK;
  };
  /** What the parser does with prose below a line break. */
  const resume = (): void => {
    parser.token = enclosing();
    parser.spaces[parser.len] = 0;
    parser.indent = '';
    parser.indent_len = 0;
  };
  const enclosing = (): Token => (parser.tokens[parser.len] ?? DOCUMENT) as Token;

  return {
    indent(space) {
      if (space !== '') feed(space);
    },
    newline() {
      if (loose !== undefined) endLoose();
      else if (isLoose()) return;
      else if (parser.token === LIST_ITEM && !isItemEnded) isItemEnded = true;
      else {
        endPending();
        feedNewline();
      }
    },
    heading() {
      if (isLoose()) openLoose('heading');
      else feed('# ');
    },
    quote() {
      endPending();
      // After an empty line inside a quoted list the parser would take the mark for one more level.
      if (parser.pending === '\n' && enclosing() === LIST_ITEM) parser.blockquote_idx = 0;
      feed(`>${anything}`);
      forget();
    },
    endQuotes(marks) {
      if (depth.quotes <= marks) return;
      endPending();
      const { blockquote_idx } = parser;
      let first = open.indexOf('quote');
      for (let each = 0; each < marks; each += 1) first = open.indexOf('quote', first + 1);
      endTo(first);
      if (marks > 0) parser.blockquote_idx = blockquote_idx;
    },
    item(indent, isOrdered) {
      if (
        isItemEnded &&
        lastItem.depth === parser.len &&
        isOrdered === lastItem.isOrdered &&
        indent === lastItem.indent
      ) {
        isItemEnded = false;
        handler.close('item');
        handler.open('item');
        return;
      }
      // A plus needs no look ahead: a dash or a star could still become a rule.
      feed(indent + (isOrdered ? '1. ' : '+ '));
      parser.token = enclosing();
      lastItem = { indent, isOrdered, depth: parser.len };
    },
    fence() {
      if (isLoose()) openLoose('fence');
      else feed('```\n');
    },
    endFence() {
      if (loose === 'fence') endLoose();
      else endTo(parser.len - 1);
    },
    interrupt() {
      if (isLoose()) endLoose();
      else feed('---\n');
    },
    text() {
      if (isLoose()) {
        openLoose('paragraph');
        return 'prose';
      }
      endPending();
      // The line goes on with the block above.
      if (parser.token === LINE_BREAK && parser.pending === '') resume();
      else {
        feedParser(parser, anything + anything);
        forget();
      }
      return enclosing() === CODE_BLOCK ? 'verbatim' : 'prose';
    },
    endAll() {
      endLoose();
      isItemEnded = false;
      endTo(0);
      parser.indent = '';
      parser.indent_len = 0;
      parser.hr_chars = 0;
    },
    depth,
  };
}
