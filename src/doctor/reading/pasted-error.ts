// `--from-error`: what can be read from an error message, a curl -v transcript or a log line. Pure, no request.
import { isCreditSpent, keyInvalid, loadingModel, modelMissing } from '../../messages/error-words.ts';
import type { Answer } from './answer-rows/row.ts';
import { isJson } from './shapes.ts';

/** What a pasted text holds of an exchange. */
export type PastedError =
  | { readonly kind: 'answer'; readonly answer: Answer; readonly url: string | null }
  | {
      readonly kind: 'failure';
      readonly code: string | null;
      readonly message: string;
      readonly url: string | null;
    }
  | { readonly kind: 'nothing' };

const statusPatterns: readonly RegExp[] = [
  /^\s*<\s*HTTP\/[\d.]+\s+(\d{3})/m,
  /^HTTP\/[\d.]+\s+(\d{3})/m,
  /\b(?:API|HTTP)\s*Error:?\s*(\d{3})\b/i,
  /\bError code:\s*(\d{3})\b/i,
  /\bCONNECT tunnel failed, response (407)\b/i,
  /\bstatus(?:[_ ]?code)?["']?\s*[:=]?\s*(\d{3})\b/i,
  /\bfailed with (?:status (?:code )?)?(\d{3})\b/i,
  /\b(?:error|got|returned|received|unexpected status)\s*:?\s*\(?(\d{3})\b/i,
  /\bHTTP[ :]\s*(\d{3})\b/i,
  /^\s*(\d{3})\s+(?:\{|[A-Z])/m,
  // A text that begins with one, and is no count of something.
  /^\s*([45]\d{2})(?:\s*$|[\s:,-]+(?!tokens?\b|requests?\b|bytes\b|lines?\b|words?\b|seconds\b|ms\b|times\b)[a-z])/i,
  /\b(\d{3})\s+(?:Bad Request|Unauthorized|Payment Required|Forbidden|Not Found|Method Not Allowed|Too Many Requests|Internal Server Error|Bad Gateway|Service Unavailable|Gateway Time-?out)\b/i,
];

const codePattern =
  /\b(E[A-Z]{4,}(?:_[A-Z]+)*|UND_ERR_[A-Z_]+|CERT_[A-Z_]+|ERR_[A-Z0-9_]+|[A-Z_]*SELF_SIGNED[A-Z_]*|UNABLE_TO_[A-Z_]+|HPE_[A-Z_]+|Z_DATA_ERROR)\b/;

const failureWords =
  /could not resolve host|CONNECT tunnel failed|connection refused|timed out|timeout|certificate|wrong version number|socket hang up|terminated|fetch failed|invalid url|without sending any chunks|zlib|incorrect header check|ByteString|network error|other side closed/i;

/** Statuses of error types and words, for texts that do not name the status. */
const typeStatuses: readonly (readonly [RegExp, number])[] = [
  [/authentication_error|\binvalid x-api-key\b|\bunauthori[sz]ed\b|\b(token|key) (has |is )?expired\b/i, 401],
  [keyInvalid, 401],
  [/billing_error/, 402],
  [/permission_error/, 403],
  [/not_found_error/, 404],
  [/request_too_large/, 413],
  [/rate_limit_error/, 429],
  [/overloaded_error/, 529],
  [/invalid_request_error/, 400],
  [/\bapi_error/, 500],
  [modelMissing, 404],
  [/\brate limit|\btoo many requests\b|请求过于频繁/i, 429],
  [loadingModel, 503],
  [/\boverloaded\b/i, 529],
];

/** Finds status, headers, body and URL in a pasted text. */
export function readPasted(text: string): PastedError {
  const url = urlIn(text);
  const body = isPageForJson(text) ? '<!doctype html>' : bodyIn(text);
  const status =
    statusIn(text) ??
    (isPageForJson(text) ? 200 : undefined) ??
    typeStatuses.find(([pattern]) => pattern.test(body))?.[1] ??
    (isCreditSpent(body, 400) ? 400 : undefined);
  if (status !== undefined) return { kind: 'answer', answer: answerIn(text, status, body, url), url };
  const code = codePattern.exec(text)?.[1] ?? null;
  if (code === null && !failureWords.test(text)) return { kind: 'nothing' };
  return { kind: 'failure', code, message: text.trim().slice(0, 400), url };
}

/** What `JSON.parse` says of a page. */
const isPageForJson = (text: string): boolean => /unexpected token '?<.*JSON/i.test(text);

function statusIn(text: string): number | undefined {
  // A transcript may hold several answers (100 Continue, a redirect, a proxy's CONNECT): the last one counts.
  const heads = [...text.matchAll(/^\s*<?\s*HTTP\/[\d.]+\s+(\d{3})/gm)];
  const last = heads.at(-1)?.[1];
  if (last !== undefined) return Number(last);
  for (const pattern of statusPatterns) {
    const found = Number(pattern.exec(text)?.[1]);
    if (found >= 200 && found < 600) return found;
  }
  return undefined;
}

function answerIn(text: string, status: number, body: string, url: string | null): Answer {
  const parsed = url !== null && URL.canParse(url) ? new URL(url) : null;
  // `curl -i` writes them behind the status, `curl -v` with the sign of their direction. The last answer counts.
  const heads = [...text.matchAll(/^HTTP\/[\d.]+ [^\n]*\n((?:[A-Za-z0-9-]+:[^\n]*\n?)*)/gm)];
  const head = heads.at(-1)?.[1]?.split('\n');
  const lines = head ?? [...text.matchAll(/^<\s*(.*)$/gm)].map(([, line = '']) => line);
  const headers = Object.fromEntries(
    lines.flatMap((line) => {
      const [, name, value = ''] = /^([A-Za-z0-9-]+):\s*(.*?)\s*$/.exec(line) ?? [];
      return name === undefined ? [] : [[name.toLowerCase(), value]];
    }),
  );
  const sent =
    /^>\s*(x-api-key|authorization):/im.test(text) || /-H\s+["'](x-api-key|authorization):/i.test(text);
  return {
    status,
    headers,
    body,
    host: parsed?.host ?? 'the endpoint',
    path: parsed?.pathname ?? 'the path that was called',
    hasModel: /["']?model["']?\s*:\s*["']/.test(text.replace(body, '')) ? true : null,
    hasKey: sent ? true : /^>/m.test(text) ? false : null,
    bodyBytes: 0,
  };
}

/** The URL a transcript or a message names: its own, or built from request line and Host. */
function urlIn(text: string): string | null {
  const path = /^>\s*(?:POST|GET|HEAD)\s+(\S+)/m.exec(text)?.[1];
  const host = /^>\s*host:\s*(\S+)/im.exec(text)?.[1];
  if (path !== undefined && host !== undefined)
    return `${/TLS|SSL|:443/.test(text) ? 'https' : 'http'}://${host}${path}`;
  const named = [...text.matchAll(/https?:\/\/[^\s"'<>)\\]+/g)].map(([found]) =>
    found.replace(/[.,;:]+$/, ''),
  );
  return named.find((one) => /\/messages|\/v1\b/.test(one)) ?? named[0] ?? null;
}

/** The JSON document or page in a text, else the text itself. */
function bodyIn(text: string): string {
  const document = documentIn(text) ?? documentIn(fromPython(text.slice(text.indexOf('{'))));
  if (document !== undefined) return document;
  const page = text.search(/<(!doctype|html|head|title|body|center)/i);
  if (page >= 0) return text.slice(page);
  return text.replace(/^[*<>{}].*$/gm, '').trim();
}

/** A dictionary as Python's SDKs print it, as JSON. */
const fromPython = (text: string): string =>
  text.replace(
    /'((?:[^'\\]|\\.)*)'|"(?:[^"\\]|\\.)*"|\b(None|True|False)\b/gs,
    (token, quoted: string | undefined, word: string | undefined) =>
      quoted !== undefined
        ? JSON.stringify(quoted.replaceAll("\\'", "'"))
        : word === undefined
          ? token
          : word === 'None'
            ? 'null'
            : word.toLowerCase(),
  );

function documentIn(text: string): string | undefined {
  for (let start = text.indexOf('{'); start >= 0; start = text.indexOf('{', start + 1)) {
    const document = balanced(text, start);
    if (
      document !== undefined &&
      /"(error|type|message|detail|choices|msg)"/.test(document) &&
      isJson(document)
    )
      return document;
  }
  return undefined;
}

/** From `{` to its `}`, strings respected. */
function balanced(text: string, start: number): string | undefined {
  let depth = 0;
  let isString = false;
  for (let index = start; index < text.length; index += 1) {
    const character = text[index];
    if (character === '\\') index += 1;
    else if (character === '"') isString = !isString;
    else if (!isString && character === '{') depth += 1;
    else if (!isString && character === '}') {
      depth -= 1;
      if (depth === 0) return text.slice(start, index + 1);
    }
  }
  return undefined;
}
