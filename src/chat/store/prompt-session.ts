// `msg send -c` and `--session`: the prompt goes on with a kept session, and the answer is kept with it.
import type { Context } from '../../context.ts';
import { usageError } from '../../errors.ts';
import type { GenerationOptions } from '../../messages/request.ts';
import type { MessageParam } from '../../messages/types.ts';
import type { Settings } from '../../profiles/settings.ts';
import { requireBaseUrl, sessionPlace } from '../../turn/connection/setting-sources.ts';
import type { Notify } from '../../turn/notes.ts';
import type { SessionLog } from '../../turn/send-messages.ts';
import { authorAt, type Outgoing, outgoing, servedBy, type Turn } from '../session/turns.ts';
import type { SessionWriter, WriterOptions } from './session-writer.ts';

export type KeptSessionOptions = { continue?: boolean; session?: string; fork?: boolean };

type KeptSession = {
  /** What was said before; empty in a session that begins. */
  readonly turns: readonly Turn[];
  /** Record the question and the answer, then close. */
  readonly writer: SessionWriter;
};

/** `messages`: what was said before, and the prompt. */
export type PromptSession = Outgoing & SessionLog & { close(): Promise<void> };

export type PromptSessionNeeds = {
  readonly settings: Settings;
  readonly generation: GenerationOptions;
  readonly context: Context;
  readonly note: Notify;
};

/**
 * The session the options ask for, with the prompt at its end; undefined when they ask for none.
 * @throws MsgError `usage` as openKeptSession does, and when the prompt is a conversation of its own
 */
export async function openPromptSession(
  options: KeptSessionOptions,
  prompt: readonly MessageParam[],
  { settings, generation, context, note }: PromptSessionNeeds,
): Promise<PromptSession | undefined> {
  const baseUrl = requireBaseUrl(settings);
  const author = authorAt(baseUrl, generation);
  const facts = { ...sessionPlace(settings, baseUrl), model: generation.model };
  const session = await openKeptSession(options, facts, context, note);
  if (session === undefined) return undefined;
  const [question, ...more] = prompt;
  if (question === undefined || more.length > 0) {
    throw usageError(
      'A session takes one prompt: --body brings a conversation of its own.',
      'Leave out -c and --session, or the messages of --body.',
    );
  }
  const { turns, writer } = session;
  let recordedCount = 0;
  return {
    ...outgoing([...turns, { message: question }], author),
    async addRequest(conversation) {
      // The first time, the prompt alone is new.
      const fresh = recordedCount === 0 ? [question] : conversation.slice(recordedCount);
      for (const message of fresh) if (message.role === 'user') writer.record({ message });
      recordedCount = conversation.length;
      await writer.ready();
    },
    addAnswer(message, wasInterrupted) {
      const { content, usage, stop_reason: stopReason } = message;
      if (content.length === 0) return;
      writer.record({
        message: { role: 'assistant', content },
        madeBy: author,
        ...(settings.profile && { profile: settings.profile.value }),
        ...servedBy(message, author),
        usage,
        stopReason,
        ...(wasInterrupted ? { wasInterrupted } : {}),
      });
    },
    close: () => writer.close(),
  };
}

/**
 * The session the options ask for; undefined when they ask for none, and then nothing is kept. Throws `usage`
 * when there is nothing to continue, or the name cannot be one.
 */
export async function openKeptSession(
  options: KeptSessionOptions,
  facts: WriterOptions['facts'],
  { dirs, clock, processes }: Context,
  note: (text: string) => void,
): Promise<KeptSession | undefined> {
  if (options.continue && options.session !== undefined) {
    throw usageError('--continue and --session both say which session to go on with.', 'Give one of them.');
  }
  if (!options.continue && options.session === undefined) return undefined;
  const { sessionFiles } = await import('./session-files.ts');
  const { beginNamedSession, continueSession, copySession } = await import('./session-writer.ts');
  const files = sessionFiles(dirs.state);
  const { wallTime } = clock;
  const writing: WriterOptions = { files, facts, wallTime, processes, isBrief: true, note: unrepeated(note) };
  const name = options.session;
  if (name !== undefined && !files.isTaken(name)) {
    const writer = await beginNamedSession(writing, name);
    if (writer !== undefined) return { turns: [], writer };
  }
  const found = name === undefined ? files.latest() : files.find(name);
  const entry = options.fork ? copySession(found, files.read(found), writing) : found;
  if (options.fork) writing.note(`Going on in the copy ${entry.id}.`);
  const { transcript, writer } = await continueSession(entry, writing);
  const { endpoint } = transcript.header;
  if (endpoint !== undefined && facts.endpoint !== undefined && endpoint !== facts.endpoint)
    note(`The session began at ${endpoint}, and goes on at ${facts.endpoint}.`);
  return { turns: transcript.turns, writer };
}

/** Waiting for the name and then for the session is one wait to the user. */
function unrepeated(note: (text: string) => void): (text: string) => void {
  let before: string | undefined;
  return (text) => {
    if (text !== before) note(text);
    before = text;
  };
}
