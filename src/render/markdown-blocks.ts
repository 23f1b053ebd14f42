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
  /** The line has no quote mark: quotes end, and with them what they hold. */
  endQuotes(): void;
  /** An item of a list. Which number it has is the reader's business. */
  item(isOrdered: boolean): void;
  /** Opens fenced code; nothing else may be said until `endFence`. */
  fence(): void;
  endFence(): void;
  /** Closes what a rule or a table cannot be part of. */
  interrupt(): void;
  /** Prose begins on this line. Answers whether it is an indented code block instead. */
  text(): 'prose' | 'verbatim';
  readonly quoteDepth: number;
  readonly isInList: boolean;
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
  let quoteDepth = 0;
  let itemDepth = 0;
  const count = (block: Block, change: number): void => {
    if (block === 'quote') quoteDepth += change;
    if (block === 'item') itemDepth += change;
  };
  const parser = createParser({
    data: undefined,
    add_token(_, token) {
      const block = blockOfToken[token];
      open.push(block);
      if (block === undefined) return;
      count(block, 1);
      handler.open(block);
    },
    end_token() {
      const block = open.pop();
      if (block === undefined) return;
      count(block, -1);
      handler.close(block);
    },
    add_text() {},
    set_attr() {},
  });
  // The package's own arrays have 24 places, and writing behind them is lost silently.
  parser.tokens = new Uint32Array(4 * deepestNesting);
  parser.tokens[0] = DOCUMENT;
  parser.spaces = new Uint8Array(4 * deepestNesting);

  const feed = (markers: string): void => feedParser(parser, markers);
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
  const enclosing = (): Token => (parser.tokens[parser.len] ?? DOCUMENT) as Token;

  return {
    indent: feed,
    newline: () => feed('\n'),
    heading: () => feed('# '),
    quote() {
      // After an empty line inside a quoted list the parser would take the mark for one more level.
      if (parser.pending === '\n' && enclosing() === LIST_ITEM) parser.blockquote_idx = 0;
      feed(`>${anything}`);
      forget();
    },
    endQuotes() {
      const first = open.indexOf('quote');
      if (first >= 0) endTo(first);
    },
    item(isOrdered) {
      // A plus needs no look ahead: a dash or a star could still become a rule.
      feed(isOrdered ? '1. ' : '+ ');
      parser.token = enclosing();
    },
    fence: () => feed('```\n'),
    endFence: () => endTo(parser.len - 1),
    interrupt: () => feed('---\n'),
    text() {
      feed(anything + anything);
      forget();
      return enclosing() === CODE_BLOCK ? 'verbatim' : 'prose';
    },
    get quoteDepth() {
      return quoteDepth;
    },
    get isInList() {
      return itemDepth > 0;
    },
  };
}
