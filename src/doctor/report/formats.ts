// The formats of a report: which renderer writes each, loaded only when asked for.
import type { Report } from '../engine/report.ts';
import type { ReportTextOptions } from './line.ts';

export const reportFormats = ['text', 'json', 'junit', 'sarif', 'md', 'html'] as const;
export type ReportFormat = (typeof reportFormats)[number];

type Writer = (report: Report, options: ReportTextOptions, version: string) => Promise<string>;

const writers: Readonly<Record<ReportFormat, Writer>> = {
  text: async (report, options) => (await import('./report-text.ts')).reportText(report, options),
  json: async (report) => (await import('../../text/json.ts')).jsonText(report),
  junit: async (report) => (await import('./junit.ts')).reportJunit(report),
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
