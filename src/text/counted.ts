// Numbers for people: with their noun, with their unit.

/** `1 call`, `2 calls`. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** `850 ms`, `2.2 s`, `47 s`: as precise as a reader can use. */
export function duration(ms: number): string {
  if (ms < 995) return `${Math.round(ms)} ms`;
  return `${(ms / 1000).toFixed(ms < 9950 ? 1 : 0)} s`;
}

/** `14:02:11`, in the time of this place. */
export const timeOfDay = (at: number): string => new Date(at).toTimeString().slice(0, 8);

/** `2026-11-20`, likewise. */
export function dayOf(at: number): string {
  const date = new Date(at);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** The time of day, with the date when it is another day than `now`: `14:05:30`, `2026-12-01 00:10:00`. */
export const localTime = (at: number, now: number): string =>
  dayOf(at) === dayOf(now) ? timeOfDay(at) : `${dayOf(at)} ${timeOfDay(at)}`;

/** `9.4 MiB` */
export const mebibytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MiB`;

/** `850 B`, `12 kB`, `3.4 MB`: how much a file is, in the units of a file manager. */
export function fileSize(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  if (bytes < 999_500) return `${Math.round(bytes / 1_000)} kB`;
  return `${(bytes / 1_000_000).toFixed(1).replace('.0', '')} MB`;
}
