// Text into rows of a width while it arrives: rows end between words, and further rows of a line begin below where its
// text began. Appends only. A word is written when its end has come, or when it has waited long enough.
import { isExtending, mayBreakBehind, mayBreakBetween } from './line-breaks.ts';
import { emojiPresentation, joiner, textWidth } from './width.ts';

export type WordFlow = {
  /** A line begins: its width, and whether its words are kept whole, is decided now. `fits`: it is short enough. */
  begin(fits?: boolean): void;
  /**
   * Stands before the text of the line; `below` stands before its further rows, which are indented as far as the text
   * and `hang` columns more.
   */
  lead(text: string, columns: number, below?: string, hang?: number): void;
  /** Spaces between words: where a row ends they are left out. */
  space(text: string): void;
  /** The part of `source` from `from` to `to`; neither begins nor ends with a space. */
  text(source: string, from: number, to: number): void;
  /** Codes of styles; from here on `on` switches on what they left on, and `off` switches it off. */
  codes(text: string, on: string, off: string): void;
  /** The line is over, or something else follows on it: what waits is written. */
  end(): void;
  /** The word that waits is written, and goes on where it stands, across the edge if it must. */
  release(): void;
  /** Of the word that waits: another number is another word. 0: none waits. */
  waiting(): number;
  /** Columns taken of the row, without what waits. */
  column(): number;
  /** How far further rows of this line are indented, behind `below`. */
  indent(): number;
};

export type WordFlowOptions = {
  /** Where everything is added to. */
  readonly output: { text: string };
  readonly columns: () => number;
  /** False: the terminal breaks lines, words or not. */
  readonly keepsWords: () => boolean;
  /** Addresses longer than a row are cut as other words are: something is drawn beside them. */
  readonly cutsAddresses?: boolean;
  /** Told the columns taken of each row that ends before its line does. */
  readonly onRowEnd?: (columns: number) => void;
};

/** Codes in a word that waits: in front of which of its units, and what is `on` and `off` behind them. */
type CodesInWord = { readonly at: number; readonly text: string; readonly on: string; readonly off: string };

/** A word does not wait longer for its end than a reader notices. */
export const longestWordWaitMs = 150;

/** Letters that take no columns must not make a word wait for ever: units of text a column. */
const mostUnits = 4;
const tabStop = 8;

export function wordFlow({
  output,
  columns,
  keepsWords,
  cutsAddresses = false,
  onRowEnd,
}: WordFlowOptions): WordFlow {
  let isOn = false;
  let width = 0;
  /** Columns taken of the row: what waits is not counted. */
  let column = 0;
  let below = '';
  let belowColumns = 0;
  let hang = 0;
  let hasBegun = false;
  /** Nothing stands on the row but what leads it. */
  let isRowEmpty = true;
  let spaces = '';
  /** The word that waits for its end, and the codes in it. */
  let word = '';
  let wordCodes: CodesInWord[] = [];
  let wordColumns = 0;
  let wordNumber = 0;
  let wordOn = '';
  let wordOff = '';
  let on = '';
  let off = '';
  /** How the word goes on that has begun on the screen: cut at the edge, or not. */
  let goesOn: 'not' | 'cut' | 'whole' = 'not';
  /** The character in front; 0 behind spaces. */
  let previous = 0;
  let lastColumns = 1;

  const endRow = (rowOff: string, rowOn: string): void => {
    onRowEnd?.(column);
    width = columns();
    output.text += `${rowOff}\n${below}${rowOn}`;
    column = belowColumns;
    isRowEmpty = true;
  };
  const startLine = (): void => {
    if (hasBegun) return;
    hasBegun = true;
    // Where an indentation would leave no room, further rows begin at the margin.
    const indent = column + hang;
    const isWide = indent > width / 2;
    below = isWide ? '' : below + ' '.repeat(Math.max(0, indent - belowColumns));
    belowColumns = isWide ? 0 : Math.max(indent, belowColumns);
  };
  const placeSpaces = (): void => {
    if (spaces === '') return;
    output.text += spaces;
    column += spacesWidth(spaces, column);
    spaces = '';
  };

  /** Writes text of a word that is longer than a row; a row ends wherever it is full. */
  const writeCut = (text: string): void => {
    for (const character of text) {
      const point = character.codePointAt(0) ?? 0;
      const characterColumns = isExtending(point) ? 0 : textWidth(character);
      if (column + characterColumns > width && column > belowColumns) endRow(off, on);
      output.text += character;
      column += characterColumns;
    }
  };
  const write = (text: string): void => {
    if (goesOn === 'cut') writeCut(text);
    else {
      output.text += text;
      column += textWidth(text);
    }
  };
  /** Writes the word with its codes, in one or cut. */
  const writeWord = (): void => {
    const isCut = goesOn === 'cut';
    let at = 0;
    on = wordOn;
    off = wordOff;
    for (const codes of wordCodes) {
      if (isCut) writeCut(word.slice(at, codes.at));
      else output.text += word.slice(at, codes.at);
      output.text += codes.text;
      ({ at, on, off } = codes);
    }
    if (isCut) writeCut(word.slice(at));
    else {
      output.text += at === 0 ? word : word.slice(at);
      column += wordColumns;
    }
    if (word !== '') isRowEmpty = false;
    if (wordCodes.length > 0) wordCodes = [];
    word = '';
    wordColumns = 0;
  };

  /** Writes what waits: on this row if it fits, else on the next one. */
  const place = (): void => {
    // Most words fit, and are of one style: this is what is done most.
    const end = column + spaces.length + wordColumns;
    const isUsual = !isRowEmpty && wordCodes.length === 0 && (spaces === ' ' || spaces === '');
    if (isUsual && end <= width && !isLong()) {
      output.text += spaces === '' ? word : spaces + word;
      column = end;
      spaces = '';
      word = '';
      wordColumns = 0;
      return;
    }
    if (isRowEmpty) {
      placeSpaces();
      startLine();
    } else if (word !== '' && column + spacesWidth(spaces, column) + wordColumns > width) {
      endRow(wordOff, wordOn);
      spaces = '';
    } else placeSpaces();
    if (isLong() || column + wordColumns > width)
      goesOn = !cutsAddresses && isAddress(word, width - belowColumns) ? 'whole' : 'cut';
    writeWord();
  };
  const isLong = (): boolean => wordColumns > width - belowColumns || word.length > mostUnits * width;

  /** The word is over. */
  const commit = (): void => {
    if (word !== '' || wordCodes.length > 0) place();
    // The terminal wrapped it.
    if (goesOn === 'whole' && column > width) column = ((column - 1) % width) + 1;
    goesOn = 'not';
  };

  /** Text of a word. */
  const append = (text: string, textColumns: number): void => {
    if (goesOn !== 'not') {
      write(text);
      return;
    }
    if (word === '' && wordCodes.length === 0) beginWord();
    wordColumns += textColumns;
    word += text;
    // Where a longer word is cut does not depend on its end.
    if (isLong()) place();
  };
  const beginWord = (): void => {
    wordNumber += 1;
    wordOn = on;
    wordOff = off;
  };

  /** Words of ASCII: spaces alone part them. */
  const plainText = (source: string, from: number, to: number): void => {
    // Where the line ends, so does its last word.
    const isEnd = source.charCodeAt(to) === newline;
    const isApart = word === '' && wordCodes.length === 0 && goesOn === 'not' && spaces.length < 2;
    const first = source.indexOf(' ', from);
    const isOneWord = first < 0 || first >= to;
    let end = isEnd ? to : isOneWord ? from : lastGap(source, to);
    let at = from;
    if (!isApart || end === from || column + spaces.length + end - from > width) {
      const stop = isOneWord ? to : first;
      append(source.slice(from, stop), stop - from);
      if (isOneWord) return;
      commit();
      at = stop;
    } else {
      placeSpaces();
      if (isRowEmpty) startLine();
    }
    while (at < end) {
      let wordAt = at;
      while (source.charCodeAt(wordAt) === space) wordAt += 1;
      // As a rule all the rest fits; else word by word.
      const gap = column + (end - at) <= width ? end : source.indexOf(' ', wordAt);
      const stop = gap < 0 || gap > end ? end : gap;
      if (column + (stop - at) <= width) {
        output.text += source.slice(at, stop);
        column += stop - at;
        isRowEmpty = false;
      } else {
        spaces = source.slice(at, wordAt);
        append(source.slice(wordAt, stop), stop - wordAt);
        commit();
      }
      at = stop;
    }
    if (isEnd) return;
    end = at;
    while (source.charCodeAt(end) === space) end += 1;
    spaces = source.slice(at, end);
    append(source.slice(end, to), to - end);
  };
  /** Where the last word before `to` ends whose end is there. */
  const lastGap = (source: string, to: number): number => {
    let end = source.lastIndexOf(' ', to - 1);
    while (source.charCodeAt(end - 1) === space) end -= 1;
    return end;
  };

  /** A word, or the rest of one, that ends here. */
  const wholeWord = (text: string, textColumns: number): void => {
    const isApart = word === '' && wordCodes.length === 0 && goesOn === 'not' && spaces.length < 2;
    if (!isApart || column + spaces.length + textColumns > width) {
      append(text, textColumns);
      commit();
      return;
    }
    placeSpaces();
    if (isRowEmpty) startLine();
    output.text += text;
    column += textColumns;
    isRowEmpty = false;
  };

  /** Words of any script. */
  const anyText = (source: string, from: number, to: number): void => {
    let start = from;
    /** From `start` on. */
    let columnsSince = 0;
    for (let at = from; at < to; ) {
      const point = source.codePointAt(at) ?? 0;
      const next = at + (point > 0xffff ? 2 : 1);
      const isGap = isSpace(point);
      // Most characters of most scripts need no look at what stands beside them.
      const mayBreak = (point >= firstBreaking || previous >= firstBreaking) && previous !== 0;
      if (isGap || (mayBreak && mayBreakBetween(previous, point))) {
        if (at > start) wholeWord(source.slice(start, at), columnsSince);
        else commit();
        start = isGap ? next : at;
        columnsSince = 0;
      }
      if (isGap) {
        spaces += source.slice(at, next);
        previous = 0;
      } else {
        lastColumns = point < 0x7f ? 1 : columnsOf(point, previous, lastColumns);
        columnsSince += lastColumns;
        previous = point;
      }
      at = next;
    }
    if (to > start) append(source.slice(start, to), columnsSince);
  };

  return {
    begin(fits = false) {
      commit();
      isOn = !fits && keepsWords();
      width = columns();
      column = 0;
      below = '';
      belowColumns = 0;
      hang = 0;
      hasBegun = false;
      isRowEmpty = true;
      spaces = '';
      previous = 0;
    },
    lead(text, leadColumns, belowText = '', hangColumns = 0) {
      hang = hangColumns;
      output.text += text;
      column += leadColumns;
      if (belowText !== '') {
        below += belowText;
        belowColumns = column;
      }
    },
    space(text) {
      if (!isOn) output.text += text;
      else if (isGlued(text)) anyText(text, 0, text.length);
      else {
        commit();
        spaces += text;
        previous = 0;
      }
    },
    text(source, from, to) {
      if (!isOn) {
        output.text += source.slice(from, to);
        return;
      }
      width = columns();
      if (!isAsciiBetween(source, from, to) || mayBreakBehind(previous)) anyText(source, from, to);
      else plainText(source, from, to);
      previous = source.codePointAt(to - 1) ?? 0;
      if (previous >= 0xdc00 && previous <= 0xdfff) previous = source.codePointAt(to - 2) ?? 0;
    },
    codes(text, nextOn, nextOff) {
      if (!isOn || goesOn !== 'not') output.text += text;
      else {
        if (word === '' && wordCodes.length === 0) beginWord();
        wordCodes.push({ at: word.length, text, on: nextOn, off: nextOff });
      }
      on = nextOn;
      off = nextOff;
    },
    end() {
      commit();
      spaces = '';
      previous = 0;
    },
    release() {
      if (word === '') return;
      place();
      goesOn = 'whole';
    },
    waiting: () => (word === '' ? 0 : wordNumber),
    column: () => column,
    indent: () => belowColumns,
  };
}

/** Below it there are no characters beside which a line may break. */
const firstBreaking = 0x2014;
const newline = 0x0a;
const space = 0x20;
const isSpace = (point: number): boolean =>
  point === space ||
  point === 0x09 ||
  point === 0x3000 ||
  (point >= 0x2000 && point <= 0x200a && point !== 0x2007);

/**
 * The columns of a character behind another, which took `before`. What joins the one before it takes none; a picture
 * of several may be narrower than its parts, as terminals disagree.
 */
function columnsOf(point: number, previous: number, before: number): number {
  const isNarrow =
    (point < 0x300 && point !== 0xad) ||
    (point >= 0x2010 && point <= 0x2027) ||
    (point >= 0x2190 && point <= 0x21ff) ||
    (point >= 0x2500 && point <= 0x259f);
  if (isNarrow) return 1;
  const isWide =
    (point >= 0x4e00 && point <= 0x9fff) ||
    (point >= 0x3041 && point <= 0x3096) ||
    (point >= 0x30a1 && point <= 0x30fe) ||
    (point >= 0x3001 && point <= 0x3020) ||
    (point >= 0xff01 && point <= 0xff60) ||
    (point >= 0xac00 && point <= 0xd7a3);
  if (isWide) return 2;
  if (point === emojiPresentation) return Math.max(0, 2 - before);
  if (previous === joiner || isExtending(point)) return 0;
  return textWidth(String.fromCodePoint(point));
}

/** Among white space, what holds the words beside it together. */
const isGlued = (spaces: string): boolean => spaces !== ' ' && /[\u00a0\u202f\u2007]/.test(spaces);

function isAsciiBetween(source: string, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) {
    const code = source.charCodeAt(at);
    if (code > 0x7e || code < space) return false;
  }
  return true;
}

/** Columns of white space that begins at a column. */
export function spacesWidth(spaces: string, column: number): number {
  if (spaces.length < 2 && spaces !== '\t' && spaces !== '\u3000') return spaces.length;
  if (!spaces.includes('\t')) return textWidth(spaces);
  let end = column;
  for (const character of spaces)
    end += character === '\t' ? tabStop - (end % tabStop) : textWidth(character);
  return end - column;
}

/** Whether an address stands in a text. */
export const hasAddress = (text: string): boolean => /:\/\/|www\./.test(text);

/** Addresses are never cut: a terminal opens them across rows only where it made the rows itself. */
const isAddress = (word: string, columns: number): boolean =>
  hasAddress(word.slice(0, Math.max(10, columns >> 1)));
