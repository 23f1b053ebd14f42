// Choosing from a list the chat has shown: by number or by name, behind the command or right after the list.

export type Offer = {
  readonly command: 'model' | 'profile';
  readonly names: readonly string[];
  /** Nothing was entered since: a bare number or name is meant for the list. */
  readonly isFresh: boolean;
};

/** The name an argument of this command means: itself, or the one of that number in the list shown last. */
export function chosenName(offer: Offer | null, command: Offer['command'], argument: string): string {
  const names = offer?.command === command ? offer.names : [];
  return names.includes(argument) ? argument : (names[numberOf(argument) - 1] ?? argument);
}

/** Whether a text right after a list is a choice from it, and no message. */
export const isChoice = (offer: Offer | null, text: string): offer is Offer =>
  offer?.isFresh === true && (numberOf(text) > 0 || offer.names.includes(text.trim()));

/** Zero for what is no number. */
const numberOf = (text: string): number => (/^\s*\d{1,6}\s*$/.test(text) ? Number(text) : 0);
