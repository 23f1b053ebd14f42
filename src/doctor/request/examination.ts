// What `--request` came to, as a value that checks judge: the request that was made, how it was answered, and what of it
// is refused. Pure.
import type { ClientRequest } from './client-request.ts';
import { countableOf } from './countable.ts';
import type { MissingParts } from './missing-parts.ts';
import type { Narrowed } from './narrow.ts';
import type { Part } from './part.ts';
import { bodyPath, partWords } from './path-words.ts';
import type { Refusal } from './refusal.ts';
import type { Parts } from './request-parts.ts';
import type { Search } from './search.ts';

/** Where in a request a cause lies: there is a check for each. */
export type Area =
  | 'model'
  | 'beta'
  | 'header'
  | 'query'
  | 'field'
  | 'system'
  | 'tool'
  | 'schema'
  | 'message'
  | 'cache_control'
  | 'size';

/** One cause, in the words of the request. */
export type CauseWords = {
  readonly area: Area;
  /** Each part that is needed, e.g. `tools[3].input_schema.properties.x.pattern: "^a"`. */
  readonly places: readonly string[];
  /** What about the last of them, e.g. "longer than 1024 characters"; null where its name says all. */
  readonly what: string | null;
  /** The sentence of the server. */
  readonly message: string;
  readonly status: number;
  readonly isMinimal: boolean;
  /** The smallest request that is refused for it. */
  readonly reduced: ClientRequest;
  /** Where that is written. */
  readonly reducedPath: string;
};

/** What is not in the request and has to be, in the words of a request. */
export type MissingWords = Pick<CauseWords, 'places' | 'message' | 'status' | 'isMinimal'> &
  Pick<MissingParts, 'client'> & {
    /** The request with it, and where that is written. */
    readonly complete: ClientRequest;
    readonly completePath: string;
  };

/** What the search found, ready to be told. */
export type RequestFindings = Omit<Search, 'causes'> & {
  readonly causes: readonly CauseWords[];
  /** What every request is refused without, and this one lacks; null: nothing that is known. */
  readonly missing: MissingWords | null;
  /** What was waited for limits of the server, in all. */
  readonly waitedMs: number;
};

const longestPiece = 80;

/**
 * Puts the causes of a search into words.
 * @param reducedPath where the request of the first is written; those of others have a number in their name
 */
export const findingsOf = (
  search: Search,
  causes: readonly Narrowed[],
  parts: Parts,
  reducedPath: string,
): Omit<RequestFindings, 'waitedMs' | 'missing'> => ({
  ...search,
  causes: causes.map((cause, index) => ({
    ...wordsOf(cause, parts),
    reduced: reducedOf(cause, parts),
    reducedPath: index === 0 ? reducedPath : reducedPath.replace(/(\.\w+)?$/, `-${index + 1}$1`),
  })),
});

/** What is missing in words; `parts` are never built without it. */
export const missingWords = (
  { missing, parts }: { readonly missing: MissingParts | null; readonly parts: Parts },
  { message, status }: Refusal,
  reducedPath: string,
): MissingWords | null =>
  missing && {
    client: missing.client,
    places: missing.places,
    isMinimal: missing.isMinimal,
    message,
    status,
    complete: parts.build(parts.list.map((_, index) => index)),
    completePath: reducedPath.replace(/(\.\w+)?$/, '-complete$1'),
  };

/** Where the search ended early, what was seen to be refused: the parts that are suspected may not be. */
function reducedOf({ parts: found, seen, isMinimal, smaller }: Narrowed, parts: Parts): ClientRequest {
  const kept = isMinimal ? found : seen;
  const last = kept.at(-1);
  return parts.build(
    kept,
    last === undefined || smaller === undefined ? undefined : new Map([[last, smaller]]),
  );
}

function wordsOf(cause: Narrowed, { list }: Parts): Omit<CauseWords, 'reduced' | 'reducedPath'> {
  const { refusal, limit, detail, isMinimal } = cause;
  const parts = cause.parts.flatMap((index) => list[index] ?? []);
  const last = parts.at(-1);
  const answer = { message: refusal.message, status: refusal.status, isMinimal };
  if (last === undefined || limit?.of === 'bytes')
    return {
      area: 'size',
      places: ['the size of the body'],
      what: limit === null ? null : `${limit.refused} bytes; ${limit.accepted} are taken`,
      ...answer,
    };
  if (limit !== null) {
    const name = limit.of === 'turns' ? 'messages' : countableOf(last).name;
    return {
      area: areaOf(last),
      places: [`${limit.refused} × ${name}`],
      what: `${limit.accepted} are taken`,
      ...answer,
    };
  }
  // A part that another one stands in says nothing that the inner one does not.
  const telling = parts.filter(
    (part) => part === last || !parts.some((other) => other !== part && isInside(other.path, part.path)),
  );
  const steps = detail?.of === 'fields' && detail.steps.join() !== 'type' ? detail.steps : [];
  const places = telling.map((part) =>
    part === last && steps.length > 0 ? bodyPath([...part.path.slice(1), ...steps]) : partWords(part),
  );
  const isTooLarge = detail?.of === 'length' && refusal.status === 413;
  return { area: isTooLarge ? 'size' : areaOf(last), places, what: detailWords(detail), ...answer };
}

function areaOf({ kind, path }: Part): Area {
  if (kind === 'cache_control' || kind === 'schema') return kind;
  const [, field] = path;
  if (path[0] === 'body' && field === 'messages') return 'message';
  if (path[0] === 'body' && field === 'system') return 'system';
  if (path[0] === 'body' && field === 'tools') return 'tool';
  return kind === 'model' || kind === 'beta' || kind === 'header' || kind === 'query' ? kind : 'field';
}

const isInside = (inner: readonly unknown[], outer: readonly unknown[]): boolean =>
  inner.length > outer.length && outer.every((step, at) => step === inner[at]);

function detailWords(detail: Narrowed['detail']): string | null {
  if (detail === null || detail.of === 'fields') return null;
  if (detail.of === 'piece') {
    // What is refused was complete with its last character; where it begins takes more tries.
    const text =
      detail.text.length > longestPiece ? `…${detail.text.slice(-longestPiece).toWellFormed()}` : detail.text;
    return `the text ${JSON.stringify(text)} in it`;
  }
  return detail.refused - detail.accepted === 1
    ? `longer than ${detail.accepted} characters`
    : `too long: ${detail.refused} characters are refused, ${detail.accepted} are not`;
}
