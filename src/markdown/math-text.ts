// Math as it can be read in a line of text: the LaTeX that answers contain, with the signs of Unicode. What is not
// known stays as it is written.
import {
  accents,
  alphabets,
  bigOperators,
  environments,
  functions,
  letters,
  operators,
  silent,
  spacing,
  subscripts,
  superscripts,
} from './math-symbols.ts';

/** Deeper nesting stays as it is written. */
const deepest = 20;

/** A line of math. */
export function mathText(source: string): string {
  return mathReader(source)
    .read('', 0)
    .replace(/ {2,}/g, ' ')
    .replaceAll(' ;', ';')
    .replace(/ *\u2003 */g, '  ')
    .trim();
}

function mathReader(source: string): { read: (until: string, depth: number) => string } {
  let at = 0;

  /** Reads up to a closing bracket, and past it. */
  const read = (until: string, depth: number): string => {
    let text = '';
    while (at < source.length && !(until !== '' && source[at] === until)) text += readOne(text, depth);
    if (until !== '') at += 1;
    return text;
  };

  const readOne = (before: string, depth: number): string => {
    const sign = source[at] ?? '';
    at += 1;
    if (sign === '\\') return readCommand(depth);
    if (sign === '{') return depth < deepest ? read('}', depth + 1) : sign;
    if ((sign === '^' || sign === '_') && depth < deepest) {
      const text = script(sign === '^' ? superscripts : subscripts, sign, readArgument(depth + 1));
      const goesOn = text.startsWith(sign) && !text.endsWith(')') && /[\w\\]/.test(source[at] ?? '');
      return goesOn ? `${text} ` : text;
    }
    if (sign === '~') return ' ';
    if (sign === '&') return before === '' || before.endsWith(' ') ? '' : ' ';
    if (sign === "'") return '′';
    return sign;
  };

  /** What a command or a script takes: a group, a command or one sign. */
  const readArgument = (depth: number): string => {
    while (source[at] === ' ') at += 1;
    return at < source.length ? readOne('', depth).trim() : '';
  };
  const readOptional = (depth: number): string | undefined => {
    if (source[at] !== '[') return undefined;
    at += 1;
    return read(']', depth + 1);
  };
  /** A group as it is written. */
  const readSource = (): string => {
    if (source[at] !== '{') return '';
    const end = source.indexOf('}', at);
    const stop = end < 0 ? source.length : end;
    const text = source.slice(at + 1, stop);
    at = stop + 1;
    return text;
  };
  /** All groups behind a command that is not known. */
  const readUnknown = (): string => {
    const from = at;
    for (let depth = 0; at < source.length; at += 1) {
      if (source[at] === '{') depth += 1;
      else if (depth === 0) break;
      else if (source[at] === '}') depth -= 1;
    }
    return source.slice(from, at);
  };

  const readCommand = (depth: number): string => {
    const name = /^(?:[A-Za-z]+|[\s\S])/.exec(source.slice(at, at + 40))?.[0] ?? '';
    at += name.length;
    if (Object.hasOwn(spacing, name)) return spacing[name] ?? '';
    const known = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (known !== undefined && depth < deepest) return known(depth + 1);
    if (functions.has(name)) return name;
    // The space behind a command only ends its name.
    if (source[at] === ' ') at += 1;
    if (silent.has(name)) {
      // `\left.` is a bracket that is not drawn.
      if (/^(?:left|right)$/.test(name) && source[at] === '.') at += 1;
      return '';
    }
    const operator = Object.hasOwn(operators, name) ? operators[name] : undefined;
    if (operator !== undefined) return ` ${operator} `;
    if (Object.hasOwn(letters, name)) return (bigOperators.has(name) ? ' ' : '') + letters[name];
    return `\\${name}${readUnknown()}`;
  };

  const fraction = (depth: number): string => {
    const over = readArgument(depth);
    return `${grouped(over)}/${grouped(readArgument(depth))}`;
  };
  const inAlphabet =
    (name: string) =>
    (depth: number): string =>
      Array.from(readArgument(depth), (letter) => alphabets[name]?.[letter] ?? letter).join('');
  const accented =
    (name: string) =>
    (depth: number): string => {
      const text = readArgument(depth);
      return [...text].length === 1 ? (text + accents[name]).normalize('NFC') : `\\${name}{${text}}`;
    };
  const asItIs = (): string => readSource();
  /** What stands between `begin` and `end`, in the brackets it is drawn in; on lines of their own, rows are read alone. */
  const environment = (depth: number): string => {
    const name = readSource();
    // The columns of an array.
    if (source[at] === '{') readSource();
    const end = `\\end{${name}}`;
    if (!source.includes(end, at)) return '';
    let text = '';
    while (at < source.length && !source.startsWith(end, at)) text += readOne(text, depth);
    at += end.length;
    const [open, close] = Object.hasOwn(environments, name) ? (environments[name] ?? noBrackets) : noBrackets;
    return open + text.trim() + close;
  };
  /** The end of a row, and how far it stands from the next: a sign only where one follows. */
  const rowEnd = (): string => {
    readOptional(0);
    while (source[at] === ' ') at += 1;
    return at === source.length || source.startsWith('\\end{', at) ? '' : '; ';
  };
  const commands: Readonly<Record<string, (depth: number) => string>> = {
    frac: fraction,
    dfrac: fraction,
    tfrac: fraction,
    cfrac: fraction,
    sqrt(depth) {
      const root = readOptional(depth);
      const sign =
        root === undefined || root === '2' ? '√' : root === '3' ? '∛' : `${script(superscripts, '', root)}√`;
      return sign + grouped(readArgument(depth));
    },
    binom: (depth) => `C(${readArgument(depth)}, ${readArgument(depth)})`,
    tag: () => ` (${readSource()})`,
    pmod: (depth) => ` (mod ${readArgument(depth)})`,
    bmod: () => ' mod ',
    not(depth) {
      const text = readArgument(depth).trim();
      return text === '=' ? ' ≠ ' : ` ${text}\u0338 `;
    },
    begin: environment,
    end() {
      readSource();
      return '';
    },
    '\\': rowEnd,
    ...Object.fromEntries(
      ['text', 'textrm', 'textit', 'textbf', 'texttt', 'operatorname', 'mbox', 'label'].map((name) => [
        name,
        asItIs,
      ]),
    ),
    ...Object.fromEntries(
      ['mathrm', 'mathbf', 'mathit', 'mathsf', 'boldsymbol', 'bm', 'boxed'].map((name) => [
        name,
        readArgument,
      ]),
    ),
    ...Object.fromEntries(Object.keys(alphabets).map((name) => [name, inAlphabet(name)])),
    ...Object.fromEntries(Object.keys(accents).map((name) => [name, accented(name)])),
  };

  return { read };
}

const noBrackets = ['', ''] as const;

/** A raised or lowered text, where all of it can be; else behind its sign. */
function script(table: ReadonlyMap<string, string>, sign: string, source: string): string {
  const text = source.replace(/\s/g, '');
  const raised = Array.from(text, (character) => table.get(character));
  if (raised.every((one) => one !== undefined)) return raised.join('');
  return sign + ([...text].length === 1 ? text : `(${source.replace(/\s+/g, ' ').trim()})`);
}

/** In brackets, unless it is one number, name or call. */
const grouped = (text: string): string =>
  /^(?:[\p{L}\p{N}\p{M}.∞′⁰-₎ᵢ-ᵪ]+|\([^()]*\)|[√∛][^ +/-]*|\\[A-Za-z]+)$/u.test(text) ? text : `(${text})`;
