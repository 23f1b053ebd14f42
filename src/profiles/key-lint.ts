// Looking at a key somebody entered: what was pasted along with it, and whether it is a key at all. Pure.
import { configError, usageError } from '../errors.ts';
import { isKeyShaped } from '../messages/key-shapes.ts';
import { Secret } from '../messages/secret.ts';
import { characterName, codePointLabel } from '../text/character-names.ts';
import { presetForKeyPrefix } from './presets.ts';

type KeyFault = {
  /** One sentence, with position and code point where that helps; never the key. */
  readonly message: string;
  /** False: taking something away does not make a key of it. */
  readonly isTrimmable: boolean;
};

type KeyLint = {
  readonly faults: readonly KeyFault[];
  /** True but harmless: gateways invent prefixes freely. */
  readonly hints: readonly string[];
  /** The key without what can be taken away. Used only when the user asks for it. */
  readonly trimmed: string;
};

/** Whether a key was entered where something else belongs; the preset of the profile knows how its keys begin. */
export const isMisplacedKey = (text: string, presetId?: string): boolean =>
  (isKeyShaped(text) && !modelLikeKey.test(text)) ||
  (presetId !== undefined && presetForKeyPrefix(text)?.id === presetId);

/** Models that are called after a vendor as its keys are; keys have no words with dashes between them. */
const modelLikeKey = /^(hf|pplx)-[^-]+-/;

/**
 * Stops before a key is kept as the model of a profile, in a file that is made to be shared. It is not repeated.
 * @throws MsgError `usage`
 */
export function refuseKeyAsModel({
  model,
  preset,
}: {
  readonly model?: string;
  readonly preset?: string;
}): void {
  if (model === undefined || !isMisplacedKey(model, preset)) return;
  throw usageError(
    'The model looks like a key.',
    '-m takes the name of a model. A key is kept in a profile: msg profiles set NAME --key-stdin',
  );
}

/** Characters no eye sees, which can simply be taken away. */
const invisible = /[\s\u0000-\u001f\u007f-\u00a0\u00ad\u200b-\u200f\u2028-\u202f\u2060-\u2069\ufeff]/u;

const placeholders: readonly RegExp[] = [
  /^<.*>$|^\[.*\]$|^\{.*\}$/,
  /^\$\{?\w+\}?$|^%\w+%$/,
  /\b(your|my|the)[-_ ]?.*(key|token)\b/i,
  /^(x+|\*+|\.+|•+|test|key|api[-_]?key|changeme|secret|none|null|undefined|todo)$/i,
  /x{6,}|\*{4,}|…|\.{3}/i,
];

/** What people copy along with a key: what to call it, and the key inside. */
const wrappings: readonly { readonly pattern: RegExp; readonly message: (found: string) => string }[] = [
  {
    pattern: /^((?:authorization\s*:\s*)?bearer(?=\s)|x-api-key\s*:)(.*)$/isu,
    message: (found) => `It begins with "${found}": msg adds the header itself.`,
  },
  {
    pattern: /^(?:export\s+)?([A-Z][A-Z0-9_]*=)(.*)$/su,
    message: (found) => `It begins with "${found}": the whole line was copied.`,
  },
  {
    pattern: /^(["'`\u2018\u201c])(.*)["'`\u2019\u201d]$/su,
    message: () => 'It stands in quotation marks.',
  },
];

function trimInvisible(text: string): string {
  const characters = [...text];
  const isVisible = (character: string): boolean => !invisible.test(character);
  return characters.slice(characters.findIndex(isVisible), characters.findLastIndex(isVisible) + 1).join('');
}

/**
 * What is wrong with an entered key. `presetId` is the preset of its profile, for the hint about prefixes.
 */
export function lintKey(key: string, presetId?: string): KeyLint {
  const faults: KeyFault[] = [];
  const characters = [...key];
  for (const [index, character] of characters.entries()) {
    if (/^[\x21-\x7e]$/.test(character)) continue;
    faults.push(characterFault(character, index + 1, characters.length));
  }
  let rest = key;
  let before: string;
  // Wrappings stand in any order: "Bearer KEY" in quotes, quotes behind Bearer, KEY="..." in a line of JSON.
  do {
    before = rest = trimInvisible(rest);
    for (const { pattern, message } of wrappings) {
      const match = pattern.exec(rest);
      if (match === null) continue;
      faults.push({ message: message(match[1] ?? ''), isTrimmable: true });
      rest = trimInvisible(match[2] ?? '');
    }
  } while (rest !== before);
  rest = [...rest].filter((character) => !invisible.test(character)).join('');
  if (rest === '') faults.push({ message: 'It is empty.', isTrimmable: false });
  else if (placeholders.some((pattern) => pattern.test(rest))) {
    faults.push({ message: 'It looks like a placeholder, not like a key.', isTrimmable: false });
  }
  return { faults: summarise(faults), hints: prefixHints(rest, presetId), trimmed: rest };
}

/** What is wrong with a key, for who hears that it was refused: whole sentences without it, or undefined. */
export const keyFault = (key: string): string | undefined =>
  lintKey(key)
    .faults.map(({ message }) => message)
    .join(' ') || undefined;

function characterFault(character: string, position: number, length: number): KeyFault {
  const point = character.codePointAt(0) ?? 0;
  const name = characterName(point);
  return {
    message: `Position ${position} of ${length} is ${codePointLabel(point)}${name === undefined ? '' : ` (${name})`}.`,
    isTrimmable: invisible.test(character),
  };
}

/** A whole pasted page would fill the screen: five are enough to see what happened. */
function summarise(faults: readonly KeyFault[]): KeyFault[] {
  const positions = faults.filter((fault) => fault.message.startsWith('Position'));
  if (positions.length <= 5) return [...faults];
  const others = faults.filter((fault) => !positions.includes(fault));
  const more: KeyFault = {
    message: `${positions.length - 5} more characters do not belong into a key.`,
    isTrimmable: positions.every((fault) => fault.isTrimmable),
  };
  return [...positions.slice(0, 5), more, ...others];
}

function prefixHints(key: string, presetId: string | undefined): string[] {
  if (key.startsWith('sk-ant-oat')) {
    return ['Keys beginning sk-ant-oat are OAuth tokens of a subscription, not API keys.'];
  }
  if (key.startsWith('sk-ant-admin')) {
    return ['Keys beginning sk-ant-admin manage an organisation and cannot send messages.'];
  }
  const owner = presetForKeyPrefix(key);
  if (owner === undefined || owner.id === presetId || presetId === undefined) return [];
  return [`Keys beginning like this one usually belong to ${owner.title}.`];
}

/** The one line in what a file or a command gave. Throws `config`, never with the content. */
export function keyInBytes(bytes: Uint8Array, subject: string): Secret {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    throw configError(`${subject} is UTF-16 (PowerShell's > writes that).`, 'Save the key as UTF-8.');
  }
  // TextDecoder drops a UTF-8 byte order mark by itself.
  const text = new TextDecoder().decode(bytes).trim();
  if (text === '') throw configError(`${subject} gave no key: it is empty.`);
  const lines = text.split(/\r\n|\r|\n/).length;
  if (lines > 1) throw configError(`${subject} gave ${lines} lines; a key is one line and nothing else.`);
  return new Secret(text);
}
