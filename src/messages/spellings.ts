// The ways a text is spelled inside other texts: JSON (at any depth), URL, HTML, shell, wrong character set.
// Servers, logs and files quote what they were sent; a key is to be found in all of it.

const named: Readonly<Record<string, string>> = {
  '"': 'quot',
  '&': 'amp',
  "'": 'apos',
  '<': 'lt',
  '>': 'gt',
};

/** More levels come from no nesting of quotes; without a bound, matching could take long, and find no end. */
const mostLevels = 16;
const backslashes = (least: number): string => `\\\\{${least},${mostLevels}}`;
const repeated = (text: string): string => `(?:${text}){0,${mostLevels}}`;

/** Matches a text wherever it stands in another one, however that one had to write it. */
export function spellingsOf(text: string): RegExp {
  const characters = [...text];
  const last = characters.length - 1;
  return new RegExp(characters.map((one, index) => spellings(one, index === last)).join(''), 'g');
}

/** Matches the end of a text when that may be the beginning of what `pattern`, of this file, matches. */
export function beginningsOf(pattern: RegExp): RegExp {
  // Each character may be missing, provided that the text ends there.
  const mayEnd = pattern.source.replace(
    /\(\?:|\||\)(?:\{\d+,\d+\})?|((?:\\.|\[[^\]]*\]|[^()|])(?:\?|\{\d+,\d+\})?)/g,
    (token, character) => (character === undefined ? token : `(?:${character}|$)`),
  );
  return new RegExp(`(?:${mayEnd})$`, 'g');
}

function spellings(character: string, isLast: boolean): string {
  if (/[\w.~-]/.test(character)) return literal(character);
  const bytes = new TextEncoder().encode(character);
  const units = character.split('');
  const code = character.codePointAt(0) ?? 0;
  const name = named[character];
  const ways = [
    [...bytes].map((byte) => `%${repeated('25')}${hex(byte, 2)}`).join(''),
    units.map((unit) => `${backslashes(1)}u${hex(unit.charCodeAt(0), 4)}`).join(''),
    `&${repeated('amp;')}#(?:${repeated('0')}${code}|[xX]${repeated('0')}${hex(code, 1)});`,
    ...(name === undefined ? [] : [`&${repeated('amp;')}${name};`]),
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
