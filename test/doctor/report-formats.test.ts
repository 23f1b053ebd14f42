import { describe, expect, test } from 'vitest';
import { compareReports, compareText } from '../../src/doctor/report/compare.ts';
import { reportHtml } from '../../src/doctor/report/html.ts';
import { reportJunit } from '../../src/doctor/report/junit.ts';
import { reportMarkdown } from '../../src/doctor/report/md.ts';
import { plain } from '../../src/doctor/report/parts.ts';
import { reportText } from '../../src/doctor/report/report-text.ts';
import { reportSarif } from '../../src/doctor/report/sarif.ts';
import { jsonText } from '../../src/text/json.ts';
import { plainTheme } from '../../src/text/theme.ts';
import { reportIn } from '../cli/report.ts';
import { hostile, samples } from './sample-reports.ts';
import { type Element, parseXml } from './xml.ts';

const all = Object.entries({ ...samples, hostile });

describe('one story', () => {
  const theme = plainTheme;
  const shown = { theme, width: 100, isVerbose: false };
  const pageText = (page: string): string => page.replace(/<[^>]+>/g, '');

  test.each(all)('%s: every format counts the checks, and names the hops, alike', (_, report) => {
    const withStatus = (wanted: string): number =>
      report.checks.filter(({ status }) => status === wanted).length;
    const [skipped, open] = [withStatus('skip'), withStatus('unknown')];
    const made = report.checks.length - skipped - open;
    const count = `${made} ${made === 1 ? 'check' : 'checks'} made${open === 0 ? '' : `, ${open} could not be told`}${skipped === 0 ? '' : `, ${skipped} skipped`}`;
    const sarif = JSON.parse(reportSarif(report)).runs[0].properties;
    const junit = reportJunit(report);
    expect(reportText(report, shown)).toContain(count);
    expect(reportMarkdown(report)).toContain(count);
    expect(pageText(reportHtml(report))).toContain(count);
    expect(junit).toContain(`<property name="checks" value="${count}"/>`);
    expect(sarif).toMatchObject({ checks: count, hops: report.hops, rootCause: report.rootCause });
  });

  test('a degraded target has its cause and its fix before the checks in every format of a file', () => {
    const report = samples.bufferedByNginx;
    for (const text of [
      reportMarkdown(report),
      pageText(reportHtml(report).replace(/<style>[^<]*/, '')),
      reportJunit(report),
    ]) {
      const [cause, fix, check] = ['sse.block', 'Switch off buffering', report.checks[0]?.id ?? ''].map(
        (words) => text.indexOf(words),
      );
      expect(cause).toBeGreaterThan(0);
      expect(fix).toBeGreaterThan(cause ?? 0);
      expect(check).toBeGreaterThan(fix ?? 0);
    }
  });

  test('both verdicts stand above a comparison, also where nothing differs', () => {
    const held = samples.bufferedByNginx;
    const styled = { ...theme, warn: (text: string) => `<warn>${text}</warn>` };
    const text = compareText(compareReports(held, held), { ...shown, theme: styled });
    expect(text.split('\n').slice(1)).toEqual([
      expect.stringMatching(/^verdict +<warn>degraded +<\/warn> {2}<warn>degraded<\/warn>$/),
      expect.stringMatching(/^root cause +sse\.block +sse\.block$/),
      'No difference between work and work.',
      '',
    ]);
  });
});

describe('JSON', () => {
  test.each(all)('%s is the report itself', (_, report) => {
    const text = jsonText(report);
    expect(reportIn(text)).toEqual(reportIn(JSON.stringify(report)));
    expect(text).not.toMatch(/^ *"\w*[A-Z]\w*":/m);
  });
});

describe('JUnit', () => {
  const casesIn = (suite: Element): Element[] => suite.children.filter(({ name }) => name === 'testcase');
  const cases = (root: Element): Element[] => root.children.flatMap(casesIn);

  test.each(all)('%s is well-formed, with a testcase a check', (_, report) => {
    const root = parseXml(reportJunit(report));
    expect(root.name).toBe('testsuites');
    expect(cases(root).map(({ attributes }) => attributes['name']?.split(':')[0])).toEqual(
      report.checks.map(({ id }) => id),
    );
    for (const suite of root.children) {
      const counts = { failure: 'failures', error: 'errors', skipped: 'skipped' };
      expect(Number(suite.attributes['tests'])).toBe(casesIn(suite).length);
      for (const [element, attribute] of Object.entries(counts)) {
        const found = casesIn(suite).filter((one) => one.children.some(({ name }) => name === element));
        expect(Number(suite.attributes[attribute]), attribute).toBe(found.length);
      }
    }
  });

  test.each(all)('%s says the verdict first, and what fixes it', (_, report) => {
    const first = parseXml(reportJunit(report)).children[0];
    expect(first?.attributes).toMatchObject({ name: 'verdict', tests: '0' });
    const words = first?.children.find(({ name }) => name === 'system-out')?.text ?? '';
    expect(words).toMatch(new RegExp(`^${report.verdict}: `));
    expect(words.includes('Fix: ')).toBe(report.rootCause !== null);
  });

  test('what leaves a run undetermined is an error, so that no run that ends with a code looks green', () => {
    const root = parseXml(reportJunit(samples.undetermined));
    const errors = cases(root).filter(({ children }) => children.some(({ name }) => name === 'error'));
    expect(errors.map(({ attributes }) => attributes['name']?.split(':')[0])).toEqual(['auth.accepted']);
    expect(errors[0]?.children[0]?.attributes).toMatchObject({ type: 'undetermined' });
    expect(root.attributes).toMatchObject({ failures: '0', errors: '1', skipped: '8' });
    const open = { ...samples.undetermined, verdict: 'healthy', rootCause: null } as const;
    expect(parseXml(reportJunit(open)).attributes).toMatchObject({ errors: '0', skipped: '9' });
  });

  test('a failure carries its fix, a skip its reason, a warning passes', async () => {
    const [failed, skipped] = cases(parseXml(reportJunit(samples.v1Doubled))).filter(({ attributes }) =>
      attributes['name']?.startsWith('url.'),
    );
    expect(failed?.children[0]).toMatchObject({ name: 'failure', attributes: { type: 'url.v1_doubled' } });
    expect(failed?.children[0]?.text).toContain('msg profiles set work base-url=https://gw.corp.example');
    expect(skipped?.children[0]?.attributes['message']).toBe('because of url.v1_doubled');
    const warned = cases(parseXml(reportJunit(samples.coalesced))).at(-1);
    expect(warned?.children[0]?.name).toBe('system-out');
    const strict = parseXml(reportJunit(samples.coalesced, { isStrict: true }));
    expect(cases(strict).at(-1)?.children[0]).toMatchObject({ name: 'failure' });
    expect(strict.attributes).toMatchObject({ failures: '1' });
    await expect(reportJunit(samples.v1Doubled)).toMatchFileSnapshot('../golden/report/v1Doubled-junit.txt');
  });
});

describe('SARIF', () => {
  test.each(all)('%s has every field the standard requires', (_, report) => {
    const document = JSON.parse(reportSarif(report, '1.2.3'));
    expect(document.version).toBe('2.1.0');
    const [run] = document.runs;
    expect(run.tool.driver).toMatchObject({ name: 'msg doctor', version: '1.2.3' });
    expect(run.results).toHaveLength(report.checks.length);
    const kinds = ['pass', 'open', 'informational', 'notApplicable', 'review', 'fail'];
    for (const result of run.results) {
      expect(run.tool.driver.rules[result.ruleIndex].id).toBe(result.ruleId);
      expect(result.message.text).not.toBe('');
      expect(kinds).toContain(result.kind);
      if (result.kind !== 'fail') expect(result.level).toBe('none');
      expect(result.locations[0].physicalLocation.artifactLocation.uri).toBe(report.target.messagesUrl);
    }
    for (const invocation of run.invocations) expect(typeof invocation.executionSuccessful).toBe('boolean');
  });

  test('a crash is a notification, and the run did not succeed', async () => {
    const [run] = JSON.parse(reportSarif(samples.crashed)).runs;
    expect(run.invocations[0].executionSuccessful).toBe(false);
    expect(run.invocations[0].toolExecutionNotifications[0].associatedRule.id).toBe('sse.sequence');
    await expect(reportSarif(samples.undetermined)).toMatchFileSnapshot(
      '../golden/report/undetermined-sarif.txt',
    );
  });
});

describe('Markdown', () => {
  test.each(all)('%s reads as its golden', async (name, report) => {
    await expect(reportMarkdown(report)).toMatchFileSnapshot(`../golden/report/${name}-markdown.txt`);
  });

  test('texts of a server are not markup', () => {
    const text = reportMarkdown(hostile);
    const outside = text.replace(/^(`{3,}).*?^\1$/gms, '').replace(/(`+)(?!`).*?[^`]\1(?!`)/g, '');
    expect(outside).not.toMatch(/(?<!\\)[<[]/);
    expect(text).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
  });
});

test('marks that turn the direction or take no room are shown', () => {
  expect(plain('a\u202eb\u200bc\nd\u001b[31m')).toBe('a\\u202eb\\u200bc d␛[31m');
});
