// Choosing an earlier session: by name, the last one, or from a list.

import { oneLine } from '../../text/sanitize.ts';
import type { Theme } from '../../text/theme.ts';
import { cutToColumns } from '../../text/width.ts';
import { sessionPlace } from '../../turn/connection/setting-sources.ts';
import { isQuestion, openCalls, questionText, type Turn, wasAsked } from '../session/turns.ts';
import type { SessionEntry, SessionFiles, SessionSummary } from '../store/session-files.ts';
import { ageText } from '../store/session-list.ts';
import type { Chat } from './chat-types.ts';

/** Goes on with a session: the one named, or one chosen from a list. */
export async function resumeSession(which: string | null, chat: Chat): Promise<void> {
  const { journal, screen, connection, apply } = chat;
  const { files, resume } = await journal();
  const entry = which === null ? await pickSession(files, chat) : files.find(which);
  if (entry === null) {
    if (files.list().length === 0) screen.say('there are no sessions yet');
    return;
  }
  const { turns, summaries, header } = await resume(entry);
  screen.say(resumedText(entry, turns, screen.theme));
  const { profile, endpoint } = header;
  const { settings, client } = connection();
  const here = sessionPlace(settings, client.endpoint.baseUrl);
  if (profile !== undefined && profile !== here.profile)
    screen.say(`it began with the profile ${profile}: /profile ${profile} goes back there`);
  else if (endpoint !== undefined && here.endpoint !== undefined && endpoint !== here.endpoint)
    screen.say(`it began at ${endpoint}, and goes on at ${here.endpoint}`);
  await apply({ kind: 'resumed', turns, summaries });
}

/** Lets the user choose a session; null when nothing was chosen. */
export async function pickSession(
  files: SessionFiles,
  { prompt, context }: Pick<Chat, 'prompt' | 'context'>,
): Promise<SessionEntry | null> {
  const sessions = files.list();
  const now = context.clock.wallTime();
  const choices = sessions.map((session) => ({
    value: session,
    cells: [{ text: ageText(now - session.updatedAt), style: 'dim' } as const, { text: titleOf(session) }],
  }));
  return prompt.pick<SessionEntry>({ title: 'session', choices });
}

/** What one remembers of a session: its name and its first words. */
const titleOf = ({ id, name, header }: SessionSummary): string =>
  `${name === undefined ? '' : `${name}: `}${oneLine(header.preview ?? id)}`;

/** What was resumed, in a line: its size and the last thing that was asked. */
function resumedText(entry: SessionEntry, turns: readonly Turn[], theme: Theme): string {
  const questions = turns.filter(wasAsked);
  const size = questions.length === 1 ? '1 question' : `${questions.length} questions`;
  const last = questions.at(-1);
  const lastQuestion =
    last === undefined
      ? ''
      : `, the last one: ${cutToColumns(oneLine(questionText(last.message)), 60, theme.glyphs.ellipsis)}`;
  return `going on with ${entry.name ?? entry.id}: ${size}${lastQuestion}${endOf(turns.at(-1))}`;
}

/** A conversation that stopped in the middle says how it goes on. */
function endOf(last: Turn | undefined): string {
  if (last === undefined) return '';
  if (last.wasInterrupted) return ' (its answer was cut: /continue goes on)';
  if (isQuestion(last)) return ' (without an answer: /retry asks it again)';
  const goesOn = last.stopReason === 'pause_turn' || openCalls([last]).length > 0;
  return last.message.role === 'user' || goesOn ? ' (/continue goes on)' : '';
}
