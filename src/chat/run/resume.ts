// Choosing an earlier session: by name, the last one, or from a list of the newest.

import { oneLine } from '../../text/sanitize.ts';
import type { Theme } from '../../text/theme.ts';
import { cutToColumns } from '../../text/width.ts';
import { sessionPlace } from '../../turn/connection/setting-sources.ts';
import { isQuestion, openCalls, questionText, type Turn, wasAsked } from '../session/turns.ts';
import type { SessionEntry, SessionFiles, SessionSummary } from '../store/session-files.ts';
import { ageText } from '../store/session-list.ts';
import type { Chat } from './chat-types.ts';

/** A list one can take in at a glance. */
const shownSessions = 15;

/** Goes on with a session: the one named, or one chosen from a list. */
export async function resumeSession(which: string | null, chat: Chat): Promise<void> {
  const { journal, screen, connection, apply } = chat;
  const { files, resume } = await journal();
  const entry = which === null ? await pickSession(files, chat) : files.find(which);
  if (entry === null) return;
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

/**
 * Lets the user choose among the newest sessions, or those in whose name or first words something stands; null when
 * nothing was chosen.
 */
async function pickSession(files: SessionFiles, chat: Chat): Promise<SessionEntry | null> {
  const { prompt, screen } = chat;
  const all = files.list();
  if (all.length === 0) {
    screen.say('there are no sessions yet');
    return null;
  }
  let listed = listFirst(all, chat);
  for (;;) {
    const answer = await prompt.ask('which one? [1], or words: ', { as: 'question' });
    if (answer.kind !== 'text') return null;
    const text = answer.text.trim();
    const chosen = listed[text === '' ? 0 : Number(text) - 1];
    if (chosen !== undefined) return chosen;
    // A script has nobody who would look again.
    if (prompt.kind === 'lines') return files.find(text);
    const named = all.find(({ id, name }) => id === text || name === text);
    const matches = all.filter((session) => titleOf(session).toLowerCase().includes(text.toLowerCase()));
    const [only] = matches;
    if (named !== undefined || (only !== undefined && matches.length === 1)) return named ?? only ?? null;
    if (matches.length > 0) listed = listFirst(matches, chat);
    else screen.say(`no session has "${text}" in its name or first words`);
  }
}

/** Shows the first of these sessions, and gives those it showed. */
function listFirst(
  sessions: readonly SessionSummary[],
  { screen, context }: Chat,
): readonly SessionSummary[] {
  const listed = sessions.slice(0, shownSessions);
  const columns = context.streams.stderr.columns();
  const now = context.clock.wallTime();
  const rows = listed.map((session, index) => rowOf(session, index, now, columns, screen.theme));
  const others = sessions.length - listed.length;
  screen.say([...rows, ...(others === 0 ? [] : [`    and ${others} more`])].join('\n'), 'plain');
  return listed;
}

/** What one remembers of a session: its name and its first words. */
const titleOf = ({ id, name, header }: SessionSummary): string =>
  `${name === undefined ? '' : `${name}: `}${oneLine(header.preview ?? id)}`;

/** The number is what one types: an id would only take the room of the preview. */
function rowOf(
  session: SessionSummary,
  index: number,
  wallTime: number,
  columns: number,
  theme: Theme,
): string {
  const age = ageText(wallTime - session.updatedAt);
  const row = `${String(index + 1).padStart(2)}  ${age.padEnd(11)}  ${titleOf(session)}`;
  return cutToColumns(row, columns - 1, theme.glyphs.ellipsis);
}

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
