// What the user says, and what of it reaches the wire: arguments, stdin, attached files, the editor.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Context } from '../../src/context.ts';
import { streamReply } from '../../src/mock/index.ts';
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

  it('leaves URLs to the endpoint', async () => {
    const run = await say([
      'compare',
      '-f',
      'https://example.com/a.png',
      '-f',
      'https://example.com/b.PDF?x=1',
    ]);
    expect(run.content).toEqual([
      { type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } },
      { type: 'document', source: { type: 'url', url: 'https://example.com/b.PDF?x=1' } },
      { type: 'text', text: 'compare' },
    ]);
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

  it('that is missing or a folder names the path', async () => {
    const missing = await say(['x', '-f', join(folder, 'gone.txt')]);
    expect(missing).toMatchObject({ code: 3, requests: [] });
    expect(missing.stderr).toContain('gone.txt (--file): there is no such file');
    expect((await say(['x', '-f', folder])).stderr).toContain('it is a directory');
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
