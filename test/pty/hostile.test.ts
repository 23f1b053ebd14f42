// A server that attacks the terminal in every field it has, under every command: on a real terminal nothing of
// it is obeyed, and nothing of it is unseen.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { head, type Mock, type Script, type SeenRequest, startMock } from '../../src/mock/index.ts';
import { binary } from '../built.ts';
import { openTerminal } from './terminal.ts';

/** Clipboard, title, screen, concealed and coloured text, links; C1; a line written over; what nobody sees. */
const evil =
  '\x1b]52;c;ZXZpbA==\x07\x1b]0;title\x07\x1b[2J\x1b[8mconcealed\x1b[31mred\x1b[5m\x1b]8;;https://evil.example\x1b\\link\x1b]8;;\x1b\\' +
  '\x1bP+q544e\x1b\\\x1b[6n\x9b31mC1\x9d52;c;ZXZpbA==\x9c\x85over\rwritten\x08\x7f' +
  '\u202etxt.exe\u2066iso\u2069\u200e\u200f\u061c\u200bz\u2060z\ufeffz\u00adz\u200cz\u200dz\u{e0041}\u{e007f}z\ufe0f\u{e0100}\u2028\u2029\u180e\u3164';
/** Of these, what a header can carry. */
const evilHeader = 'v\x9b31m\x9d52;c;ZXZpbA==\x9c\x85\xad';

/** Nothing that may be found among the bytes of a terminal. */
const hidden =
  /[\x00-\x06\x08\x0b-\x0c\x0e-\x1a\x1c-\x1f\x7f-\x9f\u2028\u2029\p{Default_Ignorable_Code_Point}]/u;
/** What the prompt, its lists, the spinner and the live table draw with. */
const drawing =
  /\x1b(?:\[(?:\d*[A-HJK]|\?1049[hl]|\?25[hl]|\?2026[hl]|\?2004[hl]|\?7[hl]|\?u|>1u|<u|m)|[78])/g;

function problemsIn(output: string, styles = /(?!)/g): string[] {
  const rest = output
    .replace(drawing, '')
    .replace(styles, '')
    .replaceAll('\r\r\n', '\n')
    .replaceAll('\r\n', '\n');
  return rest.split('\n').filter((line) => /[\x1b\x07]|\r(?=[^\r])/.test(line) || hidden.test(line));
}

const usage = { input_tokens: `1${evil}`, output_tokens: `2${evil}`, cache_read_input_tokens: evil };
const events: readonly object[] = [
  {
    type: 'message_start',
    message: { id: evil, type: 'message', role: 'assistant', model: `m${evil}`, content: [], usage },
  },
  { type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: `hmm ${evil}` } },
  { type: 'content_block_stop', index: 0 },
  { type: 'content_block_start', index: 1, content_block: { type: 'text', text: '' } },
  ...[
    `text ${evil} `,
    ...evil,
    ` \n\`\`\`${evil}\n${evil}\n\`\`\`\n[a](https://e.example/${evil}) | ${evil} |\n|-|-|\n`,
  ].map((text) => ({
    type: 'content_block_delta',
    index: 1,
    delta: { type: 'text_delta', text },
  })),
  {
    type: 'content_block_delta',
    index: 1,
    delta: {
      type: 'citations_delta',
      citation: { type: 'char_location', cited_text: evil, document_title: evil },
    },
  },
  { type: 'content_block_stop', index: 1 },
  { type: evil, index: 1, what: evil },
  { type: 'content_block_start', index: 2, content_block: { type: evil, what: evil } },
  { type: 'content_block_stop', index: 2 },
];
const call = [
  {
    type: 'content_block_start',
    index: 3,
    content_block: { type: 'tool_use', id: evil, name: `n${evil}`, input: {} },
  },
  {
    type: 'content_block_delta',
    index: 3,
    delta: { type: 'input_json_delta', partial_json: JSON.stringify({ [evil]: evil }) },
  },
  { type: 'content_block_stop', index: 3 },
];
const over = [
  {
    type: 'message_delta',
    delta: { stop_reason: `r${evil}`, stop_sequence: evil, stop_details: { explanation: evil } },
    usage,
  },
  { type: 'message_stop' },
];
const error = { type: `t${evil}`, message: `bad ${evil}`, code: evil, param: evil };

const answerHeaders = {
  'content-type': 'text/event-stream',
  'request-id': evilHeader,
  via: `1.1 ${evilHeader}`,
  server: evilHeader,
};
const bytesOf = (list: readonly object[]): string =>
  list
    .map(
      (data) =>
        `event: ${'type' in data ? String(data.type).replace(/[\r\n]/g, '') : ''}\ndata: ${JSON.stringify(data)}\n\n`,
    )
    .join('');
const stream = (list: readonly object[]): Script => [
  head(200, answerHeaders),
  { step: 'bytes', bytes: bytesOf(list) },
];
const json = (status: number, body: object, headers = {}): Script => [
  head(status, {
    'content-type': 'application/json',
    'request-id': evilHeader,
    server: evilHeader,
    ...headers,
  }),
  { step: 'bytes', bytes: JSON.stringify(body) },
];

/** What the endpoint under this path answers. */
const answers: Readonly<Record<string, (request: SeenRequest) => Script>> = {
  text: () => stream([...events, ...over]),
  cut: () => [
    head(200, answerHeaders),
    { step: 'split', at: 'every-byte', steps: [{ step: 'bytes', bytes: bytesOf([...events, ...over]) }] },
  ],
  tool: () => stream([...events, ...call, ...over]),
  broken: () => stream([...events, ...call.slice(0, 1), call[2] ?? {}, ...over]),
  'stream-error': () => stream([...events, { type: 'error', error, request_id: evil }]),
  'early-error': () => stream([{ type: 'error', error }]),
  half: () => stream(events),
  junk: () => [
    head(200, answerHeaders),
    { step: 'bytes', bytes: `data: ${evil.replace(/[\r\n]/g, '')}\n\n` },
  ],
  error: () => json(400, { type: 'error', error, request_id: evil }),
  refusal: () =>
    json(
      401,
      { error: evil, message: evil, detail: evil },
      { 'www-authenticate': `Basic realm="${evilHeader}"` },
    ),
  limit: () =>
    json(
      429,
      { type: 'error', error: { ...error, type: 'rate_limit_error' } },
      { 'retry-after': `9${evilHeader}` },
    ),
  redirect: () => json(302, {}, { location: `https://elsewhere.example/${evilHeader}` }),
  page: () => [
    head(502, { 'content-type': `text/html; ${evilHeader}`, server: evilHeader }),
    { step: 'bytes', bytes: `<html><title>${evil}</title><h1>${evil}</h1></html>` },
  ],
  plain: () => [head(200, { 'content-type': `text/${evilHeader}` }), { step: 'bytes', bytes: `${evil} x` }],
};

let mock: Mock;
let home: string;
beforeAll(async () => {
  mock = await startMock({
    respond: (request) => {
      const [, name = ''] = request.path.split('/');
      const answer = answers[name];
      if (answer === undefined) return undefined;
      if (request.path.endsWith('/models') && /^(text|tool)$/.test(name))
        return json(200, {
          data: [{ id: `m${evil}`, display_name: evil, lifecycle: evil, created_at: evil }, { id: 'm' }],
          has_more: false,
        });
      if (request.path.endsWith('/count_tokens') && name === 'text')
        return json(200, { input_tokens: 3, what: evil });
      return answer(request);
    },
  });
  home = mkdtempSync(join(tmpdir(), 'msg-hostile-'));
  mkdirSync(join(home, 'config'), { mode: 0o700 });
  const profiles = Object.fromEntries(
    Object.keys(answers).map((name) => [
      name,
      { baseUrl: `${mock.url}/${name}`, auth: 'none', model: `asked`, system: evil, headers: { 'x-a': 'v' } },
    ]),
  );
  writeFileSync(join(home, 'config', 'config.json'), JSON.stringify({ profiles }), { mode: 0o600 });
  writeFileSync(join(home, 'tools.json'), JSON.stringify([{ name: 'n', input_schema: { type: 'object' } }]));
  writeFileSync(join(home, 'evil.txt'), evil);
});
afterAll(async () => {
  await mock.close();
  rmSync(home, { recursive: true });
});

type Look = Record<string, string>;
const noColor: Look = { NO_COLOR: '1' };
const dumb: Look = { TERM: 'dumb' };

function open(argv: readonly string[], look: Look) {
  return openTerminal(
    [
      process.execPath,
      binary,
      ...argv.map((word) => word.replaceAll('{home}', home).replaceAll('{url}', mock.url)),
    ],
    {
      columns: 100,
      env: { MSG_CONFIG_DIR: join(home, 'config'), MSG_STATE_DIR: join(home, 'state'), ...look },
    },
  );
}

async function outputOf(argv: readonly string[], look: Look): Promise<string> {
  const terminal = open(argv, look);
  await terminal.ended;
  terminal.close();
  return terminal.output();
}

const formats = ['text', 'json', 'junit', 'sarif', 'md', 'html'];
const once = ['--max-retries', '0'];
const sends = Object.keys(answers).flatMap((name) => [
  ['send', 'hi', '-P', name, ...once, '--stats', '-v', '--strict'],
]);
const structured = ['tool', 'stream-error', 'error', 'half'].flatMap((name) => [
  ['send', 'hi', '-P', name, ...once, '-o', 'json', '-u'],
  ['send', 'hi', '-P', name, ...once, '-o', 'stream-json'],
]);
const commands: readonly (readonly string[])[] = [
  ...sends,
  ...structured,
  ['send', 'hi', '-P', 'text', '--no-stream', '--stats'],
  ['send', 'hi', '-P', 'text', '--extract-code'],
  ['send', 'hi', '-P', 'text', '--count', '-v'],
  ['send', '-f', '{home}/evil.txt', '-P', 'text', '--dry-run'],
  ['send', '-f', '{home}/evil.txt', '-P', 'text', '--curl'],
  ['send', 'hi', '-P', 'tool', '--tools', '{home}/tools.json', '--run-tools', '--stats'],
  ['models', '-P', 'text'],
  ['models', '-P', 'text', '--json'],
  ['models', '-P', 'error'],
  ['profiles'],
  ['profiles', 'list', '--json'],
  ['profiles', 'show', 'text', '--explain'],
  ['profiles', 'show', 'text', '--json'],
  ['profiles', 'test', ...Object.keys(answers)],
  ['profiles', 'test', 'text', 'error', 'page', '--json'],
  ...['text', 'error', 'page', 'refusal', 'redirect'].map((name) => ['doctor', name, '--yes', '-v']),
  ...formats.map((format) => ['doctor', 'tool', '--yes', '--format', format]),
  ...formats.map((format) => ['doctor', 'error', '--yes', '--format', format]),
  ['doctor', '--from-error', '{home}/evil.txt'],
];

describe.each([
  ['no colours', noColor, commands],
  ['nothing but lines', dumb, commands.filter((_argv, index) => index % 3 === 0)],
])('on a terminal with %s', (_name, look, shown) => {
  test.each(shown.map((argv) => [argv.join(' '), argv] as const))('msg %s', async (_words, argv) => {
    const output = await outputOf(argv, look);
    expect(output.length).toBeGreaterThan(10);
    expect(problemsIn(output)).toEqual([]);
  });

  test('a conversation, and what is kept of it', async () => {
    const session = look === dumb ? 'one' : 'two';
    expect(
      problemsIn(
        await outputOf(
          [
            'send',
            evil.replaceAll('\x00', ''),
            '-P',
            'text',
            '--session',
            session,
            '--record',
            '{home}/r.jsonl',
          ],
          look,
        ),
      ),
    ).toEqual([]);
    for (const argv of [
      ['sessions', 'list'],
      ['sessions', 'list', '--json'],
      ['sessions', 'search', 'text'],
      ['sessions', 'search', 'text', '--json'],
      ['sessions', 'show', session],
      ['sessions', 'show', session, '--raw'],
      ['sessions', 'show', session, '--json'],
      ['sessions', 'export', session],
      ['sessions', 'export', session, '--format', 'json'],
      ['sessions', 'export', session, '--format', 'html'],
      ['send', 'hi', '--replay', '{home}/r.jsonl', '--stats', '-v'],
      ['send', 'hi', '--replay', '{home}/r.jsonl', '-o', 'stream-json'],
    ]) {
      const output = await outputOf(argv, look);
      expect([argv, problemsIn(output)]).toEqual([argv, []]);
      expect(output).toMatch(/text|two|one/);
    }
    const list = open(['sessions'], look);
    await list.see((text) => text.includes(session));
    list.type(look === dumb ? '\x04' : '\x1b');
    await list.ended;
    expect(problemsIn(list.output())).toEqual([]);
    list.close();
  });

  test.each(['text', 'cut', 'tool', 'broken', 'stream-error', 'error', 'limit', 'page'])(
    'a chat with %s',
    async (name) => {
      const terminal = open(['chat', '-P', name, '--stats', '--no-save', ...once], look);
      const isEmpty = (text: string): boolean => /(^|\n)[▸>]\s*$/.test(text);
      await terminal.see(isEmpty);
      for (const line of ['hi', '/usage', '/status', '/retry', '/exit']) {
        // Behind a failure the question stands in the prompt again. Where the terminal itself edits, nothing does.
        if (look !== dumb) terminal.type('\x15');
        await terminal.see(isEmpty);
        if (line === '/exit' && look !== dumb) {
          terminal.type('/model m\t\t');
          await terminal.see('/model m');
          terminal.type('\x15');
          await terminal.see(isEmpty);
        }
        terminal.type(`${line}\r`);
        // Entered, not only typed: below it stands what came of it, and then the next prompt.
        if (line !== '/exit') await terminal.see(new RegExp(`[▸>] ${line} *\\n[\\s\\S]*\\n[▸>]( hi)?\\s*$`));
      }
      await terminal.ended;
      terminal.close();
      expect(problemsIn(terminal.output())).toEqual([]);
    },
  );
});

test('the log of the mock shows what a client sends', async () => {
  const terminal = open(['mock', '--port', '0', '-v'], noColor);
  await terminal.see(/127\.0\.0\.1:\d+/);
  const url = /http:\/\/127\.0\.0\.1:\d+/.exec(terminal.text())?.[0] ?? '';
  await fetch(`${url}/v1/messages?q=${encodeURIComponent(evil)}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-evil': evilHeader, 'user-agent': evilHeader },
    body: JSON.stringify({ model: evil, max_tokens: 1, messages: [{ role: 'user', content: evil }] }),
  });
  await terminal.see('POST');
  terminal.signal('SIGINT');
  await terminal.ended;
  terminal.close();
  expect(problemsIn(terminal.output())).toEqual([]);
});

test('with colours, nothing has those of the server', async () => {
  await outputOf(['send', 'hi', '-P', 'text', '--session', 'coloured'], {});
  for (const argv of [
    ['send', 'hi', '-P', 'tool', '--stats', '-v'],
    ['send', 'hi', '-P', 'error', ...once],
    ['sessions', 'show', 'coloured'],
    ['sessions', 'show', 'coloured', '--raw'],
    ['sessions', 'export', 'coloured'],
    ['models', '-P', 'text'],
    ['doctor', 'tool', '--yes', '-v'],
  ]) {
    const output = await outputOf(argv, { FORCE_HYPERLINK: '1', COLORTERM: 'truecolor' });
    expect([
      argv,
      output.match(
        /\x1b\[8m|\x1b\[5m|\x1b\[31mred|\x1b\]8;;https:..evil\.example|\x1b\]52|[\x80-\x9f\u202e]/g,
      ),
    ]).toEqual([argv, null]);
  }
});
