// `--bundle`: report, JSON and wire trace in one Markdown file. And `--redact-host`, for tickets in public places.
import type { Context } from '../../context.ts';
import type { Diagnosis } from '../engine/diagnose.ts';
import type { Exchange, Observe, ProbeId } from '../engine/observations.ts';
import { probes } from '../engine/registry.ts';
import type { Report } from '../engine/report.ts';
import { scrub } from '../engine/wire-lines.ts';
import { writeReport } from '../report/formats.ts';
import { type DoctorCommandOptions, textOptions } from './options.ts';

/** The report as it may be shown. */
export const shownReport = ({ report, run }: Diagnosis, { redactHost }: DoctorCommandOptions): Report =>
  redactHost ? withoutHosts(report, hostNames(run.observe)) : report;

/** What belongs to a ticket: everything that was found, and every exchange. */
export async function bundle(
  report: Report,
  { run }: Diagnosis,
  options: DoctorCommandOptions,
  context: Context,
): Promise<string> {
  const text = textOptions(options, context);
  const trace = textWithoutHosts(wireTrace(run.observe), options.redactHost ? hostNames(run.observe) : []);
  const [markdown, json] = [
    await writeReport('md', report, text, context.version),
    await writeReport('json', report, text, context.version),
  ];
  return `${markdown}\n## Wire trace\n\n\`\`\`\`text\n${trace}\`\`\`\`\n\n## JSON\n\n\`\`\`\`json\n${json}\`\`\`\`\n`;
}

/** Every name and address by which the target is known to this run, longest first. */
function hostNames(observe: Observe): string[] {
  const setup = observe('setup');
  const network = observe('network');
  const names = [
    setup?.url.hostname ?? '',
    ...(network?.name.addresses.map(({ address }) => address) ?? []),
    ...(observe('candidates') ?? []).map(({ messagesUrl }) => new URL(messagesUrl).hostname),
    setup?.proxy?.url.replace(/:\d+$/, '') ?? '',
  ];
  return [...new Set(names)].filter((name) => name !== '').sort((a, b) => b.length - a.length);
}

/** The report with every one of `names` replaced, whatever field it stands in. */
export const withoutHosts = <T>(report: T, names: readonly string[]): T =>
  replaceIn(report, (text) => textWithoutHosts(text, names)) as T;

/** A text with every one of `names` replaced: `host.example`, or `host-1.example` and so on if there are more. */
const textWithoutHosts = (text: string, names: readonly string[]): string =>
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

const longestBody = 2000;

/** Every exchange of a run in the order of the probe plan, with headers, times and the start of its body. */
function wireTrace(observe: Observe): string {
  return probes
    .flatMap(({ id, label, title }) =>
      exchangesOf(observe, id).map((exchange) => `# ${label} ${title}\n${exchangeText(exchange)}`),
    )
    .join('\n');
}

function exchangesOf(observe: Observe, id: ProbeId): Exchange[] {
  const observation: unknown = observe(id);
  if (Array.isArray(observation))
    return observation.flatMap((entry: { exchange?: Exchange }) => entry.exchange ?? []);
  if (typeof observation !== 'object' || observation === null) return [];
  if ('outcome' in observation) return [observation as Exchange];
  return 'exchange' in observation ? [observation.exchange as Exchange] : [];
}

function exchangeText(exchange: Exchange): string {
  const { asked } = exchange;
  const start = `> ${asked.method} ${asked.url}\n> key: ${asked.keyHeader === null ? 'none' : `in ${asked.keyHeader} (${asked.credential})`}, body: ${asked.bodyBytes} bytes\n`;
  if (exchange.outcome === 'failed')
    return scrub(`${start}< ${exchange.failure.code ?? ''} ${exchange.failure.message}\n`);
  const headers = Object.entries(exchange.headers).map(([name, value]) => `< ${name}: ${value}`);
  const times = Object.entries(exchange.times).map(([name, ms]) => `${name} ${Math.round(ms)} ms`);
  const cut =
    exchange.body.length > longestBody ? `\n(${exchange.body.length - longestBody} more characters)` : '';
  return scrub(
    `${start}< ${exchange.status}\n${headers.join('\n')}\n# ${times.join(', ')}\n${exchange.body.slice(0, longestBody)}${cut}\n`,
  );
}
