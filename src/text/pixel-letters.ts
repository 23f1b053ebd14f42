// Capital letters of five by seven pixels: words drawn as a grid, and read out of one again. Pure.

const columns = 5;
const rows = 7;

/** Each letter from its top row to its bottom one; 1 is ink. */
const letters: Readonly<Record<string, string>> = {
  A: '01110 10001 10001 11111 10001 10001 10001',
  B: '11110 10001 10001 11110 10001 10001 11110',
  C: '01110 10001 10000 10000 10000 10001 01110',
  D: '11110 10001 10001 10001 10001 10001 11110',
  E: '11111 10000 10000 11110 10000 10000 11111',
  F: '11111 10000 10000 11110 10000 10000 10000',
  G: '01110 10001 10000 10111 10001 10001 01110',
  H: '10001 10001 10001 11111 10001 10001 10001',
  I: '01110 00100 00100 00100 00100 00100 01110',
  J: '00111 00010 00010 00010 00010 10010 01100',
  K: '10001 10010 10100 11000 10100 10010 10001',
  L: '10000 10000 10000 10000 10000 10000 11111',
  M: '10001 11011 10101 10101 10001 10001 10001',
  N: '10001 11001 10101 10011 10001 10001 10001',
  O: '01110 10001 10001 10001 10001 10001 01110',
  P: '11110 10001 10001 11110 10000 10000 10000',
  Q: '01110 10001 10001 10001 10101 10010 01101',
  R: '11110 10001 10001 11110 10100 10010 10001',
  S: '01111 10000 10000 01110 00001 00001 11110',
  T: '11111 00100 00100 00100 00100 00100 00100',
  U: '10001 10001 10001 10001 10001 10001 01110',
  V: '10001 10001 10001 10001 10001 01010 00100',
  W: '10001 10001 10001 10101 10101 11011 10001',
  X: '10001 10001 01010 00100 01010 10001 10001',
  Y: '10001 10001 01010 00100 00100 00100 00100',
  Z: '11111 00001 00010 00100 01000 10000 11111',
};

/** Rows of pixels; true is ink. */
export type Pixels = readonly (readonly boolean[])[];

/** One line of letters for each text, with a pixel between letters, and a margin of two all around. */
export function pixelsOf(lines: readonly string[]): Pixels {
  const width = 4 + Math.max(...lines.map((line) => line.length)) * (columns + 1) - 1;
  const blank = Array<boolean>(width).fill(false);
  const drawn = lines.flatMap((line) => [
    ...Array.from({ length: rows }, (_, row) => {
      const ink = [...line]
        .map((letter) => letters[letter]?.split(' ')[row] ?? '0'.repeat(columns))
        .join('0');
      return [false, false, ...Array.from({ length: width - 2 }, (_empty, column) => ink[column] === '1')];
    }),
    blank,
    blank,
  ]);
  return [blank, blank, ...drawn];
}

/** The lines of letters that were drawn so; what is no letter is a blank. */
export function linesIn(pixels: Pixels): string[] {
  const names = new Map(Object.entries(letters).map(([letter, shape]) => [shape, letter]));
  const lines: string[] = [];
  for (let top = 2; top + rows <= pixels.length; top += rows + 2) {
    const band = pixels.slice(top, top + rows);
    const count = Math.floor(((band[0]?.length ?? 0) - 3) / (columns + 1));
    const line = Array.from({ length: count }, (_, index) => {
      const left = 2 + index * (columns + 1);
      const shape = band.map((row) =>
        row
          .slice(left, left + columns)
          .map((isInk) => (isInk ? '1' : '0'))
          .join(''),
      );
      return names.get(shape.join(' ')) ?? ' ';
    });
    lines.push(line.join('').trimEnd());
  }
  return lines;
}
