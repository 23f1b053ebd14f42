// What characters are called that nobody wants in a key: blanks, quotes, and what no eye sees.

const names: Readonly<Record<number, string>> = {
  9: 'tab',
  10: 'line feed',
  13: 'carriage return',
  32: 'space',
  34: 'quote',
  39: 'apostrophe',
  96: 'backtick',
  160: 'no-break space',
  173: 'soft hyphen',
  8203: 'zero width space',
  8204: 'zero width non-joiner',
  8205: 'zero width joiner',
  8206: 'left-to-right mark',
  8207: 'right-to-left mark',
  8211: 'en dash',
  8212: 'em dash',
  8216: 'left single quote',
  8217: 'right single quote',
  8220: 'left double quote',
  8221: 'right double quote',
  8230: 'ellipsis',
  8239: 'narrow no-break space',
  8288: 'word joiner',
  12288: 'ideographic space',
  65279: 'byte order mark',
};

/** The name of a code point, if it has one here. */
export const characterName = (point: number): string | undefined => names[point];

/** `U+200B`. */
export const codePointLabel = (point: number): string =>
  `U+${point.toString(16).toUpperCase().padStart(4, '0')}`;
