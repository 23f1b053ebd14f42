// `msg send -c` and `--session`: the prompt goes on with a kept session, and the answer is kept with it.
import type { Context } from '../../context.ts';
import { usageError } from '../../errors.ts';
import type { GenerationOptions } from '../../messages/request.ts';
import type { MessageParam } from '../../messages/types.ts';
import type { Settings } from '../../profiles/settings.ts';
import { requireBaseUrl, sessionPlace } from '../../turn/connection/setting-sources.ts';
import type { Notify } from '../../turn/notes.ts';
import type { SessionLog } from '../../turn/send-messages.ts';
import { authorAt, type Outgoing, outgoing } from '../session/turns.ts';
import { type KeptSessionOptions, openKeptSession } from './kept-session.ts';

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
      await writer.held();
    },
    addAnswer({ content, usage, stop_reason: stopReason }, wasInterrupted) {
      if (content.length === 0) return;
      writer.record({
        message: { role: 'assistant', content },
        madeBy: author,
        usage,
        stopReason,
        ...(wasInterrupted ? { wasInterrupted } : {}),
      });
    },
    close: () => writer.close(),
  };
}
