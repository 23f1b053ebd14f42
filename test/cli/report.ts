// A report as the doctor prints it in JSON, under the names it has in the code.
import type { Report } from '../../src/doctor/engine/report.ts';

export const reportIn = (stdout: string): Report => JSON.parse(stdout, camelCased) as Report;

function camelCased(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name.replace(/_([a-z])/g, (_all, letter: string) => letter.toUpperCase()),
      item,
    ]),
  );
}
