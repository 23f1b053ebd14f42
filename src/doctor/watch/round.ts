// One round of a watch, as it is kept: how the target was, and how long it took to answer. Pure.
import { isObject, type JsonObject } from '../../text/json.ts';
import { type Report, type Verdict, verdicts } from '../engine/report.ts';
import { verdictSentence } from '../report/parts.ts';

export type Round = {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** The messages URL, without secrets. */
  readonly target: string;
  readonly verdict: Verdict;
  /** The check that explains it. */
  readonly cause: string | null;
  /** The verdict in a sentence, as every format of a report has it. */
  readonly sentence: string;
  /** How long a request without a key took; null where none was answered. */
  readonly latencyMs: number | null;
};

/** The round that a report was made in. */
export const roundOf = (report: Report, at: number, latencyMs: number | null): Round => ({
  at,
  target: report.target.messagesUrl,
  verdict: report.verdict,
  cause: report.rootCause?.id ?? null,
  sentence: verdictSentence(report),
  latencyMs: latencyMs === null ? null : Math.round(latencyMs * 10) / 10,
});

/** A round as one line of JSON, without its line end: in the history, and with `--json`. */
export const roundLine = ({ at, latencyMs, ...rest }: Round): string =>
  JSON.stringify({ at: new Date(at).toISOString(), ...rest, latency_ms: latencyMs });

/** Reads such a line; undefined for one that is none. What a later version adds is left alone. */
export function readRound(line: string): Round | undefined {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (!isObject(json)) return undefined;
  const { at: time, target, sentence, cause, latency_ms: latencyMs } = json;
  const at = Date.parse(String(time));
  const verdict = verdicts.find((one) => one === (json as JsonObject)['verdict']);
  if (Number.isNaN(at) || typeof target !== 'string' || verdict === undefined) return undefined;
  return {
    at,
    target,
    verdict,
    cause: typeof cause === 'string' ? cause : null,
    sentence: typeof sentence === 'string' ? sentence : '',
    latencyMs: typeof latencyMs === 'number' ? latencyMs : null,
  };
}
