// Which model was asked for, which one the answer names, and the pair in words. Pure.
import { isServed } from '../../messages/closest-models.ts';
import type { Look } from './identity-answers.ts';

/** Names of the models that have native backends. */
export const isClaude = (model: string): boolean =>
  /claude|(^|[/.-])(opus|sonnet|haiku|fable|mythos)\b/i.test(model);

/** As the answer names it; null where it names none. */
export const servedBy = (look: Look): string | null => {
  const model = look.told('plain')?.message['model'];
  return typeof model === 'string' && model !== '' ? model : null;
};

/** What was asked for and what answered, as a sentence. */
export function mappingWords(asked: string, served: string | null, mappingNote: string | null): string {
  const documented = mappingNote === null ? '' : ` The provider documents this: ${mappingNote}`;
  if (served === null) return `Asked for ${asked}; the answer names no model.${documented}`;
  if (served === asked) return `Asked for ${asked}, and answers call themselves so.${documented}`;
  return isServed(asked, served)
    ? `Asked for ${asked}; ${served} answered, another name of the same model.`
    : `Asked for ${asked}; ${served} answered: the gateway maps models, and says so.${documented}`;
}
