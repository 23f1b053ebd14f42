// A kept session as a document: on the terminal, on stdout, in a file.
import { writeFileSync } from 'node:fs';
import type { Context } from '../../context.ts';
import { configError, usageError } from '../../errors.ts';
import { valuesFromMsgEnv } from '../../profiles/environment.ts';
import { errnoText, isErrno } from '../../text/errno.ts';
import { conversationText, type ExportFormat } from './conversation.ts';
import type { SessionFiles } from './session-files.ts';

/** The session as text. `all`: also the turns that were taken back. Throws `usage` when there is no such session. */
export function sessionDocument(
  files: SessionFiles,
  which: string,
  { format, all = false, wallTime }: { format: ExportFormat; all?: boolean | undefined; wallTime: number },
): string {
  const entry = files.find(which);
  const { header, kept } = files.read(entry);
  const turns = all ? kept : kept.filter(({ left }) => left !== 'undone');
  const exportedAt = new Date(wallTime).toISOString();
  return conversationText(turns, format, { title: entry.name ?? header.preview ?? entry.id, exportedAt });
}

/** Shows Markdown on the terminal. */
export async function showMarkdown(
  text: string,
  context: Context,
  color: boolean | undefined,
): Promise<void> {
  const { highlighterOnDemand, markdownRenderer } = await import('../../markdown/markdown.ts');
  const { stdout } = context.streams;
  const theme = context.theme('stdout', color);
  const loadHighlighter = highlighterOnDemand();
  let backlog: Promise<void> | undefined;
  const renderer = markdownRenderer({
    write: (piece) => {
      backlog = stdout.write(piece) ?? backlog;
    },
    theme,
    width: () => stdout.columns(),
    keepsWords: () => stdout.isTTY && valuesFromMsgEnv(context.env).wrap !== 'off',
    clock: context.clock,
    loadHighlighter,
  });
  // Nobody waits for the first word here: code may be coloured from its first line.
  for (const [, language = ''] of theme.colorLevel > 0 ? text.matchAll(/^ *```([\w+#-]+)/gm) : []) {
    await (await loadHighlighter()).load(language);
  }
  for (const line of text.split(/(?<=\n)/)) {
    renderer.push(line);
    await backlog;
  }
  renderer.end();
  await backlog;
}

/** Writes a document. Throws `usage` when the file is there and may not be overwritten, `config` when the disk refuses. */
export function writeDocument(path: string, text: string, mayOverwrite: boolean): void {
  try {
    writeFileSync(path, text, { flag: mayOverwrite ? 'w' : 'wx', mode: 0o600 });
  } catch (cause) {
    if (isErrno(cause, 'EEXIST')) throw usageError(`${path} exists already.`, 'Overwrite it with --force.');
    throw configError(`${path} cannot be written: ${errnoText(cause)}.`, undefined, { path }, cause);
  }
}
