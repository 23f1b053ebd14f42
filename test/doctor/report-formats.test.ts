import { describe, expect, test } from 'vitest';
import { reportJunit } from '../../src/doctor/report/junit.ts';
import { reportMarkdown } from '../../src/doctor/report/md.ts';
import { reportSarif } from '../../src/doctor/report/sarif.ts';
import { jsonText } from '../../src/text/json-text.ts';
import { reportIn } from '../cli/report.ts';
import { hostile, samples } from './sample-reports.ts';
import { type Element, parseXml } from './xml.ts';

const all = Object.entries({ ...samples, hostile });

describe('JSON', () => {
  test.each(all)('%s is the report itself', (_, report) => {
    const text = jsonText(report);
    expect(reportIn(text)).toEqual(reportIn(JSON.stringify(report)));
    expect(text).not.toMatch(/^ *"\w*[A-Z]\w*":/m);
  });
});

describe('JUnit', () => {
  const cases = (root: Element): Element[] => root.children.flatMap((suite) => suite.children);

  test.each(all)('%s is well-formed, with a testcase a check', (_, report) => {
    const root = parseXml(reportJunit(report));
    expect(root.name).toBe('testsuites');
    expect(cases(root).map(({ attributes }) => attributes['name']?.split(':')[0])).toEqual(
      report.checks.map(({ id }) => id),
    );
    for (const suite of root.children) {
      const counts = { failure: 'failures', error: 'errors', skipped: 'skipped' };
      expect(Number(suite.attributes['tests'])).toBe(suite.children.length);
      for (const [element, attribute] of Object.entries(counts)) {
        const found = suite.children.filter((one) => one.children.some(({ name }) => name === element));
        expect(Number(suite.attributes[attribute]), attribute).toBe(found.length);
      }
    }
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
