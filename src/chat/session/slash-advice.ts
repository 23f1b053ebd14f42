// What errors advise, in the words of the chat: where a command line would go on with a command of the shell, the
// prompt has its own.

/** What ends the advice of an error outside of a chat; here /doctor is nearer. */
export const doctorAdvice = /\s*Next: msg doctor.*$/s;

const translations: readonly (readonly [pattern: RegExp, words: string])[] = [
  [/Next: msg doctor.*$/s, '/doctor finds out why'],
  [/Next: msg profiles (?:list|use)\b.*$/s, '/profile lists them'],
  [/\bmsg profiles list\b/, '/profile'],
  [/\bmsg models\b.*? lists\b/s, '/model lists'],
  [/Next: msg sessions list\b/, '/resume lists them'],
  [/Next: msg sessions show (\S+)/, '/resume $1 goes on with it'],
  [/Next: msg prompts list\b.*$/s, '/t lists them'],
  [/\bmsg send -P demo "hello"/, '/profile demo'],
  [/\bmsg send --count\b/, '/context'],
  [/, e\.g\. head -c .*$/s, '.'],
  [/-P NAME\b/, '/profile NAME'],
  [/-m MODEL\b/, '/model NAME'],
  [/--(max-tokens|temperature|top-p|top-k|effort|thinking)\b/g, '/set $1'],
];

/** What follows advice that holds something of these: where it is done. */
const places: readonly (readonly [holds: RegExp, place: string])[] = [
  [/\bmsg (?:chat|doctor|models|profiles|prompts|send|sessions)\b/, 'in a shell'],
  [/(?:^|[\s(])--[a-z]/, 'an option of msg chat'],
  [/\bleave .*\/set /is, '/set KEY default'],
];

/** The same advice at the prompt of a chat. */
export function chatAdvice(hint: string): string {
  const here = translations.reduce((text, [pattern, words]) => text.replace(pattern, words), hint);
  return here
    .split(/(?<=\.) (?=[A-Z/])/)
    .map((sentence) => {
      const place = places.find(([holds]) => holds.test(sentence))?.[1];
      return place === undefined ? sentence : sentence.replace(/\.?$/, ` (${place})$&`);
    })
    .join(' ');
}
