// A report as SARIF 2.1.0 (OASIS, sections 3.19, 3.27, 3.49): a rule and a result a check, for code scanning pages.
import type { CheckResult, Report, Status } from '../engine/report.ts';
import { madeCount, skipReason, withStatus } from './parts.ts';

// 3.27.9: only a result of kind "fail" has a level other than "none".
const kinds: Readonly<Record<Status, { readonly kind: string; readonly level: string }>> = {
  pass: { kind: 'pass', level: 'none' },
  info: { kind: 'informational', level: 'none' },
  warn: { kind: 'fail', level: 'warning' },
  fail: { kind: 'fail', level: 'error' },
  unknown: { kind: 'open', level: 'none' },
  skip: { kind: 'notApplicable', level: 'none' },
  crashed: { kind: 'open', level: 'none' },
};

const ranks = { certain: 95, likely: 70, possible: 40 } as const;

function messageOf(check: CheckResult): string {
  if (check.status === 'skip') return `Skipped, ${skipReason(check)}.`;
  const lines = [check.summary || check.title, ...check.evidence];
  if (check.remedy !== null)
    lines.push(
      `Fix: ${check.remedy.text}`,
      ...check.remedy.commands,
      ...check.remedy.examples.map((example) => `For example: ${example}`),
    );
  return lines.join('\n');
}

function resultOf(check: CheckResult, index: number, report: Report): object {
  const { kind, level } = kinds[check.status];
  return {
    ruleId: check.id,
    ruleIndex: index,
    kind,
    level,
    ...(level === 'none' ? {} : { rank: ranks[check.confidence] }),
    message: { text: messageOf(check) },
    locations: [
      {
        physicalLocation: { artifactLocation: { uri: report.target.messagesUrl } },
        logicalLocations: [{ name: check.group, fullyQualifiedName: `doctor/${check.group}/${check.id}` }],
      },
    ],
    partialFingerprints: { 'check/v1': `${check.id}@${report.target.baseUrl}` },
    properties: {
      status: check.status,
      confidence: check.confidence,
      owner: check.owner,
      remedy: check.remedy,
      isRootCause: report.rootCause?.id === check.id,
    },
  };
}

/** One JSON document. `version` is that of msg, where the caller knows it. */
export function reportSarif(report: Report, version?: string): string {
  const crashed = withStatus(report.checks, 'crashed');
  const document = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'msg doctor',
            ...(version === undefined ? {} : { version }),
            rules: report.checks.map((check) => ({
              id: check.id,
              shortDescription: { text: check.title },
              help: { text: `Run: msg doctor --explain ${check.id}` },
              properties: { tags: [check.group] },
            })),
          },
        },
        invocations: [
          {
            executionSuccessful: crashed.length === 0,
            toolExecutionNotifications: crashed.map((check) => ({
              level: 'error',
              associatedRule: { id: check.id },
              message: { text: check.summary },
            })),
          },
        ],
        results: report.checks.map((check, index) => resultOf(check, index, report)),
        properties: {
          verdict: report.verdict,
          rootCause: report.rootCause,
          checks: madeCount(report.checks),
          hops: report.hops,
          spend: report.spend,
          stream: report.stream?.verdict ?? null,
        },
      },
    ],
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
