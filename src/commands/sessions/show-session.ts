// msg sessions show, export: one session as a document.
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  conversationText,
  type ExportFormat,
  exportFormats,
  formatOfFile,
} from '../../chat/store/conversation.ts';
import type { SessionFiles } from '../../chat/store/session-files.ts';
import type { Context } from '../../context.ts';
import { configError, usageError } from '../../errors.ts';
import { exitCodes } from '../../exit-codes.ts';
import { type CommonOptions, commonFlags } from '../../profiles/flags.ts';
import { errnoText, isErrno } from '../../text/errno.ts';
import { type Declaration, openDesk } from './session-command.ts';

type DocumentOptions = CommonOptions & { all?: boolean };

const marked = 'What /compact summarised stands there too, and is marked.';
const allOption = 'also what /undo, /retry or /edit took back';

export const declareShow: Declaration = (sessions, context, finish) => {
  const show = sessions
    .command('show <session>')
    .summary('read one: by name, id or beginning of an id')
    .description(`Prints a session as Markdown; rendered on a terminal. ${marked}`)
    .option('--all', allOption)
    .option('--raw', 'Markdown as it is, on a terminal too')
    .option('--json', 'as JSON, with everything that is kept of a turn');
  commonFlags(show).action(
    async (which: string, options: DocumentOptions & { raw?: boolean; json?: boolean }) => {
      const { files, print } = openDesk(context, options);
      const text = documentOf(files, which, options.json ? 'json' : 'md', options, context);
      const { stdout } = context.streams;
      if (options.raw || options.json || !stdout.isTTY) await print(text);
      else await showMarkdown(text, context, options);
      finish(exitCodes.done);
    },
  );
};

export const declareExport: Declaration = (sessions, context, finish) => {
  const exporting = sessions
    .command('export <session> [file]')
    .summary('as Markdown, JSON or HTML')
    .description(
      `Writes a session to a file, or to stdout. The ending of the file says in which form. ${marked}`,
    );
  exporting
    .addOption(
      exporting.createOption('--format <format>', 'form, whatever the ending says').choices(exportFormats),
    )
    .option('--all', allOption)
    .option('--force', 'overwrite the file');
  commonFlags(exporting).action(
    async (
      which: string,
      file: string | undefined,
      options: DocumentOptions & { format?: ExportFormat; force?: boolean },
    ) => {
      const { files, note, print } = openDesk(context, options);
      const format = options.format ?? (file === undefined ? 'md' : formatOfFile(file));
      if (format === undefined) {
        throw usageError(
          `${file} does not say in which form.`,
          'Name it .md, .json or .html, or give --format.',
        );
      }
      const text = documentOf(files, which, format, options, context);
      if (file === undefined) await print(text);
      else {
        writeNew(resolve(context.dirs.working, file), text, options.force === true);
        note(`Written to ${file}.`);
      }
      finish(exitCodes.done);
    },
  );
};

function documentOf(
  files: SessionFiles,
  which: string,
  format: ExportFormat,
  { all }: DocumentOptions,
  { clock }: Context,
): string {
  const entry = files.find(which);
  const { header, kept } = files.read(entry);
  const turns = all ? kept : kept.filter(({ left }) => left !== 'undone');
  const exportedAt = new Date(clock.wallTime()).toISOString();
  return conversationText(turns, format, { title: entry.name ?? header.preview ?? entry.id, exportedAt });
}

async function showMarkdown(text: string, context: Context, { color }: CommonOptions): Promise<void> {
  const [{ markdownRenderer }, { highlighterOnDemand }] = await Promise.all([
    import('../../markdown/markdown.ts'),
    import('../../markdown/highlight.ts'),
  ]);
  const { stdout } = context.streams;
  const theme = context.theme('stdout', color);
  const loadHighlighter = highlighterOnDemand();
  let behind: Promise<void> | undefined;
  const renderer = markdownRenderer({
    write: (piece) => {
      behind = stdout.write(piece) ?? behind;
    },
    theme,
    width: () => stdout.columns(),
    loadHighlighter,
  });
  // Nobody waits for the first word here: code may be coloured from its first line.
  for (const [, language = ''] of theme.colorLevel > 0 ? text.matchAll(/^ *```([\w+#-]+)/gm) : []) {
    await (await loadHighlighter()).load(language);
  }
  for (const line of text.split(/(?<=\n)/)) {
    renderer.push(line);
    await behind;
  }
  renderer.end();
  await behind;
}

function writeNew(path: string, text: string, mayOverwrite: boolean): void {
  try {
    writeFileSync(path, text, { flag: mayOverwrite ? 'w' : 'wx' });
  } catch (cause) {
    if (isErrno(cause, 'EEXIST')) throw usageError(`${path} exists already.`, 'Overwrite it with --force.');
    throw configError(`${path} cannot be written: ${errnoText(cause)}.`, undefined, { path }, cause);
  }
}
