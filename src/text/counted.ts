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

/** `9.4 MiB` */
export const mebibytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
