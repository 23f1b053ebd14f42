// What leaves the chat: an answer to the clipboard, the conversation to a file.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configError } from '../../errors.ts';
import { redact } from '../../messages/secret.ts';
import { copyText } from '../../terminal/output/clipboard.ts';
import { errnoText } from '../../text/errno.ts';
import { pathOf } from '../../turn/connection/setting-sources.ts';
import type { Effect } from '../session/chat-session.ts';
import { keptTurns } from '../session/summary.ts';
import { conversationText, formatOfFile } from '../store/conversation.ts';
import { connectionName } from './chat-connection.ts';
import { count } from './chat-text.ts';
import type { Chat } from './chat-types.ts';

/** Copies an answer, and says where it went. */
export async function copyOut(
  { text, toFile }: Extract<Effect, { kind: 'copy' }>,
  { context, screen }: Chat,
): Promise<void> {
  const { stdout } = context.streams;
  const fallbackPath = join(context.dirs.state, 'copied.md');
  const result = await copyText(text, {
    env: toFile ? {} : context.env,
    platform: toFile ? 'none' : context.platform,
    writeToTerminal: stdout.isTTY ? (sequence) => void stdout.unguarded(sequence) : undefined,
    fallbackPath,
  }).catch((cause: unknown) => {
    throw configError(
      `${fallbackPath} cannot be written: ${errnoText(cause)}.`,
      'to write the answer elsewhere: /export FILE',
      { path: fallbackPath },
      cause,
    );
  });
  const size = `${count(text.length)} characters`;
  switch (result.kind) {
    case 'copied':
      screen.say(`copied ${size}`);
      return;
    case 'sent-to-terminal':
      screen.say(`${size} sent to your terminal's clipboard; if it did not take them: /copy file`);
      return;
    case 'saved':
      screen.say(`${toFile ? '' : 'no clipboard here: '}${size} written to ${result.path}`);
  }
}

/** Writes the conversation; the ending of the file says in which form. Never over an existing file. */
export async function exportTo({ path }: Extract<Effect, { kind: 'export' }>, chat: Chat): Promise<void> {
  const { clock, dirs } = chat.context;
  const exportedAt = new Date(clock.wallTime()).toISOString();
  const name = path === '' ? `msg-chat-${exportedAt.slice(0, 19).replace(/[:T]/g, '-')}.md` : path;
  const format = formatOfFile(name);
  if (format === undefined) throw configError(`${name}: export writes .md, .json or .html`);
  const full = pathOf(name, dirs);
  const title = `Chat with ${connectionName(chat.connection(), chat.session())}`;
  try {
    writeFileSync(full, redact(conversationText(keptTurns(chat.session()), format, { title, exportedAt })), {
      flag: 'wx',
      mode: 0o600,
    });
  } catch (cause) {
    const isThere = (cause as NodeJS.ErrnoException).code === 'EEXIST';
    throw configError(
      isThere ? `${full} exists already` : `${full} cannot be written: ${errnoText(cause)}.`,
      isThere ? 'choose another name: /export FILE' : undefined,
      { path: full },
      cause,
    );
  }
  chat.screen.say(`written to ${full}`);
}
