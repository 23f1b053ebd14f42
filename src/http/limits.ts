// How much of anything msg takes in from elsewhere, each limit with its reason, and the error that names it.
// What is over a limit is refused as a whole or ended there: nothing is cut without a word.
import { configError, MsgError } from '../errors.ts';

const MB = 1024 * 1024;

/** Sizes are bytes on a disk or a wire, and characters once they are text. */
export const limits = {
  /** The head of an answer: 64 KiB of fields, as proxies and curl let through, and their names. */
  headers: 80 * 1024,
  /** A line or an event of a stream. The longest answer of any model is 4 MB of text; files come as base64 beside it. */
  event: 128 * MB,
  /** Lines of one event: each costs many times what `data: x` says. */
  eventLines: 1_000_000,
  /** An answer in one piece, decoded. V8 holds 512 MB of text, and reading JSON takes several times its size. */
  body: 128 * MB,
  /** An error or a web page: enough to tell what it is. */
  errorBody: 64 * 1024,
  /** A page that is attached as text: more than any model reads. */
  webPage: 8 * MB,
  /** What is kept of one message until its end: blocks, tool input, citations, and text where it is needed later. */
  message: 128 * MB,
  /** What a compressed body gives at a time, before the reader has taken it. */
  decodedStep: 256 * 1024,
  /** What a probe reads of one answer. It asks for 480 tokens at most: a hundredth of this. */
  probe: 4 * MB,
  /** The reads of the socket it may come in. */
  probeReads: 50_000,
  /** Of which so much is kept to be shown and judged. */
  probeText: 256 * 1024,
  /** A prompt, an attachment, any file the user names: twice what the API takes; as JSON it still fits into one text. */
  input: 64 * MB,
  /** Far above any key; below what would hurt to read by mistake. */
  keyFile: 64 * 1024,
  /** Larger than any configuration, small enough to read at once. */
  settingsFile: 8 * MB,
  /** A session, or the history of the prompt: four times the largest request an endpoint takes. */
  sessionFile: 128 * MB,
  /** What `msg tap` keeps of one body in memory: the API takes no more. */
  tapBody: 32 * MB,
  /** Of all bodies together; the oldest go first. */
  tapBodies: 192 * MB,
  /** Exchanges it remembers. */
  tapExchanges: 5_000,
} as const;

/** A server sends more than any answer needs. `what` is the noun, with whose it is: "An event of the stream". */
export const tooMuchSent = (what: string, limit: number, unit?: string): MsgError<'protocol'> =>
  new MsgError('protocol', `${what} is longer than ${amount(limit, unit)}: msg reads no further.`, {
    details: { isRetryable: false },
  });

/** A file of the user's is larger than what msg reads of its kind. */
export const tooLargeFile = (path: string, limit: number, hint?: string): MsgError<'config'> =>
  configError(`${path} is larger than ${amount(limit)}: it was not read.`, hint, { path });

/** Counts what is kept of one thing, and throws `tooMuchSent` once that is over the limit. */
export function createAllowance(what: string, limit: number): (size: number) => void {
  let total = 0;
  return (size) => {
    total += size;
    if (total > limit) throw tooMuchSent(what, limit);
  };
}

function amount(size: number, unit?: string): string {
  if (unit !== undefined) return `${size} ${unit}`;
  return size % MB === 0 ? `${size / MB} MB` : `${size / 1024} KB`;
}
