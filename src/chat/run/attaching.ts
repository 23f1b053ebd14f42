// Files that go with a message: named by /attach or -f, or in the message itself.
import { existsSync } from 'node:fs';
import { isMsgError } from '../../errors.ts';
import { pathOf } from '../../turn/connection/setting-sources.ts';
import { attached } from '../../turn/input/attachments.ts';
import { mentionedPaths } from '../../turn/input/mentions.ts';
import type { Attachment, Effect } from '../session/chat-session.ts';
import type { Chat } from './chat-types.ts';
import { sayFailure } from './say-failure.ts';

/** Attaches what can be read and says what cannot; a question of the command line waits for all of its files. */
export async function attachFiles(
  { paths, source }: Extract<Effect, { kind: 'attach' }>,
  chat: Chat,
): Promise<void> {
  const attachments: Attachment[] = [];
  for (const path of paths) {
    try {
      attachments.push({ name: path, blocks: (await read(path, source, chat)).blocks });
    } catch (error) {
      if (!isMsgError(error) || source === '--file') throw error;
      sayFailure(error, chat);
    }
  }
  if (attachments.length > 0) await chat.apply({ kind: 'attached', attachments });
}

/**
 * Sends a message with the files that are named in what was `typed` of it, after telling which. False when one of them
 * cannot be attached: that is told and nothing is sent, for the question would be about nothing.
 */
export async function askWithFiles(text: string, typed: string, chat: Chat): Promise<boolean> {
  const attachments = await mentionedFiles(typed, chat);
  if (attachments !== null) await chat.apply({ kind: 'question', text, attachments });
  return attachments !== null;
}

async function mentionedFiles(text: string, chat: Chat): Promise<readonly Attachment[] | null> {
  const { dirs } = chat.context;
  const paths = mentionedPaths(text, (path) => existsSync(pathOf(path, dirs)));
  const attachments: Attachment[] = [];
  const names: string[] = [];
  try {
    for (const path of paths) {
      const { blocks, size } = await read(path, `@${path}`, chat);
      attachments.push({ name: path, blocks });
      names.push(`${path} (${size})`);
    }
  } catch (error) {
    if (!isMsgError(error)) throw error;
    sayFailure(error, chat);
    return null;
  }
  if (names.length > 0) chat.screen.say(`attached: ${names.join(', ')}`);
  return attachments;
}

const read = (path: string, source: string, { connection, options, context, screen }: Chat) =>
  attached(path, {
    stdin: () => new Uint8Array(),
    access: {
      settings: connection().settings,
      options,
      context,
      note: (text) => screen.say(text),
    },
    source,
  });
