// Advice at the prompt of a chat names what can be typed there.
import { expect, test } from 'vitest';
import { chatAdvice } from '../../src/chat/session/slash-advice.ts';

test.each([
  ['Next: msg doctor work --size', '/doctor finds out why'],
  ['Next: msg profiles list, or msg profiles add nope', '/profile lists them'],
  ['Next: msg profiles use NAME, or msg profiles add nope', '/profile lists them'],
  [
    'Set ANTHROPIC_API_KEY, or choose another profile: msg profiles list',
    'Set ANTHROPIC_API_KEY, or choose another profile: /profile',
  ],
  ['msg models -P work --base-url https://h lists what it offers.', '/model lists what it offers.'],
  ['Next: msg sessions list', '/resume lists them'],
  ['Next: msg sessions show deploy', '/resume deploy goes on with it'],
  [
    'Set one up: msg profiles add NAME. Or try the built-in demo: msg send -P demo "hello"',
    'Set one up: msg profiles add NAME (in a shell). Or try the built-in demo: /profile demo',
  ],
  [
    'That is more than this model reads: send less of it. msg send --count tells how much it is.',
    'That is more than this model reads: send less of it. /context tells how much it is.',
  ],
  ['Send a part of it, e.g. head -c 1000000 FILE | msg send "..."', 'Send a part of it.'],
  ['Add credit, or use another profile: -P NAME.', 'Add credit, or use another profile: /profile NAME.'],
  [
    'Choose one: -m MODEL. msg models lists what the endpoint offers.',
    'Choose one: /model NAME. /model lists what the endpoint offers.',
  ],
  ['Choose a larger --max-tokens than --thinking.', 'Choose a larger /set max-tokens than /set thinking.'],
  ['Leave out --temperature or --top-p.', 'Leave out /set temperature or /set top-p (/set KEY default).'],
  ['Enter it: msg profiles set work --key-stdin', 'Enter it: msg profiles set work --key-stdin (in a shell)'],
  ['Next: msg profiles edit', 'Next: msg profiles edit (in a shell)'],
  ['Allow more with --idle-timeout.', 'Allow more with --idle-timeout (an option of msg chat).'],
  [
    'If it wants the other header: --auth bearer. Next: msg doctor work',
    'If it wants the other header: --auth bearer (an option of msg chat). /doctor finds out why',
  ],
  ['Did you mean work?', 'Did you mean work?'],
  [
    'Check that a proxy is configured where it is needed.',
    'Check that a proxy is configured where it is needed.',
  ],
])('%s', (hint, here) => {
  expect(chatAdvice(hint)).toBe(here);
});
