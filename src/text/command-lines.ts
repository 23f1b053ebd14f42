// A command for a shell that is too long for a line: broken so that it can still be copied and run.
import { textWidth } from './width.ts';
import { filled } from './wrap.ts';

/** The command on lines of at most so many columns, each but the last continued by a backslash. */
export function commandLines(command: string, columns: number): string[] {
  if (textWidth(command) <= columns) return [command];
  // An option and its value stay together, and so does what is quoted.
  const words = command.match(/(?:-\S+ (?!-))?(?:"[^"]*"|'[^']*'|\S)+/g) ?? [];
  const lines = filled(words, columns - 4);
  const last = lines.length - 1;
  return lines.map((line, index) => `${index === 0 ? '' : '  '}${line}${index === last ? '' : ' \\'}`);
}
