// Exported conversations: complete, and harmless in a browser.
import { expect, test } from 'vitest';
import type { Turn } from '../../src/chat/session/turns.ts';
import { conversationText, type ExportedSession } from '../../src/chat/store/conversation.ts';

const facts = { title: 'A <talk>', exportedAt: '2026-11-20T12:00:00Z' };
const turns: Turn[] = [
  { message: { role: 'user', content: 'Show <b>code</b>' } },
  {
    message: {
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: 'secret thought', signature: 's' },
        { type: 'text', text: 'Here:\n```html\n<script>alert(1)</script>\n```\nDone.' },
        { type: 'tool_use', id: 't', name: 'look', input: { a: 1 } },
      ],
    },
    madeBy: { model: 'claude-x', endpoint: 'https://a', context: '' },
    wasInterrupted: true,
  },
  {
    message: {
      role: 'user',
      content: [{ type: 'tool_result', tool_use_id: 't', content: 'a ```fence``` inside' }],
    },
  },
];
const kept = turns.map((turn) => ({ turn }));

test('Markdown keeps the text as it was, and fences what holds fences', () => {
  const text = conversationText(kept, 'md', facts);
  expect(text).toContain('# A <talk>\n\nExported 2026-11-20T12:00:00Z\n\n## You\n\nShow <b>code</b>\n');
  expect(text).toContain('## claude-x (interrupted)\n\nHere:\n```html\n<script>');
  expect(text).toContain('````\na ```fence``` inside\n````');
  expect(text).not.toContain('secret thought');
});

test.each([
  ['Here:\n```js\nlet a', '\n```'],
  ['Here:\n````md\n```\n~~~\n', '````'],
  ['- a\n    ~~~ sh\n    ls', '\n    ~~~'],
  ['```\n``` no end', '\n```'],
  ['```\nlet a\n```\n', ''],
  ['````\n```\n`````  ', ''],
  ['``` is no fence with ` behind it', ''],
])('Markdown ends code where the answer %j did not', (text, end) => {
  const answers: Turn[] = [
    { message: { role: 'assistant', content: text } },
    { message: { role: 'user', content: 'b' } },
  ];
  expect(
    conversationText(
      answers.map((turn) => ({ turn })),
      'md',
      facts,
    ),
  ).toContain(`## Assistant\n\n${text}${end}\n\n## You`);
});

test('JSON holds everything', () => {
  const document: ExportedSession = JSON.parse(conversationText(kept, 'json', facts));
  expect(document.title).toBe('A <talk>');
  expect(document.turns[1]).toMatchObject({ role: 'assistant', model: 'claude-x', interrupted: true });
  expect(document.turns[1]?.content).toEqual(turns[1]?.message.content);
});

test('HTML escapes what a model wrote', () => {
  const text = conversationText(kept, 'html', facts);
  expect(text).toContain('<title>A &lt;talk&gt;</title>');
  expect(text).toContain('<p>Exported <time>2026-11-20T12:00:00Z</time></p>');
  expect(text).toContain('<pre>&lt;script&gt;alert(1)&lt;/script&gt;</pre>');
  expect(text).toContain('<div>Done.</div>');
  expect(text).not.toContain('<script>');
  expect(text).not.toContain('secret thought');
});
