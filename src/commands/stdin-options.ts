// `-` in place of a file that holds JSON: it stands on stdin, and is then no prompt.
import { usageError } from '../errors.ts';
import type { Input } from '../terminal/streams.ts';
import type { SendOptions } from './send-flags.ts';

const optionNames = { body: '--body', tools: '--tools', schema: '--schema' } as const;

/** stdin when an option has taken it. */
const taken: Input = { kind: 'none', readAll: async () => undefined };

/**
 * The options with what stdin holds in place of the `-`, and the stdin that is left for the prompt.
 * @throws MsgError `usage` when stdin is wanted twice, or holds no JSON
 */
export async function withJsonFromStdin(
  options: SendOptions,
  prompt: string,
  stdin: Input,
): Promise<{ options: SendOptions; stdin: Input }> {
  const names = Object.keys(optionNames) as (keyof typeof optionNames)[];
  const wanting = names.filter((name) => options[name] === '-');
  const [first] = wanting;
  if (first === undefined) return { options, stdin };
  const all = [
    ...wanting.map((name) => optionNames[name]),
    ...(options.file?.includes('-') ? ['a file'] : []),
    ...(prompt === '-' ? ['the prompt'] : []),
  ];
  if (all.length > 1) throw usageError(`stdin cannot be both ${all.slice(0, 2).join(' and ')}.`);
  if (stdin.kind === 'terminal' || stdin.kind === 'none')
    throw usageError(
      'stdin is a terminal; there is nothing to read.',
      `Example: cat body.json | msg send ${all[0]} -`,
    );
  const text = new TextDecoder().decode(await stdin.readAll());
  if (!/^\s*[[{]/.test(text)) throw usageError(`${all[0]} is not valid JSON on stdin.`);
  return { options: { ...options, [first]: text }, stdin: taken };
}
