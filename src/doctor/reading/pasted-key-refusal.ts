// What the words of a pasted refusal of a key prove: that none came, that it is no good, or neither. Data.
import { isKeyMissing, keyInvalid, keyUnknown } from '../../messages/error-words.ts';

export type KeyRefusal = {
  readonly check: 'auth.missing' | 'auth.invalid';
  /** In the place of what the status alone means. */
  readonly means?: string;
  readonly proves: string;
  readonly leavesOpen: string;
  readonly cure: string;
  /** Whether the words say it, or only the status. */
  readonly isSaid: boolean;
};

const bothHeaders = 'x-api-key, or Authorization: Bearer; the doctor tries both';

const refusals: readonly (readonly [test: (words: string) => boolean, refusal: KeyRefusal])[] = [
  [
    (words) => /\b(expired|revoked|disabled|deactivated|suspended)\b|过期|禁用|封禁|停用|失效/i.test(words),
    {
      check: 'auth.invalid',
      proves: 'the key is known there, and switched off or past its time',
      leavesOpen: 'nothing',
      cure: 'A new key, or this one switched on again by who issued it.',
      isSaid: true,
    },
  ],
  [
    isKeyMissing,
    {
      check: 'auth.missing',
      proves: 'the path reaches something that asks for a key, and found none where it looks',
      leavesOpen: 'whether none was sent, or one in the header that is not read there',
      cure: `Send the key, in the header that is read there (${bothHeaders}).`,
      isSaid: true,
    },
  ],
  [
    (words) => keyInvalid.test(words) || keyUnknown.test(words),
    {
      check: 'auth.invalid',
      proves: 'the path reaches something that read a key, and does not know it',
      leavesOpen: 'whether it is mistyped or cut, or belongs to another account or host',
      cure: 'See that the key is whole and issued by this very host; else a new key. Rotate any key that was ever shared or committed.',
      isSaid: true,
    },
  ],
];

const unsaid: KeyRefusal = {
  check: 'auth.invalid',
  means: 'The endpoint wants another key, or the key in another header.',
  proves: 'the path reaches something that asks for a key, and took none',
  leavesOpen: 'whether the key is wrong, or only its header',
  cure: `No new key yet: the status alone does not say that this one is wrong. The header may be (${bothHeaders}).`,
  isSaid: false,
};

export const keyRefusalOf = (words: string): KeyRefusal =>
  refusals.find(([test]) => test(words))?.[1] ?? unsaid;
