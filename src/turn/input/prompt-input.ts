// The prompt of one command: arguments, attached files, stdin, or an editor, as the last of the messages to send.
import type { Context } from '../../context.ts';
import { usageError } from '../../errors.ts';
import type { ContentBlock, MessageParam } from '../../messages/types.ts';
import type { Input } from '../../terminal/output/streams.ts';
import type { Json } from '../../text/json.ts';
import { shellQuote } from '../../text/shell-quote.ts';
import type { Notify } from '../notes.ts';
import { attached } from './attachments.ts';
import { attachableType, blockOf, fenced, textOf } from './file-blocks.ts';
import type { PageAccess } from './web-page.ts';

/** An inherited pipe that nobody writes to must not hang the command. */
const idlePipeMs = 3000;

export type PromptOptions = {
  /** The prompt from the command line; `-` stands for stdin, `` for none. */
  readonly argument: string;
  /** The kept prompt that is a part of it (-T). */
  readonly template?: string | undefined;
  /** `-f` arguments, in order. */
  readonly files: readonly string[];
  readonly stdin: Input;
  /** The argument is edited before it is read. */
  readonly usesEditor: boolean;
  readonly access: PageAccess;
};

/**
 * The messages to send: those that a body brings, and the prompt.
 * @throws MsgError `usage` when there is neither, and as `attached` does
 */
export async function readMessages(
  bodyMessages: Json | undefined,
  options: PromptOptions,
): Promise<MessageParam[]> {
  const earlier = Array.isArray(bodyMessages) ? (bodyMessages as unknown as MessageParam[]) : [];
  const content = await readPrompt(options, earlier.length > 0);
  if (content !== undefined) return [...earlier, { role: 'user', content }];
  if (earlier.length > 0) return earlier;
  throw emptyPrompt(options.template, false);
}

/** What was looked at for a prompt, and held none. */
function emptyPrompt(template: string | undefined, hasStdin: boolean): Error {
  if (template !== undefined)
    return usageError(
      `The prompt ${template} has no text, and nothing follows it${hasStdin ? ', on stdin neither' : ''}.`,
      `Example: msg send -T ${shellQuote(template)} "hello"`,
    );
  return hasStdin
    ? usageError('The prompt on stdin is empty.', 'Example: echo hello | msg send')
    : usageError('The prompt is empty.', 'Example: msg send "hello", or: echo hello | msg send');
}

/**
 * The content of the prompt; undefined when there is none, which may be. stdin is the prompt when there is no other, an attachment with `-f -`, and otherwise joins the prompt in a code fence, so that its text
 * cannot be taken for instructions.
 * @throws MsgError `usage` when stdin is wanted twice, or wanted and empty
 */
async function readPrompt(
  { argument: start, template, files, stdin, usesEditor, access }: PromptOptions,
  isOptional: boolean,
): Promise<string | ContentBlock[] | undefined> {
  const { note, context } = access;
  const argument = usesEditor ? await edited(start, context) : start;
  const isPromptOnStdin = argument === '-';
  const isFileOnStdin = files.includes('-');
  if (isPromptOnStdin && isFileOnStdin) throw usageError('stdin cannot be both the prompt and a file.');
  const prompt = isPromptOnStdin ? '' : argument;
  const isWanted = isPromptOnStdin || isFileOnStdin || (prompt === '' && files.length === 0 && !isOptional);
  const piped = await readPiped(stdin, isWanted, note);
  if (piped === undefined && (isPromptOnStdin || isFileOnStdin)) {
    throw usageError('stdin is a terminal; there is nothing to read.', 'Example: echo hello | msg send -');
  }
  const blocks: ContentBlock[] = [];
  for (const file of files)
    blocks.push(...(await attached(file, { stdin: () => piped ?? new Uint8Array(), access })).blocks);
  const text = isFileOnStdin || piped === undefined ? prompt : joinPiped(prompt, piped, blocks, note);
  if (text.trim() === '' && blocks.length === 0) {
    if (piped === undefined || isOptional) return undefined;
    throw emptyPrompt(template, true);
  }
  if (blocks.length === 0) return text;
  return text.trim() === '' ? blocks : [...blocks, { type: 'text', text }];
}

/** Adds what was piped in to the prompt, or to the blocks when it is a picture. */
function joinPiped(prompt: string, piped: Uint8Array, blocks: ContentBlock[], note: Notify): string {
  if (attachableType(piped) !== undefined) {
    blocks.push(blockOf(piped, 'stdin', note));
    return prompt;
  }
  const text = textOf(piped, 'stdin', note);
  if (prompt === '') return text;
  return text.trim() === '' ? prompt : `${prompt}\n\n${fenced(text)}`;
}

/** What is piped in; undefined on a terminal. A pipe that stays empty is waited for only where it `isWanted`. */
export async function readPiped(
  stdin: Input,
  isWanted: boolean,
  note: Notify,
): Promise<Uint8Array | undefined> {
  if (stdin.kind === 'terminal' || stdin.kind === 'none') return undefined;
  const bytes = await stdin.readAll(
    isWanted || stdin.kind === 'file' ? {} : { firstByteTimeoutMs: idlePipeMs },
  );
  if (bytes === undefined) note('stdin is an open pipe that stayed empty for 3 s; going on without it.');
  return bytes ?? new Uint8Array();
}

async function edited(text: string, { env }: Context): Promise<string> {
  const { editText } = await import('../../terminal/editor.ts');
  return editText(text, env);
}
