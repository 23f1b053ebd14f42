// A report as JUnit XML: a suite a group, a case a check, for the test pages of CI systems.
import { escapeMarkup } from '../../text/escape.ts';
import type { CheckResult, Remedy, Report } from '../engine/report.ts';
import type { ReportTextOptions } from './line.ts';
import {
  groupsOf,
  madeCount,
  remedyParts,
  skipReason,
  spendLine,
  verdictSentence,
  withStatus,
} from './parts.ts';

// XML 1.0 cannot carry these at all, not even escaped: controls, lone surrogates, two non-characters.
const impossible = /[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|\p{Surrogate}/gu;

const escaped = (value: string, characters: RegExp): string =>
  escapeMarkup(value.replace(impossible, '\ufffd'), characters).replaceAll("'", '&apos;');
const text = (value: string): string => escaped(value, /[&<>"\r]/g);
/** Line ends in attributes would be read as spaces. */
const attribute = (value: string): string => escaped(value, /[&<>"\r\n\t]/g);

function remedyText(remedy: Remedy | null): string[] {
  if (remedy === null) return [];
  const lines = {
    commands: remedy.commands.map((command) => `  ${command}`),
    examples: remedy.examples.map((example) => `  for example: ${example}`),
    snippets: remedy.snippets.flatMap(({ server, text: snippet }) => [
      `  ${server}:`,
      snippet.replaceAll(/^/gm, '    '),
    ]),
  };
  return [`Fix: ${remedy.text}`, ...remedyParts(remedy).flatMap((part) => lines[part])];
}

const detailOf = (check: CheckResult): string =>
  [check.summary, ...check.evidence, ...remedyText(check.remedy)].filter((line) => line !== '').join('\n');

type JunitOptions = Pick<ReportTextOptions, 'isStrict'>;

type Case = {
  readonly check: CheckResult;
  readonly outcome: 'passed' | 'failure' | 'error' | 'skipped';
};

/**
 * The checks as JUnit counts them. It knows no warning: that passes, and says so in its output;
 * with --strict it is a failure. What could not be told
 * is skipped, as JUnit itself counts a test whose assumptions do not hold; but where nothing could be determined for
 * it, it is an error: a run that ends with a code must not look green.
 */
function casesOf({ checks, verdict, rootCause }: Report, { isStrict }: JunitOptions): readonly Case[] {
  const isOpen = verdict === 'undetermined' && withStatus(checks, 'crashed').length === 0;
  const culprit = isOpen ? (rootCause?.id ?? withStatus(checks, 'unknown')[0]?.id) : undefined;
  const outcomes = {
    fail: 'failure',
    crashed: 'error',
    skip: 'skipped',
    unknown: 'skipped',
    warn: isStrict ? 'failure' : 'passed',
    info: 'passed',
    pass: 'passed',
  } as const;
  return checks.map((check) => ({
    check,
    outcome: check.id === culprit ? 'error' : outcomes[check.status],
  }));
}

/** What stands inside a testcase. */
function contentOf({ check, outcome }: Case): string {
  const message = attribute(check.summary);
  const detail = text(detailOf(check));
  switch (outcome) {
    case 'failure':
      return `<failure type="${attribute(check.id)}" message="${message}">${detail}</failure>`;
    case 'error':
      return `<error type="${check.status === 'crashed' ? 'crashed' : 'undetermined'}" message="${message}">${detail}</error>`;
    case 'skipped':
      return `<skipped message="${attribute(check.status === 'skip' ? skipReason(check) : `could not be told: ${check.summary}`)}"/>`;
    case 'passed':
      if (check.status === 'warn') return `<system-out>${text(`warning: ${detailOf(check)}`)}</system-out>`;
      return check.summary === '' ? '' : `<system-out>${detail}</system-out>`;
  }
}

function caseOf(one: Case, suite: string): string {
  const { id, title } = one.check;
  const opening = `    <testcase classname="${attribute(suite)}" name="${attribute(`${id}: ${title}`)}" time="0"`;
  const content = contentOf(one);
  return content === '' ? `${opening}/>` : `${opening}>${content}</testcase>`;
}

function countsOf(cases: readonly Case[]): string {
  const count = (outcome: Case['outcome']): number => cases.filter((one) => one.outcome === outcome).length;
  return `tests="${cases.length}" failures="${count('failure')}" errors="${count('error')}" skipped="${count('skipped')}"`;
}

/** What stands first: the verdict and the fix, in a suite without a case, so that the counts are those of the checks. */
function verdictSuite(report: Report): string[] {
  const { verdict, rootCause } = report;
  const facts = {
    verdict,
    ...(rootCause === null ? {} : { rootCause: rootCause.id, owner: rootCause.owner }),
    checks: madeCount(report.checks),
    spent: spendLine(report),
  };
  const lines = [`${verdict}: ${verdictSentence(report)}`, ...remedyText(rootCause?.remedy ?? null)];
  return [
    `  <testsuite name="verdict" ${countsOf([])} time="0">`,
    '    <properties>',
    ...Object.entries(facts).map(
      ([name, value]) => `      <property name="${name}" value="${attribute(value)}"/>`,
    ),
    '    </properties>',
    `    <system-out>${text(lines.join('\n'))}</system-out>`,
    '  </testsuite>',
  ];
}

/** One XML document. */
export function reportJunit(report: Report, options: JunitOptions = {}): string {
  const name = `msg doctor ${report.target.profile ?? report.target.baseUrl}`;
  const cases = casesOf(report, options);
  const suites = groupsOf(report.checks).flatMap((group) => {
    const own = cases.filter(({ check }) => check.group === group.name);
    return [
      `  <testsuite name="${attribute(group.name)}" ${countsOf(own)} time="0">`,
      ...own.map((one) => caseOf(one, `doctor.${group.name}`)),
      '  </testsuite>',
    ];
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="${attribute(name)}" ${countsOf(cases)} time="0">`,
    ...verdictSuite(report),
    ...suites,
    '</testsuites>',
    '',
  ].join('\n');
}
