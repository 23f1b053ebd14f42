// The screen of a headless terminal as an SVG: what stands in its cells, in the colours of a theme.

/** Sixteen colours, ink and paper; the colours of two terminals in use. */
const themes = {
  dark: {
    paper: '#1e1e2e',
    edge: '#1e1e2e',
    ink: '#cdd6f4',
    colours: [
      ...['#45475a', '#f38ba8', '#a6e3a1', '#f9e2af', '#89b4fa', '#cba6f7', '#94e2d5', '#bac2de'],
      ...['#585b70', '#f38ba8', '#a6e3a1', '#f9e2af', '#89b4fa', '#cba6f7', '#94e2d5', '#ffffff'],
    ],
  },
  light: {
    paper: '#ffffff',
    edge: '#d0d7de',
    ink: '#24292f',
    colours: [
      ...['#24292f', '#cf222e', '#116329', '#7d4e00', '#0969da', '#8250df', '#1b7c83', '#6e7781'],
      ...['#57606a', '#a40e26', '#1a7f37', '#633c01', '#218bff', '#a475f9', '#3192aa', '#8c959f'],
    ],
  },
};

/** Of DejaVu Sans Mono at 14 pixels. */
const cell = { width: 8.43, height: 17, baseline: 13 };
const margin = 12;

export const themeNames = Object.keys(themes);

/** The rows of a terminal (@xterm/headless) up to the last that is not empty; `title` says what they show. */
export function svgOf(terminal, themeName, title) {
  const theme = themes[themeName];
  const rows = rowsOf(terminal, theme);
  const width = round(terminal.cols * cell.width + 2 * margin);
  const height = rows.length * cell.height + 2 * margin;
  const body = rows.map((runs, row) => runs.map((run) => textOf(run, row)).join('')).filter(Boolean);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="'DejaVu Sans Mono',Menlo,Consolas,monospace" font-size="14" xml:space="preserve">
<title>${escaped(title)}</title>
<rect x="0.5" y="0.5" width="${round(width - 1)}" height="${height - 1}" rx="6" fill="${theme.paper}" stroke="${theme.edge}"/>
<g fill="${theme.ink}">
${body.join('\n')}
</g>
</svg>
`;
}

function rowsOf(terminal, theme) {
  const { active } = terminal.buffer;
  const rows = [];
  for (let row = 0; row < active.length; row += 1) rows.push(runsOf(active.getLine(row), theme));
  while (rows.at(-1)?.length === 0) rows.pop();
  return rows;
}

/** Cells beside each other that look the same. Wide characters stand alone: fonts disagree about their width. */
function runsOf(line, theme) {
  const runs = [];
  for (let column = 0; column < line.length; column += 1) {
    const one = line.getCell(column);
    const text = one.getChars();
    if (one.getWidth() === 0 || text === '' || (text === ' ' && !one.isUnderline())) continue;
    const style = styleOf(one, theme);
    const last = runs.at(-1);
    if (last?.style === style && last.end === column && one.getWidth() === 1 && !last.isWide) {
      last.text += text;
      last.end += 1;
    } else runs.push({ column, text, style, end: column + one.getWidth(), isWide: one.getWidth() > 1 });
  }
  return runs;
}

function styleOf(one, theme) {
  const attributes = [];
  if (!one.isFgDefault()) attributes.push(`fill="${colourOf(one, theme)}"`);
  if (one.isBold()) attributes.push('font-weight="bold"');
  if (one.isItalic()) attributes.push('font-style="italic"');
  const lines = [one.isUnderline() && 'underline', one.isStrikethrough() && 'line-through'].filter(Boolean);
  if (lines.length > 0) attributes.push(`text-decoration="${lines.join(' ')}"`);
  if (one.isDim()) attributes.push('opacity="0.7"');
  return attributes.join(' ');
}

function colourOf(one, theme) {
  const colour = one.getFgColor();
  if (one.isFgRGB()) return `#${colour.toString(16).padStart(6, '0')}`;
  if (colour < 16) return theme.colours[colour];
  if (colour >= 232) return `#${(8 + 10 * (colour - 232)).toString(16).padStart(2, '0').repeat(3)}`;
  const level = (value) => (value === 0 ? 0 : 55 + 40 * value);
  const [red, green, blue] = [36, 6, 1].map((share) => level(Math.floor((colour - 16) / share) % 6));
  return `rgb(${red},${green},${blue})`;
}

function textOf({ column, text, style, end }, row) {
  const x = round(margin + column * cell.width);
  const y = round(margin + row * cell.height + cell.baseline);
  const length = round((end - column) * cell.width);
  return `<text x="${x}" y="${y}" textLength="${length}" lengthAdjust="spacingAndGlyphs"${style && ` ${style}`}>${escaped(text)}</text>`;
}

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** What a picture of svgOf says, in its lines. */
export function textOfSvg(svg) {
  const lines = [];
  for (const [, x, y, text] of svg.matchAll(/<text x="([\d.]+)" y="([\d.]+)"[^>]*>([^<]*)</g)) {
    const row = Math.round((y - margin - cell.baseline) / cell.height);
    const column = Math.round((x - margin) / cell.width);
    lines[row] = (lines[row] ?? '').padEnd(column) + text.replaceAll('&lt;', '<').replaceAll('&amp;', '&');
  }
  return Array.from(lines, (line) => line ?? '').join('\n');
}

const round = (value) => Math.round(value * 100) / 100;
