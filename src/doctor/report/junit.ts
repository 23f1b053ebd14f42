// A report as JUnit XML: a suite a group, a case a check, for the test pages of CI systems.
import { escapeMarkup } from '../../text/escape.ts';
import type { CheckResult, Remedy, Report } from '../engine/report.ts';
import { groupsOf, madeCount, skipReason, spendLine, verdictSentence, withStatus } from './parts.ts';

// XML 1.0 cannot carry these at all, not even escaped: controls, lone surrogates, two non-characters.
const impossible = /[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|\p{Surrogate}/gu;

const escaped = (value: string, characters: RegExp): string =>
  escapeMarkup(value.replace(impossible, '\ufffd'), characters).replaceAll("'", '&apos;');
const text = (value: string): string => escaped(value, /[&<>"\r]/g);
/** Line ends in attributes would be read as spaces. */
const attribute = (value: string): string => escaped(value, /[&<>"\r\n\t]/g);

function remedyText(remedy: Remedy | null): string[] {
  if (remedy === null) return [];
  return [
    `Fix: ${remedy.text}`,
    ...remedy.commands.map((command) => `  ${command}`),
    ...remedy.examples.map((example) => `  for example: ${example}`),
    ...remedy.snippets.flatMap(({ server, text: snippet }) => [
      `  ${server}:`,
      snippet.replaceAll(/^/gm, '    '),
    ]),
  ];
}

const detailOf = (check: CheckResult): string =>
  [check.summary, ...check.evidence, ...remedyText(check.remedy)].filter((line) => line !== '').join('\n');

/** What stands inside a testcase. JUnit knows no warning: it passes, and says so in its output. */
function outcomeOf(check: CheckResult): string {
  const message = attribute(check.summary);
  const detail = text(detailOf(check));
  switch (check.status) {
    case 'fail':
      return `<failure type="${attribute(check.id)}" message="${message}">${detail}</failure>`;
    case 'crashed':
      return `<error type="crashed" message="${message}">${detail}</error>`;
    case 'skip':
      return `<skipped message="${attribute(skipReason(check))}"/>`;
    case 'unknown':
      return `<skipped message="${attribute(`could not be told: ${check.summary}`)}"/>`;
    case 'warn':
      return `<system-out>${text(`warning: ${detailOf(check)}`)}</system-out>`;
    case 'info':
    case 'pass':
      return check.summary === '' ? '' : `<system-out>${detail}</system-out>`;
  }
}

function caseOf(check: CheckResult, suite: string): string {
  const opening = `    <testcase classname="${attribute(suite)}" name="${attribute(`${check.id}: ${check.title}`)}" time="0"`;
  const outcome = outcomeOf(check);
  return outcome === '' ? `${opening}/>` : `${opening}>${outcome}</testcase>`;
}

const countsOf = (checks: readonly CheckResult[]): string =>
  [
    `tests="${checks.length}"`,
    `failures="${withStatus(checks, 'fail').length}"`,
    `errors="${withStatus(checks, 'crashed').length}"`,
    `skipped="${withStatus(checks, 'skip', 'unknown').length}"`,
  ].join(' ');

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

/** One XML document. A check that could not be told counts as skipped. */
export function reportJunit(report: Report): string {
  const name = `msg doctor ${report.target.profile ?? report.target.baseUrl}`;
  const suites = groupsOf(report.checks).flatMap((group) => [
    `  <testsuite name="${attribute(group.name)}" ${countsOf(group.checks)} time="0">`,
    ...group.checks.map((check) => caseOf(check, `doctor.${group.name}`)),
    '  </testsuite>',
  ]);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="${attribute(name)}" ${countsOf(report.checks)} time="0">`,
    ...verdictSuite(report),
    ...suites,
    '</testsuites>',
    '',
  ].join('\n');
}
