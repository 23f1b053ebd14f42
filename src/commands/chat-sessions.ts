// Choosing an earlier session: by name, the last one, or from a list of the newest.
import {
  type SessionEntry,
  type SessionFiles,
  type SessionSummary,
  sessionFiles,
} from '../chat/session-files.ts';
import { isQuestion, questionText, type Turn } from '../chat/turns.ts';
import type { Context } from '../context.ts';
import { originOf } from '../messages/endpoint.ts';
import { oneLine } from '../render/sanitize.ts';
import { ageText, sessionsText } from '../render/sessions-text.ts';
import { cutToColumns } from '../render/text-width.ts';
import type { Theme } from '../render/theme.ts';
import type { Chat } from './chat-conversation.ts';

/** A list one can take in at a glance. */
const shownSessions = 15;

/** `--list`: every session, the last used first. */
export async function listSessions(context: Context, color: boolean | undefined): Promise<void> {
  const { clock, dirs, streams } = context;
  const sessions = sessionFiles(dirs.state).list();
  const width = streams.stdout.isTTY ? streams.stdout.columns() : Number.POSITIVE_INFINITY;
  const theme = context.theme('stdout', color);
  await streams.stdout.write(
    sessions.length === 0
      ? 'there are no sessions yet\n'
      : sessionsText(sessions, clock.wallTime(), theme, width),
  );
}

/** Goes on with a session: the one named, or one chosen from a list. */
export async function resumeSession(which: string | null, chat: Chat): Promise<void> {
  const { journal, screen, line, apply } = chat;
  const { files, resume } = await journal();
  const entry = which === null ? await pickSession(files, chat) : files.find(which);
  if (entry === null) return;
  const { turns, header } = await resume(entry);
  screen.say(resumedText(entry, turns, screen.theme));
  const { profile, endpoint } = header;
  const { settings, client } = line().connection;
  const here = originOf(client.endpoint.baseUrl);
  if (profile !== undefined && profile !== settings.profile?.value)
    screen.say(`it began with the profile ${profile}: /profile ${profile} goes back there`);
  // The built-in demo listens on another port each time.
  else if (endpoint !== undefined && endpoint !== here && settings.preset?.id !== 'demo')
    screen.say(`it began at ${endpoint}, and goes on at ${here}`);
  await apply({ kind: 'resumed', turns });
}

/** Lets the user choose among the newest sessions; null when nothing was chosen. */
async function pickSession(
  files: SessionFiles,
  { prompt, screen, context }: Chat,
): Promise<SessionEntry | null> {
  const sessions = files.list().slice(0, shownSessions);
  if (sessions.length === 0) {
    screen.say('there are no sessions yet');
    return null;
  }
  const columns = context.streams.stderr.columns();
  const now = context.clock.wallTime();
  screen.say(
    sessions.map((session, index) => rowOf(session, index, now, columns, screen.theme)).join('\n'),
    'plain',
  );
  const answer = await prompt.ask('which one? [1] ', { as: 'question' });
  if (answer.kind !== 'text') return null;
  const text = answer.text.trim();
  return sessions[text === '' ? 0 : Number(text) - 1] ?? files.find(text);
}

/** The number is what one types: an id would only take the room of the preview. */
function rowOf(
  { name, header, updatedAt }: SessionSummary,
  index: number,
  wallTime: number,
  columns: number,
  theme: Theme,
): string {
  const title = name === undefined ? '' : `${name}: `;
  const age = ageText(wallTime - updatedAt);
  const row = `${String(index + 1).padStart(2)}  ${age.padEnd(11)}  ${title}${oneLine(header.preview ?? '')}`;
  return cutToColumns(row, columns - 1, theme.glyphs.ellipsis);
}

/** What was resumed, in a line: its size and the last thing that was asked. */
function resumedText(entry: SessionEntry, turns: readonly Turn[], theme: Theme): string {
  const questions = turns.filter(isQuestion);
  const size = questions.length === 1 ? '1 question' : `${questions.length} questions`;
  const last = questions.at(-1);
  const asked =
    last === undefined
      ? ''
      : `, the last one: ${cutToColumns(oneLine(questionText(last.message)), 60, theme.glyphs.ellipsis)}`;
  return `going on with ${entry.name ?? entry.id}: ${size}${asked}`;
}
