// What msg tap says on the terminal: how clients are pointed at it, one line for each exchange, the summary. Pure.
import type { Variables } from '../profiles/program-variables.ts';
import { environmentText } from '../profiles/shell.ts';
import { counted, duration, timeOfDay } from '../text/counted.ts';
import { oneLine } from '../text/sanitize.ts';
import { shellQuote } from '../text/shell-quote.ts';
import { inSigns, type Theme } from '../text/theme.ts';
import type { ExchangeRow, TapVerdict } from './exchange.ts';
import { pathOf } from './http-head.ts';
import type { Entry } from './journal.ts';

export type Welcome = {
  readonly url: string;
  readonly title: string;
  /** With its token; undefined where there is no page. */
  readonly pageUrl: string | undefined;
  readonly claude: Variables;
  readonly others: Variables;
  readonly isKeyLent: boolean;
};

/** The lines printed once it listens, each ready to be copied. */
export function welcomeText(
  { url, title, pageUrl, claude, others, isKeyLent }: Welcome,
  theme: Theme,
): string {
  const token = others['ANTHROPIC_API_KEY'] ?? others['ANTHROPIC_AUTH_TOKEN'];
  const key = (name: string): string => (token == null ? '' : `, ${name}"${token}"`);
  const sections: readonly (readonly [string, string])[] = [
    ['Claude Code (bash, zsh)', `${assignments(claude)}claude`],
    ['Claude Code (PowerShell)', `${environmentText(set(claude), 'powershell')}claude`],
    ['SDKs and others (bash, zsh)', environmentText(set(others), 'bash')],
    ['SDKs and others (PowerShell)', environmentText(set(others), 'powershell')],
    ['Python', `Anthropic(base_url="${url}"${key('api_key=')})`],
    ['TypeScript', `new Anthropic({ baseURL: "${url}"${key('apiKey: ')} })`],
    ['Vercel AI SDK', `createAnthropic({ baseURL: "${url}/v1"${key('apiKey: ')} })`],
  ];
  const first = [
    `The tap listens on ${theme.strong(url)} and passes on to ${theme.strong(oneLine(title))}. Ctrl-C stops it.`,
    isKeyLent
      ? 'The key of the profile is lent to clients that present the token in these lines, until then.'
      : 'Clients bring their own keys.',
    ...(pageUrl === undefined ? [] : [`Page: ${theme.link(pageUrl)}`]),
  ];
  const blocks = sections.map(
    ([name, text]) => `${theme.heading(name)}\n${text.trimEnd().replace(/^/gm, '  ')}`,
  );
  return `${[first.join('\n'), ...blocks].join('\n\n')}\n\n`;
}

/** The lines that point a client at the tap, and nothing else (-q). */
export const variablesText = (variables: Variables, platform: string): string =>
  environmentText(set(variables), platform === 'win32' ? 'powershell' : 'bash');

/** What is set, and the other credential cleared, so that no conflict remains. */
const set = (variables: Variables): Variables =>
  Object.fromEntries(
    Object.entries(variables).filter(
      ([name, value]) => value !== null || /_(API_KEY|AUTH_TOKEN)$/.test(name),
    ),
  );

/** In front of a command, for that one only. */
const assignments = (variables: Variables): string =>
  Object.entries(set(variables))
    .map(([name, value]) => `${name}=${value === null ? '' : shellQuote(value)} `)
    .join('');

/** One exchange on one line. */
export function exchangeLine(row: ExchangeRow, theme: Theme): string {
  const { facts, verdict } = row;
  const parts = [
    theme.dim(timeOfDay(row.startedAt)),
    theme.dim(`#${row.id}`),
    `${row.method} ${pathOf(row.path)}`.trim(),
    statusText(row, theme),
    modelText(row),
    ...(facts.firstTextMs === null ? [] : [`first text ${duration(facts.firstTextMs)}`]),
    ...(facts.tokensPerSecond === null ? [] : [`${Math.round(facts.tokensPerSecond)} tokens/s`]),
    tokensText(row),
    ...(row.durationMs === null ? [] : [duration(row.durationMs)]),
    ...(facts.stopReason === null ? [] : [facts.stopReason]),
    ...(row.fault === null ? [] : [theme.warn(`put in: ${row.fault}`)]),
    ...(verdict === null ? [] : [verdictText(verdict, theme)]),
  ];
  return `${inSigns(
    parts
      .filter((part) => part !== '')
      .map(oneLineKept)
      .join('  '),
    theme,
  )}\n`;
}

/** The same with what is behind it (-v): the headers of both sides, evidence, cure and the next command. */
export function exchangeLines(row: ExchangeRow, entry: Entry, theme: Theme): string {
  const { evidence, cure, commands } = row.verdict ?? { evidence: [], cure: '', commands: [] };
  const heads = [
    ...entry.requestHeaders.map(([name, value]) => `> ${name}: ${value}`),
    ...(entry.response?.headers ?? []).map(([name, value]) => `< ${name}: ${value}`),
    ...evidence.flatMap((text) => text.split('\n')),
  ];
  const more = [
    ...heads.map((line) => theme.dim(`  ${oneLine(line)}`)),
    ...(cure === '' ? [] : [`  ${oneLine(cure)}`]),
    ...commands.map((command) => `  Next: ${theme.code(oneLine(command))}`),
  ];
  return exchangeLine(row, theme) + more.map((line) => `${inSigns(line, theme)}\n`).join('');
}

/** Styles are ours; what came from elsewhere was made safe before it was styled. */
const oneLineKept = (part: string): string => part.replace(/[\r\n]+/g, ' ');

const endings: { readonly [E in ExchangeRow['ending']]: string } = {
  open: 'open',
  complete: '',
  cut: 'cut',
  reset: 'reset',
  'client-gone': 'left by the client',
  stopped: 'msg tap was stopped',
  unreached: 'not reached',
  refused: 'refused by msg tap',
};

function statusText({ status, ending }: ExchangeRow, theme: Theme): string {
  const words = endings[ending];
  const shown = [...(status === null ? [] : [String(status)]), ...(words === '' ? [] : [words])].join(', ');
  return (status ?? 999) < 400 && words === '' ? theme.good(shown) : theme.bad(shown);
}

function modelText({ facts: { modelAsked, modelServed } }: ExchangeRow): string {
  if (modelAsked === null) return '';
  const model = oneLine(modelAsked);
  return modelServed === null || modelServed === modelAsked ? model : `${model} → ${oneLine(modelServed)}`;
}

function tokensText({ facts }: ExchangeRow): string {
  const { inputTokens, outputTokens, cacheReadTokens } = facts;
  if (inputTokens === null && outputTokens === null) return '';
  return `in ${inputTokens ?? '?'} / out ${outputTokens ?? '?'} / cached ${cacheReadTokens ?? 0}`;
}

function verdictText({ severity, summary }: TapVerdict, theme: Theme): string {
  const { glyphs } = theme;
  const words = oneLine(summary);
  switch (severity) {
    case 'ok':
      return theme.good(glyphs.pass);
    case 'info':
      return theme.info(`${glyphs.info} ${words}`);
    case 'warn':
      return theme.warn(`${glyphs.warn} ${words}`);
    case 'fail':
      return theme.bad(`${glyphs.fail} ${words}`);
  }
}

const ranks = ['fail', 'warn', 'info'] as const;

/** What there was, and each cause once, with what to do. */
export function summaryText(rows: readonly ExchangeRow[], theme: Theme): string {
  if (rows.length === 0) return 'No request came.\n';
  const sum = (read: (row: ExchangeRow) => number | null): string =>
    rows.reduce((total, row) => total + (read(row) ?? 0), 0).toLocaleString('en');
  const incomplete = rows.filter(({ ending }) => ending !== 'complete').length;
  const lines = [
    `${counted(rows.length, 'exchange')}${incomplete === 0 ? '' : `, ${incomplete} not complete`}; tokens: ${sum(({ facts }) => facts.inputTokens)} in, ${sum(({ facts }) => facts.outputTokens)} out, ${sum(({ facts }) => facts.cacheReadTokens)} from the cache.`,
  ];
  for (const { ids, verdict } of causesOf(rows)) {
    const numbers = `${ids
      .slice(0, 8)
      .map((id) => `#${id}`)
      .join(' ')}${ids.length > 8 ? ` and ${ids.length - 8} more` : ''}`;
    lines.push(
      `${verdictText(verdict, theme)} ${theme.dim(`(${numbers}; ${verdict.owner}${verdict.confidence === 'certain' ? '' : `, ${verdict.confidence}`})`)}`,
    );
    if (verdict.cure !== '') lines.push(`  ${oneLine(verdict.cure)}`);
    for (const line of verdict.evidence.slice(0, 3))
      lines.push(theme.dim(`  ${oneLine(line).slice(0, 200)}`));
    for (const command of verdict.commands) lines.push(`  Next: ${theme.code(oneLine(command))}`);
  }
  return `${inSigns(lines.join('\n'), theme)}\n`;
}

/** One cause can have several kinds (why the tap refused). What differs in figures and in words of a server is one kind. */
const kindOf = ({ owner, summary }: TapVerdict): string =>
  `${owner} ${summary
    .replace(/ \(try \d+ of the same request\)/, '')
    .replace(/".*"/, '')
    .replace(/\d[\d.,]*( (ms|s|min|h)\b)?/g, '0')}`;

type Cause = { readonly ids: number[]; readonly verdict: TapVerdict };

/** The last verdict of each kind, the worst first. */
function causesOf(rows: readonly ExchangeRow[]): readonly Cause[] {
  const causes = new Map<string, Cause>();
  for (const { id, verdict, fault } of rows) {
    if (verdict === null || verdict.severity === 'ok') continue;
    const key = `${verdict.severity} ${verdict.id} ${fault ?? ''} ${kindOf(verdict)}`;
    causes.set(key, { ids: [...(causes.get(key)?.ids ?? []), id], verdict });
  }
  return ranks.flatMap((rank) => [...causes.values()].filter(({ verdict }) => verdict.severity === rank));
}
