// A native backend, and one lie about being native in each other entry: what `msg doctor --identity` tells apart.
import type { Message } from '../messages/types.ts';
import type { Nature } from './native.ts';
import type { Scenario } from './scenario.ts';

const lie = (name: string, summary: string, native: Nature, message: Partial<Message> = {}): Scenario => ({
  name: `lie-${name}`,
  summary,
  rules: { native, message },
});

export const nativeScenarios: readonly Scenario[] = [
  {
    name: 'native',
    summary: 'signs and verifies thinking, keeps a prompt cache and counts, as the native API does',
    rules: { native: {} },
  },
  lie(
    'other-model',
    'echoes the model id, but another model and tokenizer are behind it',
    { ignores: ['cache_control'], signatures: 'unverified', usageFactor: 1.4 },
    { id: 'b7e4c1d2-55aa-4f7e-9a10-2f3b8c9d0e11' },
  ),
  lie('hidden-prompt', 'puts a system prompt of its own before every request, and bills it', {
    hiddenTokens: 900,
  }),
  lie('system', 'drops the system prompt', { ignores: ['system'] }),
  lie('cache', 'drops cache_control: every request is billed in full', { ignores: ['cache_control'] }),
  lie('signature-accepted', 'makes signatures up, and accepts any', { signatures: 'unverified' }),
  lie('signature-refused', 'refuses the very thinking blocks that it sent', { signatures: 'refused' }),
  lie('tool-arguments', 'changes the arguments of tool calls', { toolSuffix: '-x' }),
  lie('context', 'drops the beginning of a long prompt, and says nothing', { windowTokens: 9000 }),
  lie('counts', 'bills twice the tokens it counts', { usageFactor: 2 }),
  lie('max-tokens', 'ignores max_tokens', { ignores: ['max_tokens'] }),
  lie('stop-sequences', 'ignores stop sequences', { ignores: ['stop_sequences'] }),
  lie('redaction-accepted', 'verifies signatures, and accepts any redacted thinking', {
    redaction: 'unverified',
  }),
  lie('picture', 'drops pictures, and bills them', { unseen: ['image'] }),
  lie('document', 'drops documents, and bills them', { unseen: ['document'] }),
  lie('schema', 'drops the schema of the answer', { ignores: ['output_config'] }),
];
