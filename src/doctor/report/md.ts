// A report as Markdown for tickets and chats: the verdict, the cause, the fix, then a table of the checks.
// Texts of servers are shown, never read as markup.
import { duration } from '../../text/counted.ts';
import type { Remedy, Report, Status } from '../engine/report.ts';
import { holdWords } from '../streams/buffering-words.ts';
import { identityFacts, proofName, proofStatuses } from './identity-section.ts';
import { block, code, escaped } from './md-text.ts';
import {
  certaintyOf,
  madeCount,
  phasesOf,
  plain,
  plainBlock,
  remedyParts,
  skipReasons,
  spendLine,
  statusMarks,
  streamFacts,
  tally,
  targetModel,
  verdictSentence,
  withStatus,
} from './parts.ts';

const marks: Readonly<Record<Status, string>> = {
  ...statusMarks,
  crashed: `${statusMarks.crashed} crashed`,
};

function remedyLines(remedy: Remedy): string[] {
  const lines = {
    commands: remedy.commands.length === 0 ? [] : block(remedy.commands.map(plain), 'sh'),
    examples: remedy.examples.flatMap((example) => [`For example: ${code(example)}`, '']),
    snippets: remedy.snippets.flatMap(({ server, text }) => [
      `${escaped(server)}:`,
      '',
      ...block(plainBlock(text)),
    ]),
  };
  return [escaped(remedy.text), '', ...remedyParts(remedy).flatMap((part) => lines[part])];
}

function rootCauseLines({ rootCause }: Report): string[] {
  if (rootCause === null) return [];
  return [
    `## Root cause: ${code(rootCause.id)}`,
    '',
    `${escaped(rootCause.summary)} ${certaintyOf(rootCause)}`,
    '',
    ...(rootCause.evidence.length === 0 ? [] : block(rootCause.evidence.map(plain))),
    '## Fix',
    '',
    ...remedyLines(rootCause.remedy),
    `Why, and how it is told: ${code(`msg doctor --explain ${plain(rootCause.id)}`)}`,
    '',
  ];
}

function checkLines(report: Report): string[] {
  const rows = withStatus(report.checks, 'pass', 'info', 'warn', 'fail', 'crashed', 'unknown').map(
    ({ status, group, id, summary, title }) =>
      `| ${marks[status]} | ${escaped(group)} | ${code(id)} | ${escaped(summary || title)} |`,
  );
  const skipped = withStatus(report.checks, 'skip');
  return [
    '## Checks',
    '',
    `${madeCount(report.checks)}: ${tally(report.checks)}`,
    '',
    '| | group | check | result |',
    '|---|---|---|---|',
    ...rows,
    '',
    ...(skipped.length === 0
      ? []
      : [
          ...skipReasons(skipped).map(
            (reason) =>
              `- skipped, ${escaped(reason.text)}: ${reason.checks.map(({ id }) => code(id)).join(', ')}`,
          ),
          '',
        ]),
  ];
}

function identityLines({ identity }: Report): string[] {
  if (identity === undefined) return [];
  const rows = identity.proofs.map(
    ({ id, result, summary, limit }) =>
      `| ${marks[proofStatuses[result]]} | ${code(proofName(id))} | ${escaped(summary)} | ${escaped(limit)} |`,
  );
  const table = ['| | proof | result | what it does not prove |', '|---|---|---|---|', ...rows, ''];
  return [
    `## Who answers: ${identity.verdict}`,
    '',
    ...identityFacts(identity).map((fact) => `- ${escaped(fact)}`),
    '',
    ...(rows.length === 0 ? [] : table),
  ];
}

function streamLines({ stream }: Report): string[] {
  if (stream === null) return [];
  const numbers = [...streamFacts(stream), holdWords(stream.holdIndex)];
  return ['## Stream', '', `${escaped(stream.verdict)}: ${escaped(numbers.join(', '))}`, ''];
}

function timingLines(report: Report): string[] {
  const phases = phasesOf(report.timings);
  if (phases.length === 0) return [];
  const rows = phases.map(
    ({ name, startMs, endMs }) => `| ${escaped(name)} | ${duration(endMs - startMs)} |`,
  );
  return ['## Timing', '', '| phase | took |', '|---|---:|', ...rows, ''];
}

function hopLines({ hops }: Report): string[] {
  if (hops.length === 0) return [];
  const rows = hops.map(
    ({ name, evidence, confidence }) => `- ${escaped(name)}: ${code(evidence)} (${confidence})`,
  );
  return ['## Hops', '', ...rows, ''];
}

/** The whole report; ends with a line end. */
export function reportMarkdown(report: Report): string {
  const { target } = report;
  return [
    `# ${report.verdict}: ${code(target.profile ?? target.baseUrl)}`,
    '',
    ...(report.rootCause === null ? [escaped(verdictSentence(report)), ''] : []),
    `- endpoint: ${code(target.messagesUrl)}`,
    `- auth: ${code(target.auth)}`,
    ...(target.model === null ? [] : [`- model: ${code(targetModel(target) ?? '')}`]),
    `- spent: ${spendLine(report)}`,
    ...(report.correctedBaseUrl === null
      ? []
      : [
          `- base URL: ${code(report.correctedBaseUrl.sdk)} (Vercel AI SDK: ${code(report.correctedBaseUrl.vercel)})`,
        ]),
    ...(report.conformance === null ? [] : [`- conformance: ${report.conformance.score}/100`]),
    '',
    ...rootCauseLines(report),
    ...identityLines(report),
    ...checkLines(report),
    ...streamLines(report),
    ...timingLines(report),
    ...hopLines(report),
  ].join('\n');
}
