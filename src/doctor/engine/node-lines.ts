// The release lines of Node and when each reached, or reaches, its end of life. Data, as of 2026-11-30, from the
// release schedule the Node project publishes.

/** The last day of each line that had users, by its major version. */
const lastDays: Readonly<Record<number, string>> = {
  18: '2025-04-30',
  19: '2023-06-01',
  20: '2026-04-30',
  21: '2024-06-01',
  22: '2027-04-30',
  23: '2025-06-01',
  24: '2028-04-30',
  25: '2026-06-01',
  26: '2029-04-30',
};

type NodeLine = {
  readonly major: number;
  /** `2026-04-30`; undefined for a line that is newer than this table. */
  readonly lastDay: string | undefined;
  /** Whether its last day has passed; false where nobody knows. */
  readonly isOver: boolean;
};

/** The line of a version such as `v20.20.2`, as things stand at `wallTimeMs` (milliseconds since 1970). */
export function nodeLine(version: string, wallTimeMs: number): NodeLine {
  const major = Number.parseInt(version.replace(/^v/, ''), 10);
  const lastDay = lastDays[major];
  return {
    major,
    lastDay,
    isOver: lastDay !== undefined && wallTimeMs >= Date.parse(`${lastDay}T24:00:00Z`),
  };
}
