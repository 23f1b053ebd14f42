// The pictures of README and the site, as data: what is typed, what is answered, and what the picture shows in words, which
// README and docs/index.md say of it (alt).
import { nginxBefore } from './nginx.js';
import { key } from './recording.js';

const send = `## Why checkout timed out

All **40 connections** were held by requests that waited for \`payments\` *inside* a transaction. Nothing was slow but the queue.

| Minute | What the pool did | Waiting |
|:--|:--|--:|
| 14:02 | gave out 38 of 40 connections | 3 |
| 14:03 | had none left: requests queued | 117 |

1. Call \`payments\` before the transaction begins.
2. Let a request give up after two seconds:

\`\`\`js
const pool = new Pool({
  max: 40,
  connectionTimeoutMillis: 2_000, // was 0: for ever
});
\`\`\`
`;

const chat = [
  {
    usage: { input_tokens: 17, output_tokens: 84 },
    text: `Wait twice as long after each attempt:

\`\`\`python
def retry(call, attempts=5):
    for attempt in range(attempts):
        try:
            return call()
        except TimeoutError:
            time.sleep(2 ** attempt)  # 1, 2, 4 ...
\`\`\`
`,
  },
  {
    usage: { input_tokens: 118, output_tokens: 37 },
    text: `Multiply by chance, so that clients that failed **together** do not come back together: \`time.sleep(random.random() * 2 ** attempt)\`.
`,
  },
].map(({ text, usage }) => ({ content: [{ type: 'text', text }], usage }));

/** Each is docs/pictures/NAME-{light,dark}. `scene` is played in a terminal (recording.js). */
export const pictures = {
  send: {
    alt: 'A terminal: msg send with a log file and a question. The answer is Markdown: a heading, bold and italic words, a table, a numbered list, and a block of coloured JavaScript.',
    scene: {
      argv: ['send', '-f', 'pool.log', 'why did checkout time out?'],
      files: { 'pool.log': '14:02 waiting=3 held=38\n14:03 waiting=117 held=40\n' },
      answers: [send],
      until: '});',
      // Code whose colours were not there in time: a busy machine shows it without.
      spoilt: /const pool/,
      hasProfile: true,
    },
  },
  chat: {
    alt: 'A terminal: msg chat with two questions and their answers, the first with coloured Python, the tokens of each turn below it, and the prompt for the next question.',
    scene: {
      argv: ['chat', '--usage'],
      answers: chat,
      steps: [
        { until: '/help', type: 'retry with a growing delay, in Python\r' },
        { until: /out tokens[\s\S]*▸\s*$/, type: 'and if a thousand clients fail at once?\r' },
      ],
      until: /out tokens[\s\S]*out tokens/,
      spoilt: /def retry/,
      hasProfile: true,
    },
  },
  doctor: {
    alt: 'A terminal: msg doctor work. Network, URL, key, model and protocol are fine; the stream is not. Root cause, certain, at a proxy: tokens arrive in blocks of 4096 bytes, held back by nginx. Below it the fix, as lines for the location in nginx: proxy_buffering off.',
    scene: {
      argv: ['doctor', 'work'],
      until: /checks made/,
      // It says so itself where the machine was too busy to tell.
      spoilt: /msg itself could not read/,
      hasProfile: true,
      mock: {
        key,
        speed: 60,
        ttftMs: 300,
        answer: 'lorem ipsum dolor sit amet '.repeat(20),
      },
      front: nginxBefore,
    },
  },
  // Of the page of msg tap (tap-page.js), which is no scene of a terminal.
  tap: {
    alt: 'The page of msg tap in a browser: four exchanges of a client, with status, speed and tokens. The third is marked: its prompt cache missed. The fourth is chosen, a fault with its cause: the client asks for /v1/v1/messages. Below it stands what to do: give it the base URL without /v1.',
  },
};
