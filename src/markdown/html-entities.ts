// HTML entities in prose: the named ones that answers contain, and those by number. Data, and one search.

const characters: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: '\u00a0',
  ensp: '\u2002',
  emsp: '\u2003',
  thinsp: '\u2009',
  copy: '©',
  reg: '®',
  trade: '™',
  sect: '§',
  para: '¶',
  deg: '°',
  micro: 'µ',
  middot: '·',
  bull: '•',
  hellip: '…',
  ndash: '–',
  mdash: '—',
  lsquo: '‘',
  rsquo: '’',
  sbquo: '‚',
  ldquo: '“',
  rdquo: '”',
  bdquo: '„',
  laquo: '«',
  raquo: '»',
  dagger: '†',
  cent: '¢',
  pound: '£',
  euro: '€',
  yen: '¥',
  frac12: '½',
  frac14: '¼',
  frac34: '¾',
  sup1: '¹',
  sup2: '²',
  sup3: '³',
  times: '×',
  divide: '÷',
  plusmn: '±',
  minus: '−',
  ne: '≠',
  le: '≤',
  ge: '≥',
  asymp: '≈',
  equiv: '≡',
  infin: '∞',
  radic: '√',
  sum: '∑',
  prod: '∏',
  int: '∫',
  part: '∂',
  larr: '←',
  uarr: '↑',
  rarr: '→',
  darr: '↓',
  harr: '↔',
  lArr: '⇐',
  rArr: '⇒',
  hArr: '⇔',
  check: '✓',
  cross: '✗',
  star: '☆',
  hearts: '♥',
  lbrace: '{',
  rbrace: '}',
  lbrack: '[',
  rbrack: ']',
  lpar: '(',
  rpar: ')',
  ast: '*',
  lowbar: '_',
  grave: '`',
  vert: '|',
  num: '#',
  sol: '/',
  bsol: '\\',
  alpha: 'α',
  beta: 'β',
  gamma: 'γ',
  delta: 'δ',
  Delta: 'Δ',
  epsilon: 'ε',
  theta: 'θ',
  lambda: 'λ',
  mu: 'μ',
  pi: 'π',
  sigma: 'σ',
  Sigma: 'Σ',
  tau: 'τ',
  phi: 'φ',
  omega: 'ω',
  Omega: 'Ω',
};
/** A name may be anything, `constructor` too: a map has nothing but what was put into it. */
const named = new Map(Object.entries(characters));

const entity = /&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,7});/y;
const entityCut = /&(?:#(?:[0-9]{0,7}|[xX][0-9a-fA-F]{0,6})|[A-Za-z][A-Za-z0-9]{0,7})?$/y;

/** The entity at `at`, where it ends and what it stands for. `wait`: more text decides. */
export function scanEntity(
  source: string,
  at: number,
  isFinal: boolean,
): { kind: 'entity'; text: string; end: number } | { kind: 'wait' } | { kind: 'none' } {
  entity.lastIndex = at;
  if (entity.test(source)) {
    const text = characterOf(source.slice(at + 1, entity.lastIndex - 1));
    return text === undefined ? none : { kind: 'entity', text, end: entity.lastIndex };
  }
  entityCut.lastIndex = at;
  return !isFinal && entityCut.test(source) ? { kind: 'wait' } : none;
}

const none = { kind: 'none' } as const;

/** A text with its entities replaced: the address of a link. */
export const withoutEntities = (text: string): string =>
  text.includes('&')
    ? text.replace(/&([#\w]{2,9});/g, (all, name: string) => characterOf(name) ?? all)
    : text;

function characterOf(name: string): string | undefined {
  if (!name.startsWith('#')) return named.get(name);
  const isHex = name[1] === 'x' || name[1] === 'X';
  const point = Number.parseInt(name.slice(isHex ? 2 : 1), isHex ? 16 : 10);
  // What a terminal would obey, and halves of characters, stay as they are written.
  const isControl = !(point >= 0x20) || (point >= 0x7f && point <= 0x9f);
  const isHalf = point >= 0xd800 && point <= 0xdfff;
  return isControl || isHalf || point > 0x10ffff ? undefined : String.fromCodePoint(point);
}
