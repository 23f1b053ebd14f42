// Makes what a stranger wrote harmless on a terminal: control characters are shown, not obeyed, and so are
// characters that nobody sees. Otherwise a text could move the cursor, rewrite the screen, set the clipboard,
// fake a link, or read otherwise than it is.

/** Passes text through, chunk by chunk. Keeps state, because line ends and characters can be cut between chunks. */
type Sanitizer = (chunk: string) => string;

/**
 * C0 but tab and LF, DEL and C1; then what Unicode itself calls ignorable in display (bidi overrides, joiners,
 * tags, variation selectors ...), its two line ends and its annotations. A function: as a constant, tables of Unicode
 * would be read at every start.
 */
const hidden = (): RegExp =>
  /\r\n|[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufff9-\ufffb\p{Default_Ignorable_Code_Point}]/gu;

/** Scripts whose letters take another form beside a joiner or a non-joiner. */
const joiningScripts =
  'Arabic Syriac Mongolian Nko Phags_Pa Devanagari Bengali Gurmukhi Gujarati Oriya Tamil Telugu Kannada Malayalam Sinhala Khmer Myanmar Tibetan Balinese Javanese';

type Rule = readonly [character: RegExp, before: RegExp];
let rules: readonly Rule[] | undefined;

/**
 * Characters nobody sees that writing needs, and behind what: there they stay as they are. Made when the first is
 * met: the tables of Unicode take milliseconds to read, and a start does not have them.
 */
function neededCharacters(): readonly Rule[] {
  if (rules !== undefined) return rules;
  const scripts = joiningScripts.replace(/(\w+) ?/g, '\\p{Script_Extensions=$1}');
  const flag = '\\u{1f3f4}[\\u{e0030}-\\u{e0039}\\u{e0061}-\\u{e007a}]';
  // 'v' where 'u' would do: with 'u', V8 14 does not count what lies beyond U+FFFF (Node 26).
  const behind = (pattern: string): RegExp => new RegExp(`(?:${pattern})$`, 'v');
  rules = [
    // Families, flags, professions; and joined letters.
    [/^\u200d$/, behind('\\p{Extended_Pictographic}\\p{Emoji_Modifier}?\\ufe0f?')],
    [/^[\u200c\u200d]$/, behind(`(?![\\x00-\\x7f])[${scripts}]`)],
    // Text or picture, and forms of signs and Chinese characters: one for each.
    [/^[\ufe0e\ufe0f]$/, behind('\\p{Emoji}')],
    [
      /^[\ufe00-\ufe06]$/,
      behind('(?![\\x00-\\x7f])[\\p{S}\\p{Script=Han}\\p{Script=Myanmar}\\p{Script=Phags_Pa}]'),
    ],
    [/^[\u{e0100}-\u{e01ef}]$/u, behind('\\p{Script=Han}')],
    [/^[\u180b-\u180f]$/, behind('\\p{Script=Mongolian}')],
    // The flags of England, Scotland, Wales and other regions.
    [/^[\u{e0030}-\u{e0039}\u{e0061}-\u{e007a}]$/u, behind(`${flag}{0,5}`)],
    [/^\u{e007f}$/u, behind(`${flag}{1,6}`)],
    [/^[\u17b4\u17b5]$/, behind('\\p{Script=Khmer}')],
    [/^\u1160$/, behind('[\\u1100-\\u115e\\ua960-\\ua97c]')],
    [/^\u034f$/, behind('\\p{M}')],
  ];
  return rules;
}

/** As far back as these look: a flag of six letters. */
const contextLength = 16;

/** Characters that are seen, of planes and blocks in use: most texts have no others, and this search is ten times quicker. */
const seen =
  /^[\t\n\x20-\x7e\xa1-\xac\xae-\u02ff\u0370-\u0482\u048a-\u061b\u061d-\u115e\u1161-\u17b3\u17b6-\u180a\u1810-\u200a\u2010-\u2027\u2030-\u205f\u2070-\u3163\u3165-\ud7ff]*(?:[\ud83c-\ud83e][\udc00-\udfff][\t\n\x20-\x7e\xa1-\xac\xae-\u02ff\u0370-\u0482\u048a-\u061b\u061d-\u115e\u1161-\u17b3\u17b6-\u180a\u1810-\u200a\u2010-\u2027\u2030-\u205f\u2070-\u3163\u3165-\ud7ff]*)*$/;

/**
 * The text with everything hidden shown, apart from tabs and line ends; CRLF becomes LF. `before` is what stood
 * in front of it.
 */
export function visible(text: string, before = ''): string {
  if (seen.test(text)) return text;
  // Line by line: most of them need no look-up.
  return text.replace(/[^\n]+\n?/g, (line, lineAt: number) =>
    seen.test(line)
      ? line
      : line.replace(hidden(), (character, at: number) => shown(character, text, lineAt + at, before)),
  );
}

/** What stands for a hidden character at `offset` of a text. */
function shown(character: string, text: string, offset: number, before: string): string {
  if (character === '\r\n') return '\n';
  const start = offset - contextLength;
  const context = start < 0 ? before.slice(start) + text.slice(0, offset) : text.slice(start, offset);
  return neededCharacters().some(([one, behind]) => one.test(character) && behind.test(context))
    ? character
    : picture(character);
}

/** What is to be remembered of a text for the one that follows it. */
export const contextOf = (text: string, before: string): string =>
  text.length < contextLength ? (before + text).slice(-contextLength) : text.slice(-contextLength);

/**
 * ESC is shown as ␛ and the other C0 characters by their pictures, too; what has none as `\u202e`, which is what JSON
 * writes for it: JSON stays the same JSON.
 */
function picture(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return character
    .split('')
    .map((unit) => `\\u${hexOf(unit)}`)
    .join('');
}

const hexOf = (unit: string): string => unit.charCodeAt(0).toString(16).padStart(4, '0');

/** For a text that comes in chunks: a CRLF that is cut is one line end, and a character that is cut is one. */
export function createSanitizer(): Sanitizer {
  let rest = '';
  let before = '';
  return (chunk) => {
    const whole = rest + chunk;
    const text = /[\r\ud800-\udbff]/.test(whole.slice(-1)) ? whole.slice(0, -1) : whole;
    rest = whole.slice(text.length);
    const clean = visible(text, before);
    before = contextOf(text, before);
    return clean;
  };
}

/** The same for one finished text on one line: messages of servers, names, URLs. */
export const oneLine = (text: string): string => visible(text.replace(/\s+/g, ' ').trim());
