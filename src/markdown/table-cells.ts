// The cells of a table as they stand on the screen: on one line, or folded into the width of their column.
import type { Theme } from '../text/theme.ts';
import { textWidth } from '../text/width.ts';
import { hasAddress, wordFlow } from '../text/word-flow.ts';
import type { Cell, CellRow } from './columns.ts';
import { inlineReader, isPlain } from './inline.ts';
import { inlineLayout } from './layout.ts';
import { type Output, styleCodes, styleSpans } from './style-spans.ts';

/** The text of a cell; `isName`: it is the name of a column, which stands out. */
export type CellDrawing = {
  /** On one line. */
  line(text: string, isName: boolean): Cell;
  /** On as many lines as it takes. One is wider where there is an address, which is not cut. */
  fold(text: string, isName: boolean, columns: number): CellRow[];
};

/** Characters that mean nothing but themselves and take one column each: most cells, known by one search. */
const simpleText = /^[A-Za-z0-9 .,;()+=%/'"|-]*$/;

/** Of the longest address in a text. */
function addressWidth(text: string): number {
  if (!hasAddress(text)) return 0;
  return Math.max(...text.split(/\s+/).map((word) => (hasAddress(word) ? textWidth(word) : 0)));
}

export function cellDrawing(theme: Theme): CellDrawing {
  const output: Output = { text: '' };
  let columns = 0;
  let keepsWords = false;
  let endedRows: number[] = [];
  const flow = wordFlow({
    output,
    columns: () => columns,
    keepsWords: () => keepsWords,
    onRowEnd: (taken) => endedRows.push(taken),
  });
  const spans = styleSpans(flow, (count) => {
    spans.rest();
    for (let row = 0; row < count; row += 1) {
      endedRows.push(flow.column());
      output.text += '\n';
      flow.begin();
    }
  });
  let visible = '';
  const text = (piece: string): void => {
    visible += piece;
    spans.text(piece);
  };
  const slice = (source: string, from: number, to: number): void => {
    visible += source.slice(from, to);
    spans.slice(source, from, to);
  };
  const inline = inlineLayout(theme, { ...spans, text, slice }, () => {
    if (keepsWords) spans.breakRow();
    else text(' ');
  });
  const reader = inlineReader(inline);
  const [nameOn, nameOff] = styleCodes(theme).strong;

  const draw = (source: string, isName: boolean): void => {
    output.text = '';
    visible = '';
    flow.begin();
    if (isName) inline.open('strong');
    reader.read(source, 0, true);
    reader.reset();
    if (isName) inline.close('strong');
    spans.rest();
  };

  return {
    line(source, isName) {
      const isSimple = simpleText.test(source);
      if (isSimple || isPlain(source)) {
        const styled = isName && source !== '' ? nameOn + source + nameOff : source;
        return { styled, width: isSimple ? source.length : textWidth(source), addressWidth: 0 };
      }
      keepsWords = false;
      draw(source, isName);
      const shown = visible.trimEnd();
      return { styled: output.text, width: textWidth(shown), addressWidth: addressWidth(shown) };
    },
    fold(source, isName, wantedColumns) {
      keepsWords = true;
      columns = Math.max(1, wantedColumns);
      endedRows = [];
      draw(source, isName);
      const widths = [...endedRows, flow.column()];
      return output.text.split('\n').map((styled, index) => ({ styled, width: widths[index] ?? 0 }));
    },
  };
}
