// The stack of open blocks: which list an item continues, what an indentation closes, whether a line goes on with
// a paragraph. It is told what a line begins with, never prose: what stands inside a line is read in inline.ts.

export type Block = 'paragraph' | 'heading' | 'quote' | 'list' | 'item' | 'fence' | 'indented';

/** What the stack reports, in the order of the text. */
export type BlockHandler = {
  open(block: Block): void;
  close(block: Block): void;
};

export type Blocks = {
  /** White space at the start of a line, or behind a quote mark. */
  indent(space: string): void;
  newline(): void;
  heading(): void;
  quote(): void;
  /** The line has only so many quote marks: deeper quotes end, and with them what they hold. */
  endQuotes(marks: number): void;
  /** An item of a list behind white space. Which number it has is the reader's business. */
  item(indent: string, isOrdered: boolean): void;
  /** Opens fenced code; nothing else may be told until `endFence`. */
  fence(): void;
  endFence(): void;
  /** Closes what a rule or a table cannot be part of. */
  interrupt(): void;
  /** Prose begins on this line, or a line of an indented code block. */
  text(isCode: boolean): void;
  /** The document is over; another one may begin. */
  endAll(): void;
  /** How many quotes are open, and how many items inside the last of them. */
  readonly depth: { readonly quotes: number; readonly items: number };
};

/** Deeper nesting is read as text: no answer means it. */
export const deepestNesting = 60;

/** Columns that a tab takes. */
const tabColumns = 4;

type OpenBlock = {
  readonly block: Block;
  /** Of an item: the column its text begins at, counted from the quote around it. */
  readonly column: number;
  /** Of a list. */
  readonly isOrdered: boolean;
};

/** Keeps the stack and reports what opens and closes. */
export function markdownBlocks(handler: BlockHandler): Blocks {
  const stack: OpenBlock[] = [];
  const depth = { quotes: 0, items: 0 };
  /** The columns of white space before what begins. */
  let column = 0;
  /** Where in the stack the contents of this line's last quote begin; 0 for a line without quote marks. */
  let base = 0;
  /** Where the line stands: behind something, below a line that may go on, or below an empty one. */
  let place: 'inside' | 'below' | 'apart' = 'apart';

  const top = (): Block | undefined => stack.at(-1)?.block;
  const count = (): void => {
    depth.quotes = 0;
    depth.items = 0;
    for (const { block } of stack) {
      if (block === 'item') depth.items += 1;
      else if (block === 'quote') {
        depth.quotes += 1;
        depth.items = 0;
      }
    }
  };
  const open = (block: Block, isOrdered = false, textColumn = 0): void => {
    // A list holds items; anything else stands below it.
    if (block !== 'item' && top() === 'list') closeTo(stack.length - 1);
    stack.push({ block, isOrdered, column: textColumn });
    count();
    place = 'inside';
    column = 0;
    handler.open(block);
  };
  const closeTo = (length: number): void => {
    while (stack.length > length) {
      const block = stack.pop()?.block ?? 'paragraph';
      count();
      handler.close(block);
    }
  };
  /** Closes all that what begins at this column is no part of: leaves, and items whose text begins further right. */
  const closeToColumn = (): void => {
    let length = base;
    for (let at = base; at < stack.length; at += 1) {
      const one = stack[at];
      if (one?.block === 'item' && column < one.column) break;
      if (one?.block === 'item' || one?.block === 'quote') length = at + 1;
    }
    closeTo(length);
  };
  const beginLine = (where: 'below' | 'apart'): void => {
    place = where;
    column = 0;
    base = 0;
  };

  return {
    depth,
    indent(space) {
      for (const character of space) column += character === '\t' ? tabColumns : 1;
    },
    newline() {
      if (top() === 'heading') closeTo(stack.length - 1);
      if (place === 'inside') return beginLine('below');
      // An empty line ends what is not marked again: paragraphs and quotes. Items go on where text stands below theirs.
      if (top() === 'paragraph' || top() === 'indented') closeTo(stack.length - 1);
      const quote = stack.findIndex(({ block }, at) => block === 'quote' && at >= base);
      if (quote >= 0) closeTo(quote);
      beginLine('apart');
    },
    heading() {
      closeToColumn();
      open('heading');
    },
    quote() {
      const next = stack.findIndex(({ block }, at) => block === 'quote' && at >= base);
      if (next < 0) {
        closeToColumn();
        open('quote');
      }
      base = next < 0 ? stack.length : next + 1;
      column = 0;
    },
    endQuotes(marks) {
      let left = marks;
      const first = stack.findIndex(({ block }) => block === 'quote' && left-- === 0);
      if (first < 0) return;
      closeTo(first);
      place = 'apart';
    },
    item(indent, isOrdered) {
      this.indent(indent);
      const start = column;
      let length = base;
      let list: number | undefined;
      for (let at = base; at < stack.length; at += 1) {
        const one = stack[at];
        if (one?.block === 'list') list = at;
        else if (one?.block === 'item') {
          if (start < one.column) break;
          length = at + 1;
          list = undefined;
        }
      }
      if (list !== undefined && stack[list]?.isOrdered === isOrdered) closeTo(list + 1);
      else {
        closeTo(length);
        open('list', isOrdered);
      }
      open('item', isOrdered, start + (isOrdered ? 3 : 2));
    },
    fence() {
      closeToColumn();
      open('fence');
    },
    endFence() {
      closeTo(stack.length - 1);
      beginLine('apart');
    },
    interrupt() {
      closeToColumn();
      beginLine('apart');
    },
    text(isCode) {
      const block = top();
      const goesOn = isCode ? block === 'indented' : block === 'paragraph' || block === 'item';
      if (place !== 'below' || !goesOn) {
        closeToColumn();
        open(isCode ? 'indented' : 'paragraph');
      }
      place = 'inside';
      column = 0;
    },
    endAll() {
      closeTo(0);
      beginLine('apart');
    },
  };
}
