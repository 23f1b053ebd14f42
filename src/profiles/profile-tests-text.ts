// The table of `msg profiles test`, and below it what went wrong.

import { withoutSecrets } from '../messages/key-shapes.ts';
import { oneLine } from '../text/sanitize.ts';
import { type Cell, tableText } from '../text/table.ts';
import type { Theme } from '../text/theme.ts';
import { wrapText } from '../text/wrap.ts';
import type { TestFacts, TestVerdicts, Verdict } from './profile-test.ts';

export type TestRow = TestFacts & {
  readonly name: string;
  /** False while the request is under way. */
  readonly isDone: boolean;
  readonly host?: string | undefined;
  readonly model?: string | undefined;
};

export function testsText(rows: readonly TestRow[], theme: Theme, width: number): string {
  const columns = [
    { title: 'NAME', rank: 1 },
    { title: 'HOST', rank: 4 },
    { title: 'PATH', rank: 2 },
    { title: 'AUTH', rank: 2 },
    { title: 'MODEL', rank: 2 },
    { title: 'STREAM', rank: 2 },
    { title: 'FIRST BYTE', rank: 5 },
    { title: 'REQUEST ID', rank: 6 },
  ];
  const cells = rows.map((row): Cell[] => [
    { text: row.name, style: 'strong' },
    { text: oneLine(row.host ?? ''), style: 'dim' },
    mark(row, 'path', theme),
    mark(row, 'auth', theme),
    mark(row, 'model', theme),
    mark(row, 'stream', theme),
    { text: row.firstByteMs === undefined ? '' : `${row.firstByteMs} ms` },
    { text: oneLine(row.requestId ?? ''), style: 'dim' },
  ]);
  return tableText(columns, cells, theme, width);
}

function mark(row: TestRow, name: keyof TestVerdicts, { glyphs }: Theme): Cell {
  if (!row.isDone) return { text: glyphs.ellipsis, style: 'dim' };
  const looks: { readonly [V in Verdict]: Cell } = {
    pass: { text: glyphs.pass, style: 'good' },
    fail: { text: glyphs.fail, style: 'bad' },
    unknown: { text: glyphs.skip, style: 'dim' },
  };
  return looks[row.verdicts?.[name] ?? 'unknown'];
}

/** One paragraph for each profile that has something to say; empty when all is well. */
export function troublesText(rows: readonly TestRow[], theme: Theme, width: number): string {
  return rows
    .filter((row) => row.trouble !== undefined)
    .map(({ name, trouble = '', hint }) => {
      const lines = [wrapText(`${name}: ${oneLine(withoutSecrets(trouble))}`, width, 2)];
      if (hint !== undefined) lines.push(wrapText(`  ${oneLine(withoutSecrets(hint))}`, width));
      return `\n${lines.join('\n').replace(name, theme.strong)}\n`;
    })
    .join('');
}
