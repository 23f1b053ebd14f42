// When it is worth trying again, in words: how long, and the time of day here.
import { localTime } from '../text/counted.ts';

/** `45 s`, `12 min`, `3 h 5 min`, `2 d 4 h`. */
export function durationText(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1000));
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h${minutes % 60 === 0 ? '' : ` ${minutes % 60} min`}`;
  return `${Math.floor(hours / 24)} d${hours % 24 === 0 ? '' : ` ${hours % 24} h`}`;
}

/** What `retry-after` asks for. */
export const waitText = (ms: number, nowMs: number): string =>
  `The server asks to wait ${durationText(ms)}${ms > 60_000 ? `, until ${localTime(nowMs + ms, nowMs)}` : ''}.`;

/** What the headers about limits tell. */
export const resetText = (ms: number, nowMs: number): string =>
  `The limit resets in ${durationText(ms)}, at ${localTime(nowMs + ms, nowMs)}.`;
