// What the user says: arguments, attached files, stdin, or an editor, as the content of one user message.
import { usageError } from '../../errors.ts';
import type { ContentBlock } from '../../messages/types.ts';
import type { Input } from '../../terminal/output/streams.ts';
import type { Notify } from '../notes.ts';
import { attachmentBlock, blockOf, isBinaryAttachment, textOf } from './attachments.ts';
import { fenced } from './fenced.ts';
import type { WayToPages } from './web-page.ts';

/** An inherited pipe that nobody writes to must not hang the command. */
const idlePipeMs = 3000;

export type PromptOptions = {
  /** The prompt from the command line; `-` stands for stdin, `` for none. */
  readonly argument: string;
  /** `-f` arguments, in order. */
  readonly files: readonly string[];
  readonly stdin: Input;
  /** Whether there is something to send even if nothing is said here. */
  readonly isOptional: boolean;
  readonly way: WayToPages;
};

/**
 * The content of the user's message; undefined when nothing was said at all. stdin is the prompt when there
 * is no other, an attachment with `-f -`, and otherwise joins the prompt in a code fence, so that its text
 * cannot be taken for instructions.
 * @throws MsgError `usage` when stdin is wanted twice, or wanted and empty
 */
export async function readPrompt(options: PromptOptions): Promise<string | ContentBlock[] | undefined> {
  const { argument, files, stdin, isOptional, way } = options;
  const { note } = way;
  const isPromptOnStdin = argument === '-';
  const isFileOnStdin = files.includes('-');
  if (isPromptOnStdin && isFileOnStdin) throw usageError('stdin cannot be both the prompt and a file.');
  const said = isPromptOnStdin ? '' : argument;
  const isWanted = isPromptOnStdin || isFileOnStdin || (said === '' && files.length === 0 && !isOptional);
  const piped = await readPiped(stdin, isWanted, note);
  if (piped === undefined && (isPromptOnStdin || isFileOnStdin)) {
    throw usageError('stdin is a terminal; there is nothing to read.', 'Example: echo hello | msg send -');
  }
  const blocks: ContentBlock[] = [];
  for (const file of files)
    blocks.push(await attachmentBlock(file, { stdin: () => piped ?? new Uint8Array(), way }));
  const text = isFileOnStdin || piped === undefined ? said : joinPiped(said, piped, blocks, note);
  if (text.trim() === '' && blocks.length === 0) {
    if (piped === undefined || isOptional) return undefined;
    throw usageError('The prompt on stdin is empty.', 'Example: echo hello | msg send');
  }
  if (blocks.length === 0) return text;
  return text.trim() === '' ? blocks : [...blocks, { type: 'text', text }];
}

/** Adds what was piped in to the prompt, or to the blocks when it is a picture. */
function joinPiped(said: string, piped: Uint8Array, blocks: ContentBlock[], note: Notify): string {
  if (isBinaryAttachment(piped)) {
    blocks.push(blockOf(piped, 'stdin', note));
    return said;
  }
  const text = textOf(piped, 'stdin', note);
  if (said === '') return text;
  return text.trim() === '' ? said : `${said}\n\n${fenced(text)}`;
}

async function readPiped(stdin: Input, isWanted: boolean, note: Notify): Promise<Uint8Array | undefined> {
  if (stdin.kind === 'terminal' || stdin.kind === 'none') return undefined;
  const bytes = await stdin.readAll(
    isWanted || stdin.kind === 'file' ? {} : { firstByteTimeoutMs: idlePipeMs },
  );
  if (bytes === undefined) note('stdin is an open pipe that stayed empty for 3 s; going on without it.');
  return bytes ?? new Uint8Array();
}
