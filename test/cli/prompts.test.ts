// `msg prompts` and `msg send -T`: what is kept, what is sent, what counts, and how every mistake is told.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Asker } from '../../src/terminal/prompt/ask.ts';
import { type Run, type RunOptions, runMsg, testKey } from './run-msg.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'msg-prompts-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const fileOf = (name: string): string => join(home, 'config', 'prompts', `${name}.md`);
/** stdin is an empty pipe unless it is said otherwise: nobody is there to be asked. */
const run = (argv: readonly string[], options: RunOptions = {}): Promise<Run> =>
  runMsg(argv, { home, stdin: '', ...options });
const keep = (name: string, text: string): Promise<Run> => run(['prompts', 'add', name], { stdin: text });
const flat = (text: string): string => text.replace(/\s+/g, ' ').trim();

type Body = Record<string, unknown> & { messages: { content: unknown }[] };
/** What was sent, or what was said instead. */
async function sent(argv: readonly string[], options: RunOptions = {}): Promise<Body> {
  const { code, stderr, requests } = await run(['send', ...argv], options);
  expect(code, stderr).toBe(0);
  return requests[0]?.json as Body;
}
const question = ({ messages }: Body): unknown => messages[0]?.content;

describe('msg prompts', () => {
  it('keeps a prompt from stdin or a file, private, and shows it as it is', async () => {
    const text = '---\ndescription: says it elsewhere\n---\nSay {{what}} in {{language=English}}.\n';
    const added = await keep('say', text);
    expect(added.stderr).toBe('msg: Kept as say. Next: msg send -T say\n');
    expect(statSync(fileOf('say')).mode & 0o777).toBe(0o600);
    expect((await run(['prompts', 'show', 'say'])).stdout).toBe(text);
    writeFileSync(join(home, 'other.md'), 'Hello {{name}}');
    expect((await run(['prompts', 'add', 'other', '-f', 'other.md'])).code).toBe(0);
    expect((await run(['prompts'])).stdout.split('\n')).toEqual([
      expect.stringMatching(/^PROMPT +VARIABLES +WHAT FOR$/),
      expect.stringMatching(/^other +name +Hello \{\{name\}\}$/),
      expect.stringMatching(/^say +what, language=English +says it elsewhere$/),
      '',
    ]);
    expect(JSON.parse((await run(['prompts', 'list', '--json'])).stdout)[1]).toEqual({
      name: 'say',
      path: fileOf('say'),
      description: 'says it elsewhere',
      variables: [
        { name: 'what', default: null },
        { name: 'language', default: 'English' },
      ],
      text: 'Say {{what}} in {{language=English}}.',
    });
  });

  it('says where to begin when nothing is kept', async () => {
    expect((await run(['prompts'])).stderr).toBe('msg: No prompt is kept yet. Next: msg prompts add NAME\n');
  });

  it('overwrites nothing unless told to, and nothing by what is no prompt', async () => {
    await keep('say', 'first');
    const again = await keep('say', 'second');
    expect(again.code).toBe(2);
    expect(flat(again.stderr)).toContain(
      'There is a prompt say already. Change it: msg prompts edit say, or overwrite it with --force',
    );
    expect((await keep('Say', 'second')).code).toBe(2);
    const broken = await run(['prompts', 'add', 'say', '--force'], { stdin: '---\nmodel: 5\n---\nx' });
    expect(broken.code).toBe(3);
    expect((await run(['prompts', 'add', 'say', '--force'], { stdin: '' })).code).toBe(3);
    expect(readFileSync(fileOf('say'), 'utf8')).toBe('first\n');
    await run(['prompts', 'add', 'say', '--force'], { stdin: 'second' });
    expect(readFileSync(fileOf('say'), 'utf8')).toBe('second\n');
  });

  it.each([
    ['a b', '"a b" cannot be the name of a prompt. Use letters'],
    ['../x', '"../x" cannot be the name of a prompt.'],
    ['x.md', 'Without .md: x. A file is used as it is: msg send -T ./x.md'],
    ['.x', 'cannot be the name'],
    ['a'.repeat(65), 'cannot be the name'],
  ])('keeps nothing under the name %j', async (name, words) => {
    const { code, stderr } = await run(['prompts', 'add', '--', name], { stdin: 'x' });
    expect(code).toBe(2);
    expect(flat(stderr)).toContain(words);
    expect(existsSync(join(home, 'config', 'prompts'))).toBe(false);
  });

  it('deletes all that are named, or none', async () => {
    await keep('one', '1');
    await keep('two', '2');
    const none = await run(['prompts', 'rm', 'one', 'twoo']);
    expect(none.code).toBe(2);
    expect(flat(none.stderr)).toContain(
      'There is no prompt "twoo". Did you mean two? Next: msg prompts list, or msg prompts add twoo',
    );
    expect((await run(['prompts', 'delete', 'one', 'two'])).stderr).toBe(
      'msg: Deleted one.\nmsg: Deleted two.\n',
    );
    expect((await run(['prompts', 'list', '--json'])).stdout).toBe('[]\n');
  });

  it('tells a link to nothing from no prompt, and deletes what cannot be read', async () => {
    await keep('good', 'x');
    symlinkSync('nowhere', fileOf('link'));
    symlinkSync('loop.md', fileOf('loop'));
    mkdirSync(fileOf('folder'));
    const { code, stderr } = await run(['send', '-T', 'link']);
    expect(code).toBe(3);
    expect(flat(stderr)).toBe(
      `msg: ${fileOf('link')} is a link, and what it leads to is not there. Next: msg prompts remove link`,
    );
    expect((await run(['prompts', 'remove', 'link', 'loop'])).stderr).toBe(
      'msg: Deleted link.\nmsg: Deleted loop.\n',
    );
    const folder = await run(['prompts', 'remove', 'folder']);
    expect(folder.code).toBe(3);
    expect(flat(folder.stderr)).toContain(`${fileOf('folder')} cannot be deleted: `);
  });

  it('refuses what is no text', async () => {
    const bytes = Buffer.from('Hello', 'utf16le');
    writeFileSync(join(home, 'wide.md'), bytes);
    for (const argv of [
      ['send', '-T', './wide.md'],
      ['prompts', 'add', 'wide', '-f', 'wide.md'],
    ]) {
      const { code, stderr, requests } = await run(argv);
      expect(code).toBe(3);
      expect(flat(stderr)).toContain('wide.md is no UTF-8 text. Convert it first');
      expect(requests).toEqual([]);
    }
  });

  it('lists what cannot be read beside the others', async () => {
    await keep('good', 'x');
    writeFileSync(fileOf('bad'), '---\nmodle: x\n---\ny');
    const { code, stdout } = await run(['prompts']);
    expect(code).toBe(0);
    expect(stdout).toContain('good');
    expect(flat(stdout)).toContain(
      `bad ${fileOf('bad')}, line 2: there is no field "modle". Did you mean model?`,
    );
  });

  it.each(['prompts lst', 'prompts templates', 'templates'])('knows what `msg %s` means', async (words) => {
    const { code, stderr } = await run(words.split(' '));
    expect(code).toBe(2);
    expect(stderr).toMatch(/list|prompts/);
  });
});

/** Who is asked nothing here. */
const unasked = (): never => expect.fail('nothing is to be asked');
const nobody: Asker = {
  line: unasked,
  hidden: unasked,
  confirm: unasked,
  pick: unasked,
  inSteps: unasked,
  say: unasked,
};

describe('msg prompts edit', () => {
  const editor = (script: string): Record<string, string> => ({ EDITOR: `sh -c '${script}' --` });

  it('puts what was saved in its place', async () => {
    await keep('say', 'first');
    const { code } = await run(['prompts', 'edit', 'say'], { env: editor('echo second > "$1"') });
    expect(code).toBe(0);
    expect(readFileSync(fileOf('say'), 'utf8')).toBe('second\n');
  });

  it('changes nothing by what is no prompt, and keeps the edit', async () => {
    await keep('say', 'first');
    const { code, stderr } = await run(['prompts', 'edit', 'say'], {
      env: editor('printf -- "---\\nmax-tokens: many\\n---\\nx" > "$1"'),
    });
    expect(code).toBe(3);
    expect(flat(stderr)).toContain('line 2: max-tokens must be a whole number above 0, not "many".');
    const [, kept = ''] = /Your edit is kept in (\S+)/.exec(stderr) ?? [];
    expect(readFileSync(kept, 'utf8')).toContain('many');
    expect(readFileSync(fileOf('say'), 'utf8')).toBe('first\n');
  });

  it('opens again on a terminal until it is right', async () => {
    await keep('say', 'first');
    const script =
      'if grep -q many "$1"; then echo right > "$1"; else printf -- "---\\nmax-tokens: many\\n---\\nx" > "$1"; fi';
    const said: string[] = [];
    const { code } = await runMsg(['prompts', 'edit', 'say'], {
      home,
      tty: true,
      env: editor(script),
      adapt: (context) => ({
        ...context,
        asker: async () => ({ ...nobody, say: (text) => void said.push(text), confirm: async () => true }),
      }),
    });
    expect(code).toBe(0);
    expect(said.join('')).toContain('max-tokens must be');
    expect(readFileSync(fileOf('say'), 'utf8')).toBe('right\n');
  });

  it('saving nothing changes nothing', async () => {
    await keep('say', 'first');
    for (const script of ['true', ': > "$1"']) {
      const { code, stderr } = await run(['prompts', 'edit', 'say'], { env: editor(script) });
      expect({ code, stderr }).toEqual({
        code: 0,
        stderr: 'msg: Nothing was saved, and nothing was changed.\n',
      });
    }
    expect(readFileSync(fileOf('say'), 'utf8')).toBe('first\n');
  });

  it('knows no other than those that are kept', async () => {
    expect((await run(['prompts', 'edit', 'say'])).code).toBe(2);
  });
});

describe('msg send -T', () => {
  it('of a prompt without text takes what follows it, or says that nothing does', async () => {
    writeFileSync(join(home, 'none.md'), '---\nmodel: m\n---\n');
    expect(question(await sent(['-T', './none.md', 'hello']))).toBe('hello');
    expect(question(await sent(['-T', './none.md'], { stdin: 'piped' }))).toBe('piped');
    const [piped, typed] = [
      await run(['send', '-T', './none.md']),
      await runMsg(['send', '-T', './none.md'], { home }),
    ];
    expect(piped).toMatchObject({ code: 2, requests: [] });
    expect(flat(piped.stderr)).toBe(
      'msg: The prompt ./none.md has no text, and nothing follows it, on stdin neither. Example: msg send -T ./none.md "hello"',
    );
    expect(flat(typed.stderr)).toContain('The prompt ./none.md has no text, and nothing follows it. Example');
  });

  it('puts values in, by -v and by --value, and what the prompt has itself', async () => {
    await keep('say', 'Say {{what}} in {{language=English}}, \\{{please}}.');
    expect(question(await sent(['-T', 'say', '-v', 'what=a word']))).toBe(
      'Say a word in English, {{please}}.',
    );
    expect(
      question(await sent(['--template', 'say', '--value', 'what={{x}} $&', '-v', 'language=Danish'])),
    ).toBe('Say {{x}} $& in Danish, {{please}}.');
  });

  it('leaves -v what it is where it is followed by no value, or without -T', async () => {
    await keep('say', 'Say {{what=it}}.');
    expect(question(await sent(['-T', 'say', '-vwhat=a=b']))).toBe('Say a=b.');
    const { stderr } = await run(['send', '-T', 'say', '-v']);
    expect(stderr).toContain('content-type: application/json');
    const { stderr: other, requests } = await run(['send', '-v', 'a=1']);
    expect(other).toContain('content-type: application/json');
    expect(question(requests[0]?.json as Body)).toBe('a=1');
  });

  it('puts what is piped in where it is wanted, and behind the text otherwise; words stand behind the text', async () => {
    await keep('inside', 'Sum up: {{stdin}}!');
    await keep('behind', 'Sum up.');
    expect(question(await sent(['-T', 'inside'], { stdin: 'a {{b}}\n' }))).toBe('Sum up: a {{b}}!');
    expect(question(await sent(['-T', 'behind'], { stdin: 'text\n' }))).toBe('Sum up.\n\n```\ntext\n```');
    expect(question(await sent(['-T', 'behind', 'In', 'Danish.']))).toBe('Sum up.\n\nIn Danish.');
    expect(question(await sent(['-T', 'inside', '-v', 'stdin=this']))).toBe('Sum up: this!');
  });

  it('takes the path of a file, which may lie anywhere', async () => {
    writeFileSync(join(home, 'shared.md'), '---\nmodel: shared-model\n---\nHello {{name}}\n');
    for (const path of ['./shared.md', 'shared.md', join(home, 'shared.md'), '~/shared.md']) {
      const body = await sent(['-T', path, '-v', 'name=you']);
      expect([body['model'], question(body)]).toEqual(['shared-model', 'Hello you']);
    }
  });

  it.each<[string, string, readonly string[], RunOptions, string]>([
    ['a value', 'Say {{a}}', [], {}, 'The prompt p needs a value for a. Example: msg send -T p -v a=...'],
    [
      'values',
      '{{a}} {{b}} {{c=1}}',
      ['-v', 'c=2'],
      {},
      'The prompt p needs values for a, b. Example: msg send -T p -v a=... -v b=...',
    ],
    ['stdin', '{{stdin}}', [], {}, 'The prompt p needs text on stdin. Example: cat FILE | msg send -T p'],
    [
      'both',
      '{{stdin}} {{a}}',
      [],
      {},
      'needs a value for a and text on stdin. Example: cat FILE | msg send -T p -v a=...',
    ],
    [
      'a name it has',
      'Say {{language}}',
      ['-v', 'langage=x'],
      {},
      'The prompt p has no variable "langage". Did you mean language? It has: language',
    ],
    [
      'any variable',
      'Say it',
      ['-v', 'a=1'],
      {},
      'The prompt p has no variables; "a" is none. Next: msg prompts show p',
    ],
    [
      'an =',
      'Say {{a}}',
      ['--value', 'a'],
      {},
      '--value takes name=value, not "a". Example: --value language=English',
    ],
    [
      'text',
      '{{stdin}}',
      [],
      { stdin: new Uint8Array([0x25, 0x50, 0x44, 0x46, 0x2d]) },
      'wants text on stdin, and there is a picture or a PDF',
    ],
    [
      'stdin for one thing',
      '{{stdin}}',
      ['-f', '-'],
      { stdin: 'x' },
      'stdin cannot be both a file and a part of the prompt p.',
    ],
  ])('tells that there has to be %s', async (_name, text, flags, options, words) => {
    await keep('p', text);
    const { code, stderr, requests } = await run(['send', '-T', 'p', ...flags], options);
    expect(code).toBe(2);
    expect(flat(stderr)).toContain(words);
    expect(requests).toEqual([]);
  });

  it.each([
    [['-T', 'sayy'], 'There is no prompt "sayy". Did you mean say?'],
    [['-T', './none.md'], 'There is no prompt file ./none.md. Next: msg prompts list'],
    [
      ['hi', '--value', 'a=1'],
      '--value is for the variables of a prompt, and none is named. Name one: msg send -T NAME',
    ],
  ])('%j is told', async (flags, words) => {
    await keep('say', 'x');
    const { code, stderr } = await run(['send', ...flags]);
    expect(code).toBe(2);
    expect(flat(stderr)).toContain(words);
  });

  it('asks nobody where only one of stdin and stderr is a terminal', async () => {
    await keep('p', '{{a}}');
    const { code } = await runMsg(['send', '-T', 'p'], { home, tty: false });
    expect(code).toBe(2);
  });
});

describe('front matter', () => {
  const matter = `---
description: for tests
model: prompt-model
system: Be {{tone=kind}}.
max-tokens: 77
temperature: 0.5
effort: low
cache: 1h
schema: {type: object, properties: {a: {type: string}}}
---
Go.
`;

  it('says what is sent', async () => {
    await keep('p', matter);
    expect(await sent(['-T', 'p', '-v', 'tone=brief'])).toMatchObject({
      model: 'prompt-model',
      system: 'Be brief.',
      max_tokens: 77,
      temperature: 0.5,
      output_config: {
        effort: 'low',
        format: { type: 'json_schema', schema: { type: 'object', properties: { a: { type: 'string' } } } },
      },
      cache_control: { type: 'ephemeral', ttl: '1h' },
      messages: [{ content: 'Go.' }],
    });
  });

  it('counts behind the command line, and before variables and profile; --dry-run tells which it was', async () => {
    await keep('p', matter);
    const env = { MSG_BASE_URL: '{url}', MSG_API_KEY: testKey, MSG_MODEL: 'other', MSG_SYSTEM: 'other' };
    const flags = [
      '-m',
      'typed',
      '--max-tokens',
      '5',
      '--effort',
      'max',
      '--schema',
      '{"type":"array"}',
      '--cache',
      'off',
    ];
    const body = await sent(['-T', 'p', ...flags], { env });
    expect(body).toMatchObject({
      model: 'typed',
      system: 'Be kind.',
      max_tokens: 5,
      temperature: 0.5,
      output_config: { effort: 'max', format: { schema: { type: 'array' } } },
    });
    expect(body).not.toHaveProperty('cache_control');
    const { stdout } = await run(['send', '-T', 'p', '--dry-run', '-m', 'typed'], { env });
    const { settings } = JSON.parse(stdout);
    expect(
      Object.fromEntries(
        ['model', 'system', 'max_tokens', 'temperature', 'cache_control'].map((name) => [
          name,
          settings[name].from,
        ]),
      ),
    ).toEqual({
      model: '--model',
      system: 'prompt p',
      max_tokens: 'prompt p',
      temperature: 'prompt p',
      cache_control: 'prompt p',
    });
  });

  it('may name a schema in a file beside it, and no other file', async () => {
    mkdirSync(join(home, 'shared', 'deep'), { recursive: true });
    writeFileSync(join(home, 'shared', 'deep', 's.json'), '{"type":"object"}');
    writeFileSync(join(home, 'secret.json'), '{"type":"object"}');
    const write = (schema: string): void =>
      writeFileSync(join(home, 'shared', 'p.md'), `---\nschema: ${schema}\n---\nGo.`);
    write('deep/s.json');
    expect(await sent(['-T', 'shared/p.md'])).toMatchObject({
      output_config: { format: { schema: { type: 'object' } } },
    });
    for (const path of [
      '../secret.json',
      'deep/../../secret.json',
      join(home, 'secret.json'),
      '~/secret.json',
    ]) {
      write(path);
      const { code, stderr, requests } = await run(['send', '-T', 'shared/p.md']);
      expect(code).toBe(3);
      expect(flat(stderr)).toContain(
        `line 2: schema names ${path}, and may name a file beside the prompt only.`,
      );
      expect(requests).toEqual([]);
    }
  });

  it.each([
    ['model: 5', 2, 'model must be text, not 5.'],
    ['# a comment\n\nmax-tokens: 0', 4, 'max-tokens must be a whole number above 0, not 0.'],
    ['temperature: warm', 2, 'temperature must be a number from 0, not "warm".'],
    ['effort: huge', 2, 'effort must be one of low, medium, high, xhigh, max, not "huge".'],
    ['cache: 2h', 2, 'cache must be one of 5m, 1h, off, not "2h".'],
    ['schema: 3', 2, 'schema must be a JSON schema, or the name of a file beside the prompt, not 3.'],
    ['systm: x', 2, 'there is no field "systm". Did you mean system?'],
    [
      'base-url: https://evil.example',
      2,
      'there is no field "base-url". A prompt does not decide where a request goes.',
    ],
    ['headers: {x-api-key: $KEY}', 2, 'A prompt does not decide where a request goes.'],
    ['model: a\nmodel: b', 3, 'Map keys must be unique'],
    ['model: [a', 3, ''],
    ['- a\n- b', 2, 'it is no list of fields'],
    ['model: "a', 3, 'closing'],
  ])('with a mistake names the file, the line and the field: %j', async (text, line, words) => {
    writeFileSync(join(home, 'p.md'), `---\n${text}\n---\nGo.`);
    const { code, stderr, requests } = await run(['send', '-T', 'p.md']);
    expect(code).toBe(3);
    expect(flat(stderr)).toContain(`${join(home, 'p.md')}, line ${line}:`);
    expect(flat(stderr)).toContain(words);
    expect(requests).toEqual([]);
  });

  it('without an end is told; empty, or lines of --- further down, are no mistake', async () => {
    const write = (text: string): void => writeFileSync(join(home, 'p.md'), text);
    write('---\nmodel: x\nGo.');
    expect(flat((await run(['send', '-T', 'p.md'])).stderr)).toContain(
      'line 1: the front matter that begins here has no end',
    );
    write('---\n---\nGo.\n\n---\n\nOn.');
    expect(question(await sent(['-T', 'p.md']))).toBe('Go.\n\n---\n\nOn.');
    write('\uFEFF---\r\nmodel: windows\r\n---\r\nGo.\r\n');
    expect(await sent(['-T', 'p.md'])).toMatchObject({ model: 'windows', messages: [{ content: 'Go.' }] });
  });

  it('that would unfold to more than anybody wrote is refused', async () => {
    const bomb = [
      'a: &a [x, x, x, x, x, x, x, x]',
      ...'bcdefgh'.split('').map((name, index) => {
        const before = 'abcdefg'[index];
        return `${name}: &${name} [${Array(8).fill(`*${before}`).join(', ')}]`;
      }),
    ].join('\n');
    writeFileSync(join(home, 'p.md'), `---\n${bomb}\n---\nGo.`);
    const { code, stderr } = await run(['send', '-T', 'p.md']);
    expect(code).toBe(3);
    expect(stderr).toContain(join(home, 'p.md'));
  });
});

it('the completion knows prompts and their variables', async () => {
  await keep('review', '{{language=English}} {{tone}}');
  const offered = async (...words: string[]): Promise<string[]> =>
    (await run(['completion', '--complete', '--', ...words])).stdout
      .split('\n')
      .filter((line) => line !== '');
  expect(await offered('send', '-T', '')).toEqual(['review']);
  expect(await offered('prompts', 'show', 'r')).toEqual(['review']);
  expect(await offered('send', '-T', 'review', '-v', '')).toEqual(['language=\totherwise English', 'tone=']);
  expect(await offered('send', '-T', 'review', '--value', 't')).toEqual(['tone=']);
  expect(await offered('send', '--value', '')).toEqual([]);
});
