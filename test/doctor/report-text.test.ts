import { describe, expect, test } from 'vitest';
import type { Report } from '../../src/doctor/engine/report.ts';
import { reportTail } from '../../src/doctor/report/advice.ts';
import type { ReportTextOptions } from '../../src/doctor/report/line.ts';
import { groupsText, reportHead, reportText } from '../../src/doctor/report/report-text.ts';
import { asciiGlyphs, plainTheme, type Style, type Theme } from '../../src/text/theme.ts';
import { textWidth } from '../../src/text/width.ts';
import { hostile, samples } from './sample-reports.ts';

/** Writes the names of styles, and fails on the arguments `map` would slip in. */
const named: Theme = {
  ...plainTheme,
  ...(Object.fromEntries(
    Object.keys(plainTheme)
      .filter((name) => typeof plainTheme[name as keyof Theme] === 'function')
      .map((name) => [
        name,
        (...texts: string[]) => {
          expect(texts).toHaveLength(1);
          return `<${name}>${texts[0]}</${name}>`;
        },
      ]),
  ) as Record<Style, (text: string) => string>),
};
const ascii: Theme = { ...plainTheme, glyphs: asciiGlyphs };

const options = (theme: Theme, width: number, isVerbose = false): ReportTextOptions => ({
  theme,
  width,
  isVerbose,
  elapsedMs: 900,
});

/** What a terminal shows once the run is over. */
const onTerminal = (report: Report, shown: ReportTextOptions): string =>
  reportHead(report, shown) + groupsText(report.checks, report.stream, shown) + reportTail(report, shown);

const all = Object.entries({ ...samples, hostile });

describe.each(all)('%s', (name, report) => {
  test('on a terminal of 80 columns', async () => {
    await expect(onTerminal(report, options(named, 80))).toMatchFileSnapshot(
      `../golden/report/${name}-80.txt`,
    );
  });

  test('on a terminal of 40 columns', async () => {
    await expect(onTerminal(report, options(plainTheme, 40))).toMatchFileSnapshot(
      `../golden/report/${name}-40.txt`,
    );
  });

  test('with -v', async () => {
    await expect(onTerminal(report, options(plainTheme, 100, true))).toMatchFileSnapshot(
      `../golden/report/${name}-verbose.txt`,
    );
  });

  test('in a pipe, ASCII: the verdict is the first line', async () => {
    const text = reportText(report, options(ascii, 80));
    expect(text.split('\n')[0]).toMatch(new RegExp(`^${report.verdict}: `));
    await expect(text).toMatchFileSnapshot(`../golden/report/${name}-piped.txt`);
  });

  test.each([40, 60, 80, 120])('nothing but what is for copying is wider than %i columns', (width) => {
    const copied = /AI SDK|msg |nginx|proxy_|location|http-no-delay|export|echo|script/;
    for (const line of onTerminal(report, options(plainTheme, width, true)).split('\n'))
      if (textWidth(line) > width) expect(line).toMatch(copied);
  });
});

test('what the fix of the root cause shows is not shown again below another finding', () => {
  const report = samples.bufferedByNginx;
  if (report.rootCause === null) throw new Error('The sample has no root cause.');
  const { remedy, confidence, owner } = report.rootCause;
  const [snippet] = remedy.snippets;
  const gzip = { server: 'nginx', text: 'gzip off;' };
  const other = {
    id: 'sse.compressed',
    group: 'stream',
    title: 'Compression does not hold events back',
    status: 'warn',
    confidence,
    owner,
    summary: 'With compression the stream is buffered.',
    evidence: [],
    remedy: { ...remedy, snippets: [gzip, ...remedy.snippets] },
  } as const;
  const text = reportTail({ ...report, checks: [...report.checks, other] }, options(plainTheme, 100));
  const below = text.slice(text.indexOf('sse.compressed'));
  expect(below).toContain('gzip off;');
  expect(below).not.toContain(snippet?.text.split('\n')[0]);
  expect(text.split(remedy.commands[0] ?? '')).toHaveLength(2);
});

test('ASCII means ASCII, where the report itself is', () => {
  for (const report of Object.values(samples))
    expect(reportText(report, options(ascii, 80, true))).toMatch(/^[\x0a\x20-\x7e]*$/);
});

test('groups printed one by one read the same as all at once', () => {
  const { checks, stream } = samples.bufferedByNginx;
  const shown = options(plainTheme, 80);
  const names = [...new Set(checks.map((check) => check.group))];
  const live = names.map((name) =>
    groupsText(
      checks.filter((check) => check.group === name),
      stream,
      shown,
    ),
  );
  expect(live.join('')).toBe(groupsText(checks, stream, shown));
});

test('no control character of a server reaches the terminal', () => {
  expect(onTerminal(hostile, options(plainTheme, 80, true))).not.toMatch(
    /[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/,
  );
});

test('of many snippets, those for the hops that were seen; the others are named', () => {
  const { rootCause } = samples.bufferedByNginx;
  if (rootCause === null) throw new Error('no root cause');
  const snippets = ['HAProxy', 'nginx', 'Caddy', 'Apache'].map((server) => ({
    server,
    text: `for ${server}`,
  }));
  const report = {
    ...samples.bufferedByNginx,
    rootCause: { ...rootCause, remedy: { ...rootCause.remedy, snippets } },
  };
  const tail = reportTail(report, options(plainTheme, 80));
  expect(tail.match(/for \w+$/gm)).toEqual(['for nginx']);
  expect(tail).toContain('with -v also for HAProxy, Caddy, Apache');
  expect(reportTail({ ...report, hops: [] }, options(plainTheme, 80)).match(/^ {5}for \w+$/gm)).toHaveLength(
    3,
  );
  expect(reportTail(report, options(plainTheme, 80, true)).match(/^ {5}for \w+$/gm)).toHaveLength(4);
});
