// The page of msg tap in a real browser: a real tap in front of a mock, a client that asks as an agent does, and goes wrong.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inBrowser } from './chromium.js';
import { address } from './figures.js';
import { withPalette } from './palette.js';
import { addProfile, environment, key, model, startMock, streamReply } from './recording.js';
import { themeNames } from './svg.js';

/** Wide enough for list and exchange side by side, and as high as what is to be seen. */
const view = { width: 1000, height: 500 };
const pixelRatio = 1.5;
const pace = { tokensPerSecond: 60, ttftMs: 120 };

const tools = [
  {
    name: 'Bash',
    description: 'Runs a command in a shell of its own.',
    input_schema: { type: 'object', properties: { command: { type: 'string' } } },
  },
];
const look = { type: 'tool_use', id: 'toolu_01', name: 'Bash', input: { command: 'tail -2 pool.log' } };
const looking =
  'I look at what the pool wrote just before the first request failed, and how many of its connections were held then.';
const question = { role: 'user', content: 'Why did checkout time out?' };
const found = [
  { role: 'assistant', content: [{ type: 'text', text: looking }, look] },
  {
    role: 'user',
    content: [{ type: 'tool_result', tool_use_id: look.id, content: '14:03 waiting=117 held=40' }],
  },
];
const body = (minute, ...messages) => ({
  model,
  max_tokens: 1024,
  stream: true,
  tools,
  system: [
    {
      type: 'text',
      text: `You are an agent for on-call engineers. It is 14:0${minute}.`,
      cache_control: { type: 'ephemeral' },
    },
  ],
  messages: [question, ...messages],
});

/** What the client asks for, in this order, and what comes back; the last one goes to a path that is not there. */
const exchanges = [
  {
    body: body(4),
    answer: {
      content: [{ type: 'text', text: looking }, look],
      stop_reason: 'tool_use',
      usage: {
        input_tokens: 31,
        cache_creation_input_tokens: 4_812,
        cache_read_input_tokens: 0,
        output_tokens: 58,
      },
    },
  },
  {
    body: body(4, ...found),
    answer: {
      content: [
        {
          type: 'text',
          text: 'All forty connections were held by requests that waited for payments inside a transaction; nothing was slow but the queue before the pool.',
        },
      ],
      usage: {
        input_tokens: 44,
        cache_creation_input_tokens: 126,
        cache_read_input_tokens: 4_812,
        output_tokens: 96,
      },
    },
  },
  {
    body: body(5, ...found),
    answer: {
      content: [
        {
          type: 'text',
          text: 'Move the call to payments out of the transaction, and let a request that waits for a connection give up after two seconds.',
        },
      ],
      usage: {
        input_tokens: 44,
        cache_creation_input_tokens: 4_940,
        cache_read_input_tokens: 0,
        output_tokens: 71,
      },
    },
  },
  { body: body(5, ...found), path: '/v1/v1/messages' },
];

/**
 * What the clock of a run wrote into the page, and what stands there in the picture, in the order of the page: times of an
 * agent that takes its time. [where, pattern, figures; the last one for all that follow]
 */
const times = [
  ['.time, .about', /\d\d:\d\d:\d\d/, ['14:04:31', '14:04:36', '14:05:12', '14:05:16']],
  ['.first', /[\d.,]+ m?s/, ['412 ms', '386 ms', '1.2 s']],
  ['.speed', /^[\d.,]+$/, ['64', '71', '68']],
  ['.verdict, .cause', /[\d.,]+ m?s before/, ['36 s before']],
  ['.figures, table', /^[\d.,]+ m?s$/, ['3 ms']],
];

/** Runs in the page, as a text: it has no module. */
const setTexts = (rows) => {
  for (const [where, source, figures] of rows) {
    let index = 0;
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
      const { data, parentElement } = walk.currentNode;
      const pattern = new RegExp(source);
      if (!pattern.test(data) || parentElement.closest(where) === null || parentElement.closest('script'))
        continue;
      walk.currentNode.data = data.replace(pattern, figures[Math.min(index, figures.length - 1)]);
      index += 1;
    }
  }
};

/** The picture in each theme, and the text of the page. */
export async function tapPage(msg) {
  const home = mkdtempSync(join(tmpdir(), 'msg-screens-'));
  const answers = exchanges.flatMap(({ answer }) => answer ?? []);
  const mock = await startMock({
    key,
    respond: ({ path }) =>
      path === '/v1/messages' ? streamReply({ model, ...answers.shift() }, {}, pace) : undefined,
  });
  addProfile(msg, home, mock.url);
  const tap = spawn(process.execPath, [msg, 'tap', 'work', '--port', '0'], {
    env: environment(home),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const over = new Promise((resolve) => tap.once('close', resolve));
  try {
    const { pageUrl, base, token } = await addressesOf(tap);
    for (const { path = '/v1/messages', body } of exchanges) await ask(base + path, token, body);
    const rows = [
      ['*', base, ['http://127.0.0.1:4020']],
      ['*', `127.0.0.1:${mock.port}`, [address]],
      ...times.map(([where, pattern, figures]) => [where, pattern.source, figures]),
    ];
    return await inBrowser(async (browser) => {
      const files = [];
      let text;
      for (const colorScheme of themeNames) {
        const page = await browser.newPage({ viewport: view, colorScheme, deviceScaleFactor: pixelRatio });
        await page.goto(pageUrl);
        await page.click(`#row-${exchanges.length}.fail`);
        await page.locator('[role=tabpanel]').waitFor();
        await page.evaluate(`(${setTexts})(${JSON.stringify(rows)})`);
        // A light page on a light page has no end.
        await page.evaluate("document.body.style.border = '1px solid var(--line)'");
        text = await page.evaluate('document.body.innerText');
        files.push([`tap-${colorScheme}.png`, withPalette(await page.screenshot())]);
      }
      return [...files, ['tap.txt', `${text.trim()}\n`]];
    });
  } finally {
    tap.kill('SIGINT');
    await over;
    await mock.close();
    rmSync(home, { recursive: true, force: true });
  }
}

/** What the tap tells its user: where the page is, where clients go, and the token they show. */
function addressesOf(tap) {
  return new Promise((resolve, reject) => {
    let told = '';
    tap.once('close', () => reject(new Error(`the tap ended:\n${told}`)));
    for (const stream of [tap.stdout, tap.stderr])
      stream.on('data', (chunk) => {
        told += chunk;
        const pageUrl = /Page: (\S+)\s/.exec(told)?.[1];
        const base = /ANTHROPIC_BASE_URL=(\S+)\s/.exec(told)?.[1];
        const token = /ANTHROPIC_AUTH_TOKEN=(\S+)\s/.exec(told)?.[1];
        if (pageUrl && base && token) resolve({ pageUrl, base, token });
      });
  });
}

async function ask(url, token, body) {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'anthropic-version': '2023-06-01',
      authorization: `Bearer ${token}`,
    },
    body: JSON.stringify(body),
  });
  await response.text();
}
