// What the subcommands of `msg sessions` share: the files, the notes, and how a session looks as JSON.
import { type SessionFiles, type SessionSummary, sessionFiles } from '../../chat/store/session-files.ts';
import type { Context } from '../../context.ts';
import type { CommonOptions } from '../../profiles/flags.ts';
import { type Notify, notifier } from '../../turn/notes.ts';

type SessionsContext = {
  readonly context: Context;
  readonly files: SessionFiles;
  readonly note: Notify;
  print(text: string): Promise<void>;
};

export function sessionsContext(context: Context, options: CommonOptions): SessionsContext {
  return {
    context,
    files: sessionFiles(context.dirs.state),
    note: notifier(context, options),
    async print(text) {
      await context.streams.stdout.write(text);
    },
  };
}

export const sessionJson = ({
  id,
  name,
  path,
  header,
  updatedAt,
  bytes,
}: SessionSummary): Record<string, unknown> => {
  const { type: _type, version: _version, ...facts } = header;
  return { ...facts, id, name: name ?? null, updated: new Date(updatedAt).toISOString(), bytes, path };
};
