// `msg send -T`: a kept prompt as the one to send, with values of the command line, of stdin, and of whoever is asked.
import type { Context } from '../../context.ts';
import { usageError } from '../../errors.ts';
import type { ConnectionOptions } from '../../profiles/flags.ts';
import type { GenerationFlags } from '../../profiles/generation-flags.ts';
import type { Input } from '../../terminal/output/streams.ts';
import { shellQuote } from '../../text/shell-quote.ts';
import { pathOf } from '../connection/setting-sources.ts';
import { attachableType, textOf } from '../input/file-blocks.ts';
import { readPiped } from '../input/prompt-input.ts';
import { emptyInput } from '../input/stdin-options.ts';
import type { Notify } from '../notes.ts';
import { fillPrompt, type PromptValues, type ValueSource, valuesOfWords } from './filled-prompt.ts';
import { stdinName } from './placeholders.ts';
import { type Prompt, promptFiles } from './prompt-files.ts';

export type TemplateOptions = { template?: string; value?: string[] };

type SendPromptOptions = TemplateOptions &
  ConnectionOptions &
  GenerationFlags & { readonly file?: readonly string[]; readonly promptOptions?: readonly string[] };

/** What is sent in the end: words, options and what is left of stdin. */
type Sending<Options> = { readonly argument: string; readonly options: Options; readonly stdin: Input };

/**
 * The prompt that `options.template` names, before the words of the command line.
 * @throws MsgError `usage` for a prompt there is none of, and for values that are missing or that it does not have
 */
export async function withPrompt<Options extends SendPromptOptions>(
  { argument, options, stdin }: Sending<Options>,
  context: Context,
  note: Notify,
): Promise<Sending<Options>> {
  const { template = '', value = [] } = options;
  const files = promptFiles(context.dirs.config, (path) => pathOf(path, context.dirs));
  const prompt = await files.read(template);
  const values = new Map(valuesOfWords(value, prompt, '--value'));
  const piped = await pipedValue(prompt, values, { argument, options, stdin }, note);
  if (piped !== undefined) values.set(stdinName, piped);
  const source: ValueSource = {
    ask: await asker(context),
    command: `msg send -T ${shellQuote(template)}`,
    flag: '-v ',
  };
  const { text, layer } = await fillPrompt(prompt, values, source);
  const ownOptions = Object.keys(prompt.options).filter(
    (name) => options[name as keyof Options] === undefined,
  );
  return {
    argument: [text, argument === '-' ? '' : argument].filter((part) => part !== '').join('\n\n'),
    options: { ...prompt.options, ...options, promptLayer: layer, promptOptions: ownOptions },
    // What stands in the prompt already does not follow it once more.
    stdin: piped === undefined ? stdin : emptyInput,
  };
}

/** What is piped in, where the prompt has a place for it; undefined where nothing is. */
async function pipedValue(
  { name, variables }: Prompt,
  given: PromptValues,
  { options, stdin }: Sending<SendPromptOptions>,
  note: Notify,
): Promise<string | undefined> {
  const wanted = variables.find((variable) => variable.name === stdinName);
  if (wanted === undefined || given.has(stdinName)) return undefined;
  if (options.file?.includes('-'))
    throw usageError(`stdin cannot be both a file and a part of the prompt ${name}.`);
  const bytes = await readPiped(stdin, wanted.preset === undefined, note);
  if (bytes === undefined) return undefined;
  if (attachableType(bytes) !== undefined)
    throw usageError(
      `The prompt ${name} wants text on stdin, and there is a picture or a PDF.`,
      `Attach it: -f FILE -v ${stdinName}=...`,
    );
  const text = textOf(bytes, 'stdin', note).trimEnd();
  return text === '' ? undefined : text;
}

/** Asks on the terminal until something is answered; undefined where nobody is there. */
async function asker({ streams: { stdin, stderr }, asker: open }: Context): Promise<ValueSource['ask']> {
  if (stdin.kind !== 'terminal' || !stderr.isTTY) return undefined;
  return async (name) => {
    const { line } = await open();
    for (;;) {
      const answer = await line(name);
      if (answer !== '') return answer;
    }
  };
}
