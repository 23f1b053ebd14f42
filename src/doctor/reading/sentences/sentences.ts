// All sentences that are known, and the one that a text holds. What tells more stands first.
import { clientSentences } from './client-sentences.ts';
import { historySentences } from './history-sentences.ts';
import { requestSentences } from './request-sentences.ts';
import type { Sentence } from './sentence.ts';

export const sentences: readonly Sentence[] = [...historySentences, ...requestSentences, ...clientSentences];

/** The first sentence that a pasted text holds; quotes in it may be escaped. */
export function sentenceIn(text: string): Sentence | undefined {
  const plain = text.replace(/\\+"/g, '"');
  return sentences.find(({ pattern, unless }) => pattern.test(plain) && unless?.test(plain) !== true);
}

/** What `--explain` says of a sentence that no check looks for. */
export const explainSentence = ({ id, means, proves, leavesOpen, cure }: Sentence): string =>
  [
    id,
    `  ${means}`,
    '',
    'How it is determined',
    '  By the words of the error: msg doctor --from-error FILE. No request is made.',
    '',
    'What it proves',
    `  ${proves}.`,
    '',
    'What it does not tell',
    `  ${leavesOpen}.`,
    '',
    'How to fix it',
    `  ${cure}`,
    '',
  ].join('\n');
