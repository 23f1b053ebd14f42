import { describe, expect, test } from 'vitest';
import { reportHtml } from '../../src/doctor/report/html.ts';
import { hostile, samples } from './sample-reports.ts';

const all = Object.entries({ ...samples, hostile });

/** The page without its style sheet. */
const markup = (page: string): string => page.replace(/<style>[\s\S]*?<\/style>/, '');

describe.each(all)('%s', (_, report) => {
  const page = reportHtml(report, { madeAt: '2026-11-20T12:00:00.000Z', elapsedMs: 6100 });

  test('brings everything along, runs nothing and asks nobody', () => {
    expect(page).toContain(`default-src 'none'`);
    expect(markup(page)).not.toMatch(/<(?:script|img|iframe|object|embed|form|a)\b/);
    expect(markup(page).match(/\b(?:src|href)="[^"]*"/g)).toEqual(['href="data:,"']);
    expect(page).not.toMatch(/url\(|@import/);
  });

  test('opens and closes its elements in order', () => {
    const isVoid = new Set(['meta', 'link', 'line', 'path']);
    const open: string[] = [];
    for (const [, slash, name = '', end] of markup(page).matchAll(
      /<(\/?)([a-z][a-z0-9]*)(?:\s[^<>]*?)?(\/?)>/g,
    )) {
      if (isVoid.has(name)) continue;
      if (slash === '/') expect(open.pop()).toBe(name);
      else if (end !== '/') open.push(name);
    }
    expect(open).toEqual([]);
  });

  test('says when it was made', () => expect(page).toContain('2026-11-20 12:00 UTC'));

  test('names every check, and says what the root cause is', () => {
    for (const { id } of report.checks) expect(page).toContain(`<code class="id">${id}</code>`);
    expect(page.includes('Root cause')).toBe(report.rootCause !== null);
  });
});

test('a text of a server is text, wherever it stands', () => {
  const page = markup(reportHtml(hostile));
  expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  expect(page).toContain('&lt;/pre&gt;&lt;script&gt;alert(2)');
  expect(page).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
});

test('the chart has a stair a delta, a mark an arrival, and the pace without the hold', () => {
  const held = reportHtml(samples.bufferedByNginx);
  const count = samples.bufferedByNginx.stream?.arrivals.length ?? 0;
  expect(/class="stairs" d="([^"]*)"/.exec(held)?.[1]?.match(/V/g)).toHaveLength(count);
  expect(held.match(/class="tick" x1/g)).toHaveLength(4);
  expect(held).toContain('class="steady" x1');
  expect(reportHtml(samples.healthy)).not.toContain('class="steady" x1');
  expect(reportHtml(samples.v1Doubled)).not.toContain('<svg');
});
