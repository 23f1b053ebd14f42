// A report as one HTML page, fit to attach to a ticket: no script, no network, light and dark.
import { duration } from '../../text/counted.ts';
import type { CheckResult, Remedy, Report } from '../engine/report.ts';
import { holdWords } from '../streams/buffering-words.ts';
import { card, factList, htmlPage } from './html-page.ts';
import { arrivalChart, html, htmlBlock, tag, waterfall } from './html-parts.ts';
import { identityFacts, proofStatuses } from './identity-section.ts';
import type { ReportTextOptions } from './line.ts';
import {
  type Group,
  groupsOf,
  madeCount,
  placesNote,
  remedyParts,
  sideText,
  skipReason,
  statusMarks,
  streamFacts,
  tally,
  targetModel,
  verdictSentence,
  withStatus,
} from './parts.ts';

/** When the run was made (ISO 8601) and how long it took, where known. */
type ReportHtmlOptions = Pick<ReportTextOptions, 'madeAt' | 'elapsedMs'>;

const wire = (lines: readonly string[]): string =>
  lines.length === 0 ? '' : tag('ul', 'wire mono', lines.map((line) => tag('li', '', html(line))).join(''));

/** `heading` where a fix stands by itself; that of a check follows what it finds. */
function remedyHtml(remedy: Remedy, heading?: string): string {
  const { commands, examples, snippets } = remedy;
  const parts = {
    commands: commands.length === 0 ? [] : [tag('pre', '', commands.map(html).join('\n'))],
    examples: [
      ...(examples.length === 0 ? [] : [tag('p', 'server', html(placesNote))]),
      ...examples.map((example) => tag('p', 'mono', html(example))),
    ],
    snippets: snippets.flatMap(({ server, text }) => [
      tag('p', 'server', html(server)),
      tag('pre', '', htmlBlock(text)),
    ]),
  };
  const head = [...(heading === undefined ? [] : [tag('h2', '', heading)]), tag('p', '', html(remedy.text))];
  return tag('div', 'fix', [...head, ...remedyParts(remedy).flatMap((part) => parts[part])].join(''));
}

function headerHtml({ target, verdict }: Report): string {
  const facts = [
    tag('b', 'mono', html(target.messagesUrl)),
    ...(target.model === null ? [] : [html(targetModel(target) ?? '')]),
    html(target.auth),
  ];
  const line = tag('p', 'target', facts.map((fact) => tag('span', '', fact)).join(''));
  const title = target.profile ?? target.baseUrl;
  return tag('header', '', tag('h1', '', html(title)) + tag('span', `pill ${verdict}`, verdict) + line);
}

function causeHtml(report: Report): string {
  const { rootCause } = report;
  if (rootCause === null)
    return tag('section', 'card', tag('p', 'lead', html(sentenceOf(report))) + concernsHtml(report));
  const title = report.checks.find(({ id }) => id === rootCause.id)?.title;
  const expected = title === undefined ? '' : ` · expected: ${title}`;
  const how = `${rootCause.id} · ${rootCause.confidence} · ${sideText[rootCause.owner]}${expected}`;
  return card(
    'Root cause',
    [
      tag('h3', '', html(rootCause.summary)),
      tag('p', 'how', html(how)),
      wire(rootCause.evidence),
      remedyHtml(rootCause.remedy, 'Fix'),
      basesHtml(report),
      tag('p', 'how', html(`Why, and how it is told: msg doctor --explain ${rootCause.id}`)),
    ].join(''),
    `cause ${report.verdict}`,
  );
}

/** What to look at where no single cause stands out; the remedies stand with the checks. */
function concernsHtml({ checks }: Report): string {
  const concerns = withStatus(checks, 'crashed', 'fail', 'warn', 'unknown').map(({ id, status, summary }) => {
    const mark = `<span class="mark ${status}">${statusMarks[status]}</span>`;
    return tag('li', '', `${mark}<div><p>${html(summary)}</p>${tag('code', 'id', html(id))}</div>`);
  });
  return concerns.length === 0 ? '' : tag('ul', 'checks', concerns.join(''));
}

/** The right base URL in both conventions: one client appends /v1, the other does not. */
function basesHtml({ correctedBaseUrl }: Report): string {
  if (correctedBaseUrl === null) return '';
  const row = (client: string, url: string): string => tag('dt', '', client) + tag('dd', 'mono', html(url));
  const rows =
    row('Base URL for msg and the SDKs', correctedBaseUrl.sdk) +
    row('For the Vercel AI SDK', correctedBaseUrl.vercel);
  return tag('dl', 'bases', rows);
}

const sentenceOf = (report: Report): string => {
  const sentence = verdictSentence(report);
  return `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}${sentence.endsWith('.') ? '' : '.'}`;
};

/** `113 <small>checks made, 17 skipped</small>`: the number is what is looked for. */
const figure = (text: string): string => html(text).replace(/ (.*)/, ' <small>$1</small>');

function factsHtml(report: Report, { elapsedMs }: ReportHtmlOptions): string {
  const { spend, stream, conformance } = report;
  const facts: [string, string][] = [
    ['Checks', figure(madeCount(report.checks))],
    ['Requests', `${spend.requests}`],
    [
      'Tokens',
      `${spend.inputTokens + spend.outputTokens} <small>${spend.inputTokens} in, ${spend.outputTokens} out</small>`,
    ],
  ];
  if (elapsedMs !== undefined) facts.push(['Took', html(duration(elapsedMs))]);
  if (stream !== null) facts.push(['Stream', html(stream.verdict)]);
  if (conformance !== null) facts.push(['Conformance', `${conformance.score}<small> / 100</small>`]);
  return factList(facts);
}

function streamHtml({ stream }: Report): string {
  if (stream === null) return '';
  const chart = arrivalChart(stream);
  if (chart === '') return '';
  const numbers = [stream.verdict, ...streamFacts(stream), holdWords(stream.holdIndex)];
  const legend = [
    tag('span', '', 'deltas received'),
    ...(stream.addedDelayMs > 0 ? [tag('span', 'steady', 'without the hold')] : []),
    tag('span', 'tick', 'one arrival'),
  ];
  return card(
    'Arrival of the stream',
    tag('p', '', html(numbers.join(' · '))) + chart + tag('p', 'legend', legend.join('')),
  );
}

function hopsHtml({ hops, target }: Report): string {
  if (hops.length === 0) return '';
  const cells = hops.map(({ name, evidence, confidence }) =>
    tag(
      'div',
      'hop',
      `${html(name)}<small class="mono">${html(evidence)}</small><small>${confidence}</small>`,
    ),
  );
  const chain = [
    tag('div', 'hop end', 'msg'),
    ...cells,
    tag('div', 'hop end', html(targetModel(target) ?? 'model')),
  ];
  return card('Hops', tag('ul', 'hops', chain.map((hop) => tag('li', '', hop)).join('')));
}

function identityHtml({ identity }: Report): string {
  if (identity === undefined) return '';
  const facts = identityFacts(identity).map((fact) => tag('p', '', html(fact)));
  const proofs = identity.proofs.map(({ id, title, result, summary, limit }) => {
    const status = proofStatuses[result];
    const mark = `<span class="mark ${status}" title="${result}">${statusMarks[status]}</span>`;
    const head = `${tag('span', 'title', html(title))}${tag('code', 'id', html(id))}`;
    return tag(
      'li',
      '',
      mark + tag('div', '', head + tag('p', '', html(summary)) + tag('p', 'skipped', html(limit))),
    );
  });
  const list = proofs.length === 0 ? '' : tag('ul', 'checks', proofs.join(''));
  return card(`Who answers: ${identity.verdict}`, facts.join('') + list);
}

function checkHtml(check: CheckResult, rootCauseId: string | undefined): string {
  const head = `${tag('span', 'title', html(check.title))}${tag('code', 'id', html(check.id))}`;
  const parts = [head];
  if (check.status === 'skip') parts.push(tag('p', 'skipped', html(`Skipped, ${skipReason(check)}`)));
  else if (check.summary !== '') parts.push(tag('p', '', html(check.summary)));
  parts.push(wire(check.evidence));
  // Of the root cause, the fix stands above already.
  if (check.remedy !== null && check.id !== rootCauseId) parts.push(remedyHtml(check.remedy));
  const mark = `<span class="mark ${check.status}" title="${check.status}">${statusMarks[check.status]}</span>`;
  return tag('li', '', mark + tag('div', '', parts.join('')));
}

function groupHtml(group: Group, rootCauseId: string | undefined): string {
  const problems = withStatus(group.checks, 'crashed', 'fail', 'warn', 'unknown');
  const rest = withStatus(group.checks, 'pass', 'info', 'skip');
  const isOpen = problems.length > 0;
  const summary = [
    `<span class="mark ${group.status}">${statusMarks[group.status]}</span>`,
    tag('b', '', html(group.name)),
    tag('span', 'tally', html(tally(group.checks))),
  ];
  const checks = [...problems, ...rest].map((check) => checkHtml(check, rootCauseId));
  return `<details${isOpen ? ' open' : ''}>${tag('summary', '', summary.join(''))}${tag('ul', 'checks', checks.join(''))}</details>`;
}

function checksHtml(report: Report): string {
  const groups = groupsOf(report.checks).map((group) => groupHtml(group, report.rootCause?.id));
  return card(`${madeCount(report.checks)}: ${tally(report.checks)}`, groups.join(''));
}

function conformanceHtml({ conformance }: Report): string {
  if (conformance === null) return '';
  const rows = conformance.items.map(
    ({ id, points, weight, note }) =>
      tag('dt', '', html(id)) +
      tag('dd', '', points === null ? 'untested' : `${points} / ${weight}`) +
      tag('dd', '', html(note)),
  );
  return card(`Conformance ${conformance.score} / 100`, tag('dl', 'scores', rows.join('')));
}

/** One page, self-contained; its policy forbids scripts and every request. */
export function reportHtml(report: Report, options: ReportHtmlOptions = {}): string {
  const title = `${report.verdict}: ${report.target.profile ?? report.target.baseUrl}`;
  // 2026-11-20T12:00:00.000Z reads better as 2026-11-20 12:00 UTC.
  const made = options.madeAt === undefined ? '' : `, ${options.madeAt.slice(0, 16).replace('T', ' ')} UTC`;
  return htmlPage({
    title,
    header: headerHtml(report),
    cards: [
      causeHtml(report),
      factsHtml(report, options),
      identityHtml(report),
      streamHtml(report),
      card('Timing', waterfall(report)),
      hopsHtml(report),
      checksHtml(report),
      conformanceHtml(report),
    ],
    footer: `msg doctor${made}. Keys are masked; this page loads nothing.`,
  });
}
