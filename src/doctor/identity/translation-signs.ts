// What only a translation leaves behind in answers. Pure.
import type { BackendFact } from './backends.ts';
import type { Look } from './identity-answers.ts';
import { hidesStop } from './obedience-proofs.ts';
import { isClaude } from './served-model.ts';
import { thoughtIn } from './thinking-proofs.ts';

/** The signs in words, none where nothing shows. */
export function translationSigns(
  facts: readonly BackendFact[],
  look: Look,
  { asked, served }: { readonly asked: string; readonly served: string | null },
): string[] {
  return [
    ...facts.flatMap(({ isTranslation, fact }) => (isTranslation ? [fact] : [])),
    ...(served !== null && isClaude(asked) && !isClaude(served) ? [`model: ${served}`] : []),
    ...(thinksInText(look) ? ['thinking that comes as text'] : []),
    ...(hidesStop(look) ? ['a stop sequence that ends the answer is told as end_turn'] : []),
  ];
}

const thinksInText = (look: Look): boolean => /^\s*<think(ing)?>/.test(thoughtIn(look)?.text ?? '');
