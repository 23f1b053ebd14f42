// A curl command read as the request it would send: what browsers, proxies and `msg send --curl` print. Pure.
import type { KeptRequest } from './client-request.ts';

/** What a curl command asks for; the body is text still. */
type CurlRequest = Pick<KeptRequest, 'url' | 'headers'> & {
  readonly body: string;
  /** Why there is none, where the command tells it. */
  readonly lack: string | undefined;
};

/** Options by which a command sends what is no JSON of its own. */
const otherBodies: readonly (readonly [option: RegExp, lack: string])[] = [
  [/^(-F|--form(-string)?)$/, 'that sends a form (-F), where a request to a Messages endpoint is JSON (-d)'],
  [/^(-T|--upload-file)$/, 'that sends a file (-T): name the file itself'],
  [/^(-K|--config)$/, 'whose options are in another file (-K): name them in the command'],
  [
    /^--data-urlencode$/,
    'that sends a form (--data-urlencode), where a request to a Messages endpoint is JSON (-d)',
  ],
];

/** Options whose value is no part of the request: where output goes, how the connection is made. */
const valued =
  /^(-[bcCeEFKmoQrtTuUwxyYzD]|--(cookie|cookie-jar|output|proxy|max-time|connect-timeout|write-out|cacert|capath|cert|key|user|referer|resolve|interface|retry|retry-delay|retry-max-time|limit-rate|dump-header|config|form|form-string|upload-file|data-urlencode|range|proxy-user|proxy-header|unix-socket|tlsv1\.\d|http-version))$/;

const dataOption = /^(-d|--data(-raw|-binary|-ascii)?|--json)$/;

/**
 * Reads the first curl command in a text; undefined when there is none.
 * @param readFile gives the text of `-d @FILE`, named as in the command
 */
export function readCurl(text: string, readFile: (path: string) => string): CurlRequest | undefined {
  const at = text.search(/(^|[\s;|&"'`(/])curl(\.exe)?(\s|$)/m);
  if (at < 0) return undefined;
  const { words, rest } = shellWords(text.slice(at).replace(/^[\s;|&"'`(/]+/, ''));
  const headers: [string, string][] = [];
  const data: string[] = [];
  let url = '';
  let lack: string | undefined;
  for (let index = 1; index < words.length; index += 1) {
    const { option, value, isJoined } = optionOf(words[index] ?? '');
    const next = (): string => {
      if (!isJoined) index += 1;
      return isJoined ? value : (words[index] ?? '');
    };
    if (option === undefined) url ||= value;
    else if (option === '--url') url = next();
    else if (option === '-A' || option === '--user-agent') headers.push(['user-agent', next()]);
    else if (option === '-H' || option === '--header') {
      const [, name = '', content = ''] = /^([^:]+):\s*(.*)$/s.exec(next()) ?? [];
      if (name !== '') headers.push([name, content]);
    } else if (dataOption.test(option)) {
      const content = next();
      const isFile = option !== '--data-raw' && content.startsWith('@');
      const isStdin = isFile && content === '@-';
      data.push(isStdin ? (hereDocument(rest) ?? '') : isFile ? readFile(content.slice(1)) : content);
    } else {
      lack ??= otherBodies.find(([name]) => name.test(option))?.[1];
      if (valued.test(option) || option === '-X' || option === '--request') next();
    }
  }
  return { url, headers, body: data.join('&'), lack };
}

/** `--data=x`, `-dx` and `-d x` alike. A word that is no option is the URL. */
function optionOf(word: string): { option: string | undefined; value: string; isJoined: boolean } {
  if (!/^-./.test(word)) return { option: undefined, value: word, isJoined: true };
  const [, long, value] = /^(--[a-z0-9.-]+)=(.*)$/s.exec(word) ?? [];
  if (long !== undefined) return { option: long, value: value ?? '', isJoined: true };
  if (/^-[HdAX]./.test(word)) return { option: word.slice(0, 2), value: word.slice(2), isJoined: true };
  return { option: word, value: '', isJoined: false };
}

const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  '\\': '\\',
  "'": "'",
  '"': '"',
};

/** The words of one command as a POSIX shell reads them, with bash's `$'...'`; `rest` is what follows its line. */
function shellWords(text: string): { words: string[]; rest: string } {
  const words: string[] = [];
  let word: string | undefined;
  let at = 0;
  const add = (part: string): void => {
    word = (word ?? '') + part;
  };
  for (; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === '\\') {
      const [, lineEnd] = /^\\(\r?\n)/.exec(text.slice(at, at + 3)) ?? [];
      if (lineEnd === undefined) add(text.charAt(at + 1));
      at += lineEnd?.length ?? 1;
    } else if (character === "'") {
      const end = endOf(text, at + 1, "'");
      add(text.slice(at + 1, end));
      at = end;
    } else if (character === '"') {
      const end = endOf(text, at + 1, '"', true);
      add(
        text
          .slice(at + 1, end)
          .replace(/\\(["\\$`])/g, '$1')
          .replace(/\\\r?\n/g, ''),
      );
      at = end;
    } else if (character === '$' && text.charAt(at + 1) === "'") {
      const end = endOf(text, at + 2, "'", true);
      add(unescaped(text.slice(at + 2, end)));
      at = end;
    } else if (/\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
      if (character === '\n') break;
    } else if (/[|;&<>]/.test(character)) break;
    else add(character);
  }
  if (word !== undefined) words.push(word);
  return { words, rest: text.slice(at) };
}

function endOf(text: string, from: number, quote: string, hasEscapes = false): number {
  for (let at = from; at < text.length; at += 1) {
    if (hasEscapes && text.charAt(at) === '\\') at += 1;
    else if (text.charAt(at) === quote) return at;
  }
  return text.length;
}

const unescaped = (text: string): string =>
  text.replace(/\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))/gs, (_all, unicode, hex, letter: string) =>
    unicode !== undefined || hex !== undefined
      ? String.fromCharCode(Number.parseInt(unicode ?? hex, 16))
      : (escapes[letter] ?? `\\${letter}`),
  );

/** The text between `<<'EOF'` and its end, as `msg send --curl` writes a body. */
const hereDocument = (rest: string): string | undefined =>
  /<<-?\s*(['"]?)(\w+)\1[^\n]*\n([\s\S]*?)\n\2\s*(?:\n|$)/.exec(rest)?.[3];
