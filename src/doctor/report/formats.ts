// The formats of a report: which renderer writes each, loaded only when asked for.
import type { Report } from '../engine/report.ts';
import type { ReportTextOptions } from './line.ts';

/** What each format of a report is, in the words of `msg help formats`. */
export const reportFormats = {
  text: 'for reading; on a terminal, checks appear as they finish',
  json: 'everything that was found, with its evidence; --baseline compares with it',
  junit: 'XML for CI: a test case for each check (.xml)',
  sarif: 'for code scanning and other tools that collect findings (.sarif)',
  md: 'Markdown, for a ticket (.md)',
  html: 'one page that needs no network, to view or attach (.html)',
} as const;
export type ReportFormat = keyof typeof reportFormats;

type Writer = (report: Report, options: ReportTextOptions, version: string) => Promise<string>;

const writers: Readonly<Record<ReportFormat, Writer>> = {
  text: async (report, options) => (await import('./report-text.ts')).reportText(report, options),
  json: async (report) => (await import('../../text/json.ts')).jsonText(report),
  junit: async (report, options) => (await import('./junit.ts')).reportJunit(report, options),
  sarif: async (report, _options, version) => (await import('./sarif.ts')).reportSarif(report, version),
  html: async (report, options) => (await import('./html.ts')).reportHtml(report, options),
  md: async (report) => (await import('./md.ts')).reportMarkdown(report),
};

/** A report in one format. */
export const writeReport = (format: ReportFormat, ...rest: Parameters<Writer>): Promise<string> =>
  writers[format](...rest);

/** The format a file name asks for, when none was given. */
export function formatOf(path: string | undefined): ReportFormat {
  const extension = /\.([a-z]+)$/i.exec(path ?? '')?.[1]?.toLowerCase();
  return (
    ({ json: 'json', xml: 'junit', sarif: 'sarif', md: 'md', html: 'html', htm: 'html' } as const)[
      extension ?? ''
    ] ?? 'text'
  );
}
