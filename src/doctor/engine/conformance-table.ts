// The conformance score: 100 = native. Separate from health; what was not tested shrinks the denominator.
import type { CheckResult, Report, Status } from './report.ts';

type Item = {
  readonly id: string;
  readonly weight: number;
  readonly note: string;
  /** Checks whose worst result gives the points. */
  readonly checks: readonly string[];
  /** Checks for which `info` already means: not native. */
  readonly strict?: readonly string[];
};

const items: readonly Item[] = [
  {
    id: 'response-shape',
    weight: 12,
    note: 'shape of a Message',
    checks: ['proto.response_shape', 'proto.stream_default', 'out.empty'],
  },
  {
    id: 'error-shape',
    weight: 8,
    note: 'shape and status of errors',
    checks: ['proto.error_shape'],
    strict: ['proto.error_shape'],
  },
  {
    id: 'sequence',
    weight: 18,
    note: 'order and indices of events',
    checks: ['sse.sequence', 'sse.block_index'],
  },
  {
    id: 'events',
    weight: 12,
    note: 'event lines and the end of the stream',
    checks: [
      'sse.no_event_lines',
      'sse.missing_stop',
      'sse.truncated',
      'sse.done_sentinel',
      'sse.content_type',
      'sse.line_endings',
    ],
    strict: ['sse.line_endings'],
  },
  { id: 'stop-reason', weight: 8, note: 'true stop reasons', checks: ['sse.stop_reason'] },
  { id: 'usage', weight: 8, note: 'token counts at start and end', checks: ['sse.usage', 'usage.inflated'] },
  {
    id: 'tools',
    weight: 14,
    note: 'tool round trip',
    checks: ['tool.lost', 'tool.start_input', 'tool.json', 'tool.id_roundtrip', 'tool.stop_reason'],
  },
  { id: 'utf-8', weight: 6, note: 'characters survive', checks: ['sse.utf8'] },
  {
    id: 'version-beta',
    weight: 4,
    note: 'version and beta headers',
    checks: ['proto.version_required', 'proto.beta_passthrough', 'url.query_beta'],
  },
  {
    id: 'count-tokens',
    weight: 4,
    note: 'tokens can be counted',
    checks: ['caps.count_tokens'],
    strict: ['caps.count_tokens'],
  },
  { id: 'keepalive', weight: 3, note: 'no silence beyond time-outs', checks: ['sse.idle_gap'] },
  {
    id: 'model-echo',
    weight: 3,
    note: 'the model that was asked for answers',
    checks: ['model.substituted', 'sse.model_drift', 'sse.parity'],
    strict: ['model.substituted', 'sse.model_drift', 'sse.parity'],
  },
];

/** No total above the cap once one of these failed, however much else is right. */
const caps: readonly {
  readonly check: string;
  readonly cap: number;
  readonly statuses: readonly Status[];
}[] = [
  { check: 'sse.not_streamed', cap: 60, statuses: ['fail'] },
  { check: 'tool.lost', cap: 70, statuses: ['fail'] },
  { check: 'sse.truncated', cap: 75, statuses: ['fail'] },
  { check: 'proto.error_shape', cap: 80, statuses: ['warn', 'fail'] },
];

const shares: Readonly<Record<Status, number | null>> = {
  pass: 1,
  info: 1,
  warn: 0.5,
  fail: 0,
  unknown: null,
  skip: null,
  crashed: null,
};

/** Scores a run. Items without a tested check have `points: null`. */
export function conformanceOf(results: readonly CheckResult[]): NonNullable<Report['conformance']> {
  const byId = new Map(results.map((result) => [result.id, result]));
  const scored = items.map(({ id, weight, note, checks, strict = [] }) => {
    const tested = checks.flatMap((check) => {
      const status = byId.get(check)?.status;
      const share = status === undefined ? null : shares[status];
      if (share === null) return [];
      return [{ check, share: status === 'info' && strict.includes(check) ? 0.5 : share }];
    });
    const worst = tested.sort((a, b) => a.share - b.share)[0];
    if (worst === undefined) return { id, weight, points: null, note: `${note}: not tested` };
    return {
      id,
      weight,
      points: weight * worst.share,
      note: worst.share === 1 ? note : `${note}: ${worst.check}`,
    };
  });
  const testedItems = scored.filter(({ points }) => points !== null);
  const possible = testedItems.reduce((sum, { weight }) => sum + weight, 0);
  const reached = testedItems.reduce((sum, { points }) => sum + (points ?? 0), 0);
  const share = possible === 0 ? 0 : Math.round((100 * reached) / possible);
  const hit = caps.filter(({ check, statuses }) => statuses.includes(byId.get(check)?.status ?? 'skip'));
  return { score: Math.min(share, ...hit.map(({ cap }) => cap)), items: scored };
}
