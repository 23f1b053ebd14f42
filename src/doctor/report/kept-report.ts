// A report that was kept (`--json`), read again for --baseline: checked, its names as the code has them. Pure.
import { configError } from '../../errors.ts';
import { isObject, type JsonObject } from '../../text/json.ts';
import type { Report } from '../engine/report.ts';

const hint = 'Next: msg doctor --json -o FILE keeps one.';

/**
 * Reads what `--format json` wrote, at this or an earlier time. What a later version added to it is left alone.
 * @throws MsgError `config` that names `path` and what is wrong with it
 */
export function readKeptReport(text: string, path: string): Report {
  const fail = (problem: string) => configError(`${path} (--baseline) ${problem}.`, hint, { path });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw fail('is no JSON');
  }
  if (!isObject(json)) throw fail('is no report');
  if (isObject(json['a']) && isObject(json['b'])) throw fail('is a comparison of two reports; one is needed');
  if (json['schema_version'] !== 1) throw fail('is no report of msg doctor with schema_version 1');
  const wrong = missingIn(json);
  if (wrong !== undefined) throw fail(`is no whole report: ${wrong}`);
  return camelCased(json) as Report;
}

/** The first part a comparison needs that is not there, or is no such thing. */
function missingIn(report: JsonObject): string | undefined {
  const { target, verdict, checks, hops, timings, spend } = report;
  const parts: readonly (readonly [string, boolean])[] = [
    [
      'target',
      isObject(target) &&
        typeof target['base_url'] === 'string' &&
        ['string', 'undefined'].includes(typeof (target['profile'] ?? undefined)),
    ],
    [
      'verdict',
      verdict === 'healthy' || verdict === 'degraded' || verdict === 'broken' || verdict === 'undetermined',
    ],
    ['checks', isListOf(checks, 'id', 'status', 'summary')],
    ['hops', isListOf(hops, 'name')],
    ['timings', isObject(timings) && Object.values(timings).every((ms) => typeof ms === 'number')],
    ['spend', isObject(spend) && hasNumbers(spend, 'requests', 'input_tokens', 'output_tokens')],
    ['root_cause', isNullOr(report['root_cause'], 'id', 'string')],
    [
      'stream',
      isNullOr(report['stream'], 'verdict', 'string') &&
        isNullOr(report['stream'], 'added_delay_ms', 'number'),
    ],
    ['conformance', isNullOr(report['conformance'], 'score', 'number')],
    ['identity', report['identity'] === undefined || isNullOr(report['identity'], 'verdict', 'string')],
  ];
  const bad = parts.find(([, isThere]) => !isThere);
  return bad && `${bad[0]} is missing or is no such thing`;
}

const isListOf = (value: unknown, ...texts: readonly string[]): boolean =>
  Array.isArray(value) &&
  value.every((item) => isObject(item) && texts.every((name) => typeof item[name] === 'string'));

const hasNumbers = (value: JsonObject, ...names: readonly string[]): boolean =>
  names.every((name) => typeof value[name] === 'number');

const isNullOr = (value: unknown, name: string, type: 'string' | 'number'): boolean =>
  value === null || (isObject(value) && typeof value[name] === type);

/** `root_cause` -> `rootCause`, but for timings: their names are those of marks. */
function camelCased(value: unknown, name = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => camelCased(item));
  if (!isObject(value) || name === 'timings') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [
      key.replace(/_([a-z])/g, (_all, letter: string) => letter.toUpperCase()),
      camelCased(part, key),
    ]),
  );
}
