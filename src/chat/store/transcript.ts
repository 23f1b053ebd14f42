// What a session looks like on disk: JSON Lines, a header first, then one line a turn, appended and never
// changed. Pure: text in, turns out. Files are session-files.ts.
import { redact } from '../../messages/secret.ts';
import { isBlock } from '../../messages/types.ts';
import { isObject } from '../../text/json.ts';
import type { KeptTurn, Replacement, Summarised } from '../session/summary.ts';
import { blocksOf, questionText, shortened, type Turn } from '../session/turns.ts';
import { turnLedger } from './turn-ledger.ts';

/** The first line. What changes later (the name) is not here. */
export type TranscriptHeader = {
  readonly type: 'session';
  readonly version: 1;
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly created: string;
  readonly profile?: string;
  readonly model?: string;
  /** Origin of the endpoint the session began with. */
  readonly endpoint?: string;
  /** The beginning of the first question, so that a list need not read further. */
  readonly preview?: string;
  /** The session this one is a copy of. */
  readonly forkedFrom?: string;
};

/**
 * The other lines. `rewind`: from here on only the first `keep` turns count, and `turns` behind them: a summary and
 * the turns it did not take in, or (`isUndo`) the conversation as it was before the summary.
 */
export type TranscriptLine =
  | ({ readonly type: 'turn'; readonly at: string } & Turn)
  | ({ readonly type: 'rewind'; readonly at: string; readonly keep: number } & Partial<Replacement>);

/** Any line of the file. */
export type SessionLine = TranscriptHeader | TranscriptLine;

export type Transcript = Summarised & {
  readonly header: TranscriptHeader;
  /** Every turn of the file, also those that count no more. */
  readonly kept: readonly KeptTurn[];
  /** Lines that could not be read and were left out. */
  readonly brokenLines: number;
  /** Bytes of the file up to the end of its last whole line. */
  readonly wholeBytes: number;
};

const previewLength = 80;

/** One line of the file, with its line end. Keys are masked: a server may repeat one, and the file outlives the chat. */
export const lineOf = (line: SessionLine): string => `${redact(JSON.stringify(line))}\n`;

/** The header in the first line of `text`; undefined when it is none of ours. */
export function readHeader(text: string): TranscriptHeader | undefined {
  const end = text.indexOf('\n');
  // An editor of Windows puts a byte order mark before it.
  const line = parsed((end < 0 ? text : text.slice(0, end)).replace(/^\uFEFF/, ''));
  return line?.['type'] === 'session' && typeof line['id'] === 'string' && typeof line['created'] === 'string'
    ? (line as unknown as TranscriptHeader)
    : undefined;
}

/**
 * Reads a whole file. A last line without its end was being written when the process died: it is left out,
 * unless all but the line end had arrived. Undefined when there is no header.
 */
export function readTranscript(text: string): Transcript | undefined {
  const header = readHeader(text);
  if (header === undefined) return undefined;
  const ledger = turnLedger();
  let brokenLines = 0;
  let wholeLength = text.indexOf('\n') + 1;
  for (let at = wholeLength; at < text.length && wholeLength > 0; ) {
    const end = text.indexOf('\n', at);
    const line = parsed(text.slice(at, end < 0 ? undefined : end));
    const isTorn = end < 0 && line === undefined;
    if (line?.['type'] === 'turn' && isMessage(line['message'])) {
      const { type: _type, at: _at, ...turn } = line;
      ledger.add(readTurn(turn as unknown as Turn));
    } else if (line?.['type'] === 'rewind' && Number.isInteger(line['keep']) && areTurns(line['turns'] ?? []))
      ledger.rewind(Number(line['keep']), replacementOf(line));
    else if (!isTorn) brokenLines += 1;
    at = end < 0 ? text.length : end + 1;
    if (!isTorn) wholeLength = at;
  }
  const isWhole = wholeLength === text.length;
  return {
    header,
    ...ledger.conversation(),
    kept: ledger.kept(),
    brokenLines,
    wholeBytes: Buffer.byteLength(isWhole ? text : text.slice(0, wholeLength)),
  };
}

/** The first words of a session, on one line. Masked before it is cut: half a key is no longer recognised. */
export function previewOf(turn: Turn): string {
  const text = redact(questionText(turn.message)).replace(/\s+/g, ' ').trim();
  return shortened(text === '' ? (blocksOf(turn.message)[0]?.type ?? '') : text, previewLength);
}

/** All that was said, for searching: texts, thinking and results of tools. */
export function searchableText({ message }: Turn): string {
  return blocksOf(message)
    .map((block) =>
      isBlock(block, 'text')
        ? block.text
        : isBlock(block, 'tool_use') || isBlock(block, 'tool_result')
          ? JSON.stringify(block)
          : '',
    )
    .join('\n');
}

function parsed(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** A turn with nothing but blocks in it: what a gateway put between them can be neither shown nor sent. */
function readTurn(turn: Turn): Turn {
  const { content } = turn.message;
  if (typeof content === 'string' || content.every(isTyped)) return turn;
  return { ...turn, message: { ...turn.message, content: content.filter(isTyped) } };
}

const isTyped = (block: unknown): boolean => isObject(block) && typeof block['type'] === 'string';

const replacementOf = ({ turns, isUndo }: Record<string, unknown>): Replacement | undefined =>
  turns === undefined
    ? undefined
    : { turns: (turns as Turn[]).map(readTurn), ...(isUndo === true && { isUndo }) };

const areTurns = (value: unknown): boolean =>
  Array.isArray(value) && value.every((turn) => isMessage((turn as Turn | null)?.message));

function isMessage(value: unknown): boolean {
  const message = value as { role?: unknown; content?: unknown } | null | undefined;
  return (
    (message?.role === 'user' || message?.role === 'assistant') &&
    (typeof message.content === 'string' || Array.isArray(message.content))
  );
}
