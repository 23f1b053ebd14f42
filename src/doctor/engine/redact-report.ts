// `--redact-host`: takes host names and addresses out of a report, for tickets in public places. Pure.
import type { Look } from './observations.ts';
import type { Report } from './report.ts';

/** Every name and address by which the target is known to this run, longest first. */
export function hostNames(look: Look): string[] {
  const setup = look('setup');
  const network = look('network');
  const names = [
    setup?.url.hostname ?? '',
    ...(network?.name.addresses.map(({ address }) => address) ?? []),
    ...(look('candidates') ?? []).map(({ messagesUrl }) => new URL(messagesUrl).hostname),
    setup?.proxy?.url.replace(/:\d+$/, '') ?? '',
  ];
  return [...new Set(names)].filter((name) => name !== '').sort((a, b) => b.length - a.length);
}

/** The report with every one of `names` replaced, whatever field it stands in. */
export function withoutHosts(report: Report, names: readonly string[]): Report {
  return replaceIn(report, (text) => textWithoutHosts(text, names)) as Report;
}

/** A text with every one of `names` replaced: `host.example`, or `host-1.example` and so on if there are more. */
export const textWithoutHosts = (text: string, names: readonly string[]): string =>
  names.reduce(
    (clean, name, index) =>
      clean.replaceAll(name, names.length === 1 ? 'host.example' : `host-${index + 1}.example`),
    text,
  );

function replaceIn(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item) => replaceIn(item, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, replaceIn(item, change)]));
}
