// What the user says, and what of it reaches the wire: arguments, stdin, attached files, the editor.
import { mkdtempSync, writeFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Context } from '../../src/context.ts';
import { streamReply } from '../../src/mock/index.ts';
import { httpServer, type Running } from '../http/servers.ts';
import { type RunOptions, runMsg } from './run-msg.ts';

const folder = mkdtempSync(join(tmpdir(), 'msg-prompt-'));

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** Runs a command that is answered, and gives the content of the user's message with it. */
async function say(argv: readonly string[], options: RunOptions = {}) {
  const run = await runMsg(['send', ...argv], { mock: { replies: [streamReply('Fine.')] }, ...options });
  const body = run.requests[0]?.json as { messages?: { role: string; content: unknown }[] } | undefined;
  return { ...run, messages: body?.messages, content: body?.messages?.at(-1)?.content };
}

const png = Buffer.from('89504e470d0a1a0a0000', 'hex');
const image = (mediaType: string, bytes: Uint8Array) => ({
  type: 'image',
  source: { type: 'base64', media_type: mediaType, data: Buffer.from(bytes).toString('base64') },
});

describe('the prompt', () => {
  it.each<[string, string[], RunOptions, unknown]>([
    ['words of the command line', ['two', 'words'], {}, 'two words'],
    ['-p', ['-p', 'asked'], {}, 'asked'],
    ['-p and words', ['-p', 'asked', 'more'], {}, 'asked more'],
    ['what begins with a dash', ['--', '--help'], {}, '--help'],
    ['stdin alone', [], { stdin: 'from a pipe\n' }, 'from a pipe\n'],
    ['stdin named by -', ['-'], { stdin: 'from a pipe' }, 'from a pipe'],
    ['an empty stdin beside words', ['words'], { stdin: '' }, 'words'],
    ['stdin beside words, in a fence', ['why?'], { stdin: 'a\nb' }, 'why?\n\n```\na\nb\n```'],
    [
      'a fence longer than those inside',
      ['why?'],
      { stdin: '```\nx\n```\n' },
      'why?\n\n````\n```\nx\n```\n````',
    ],
  ])('is %s', async (_name, argv, options, content) => {
    expect(await say(argv, options)).toMatchObject({ code: 0, stderr: '', content });
  });

  it.each<[string, string[], RunOptions, string]>([
    ['nothing at all', [], {}, 'The prompt is empty.'],
    ['an empty stdin', [], { stdin: ' \n' }, 'The prompt on stdin is empty.'],
    ['- at a terminal', ['-'], {}, 'stdin is a terminal'],
    ['stdin as prompt and as file', ['-', '-f', '-'], { stdin: 'x' }, 'cannot be both'],
  ])('%s is a usage error, and nothing is sent', async (_name, argv, options, says) => {
    const run = await say(argv, options);
    expect(run).toMatchObject({ code: 2, stdout: '', requests: [] });
    expect(run.stderr).toContain(says);
  });

  it('may be left out when --body brings the messages', async () => {
    const messages = [{ role: 'user', content: 'from the body' }];
    const body = JSON.stringify({ messages });
    expect(await say(['--body', body])).toMatchObject({ code: 0, messages });
    expect(await say(['--body', body], { stdin: '' })).toMatchObject({ code: 0, messages });
    const more = [{ role: 'user', content: both }];
    expect((await say(['--body', body, 'and more'])).messages).toEqual(more);
    const shown = await say(['--body', body, 'and more', '--dry-run']);
    expect(JSON.parse(shown.stdout).request.body.messages).toEqual(more);
  });
});

/** Two turns of the user in a row are one: what a strict gateway refuses, and the API does itself. */
const both = [
  { type: 'text', text: 'from the body' },
  { type: 'text', text: 'and more' },
];

describe('JSON on stdin', () => {
  const messages = [{ role: 'user', content: 'from the body' }];
  const options = { stdin: JSON.stringify({ messages, top_k: 3 }) };

  it('is the body, where its file is -, and no prompt', async () => {
    expect(await say(['--body', '-'], options)).toMatchObject({ code: 0, messages });
    const more = [{ role: 'user', content: both }];
    const run = await say(['--body', '-', 'and more'], options);
    expect(run.requests[0]?.json).toMatchObject({ messages: more, top_k: 3 });
  });

  it('is the tools or the schema', async () => {
    const stdin = '[{"name":"now","input_schema":{"type":"object"}}]';
    const run = await say(['hi', '--tools', '-'], { stdin });
    expect(run.requests[0]?.json).toMatchObject({
      messages: [{ role: 'user', content: 'hi' }],
      tools: JSON.parse(stdin),
    });
    const schema = await say(['hi', '--schema', '-'], { stdin: '{"type":"object"}' });
    expect(schema.requests[0]?.json).toMatchObject({
      output_config: { format: { schema: { type: 'object' } } },
    });
  });

  it.each<[string, string[], RunOptions, string]>([
    ['wanted twice', ['hi', '--body', '-', '--tools', '-'], options, 'both --body and --tools'],
    ['and a file', ['hi', '--body', '-', '-f', '-'], options, 'both --body and a file'],
    ['and the prompt', ['-', '--body', '-'], options, 'both --body and the prompt'],
    ['at a terminal', ['hi', '--body', '-'], {}, 'stdin is a terminal'],
    ['that is none', ['hi', '--body', '-'], { stdin: 'secret words' }, '--body is not valid JSON on stdin.'],
  ])('%s is a usage error', async (_name, argv, given, says) => {
    const run = await say(argv, given);
    expect(run).toMatchObject({ code: 2, stdout: '', requests: [] });
    expect(run.stderr).toContain(says);
  });
});

describe('-f', () => {
  it('puts a text file in a fence with its name, before the prompt', async () => {
    const path = file('notes.txt', 'one\ntwo\n');
    expect((await say(['sum up', '-f', path])).content).toEqual([
      { type: 'text', text: 'notes.txt:\n```\none\ntwo\n```' },
      { type: 'text', text: 'sum up' },
    ]);
  });

  it.each([
    ['image/png', png],
    ['image/jpeg', Buffer.from('ffd8ffe000104a46', 'hex')],
    ['image/gif', Buffer.from('GIF89a....')],
    ['image/webp', Buffer.from('RIFF\u0001\u0002\u0003\u0004WEBPVP8 ')],
  ])('knows %s by its first bytes, whatever the name', async (mediaType, bytes) => {
    const path = file('misnamed.txt', bytes);
    expect((await say(['look', '-f', path])).content).toEqual([
      image(mediaType, bytes),
      { type: 'text', text: 'look' },
    ]);
  });

  it('sends a PDF as a document with its name', async () => {
    const bytes = Buffer.from('%PDF-1.7\n%\u0000');
    expect((await say(['read', '-f', file('plan.bin', bytes)])).content).toEqual([
      {
        type: 'document',
        source: { type: 'base64', media_type: 'application/pdf', data: bytes.toString('base64') },
        title: 'plan.bin',
      },
      { type: 'text', text: 'read' },
    ]);
  });

  it.each([
    ['an empty picture', 'empty.png', '', 'empty.png is empty.'],
    ['text called a picture', 'page.png', '<html>no</html>', 'page.png is not what its name says'],
    [
      'a damaged picture',
      'bad.PNG',
      Buffer.from('89504e470a1a0a00ff', 'hex'),
      'bad.PNG is not what its name says',
    ],
    ['bytes called a PDF', 'plan.pdf', Buffer.from([1, 2, 3]), 'plan.pdf is not what its name says'],
  ])('refuses %s', async (_name, name, bytes, says) => {
    const run = await say(['look', '-f', file(name, bytes)]);
    expect(run).toMatchObject({ code: 2, stdout: '', requests: [] });
    expect(run.stderr).toContain(says);
  });

  it('takes a byte order mark for no part of a text', async () => {
    expect((await say(['x', '-f', file('bom.txt', '\ufeffone')])).content).toEqual([
      { type: 'text', text: 'bom.txt:\n```\none\n```' },
      { type: 'text', text: 'x' },
    ]);
    expect((await say([], { stdin: '\ufeffone' })).content).toBe('one');
  });

  it('- attaches stdin, text or picture', async () => {
    expect((await say(['why?', '-f', '-'], { stdin: 'a log\n' })).content).toEqual([
      { type: 'text', text: 'stdin:\n```\na log\n```' },
      { type: 'text', text: 'why?' },
    ]);
    expect((await say(['what?', '-f', '-'], { stdin: png })).content).toEqual([
      image('image/png', png),
      { type: 'text', text: 'what?' },
    ]);
  });

  it('takes a picture piped in beside the prompt as one', async () => {
    expect((await say(['what?'], { stdin: png })).content).toEqual([
      image('image/png', png),
      { type: 'text', text: 'what?' },
    ]);
  });

  it('needs no prompt', async () => {
    expect((await say(['-f', file('only.txt', 'x')])).content).toEqual([
      { type: 'text', text: 'only.txt:\n```\nx\n```' },
    ]);
  });

  it('that is missing names the path', async () => {
    const missing = await say(['x', '-f', join(folder, 'gone.txt')]);
    expect(missing).toMatchObject({ code: 3, requests: [] });
    expect(missing.stderr).toContain('gone.txt (--file): there is no such file');
  });

  it('that is neither text nor known is refused, also on stdin', async () => {
    const zip = Buffer.from('504b0304000000', 'hex');
    const run = await say(['x', '-f', file('a.zip', zip)]);
    expect(run).toMatchObject({ code: 2, requests: [] });
    expect(run.stderr).toContain('a.zip is neither UTF-8 text nor a PNG');
    expect(await say(['x'], { stdin: zip })).toMatchObject({ code: 2, requests: [] });
    expect(await say(['x', '-f', file('utf16.txt', Buffer.from('hi', 'utf16le'))])).toMatchObject({
      code: 2,
    });
  });

  it('that is old text goes out with what could not be read replaced, and a word about it', async () => {
    const run = await say(['x'], { stdin: Buffer.from('caf\xe9', 'latin1') });
    expect(run).toMatchObject({ code: 0, content: 'x\n\n```\ncaf\ufffd\n```' });
    expect(run.stderr).toContain('stdin is not all UTF-8');
  });
});

describe('-f URL', () => {
  type Page = { status?: number; headers?: Record<string, string>; body?: string | Uint8Array };
  let pages: Record<string, Page>;
  let seen: IncomingHttpHeaders[];
  let server: Running;
  let origin: string;
  beforeEach(async () => {
    pages = {};
    seen = [];
    server = await httpServer((request, response) => {
      seen.push(request.headers);
      const { status = 200, headers = {}, body = '' } = pages[request.url ?? ''] ?? { status: 404 };
      response.writeHead(status, headers).end(body);
    });
    origin = `http://127.0.0.1:${server.port}`;
  });
  afterEach(() => server.close());
  const attach = (path: string, ...argv: string[]) => say(['look', '-f', `${origin}${path}`, ...argv]);
  const text = (path: string, inside: string) => [
    { type: 'text', text: `${origin}${path}:\n\`\`\`\n${inside}\n\`\`\`` },
    { type: 'text', text: 'look' },
  ];

  it.each<[string, string, string | Uint8Array, string]>([
    ['text/plain', '/a.txt', 'one\n', 'one'],
    ['text/html; charset=utf-8', '/', '<p>Grüße</p>', '<p>Grüße</p>'],
    ['application/json', '/x?y=1', '{"a":1}', '{"a":1}'],
    ['application/problem+json', '/p', '{}', '{}'],
    ['image/svg+xml', '/a.svg', '<svg/>', '<svg/>'],
    ['text/plain; charset="iso-8859-1"', '/l1', Buffer.from('caf\xe9', 'latin1'), 'café'],
    [
      'text/html',
      '/m',
      Buffer.from('<meta charset=windows-1251>\xcf', 'latin1'),
      '<meta charset=windows-1251>П',
    ],
    ['text/plain', '/u16', Buffer.from('\ufeffhi', 'utf16le'), 'hi'],
    ['text/plain', '/looks.png', 'text all the same', 'text all the same'],
    ['', '/none', 'plain', 'plain'],
    ['application/octet-stream', '/raw.rs', 'fn main() {}', 'fn main() {}'],
  ])('attaches %s as text under its URL (%s)', async (type, path, body, inside) => {
    pages[path] = { headers: type === '' ? {} : { 'content-type': type }, body };
    const run = await attach(path);
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(run.content).toEqual(text(path, inside));
  });

  it.each([
    ['image/png', '/a', png, 'image'],
    ['application/octet-stream', '/b', png, 'image'],
    ['application/pdf', '/c', Buffer.from('%PDF-1.7\n'), 'document'],
    [
      'image/jpeg',
      '/d.jpg',
      Buffer.concat([Buffer.from('ffd8ffe0', 'hex'), Buffer.alloc(9_000_000)]),
      'image',
    ],
  ])('leaves %s to the endpoint (%s)', async (type, path, body, block) => {
    pages[path] = { headers: { 'content-type': type }, body };
    expect((await attach(path)).content).toEqual([
      { type: block, source: { type: 'url', url: `${origin}${path}` } },
      { type: 'text', text: 'look' },
    ]);
  });

  it('leaves a picture to the endpoint that can only be reached from there', async () => {
    const { port, close } = await httpServer(() => {});
    await close();
    const url = `http://127.0.0.1:${port}/plan.PDF?x=1`;
    expect((await say(['look', '-f', url])).content).toEqual([
      { type: 'document', source: { type: 'url', url } },
      { type: 'text', text: 'look' },
    ]);
    const page = await say(['look', '-f', `http://127.0.0.1:${port}/page`]);
    expect(page).toMatchObject({ code: 8, requests: [] });
    expect(page.stderr).toMatch(/Cannot read http:\S+page \(--file\): .*ECONNREFUSED/);
  });

  it.each<[string, Page, number, string]>([
    [
      'a picture that is none',
      { headers: { 'content-type': 'image/png' }, body: '<html>' },
      2,
      'calls itself image/png, and is none',
    ],
    ['an empty picture', { headers: { 'content-type': 'image/png' } }, 2, 'is empty'],
    [
      'another type',
      { headers: { 'content-type': 'audio/mpeg' }, body: 'x' },
      2,
      'is audio/mpeg: neither text nor a PNG',
    ],
    [
      'bytes',
      { headers: { 'content-type': 'application/octet-stream' }, body: Buffer.from([0, 1, 2]) },
      2,
      'is neither UTF-8 text nor',
    ],
    [
      'an error page',
      { status: 404, headers: { 'content-type': 'text/html' }, body: 'no' },
      3,
      '(--file): the server answers 404.',
    ],
    [
      'too much',
      { headers: { 'content-type': 'text/plain' }, body: 'x'.repeat(9_000_000) },
      9,
      'is longer than 8 MB',
    ],
    [
      'another origin',
      { status: 302, headers: { location: 'http://localhost:9/secret' } },
      3,
      'leads to another place, http://localhost:9,',
    ],
    ['a circle', { status: 302, headers: { location: '/page' } }, 3, 'leads round in circles'],
  ])('refuses %s', async (_name, page, code, says) => {
    pages['/page'] = page;
    const run = await attach('/page');
    expect(run).toMatchObject({ code, stdout: '', requests: [] });
    expect(run.stderr).toContain(says);
  });

  it('follows redirects of its own origin, and shows nothing of the user there', async () => {
    pages['/old'] = { status: 301, headers: { location: '/new' } };
    pages['/new'] = { headers: { 'content-type': 'text/plain' }, body: 'here' };
    const run = await attach('/old', '-H', 'X-Team: search', '--auth', 'both');
    expect(run.content).toEqual(text('/old', 'here'));
    expect(seen).toHaveLength(2);
    for (const headers of seen) {
      expect(Object.keys(headers).sort()).toEqual(['accept', 'connection', 'host', 'user-agent']);
    }
  });

  it('with a password is refused, which is not repeated', async () => {
    const run = await say(['look', '-f', `http://me:hunter2@127.0.0.1:${server.port}/a`]);
    expect(run).toMatchObject({ code: 2, requests: [] });
    expect(run.stderr).toContain('holds a user name or password');
    expect(run.stderr).not.toContain('hunter2');
    expect(seen).toEqual([]);
  });
});

describe('-e', () => {
  it('takes what the editor saved', async () => {
    const editor = file('editor.sh', '#!/bin/sh\nprintf "%s, edited\\n" "$(cat "$1")" > "$1"\n');
    const env = { MSG_BASE_URL: '{url}', MSG_API_KEY: 'k', MSG_MODEL: 'm', EDITOR: `sh ${editor}` };
    expect(await say(['-e', 'draft'], { env })).toMatchObject({ code: 0, content: 'draft, edited' });
  });

  it('that fails sends nothing', async () => {
    const env = { MSG_BASE_URL: '{url}', MSG_API_KEY: 'k', MSG_MODEL: 'm', VISUAL: 'false' };
    const run = await say(['-e', 'draft'], { env });
    expect(run).toMatchObject({ code: 3, requests: [] });
    expect(run.stderr).toContain('The editor "false" ended with code 1');
  });
});

it('an open pipe that nobody writes to is said, and does not hang the command', async () => {
  const silent = (context: Context): Context => ({
    ...context,
    streams: { ...context.streams, stdin: { kind: 'pipe', readAll: async () => undefined } },
  });
  const run = await say(['words'], { adapt: silent });
  expect(run).toMatchObject({ code: 0, content: 'words' });
  expect(run.stderr).toContain('stdin is an open pipe that stayed empty for 3 s');
});
