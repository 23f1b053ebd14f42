// Choosing an earlier session: by name, the last one, or from a list.

import { counted } from '../../text/counted.ts';
import { oneLine } from '../../text/sanitize.ts';
import { sessionPlace } from '../../turn/connection/setting-sources.ts';
import {
  isQuestion,
  openCalls,
  questionFiles,
  questionText,
  type Turn,
  textOf,
  wasAsked,
} from '../session/turns.ts';
import type { SessionEntry, SessionFiles, SessionSummary } from '../store/session-files.ts';
import { ageText } from '../store/session-list.ts';
import type { Chat } from './chat-types.ts';

/** Goes on with a session, or in a copy of it: the one named, or one chosen from a list. */
export async function resumeSession(which: string | null, isFork: boolean, chat: Chat): Promise<void> {
  const { journal, screen, connection, prompt, apply } = chat;
  const { files, resume, which: current } = await journal();
  const entry = which === null ? await pickSession(files, chat) : files.find(which);
  if (entry === null) {
    if (files.list().length === 0) screen.say('there are no sessions yet');
    return;
  }
  const { turns, summaries, header } = await resume(entry, isFork);
  const title = entry.name ?? entry.id;
  const copy = isFork ? current() : undefined;
  screen.say(resumedText(copy === undefined ? title : `${copy}, a copy of ${title}`, turns));
  const { profile, endpoint } = header;
  const { settings, client } = connection();
  const here = sessionPlace(settings, client.endpoint.baseUrl);
  if (profile !== undefined && profile !== here.profile)
    screen.say(`it began with the profile ${profile}: /profile ${profile} goes back there`);
  else if (endpoint !== undefined && here.endpoint !== undefined && endpoint !== here.endpoint)
    screen.say(`it began at ${endpoint}, and goes on at ${here.endpoint}`);
  await apply({ kind: 'resumed', turns, summaries });
  // In a script stdout is for new answers.
  if (prompt.kind !== 'lines') await showLastExchange(turns, chat);
}

/** The last question and what was answered, as they stood on the screen. */
async function showLastExchange(turns: readonly Turn[], chat: Chat): Promise<void> {
  const { prompt, screen, session, options } = chat;
  const at = turns.findLastIndex(wasAsked);
  const question = turns[at];
  if (question === undefined) return;
  const files = questionFiles(question.message).length;
  screen.gap();
  prompt.show(screen.promptText, questionText(question.message));
  if (files > 0) screen.say(`with ${counted(files, 'attachment')}`);
  if (prompt.kind === 'editor' && options.plain !== true) screen.gap();
  const answers = turns.slice(at + 1).filter(({ message }) => message.role === 'assistant');
  const text = answers.map(({ message }) => textOf(message)).filter((one) => one.trim() !== '');
  if (text.length > 0) await screen.retell(text.join('\n\n'), session().view);
  if (prompt.kind === 'editor') screen.gap();
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

/** What was resumed, in a line. */
function resumedText(title: string, turns: readonly Turn[]): string {
  const end = endOf(turns.at(-1));
  return `going on with ${title}: ${counted(turns.filter(wasAsked).length, 'question')}${end === '' ? '' : ` (${end})`}`;
}

/** A conversation that stopped in the middle says how it goes on. */
function endOf(last: Turn | undefined): string {
  if (last === undefined) return '';
  if (last.wasInterrupted) return 'its answer was cut: /continue goes on';
  if (isQuestion(last)) return 'without an answer: /retry asks it again';
  const goesOn = last.stopReason === 'pause_turn' || openCalls([last]).length > 0;
  return last.message.role === 'user' || goesOn ? '/continue goes on' : '';
}
