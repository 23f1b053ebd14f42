// A report as JSON: the report itself, verbatim. The shape is documented in doctor/report.ts.
import type { Report } from '../doctor/report.ts';

/** One document, indented, with a line end. */
export const reportJson = (report: Report): string => `${JSON.stringify(report, null, 2)}\n`;
