// Options that take stdin for themselves: JSON where their file is `-`, and the key. It is then no prompt.
import { usageError } from '../../errors.ts';
import type { Input } from '../../terminal/output/streams.ts';

const takers = [
  { option: 'body', name: '--body', stdin: '-' },
  { option: 'tools', name: '--tools', stdin: '-' },
  { option: 'schema', name: '--schema', stdin: '-' },
  { option: 'apiKeyFile', name: '--api-key-file', stdin: '/dev/stdin' },
] as const;

/** Whatever else a command takes. */
export type StdinOptions = { readonly [K in (typeof takers)[number]['option']]?: string } & {
  readonly file?: readonly string[];
};

/** stdin when an option has taken it. */
export const emptyInput: Input = { kind: 'none', readAll: async () => undefined };

/**
 * The options with the JSON on stdin in place of a `-`, and the stdin that is left for the prompt.
 * @throws MsgError `usage` when stdin is wanted twice, or holds no JSON
 */
export async function withStdin<Options extends StdinOptions>(
  options: Options,
  prompt: string,
  stdin: Input,
): Promise<{ options: Options; stdin: Input }> {
  const wanting = takers.filter((one) => options[one.option] === one.stdin);
  const [first] = wanting;
  if (first === undefined) return { options, stdin };
  const names = [
    ...wanting.map(({ name }) => name),
    ...(options.file?.includes('-') ? ['a file'] : []),
    ...(prompt === '-' ? ['the prompt'] : []),
  ];
  if (names.length > 1) throw usageError(`stdin cannot be both ${names.slice(0, 2).join(' and ')}.`);
  // It is read as any other file, when the key is needed.
  if (first.option === 'apiKeyFile') return { options, stdin: emptyInput };
  if (stdin.kind === 'terminal' || stdin.kind === 'none')
    throw usageError(
      'stdin is a terminal; there is nothing to read.',
      `Example: make-request | msg send ${first.name} -`,
    );
  const text = new TextDecoder().decode(await stdin.readAll());
  if (!/^\s*[[{]/.test(text)) throw usageError(`${first.name} is not valid JSON on stdin.`);
  return { options: { ...options, [first.option]: text }, stdin: emptyInput };
}
