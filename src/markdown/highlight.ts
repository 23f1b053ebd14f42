// The one door to shiki: its core with the JavaScript regular expression engine, and languages one by one.
// Tells what each piece of a line is; colours are the theme's business, so that they suit the user's terminal.
// A file of its own in dist/ (scripts/build.js): the grammars are larger than all else, and few answers need one.
import { createHighlighterCoreSync, type HighlighterCore, type ThemeRegistrationRaw } from '@shikijs/core';
import { createJavaScriptRegexEngine } from '@shikijs/engine-javascript';
import type { CodePiece, CodeRole, Highlighter, LineHighlighter } from './code.ts';
import { grammarName, grammars } from './highlight-languages.ts';

/** Which scopes of a grammar mean which role; later and longer scopes win, as in every TextMate theme. */
const roleScopes: Readonly<Record<CodeRole, readonly string[]>> = {
  plain: ['meta.embedded', 'variable', 'punctuation', 'keyword.operator', 'meta.template.expression'],
  comment: ['comment', 'punctuation.definition.comment', 'string.quoted.docstring'],
  string: ['string', 'punctuation.definition.string', 'markup.inline.raw', 'string.regexp'],
  number: ['constant.numeric', 'constant.language', 'constant.character.escape', 'constant.other.color'],
  keyword: [
    'keyword',
    'storage',
    'storage.type.function.arrow',
    'keyword.operator.new',
    'keyword.operator.expression',
    'keyword.operator.logical.python',
    'variable.language',
    'entity.name.tag',
    'markup.heading',
  ],
  function: ['entity.name.function', 'support.function', 'entity.name.command', 'support.type.property-name'],
  type: [
    'entity.name.type',
    'entity.name.class',
    'support.type',
    'support.class',
    'entity.other.attribute-name',
  ],
  added: ['markup.inserted'],
  removed: ['markup.deleted'],
};

const roles = Object.keys(roleScopes) as CodeRole[];
/** A role is carried through the tokenizer as a colour, the one thing a theme may say of a scope. */
const colourOf = (role: CodeRole): string =>
  `#0000${(roles.indexOf(role) + 1).toString(16).padStart(2, '0')}`;

const roleTheme: ThemeRegistrationRaw = {
  name: 'roles',
  type: 'dark',
  fg: colourOf('plain'),
  bg: '#ffffff',
  settings: roles.map((role) => ({ scope: [...roleScopes[role]], settings: { foreground: colourOf(role) } })),
};

/**
 * No time limit for a line: where it strikes depends on the machine, and it leaves the state of the grammar in
 * the middle of something. The length of lines is limited instead, in markdown-code.ts.
 */
const lineLimitMs = 0;

/** Where the foreground colour stands in the bits of a token (vscode-textmate). */
const foregroundMask = 0x00ff8000;
const foregroundOffset = 15;

/** Makes the highlighter, without any language yet. */
export function createHighlighter(): Highlighter {
  const shiki = createHighlighterCoreSync({
    themes: [roleTheme],
    langs: [],
    engine: createJavaScriptRegexEngine({ forgiving: true }),
  });
  /** Grammars that could not be loaded, so that nobody asks again at every line. */
  const unusable = new Set<string>();
  const usableName = (language: string): string | undefined => {
    const name = grammarName(language);
    return name === undefined || unusable.has(name) ? undefined : name;
  };
  const loaded = new Map<string, () => LineHighlighter>();
  return {
    knows: (language) => usableName(language) !== undefined,
    begin: (language) => loaded.get(usableName(language) ?? '')?.(),
    async load(language) {
      const name = usableName(language);
      if (name === undefined || loaded.has(name)) return;
      try {
        const registrations = (await grammars[name]?.())?.default ?? [];
        await shiki.loadLanguage(registrations);
        const grammar = registrations.at(-1)?.name ?? name;
        loaded.set(name, () => lineHighlighter(shiki, grammar));
      } catch {
        unusable.add(name);
      }
    },
  };
}

type Grammar = ReturnType<HighlighterCore['getLanguage']>;

function lineHighlighter(shiki: HighlighterCore, language: string): LineHighlighter {
  const { colorMap } = shiki.setTheme(roleTheme.name ?? '');
  const grammar = shiki.getLanguage(language);
  let state: Parameters<Grammar['tokenizeLine2']>[1] = null;
  return (line) => {
    const { tokens, ruleStack } = grammar.tokenizeLine2(line, state, lineLimitMs);
    state = ruleStack;
    const pieces: CodePiece[] = [];
    for (let index = 0; index < tokens.length; index += 2) {
      const colour = colorMap[((tokens[index + 1] ?? 0) & foregroundMask) >>> foregroundOffset] ?? '';
      const text = line.slice(tokens[index], tokens[index + 2] ?? line.length);
      const role = roles[Number.parseInt(colour.slice(-2), 16) - 1] ?? 'plain';
      const last = pieces.at(-1);
      if (last?.role === role) pieces[pieces.length - 1] = { text: last.text + text, role };
      else if (text !== '') pieces.push({ text, role });
    }
    return pieces;
  };
}
