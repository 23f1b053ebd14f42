// The ways a text is spelled inside other texts: JSON (at any depth), URL, HTML, shell, wrong character set.
// Servers, logs and files quote what they were sent; a key is to be found in all of it.

const named: Readonly<Record<string, string>> = {
  '"': 'quot',
  '&': 'amp',
  "'": 'apos',
  '<': 'lt',
  '>': 'gt',
};

/** More backslashes than this come from no nesting of quotes; without a bound, matching could take long. */
const mostBackslashes = 16;
const backslashes = (least: number): string => `\\\\{${least},${mostBackslashes}}`;

/** Matches a text wherever it stands in another one, however that one had to write it. */
export function spellingsOf(text: string): RegExp {
  const characters = [...text];
  const last = characters.length - 1;
  return new RegExp(characters.map((one, index) => spellings(one, index === last)).join(''), 'g');
}

function spellings(character: string, isLast: boolean): string {
  if (/[\w.~-]/.test(character)) return literal(character);
  const bytes = new TextEncoder().encode(character);
  const units = character.split('');
  const code = character.codePointAt(0) ?? 0;
  const name = named[character];
  const ways = [
    [...bytes].map((byte) => `%(?:25)*${hex(byte, 2)}`).join(''),
    units.map((unit) => `${backslashes(1)}u${hex(unit.charCodeAt(0), 4)}`).join(''),
    `&(?:amp;)*#(?:0*${code}|[xX]0*${hex(code, 1)});`,
    ...(name === undefined ? [] : [`&(?:amp;)*${name};`]),
    // A server that reads UTF-8 as Latin-1.
    ...(bytes.length > 1 ? [String.fromCharCode(...bytes)] : []),
    ...(character === "'" ? [literal("'\\''")] : []),
    plainly(character, isLast),
  ];
  return `(?:${ways.join('|')})`;
}

/** The character itself, behind as many backslashes as quoting gave it. */
function plainly(character: string, isLast: boolean): string {
  if (character !== '\\') return `${backslashes(0)}${literal(character)}`;
  // At the end there may be backslashes behind that belong to the next character.
  return isLast ? literal('\\').concat(literal('\\'), '?') : backslashes(1);
}

const literal = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');

/** Hexadecimal digits, large or small. */
const hex = (value: number, width: number): string =>
  value
    .toString(16)
    .padStart(width, '0')
    .replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
