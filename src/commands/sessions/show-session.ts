// msg sessions show, export: one session as a document.
import { resolve } from 'node:path';
import { type ExportFormat, exportFormats, formatOfFile } from '../../chat/store/conversation.ts';
import { sessionDocument, showMarkdown, writeDocument } from '../../chat/store/session-document.ts';
import { usageError } from '../../errors.ts';
import { exitCodes } from '../../exit-codes.ts';
import { type CommonOptions, commonFlags } from '../../profiles/flags.ts';
import type { Declaration } from '../command.ts';
import { sessionsContext } from './session-command.ts';

type DocumentOptions = CommonOptions & { all?: boolean };

const marked = 'It includes what /compact summarised, and marks it.';
const allOption = 'include what /undo, /retry or /edit took back';

export const declareShow: Declaration = (sessions, context, finish) => {
  const show = sessions
    .command('show <session>')
    .summary('print a session, by name, id or beginning of an id')
    .description(`Prints a session as Markdown; rendered on a terminal. ${marked}`)
    .option('--all', allOption)
    .option('--raw', 'do not render Markdown on a terminal')
    .option('--json', 'as JSON, with everything that is saved of a turn');
  commonFlags(show).action(
    async (which: string, options: DocumentOptions & { raw?: boolean; json?: boolean }) => {
      const { files, print } = sessionsContext(context, options);
      const text = sessionDocument(files, which, {
        format: options.json ? 'json' : 'md',
        all: options.all,
        wallTime: context.clock.wallTime(),
      });
      const { stdout } = context.streams;
      if (options.raw || options.json || !stdout.isTTY) await print(text);
      else await showMarkdown(text, context, options.color);
      finish(exitCodes.done);
    },
  );
};

export const declareExport: Declaration = (sessions, context, finish) => {
  const exporting = sessions
    .command('export <session> [file]')
    .summary('write a session as Markdown, JSON or HTML')
    .description(
      `Writes a session to a file, or to stdout. The ending of the file sets the format. ${marked}`,
    );
  exporting
    .addOption(
      exporting
        .createOption('--format <format>', 'format, whatever the ending of the file')
        .choices(Object.keys(exportFormats)),
    )
    .option('--all', allOption)
    .option('--force', 'overwrite the file');
  commonFlags(exporting).action(
    async (
      which: string,
      file: string | undefined,
      options: DocumentOptions & { format?: ExportFormat; force?: boolean },
    ) => {
      const { files, note, print } = sessionsContext(context, options);
      const format = options.format ?? (file === undefined ? 'md' : formatOfFile(file));
      if (format === undefined) {
        throw usageError(
          `${file} does not say in which form.`,
          'Name it .md, .json or .html, or give --format.',
        );
      }
      const text = sessionDocument(files, which, {
        format,
        all: options.all,
        wallTime: context.clock.wallTime(),
      });
      if (file === undefined) await print(text);
      else {
        writeDocument(resolve(context.dirs.working, file), text, options.force === true);
        note(`Written to ${file}.`);
      }
      finish(exitCodes.done);
    },
  );
};
