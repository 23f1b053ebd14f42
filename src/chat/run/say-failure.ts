// What could not be done for a reason of the user's, and what helps, in the words of the chat.
import type { MsgError } from '../../errors.ts';
import { chatAdvice } from '../session/slash-advice.ts';
import type { Chat } from './chat-types.ts';

export function sayFailure({ message, hint }: MsgError, { screen }: Chat): void {
  screen.say(message, 'bad');
  if (hint !== undefined) screen.say(chatAdvice(hint));
}
