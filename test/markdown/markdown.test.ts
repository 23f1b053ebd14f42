import { Terminal } from '@xterm/headless';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Highlighter } from '../../src/markdown/code.ts';
import { markdownRenderer } from '../../src/markdown/markdown.ts';
import { plainTheme } from '../../src/text/theme.ts';
import fc from '../fast-check.ts';
import {
  colourTheme,
  namedTheme,
  readyHighlighter,
  render,
  stillClock,
  transcripts,
} from './markdown-screen.ts';

let highlighter: Highlighter;
beforeAll(async () => {
  highlighter = await readyHighlighter();
});

/** The text cut at every byte, each cut decoded as a stream of UTF-8 is. */
function* byteByByte(text: string): Generator<string> {
  const decoder = new TextDecoder();
  for (const byte of new TextEncoder().encode(text))
    yield decoder.decode(Uint8Array.of(byte), { stream: true });
  yield decoder.decode();
}

describe.each(transcripts)('%s', (name, text) => {
  it('reads as its golden', async () => {
    await expect(render([text], { highlighter })).toMatchFileSnapshot(`../golden/markdown/${name}.txt`);
  });

  it('reads without colours as its plain golden', async () => {
    await expect(render([text], { theme: plainTheme })).toMatchFileSnapshot(
      `../golden/markdown/${name}-plain.txt`,
    );
  });

  it('is the same cut at every byte', () => {
    expect(render(byteByByte(text), { highlighter })).toBe(render([text], { highlighter }));
  });

  it('is the same cut anywhere, and ended anywhere', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(text.length), { maxLength: 40 }), fc.nat(text.length), (cuts, end) => {
        const stops = [...new Set([...cuts.filter((cut) => cut < end), end])].sort(
          (one, other) => one - other,
        );
        const pieces = stops.map((stop, index) => text.slice(stops[index - 1] ?? 0, stop));
        expect(render(pieces, { highlighter })).toBe(render([text.slice(0, end)], { highlighter }));
      }),
      { numRuns: 60 },
    );
  });

  it('moves the cursor nowhere but on', () => {
    const written = render(byteByByte(text), { theme: colourTheme, highlighter });
    // Tabs of code are text; every other control character would move something.
    const rest = written.replace(/\x1b\[[0-9;]*m/g, '').replace(/\x1b\]8;;[!-~]*\x1b\\/g, '');
    expect(rest).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f]/);
  });
});

const signs = fc.constantFrom(
  ...[
    '*',
    '**',
    '_',
    '`',
    '```',
    '~~',
    '\n',
    '\n\n',
    '    ',
    '  ',
    '- ',
    '1. ',
    '> ',
    '# ',
    '|',
    '|-|-|',
    '[',
    ']',
    '(',
  ],
  ...[
    ')',
    '!',
    '<',
    '<br>',
    '\\',
    '$',
    '$$',
    'a',
    'word ',
    'https://x.y',
    '日',
    '👍',
    '\r\n',
    '\t',
    '---\n',
    '- [x] ',
    '&amp;',
    '&#x',
    '===\n',
    ' #',
    'a | b\n--- | ---\n',
    '\n> > ',
  ],
);

const widths = [20, 40, 61, 80, 120];

describe.each(widths)('words kept whole in %i columns', (width) => {
  it.each(transcripts)('%s is the same cut at every byte', (_, text) => {
    const look = { highlighter, width, keepsWords: true };
    expect(render(byteByByte(text), look)).toBe(render([text], look));
  });

  it('any text is the same cut anywhere', () => {
    fc.assert(
      fc.property(fc.array(signs, { maxLength: 60 }), fc.boolean(), (pieces, isColoured) => {
        const look = { ...(isColoured ? { highlighter } : { theme: plainTheme }), width, keepsWords: true };
        expect(render(pieces, look)).toBe(render([pieces.join('')], look));
      }),
      { numRuns: 600 },
    );
  });
});

it('survives any text, cut anywhere, and never complains', () => {
  fc.assert(
    fc.property(fc.array(signs, { maxLength: 60 }), fc.boolean(), (pieces, isColoured) => {
      const look = isColoured ? { highlighter } : { theme: plainTheme };
      const written = render(pieces, look);
      expect(written).toBe(render([pieces.join('')], look));
      // Whatever the signs around it mean, no word is lost.
      if (!isColoured)
        expect(written.split('日').length).toBeGreaterThanOrEqual(pieces.join('').split('日').length);
    }),
    { numRuns: 3_000 },
  );
});

const rule = '─'.repeat(40);

describe('what belongs to what', () => {
  it.each([
    ['a list goes on behind empty lines', '1. a\n\n\n1. b\n', ['1. a', '', '2. b']],
    ['a deeper list counts by itself', '2. a\n\n   1. b\n2. c\n', ['2. a', '', '   1. b', '3. c']],
    [
      'less deep than the items inside, deeper than the one around',
      '1. a\n   - b\n   7. c\n1. d\n',
      ['1. a', '   • b', '   7. c', '2. d'],
    ],
    ['a heading in an item does not end its list', '1. a\n   ## b\n1. c\n', ['1. a', '', '## b', '2. c']],
    ['a quote in an item does not end its list', '1. a\n   > b\n1. c\n', ['1. a', '│ b', '2. c']],
    [
      'text at the margin ends all lists',
      '1. a\n   - b\n\ntext\n\n1. c\n',
      ['1. a', '   • b', '', 'text', '', '1. c'],
    ],
    [
      'a quote in an item ends at the next item, whatever its number',
      '11. a\n    > b\n12. c\n',
      ['11. a', '│ b', '12. c'],
    ],
    [
      'a quote ends at a number, and at a rule',
      '> a\n7. b\n\n> a\n---\nc\n',
      ['│ a', '7. b', '', '│ a', rule, 'c'],
    ],
    ['a quoted paragraph goes on below itself', '> a\nb\n', ['│ a', '│ b']],
    ['a quote ends the paragraph before it', 'text\n> 1. a\n', ['text', '│ 1. a']],
    ['behind a line break no space is left', 'a <br> b<BR/> \n', ['a', 'b']],
    [
      'a line break at the end of a line or a text adds nothing',
      'a<br>\nb<br>\n\nc<br>',
      ['a', 'b', '', 'c'],
    ],
    ['two line breaks leave a row empty, and a quote goes on', '> a <br><br> b\n', ['│ a', '│ ', '│ b']],
  ])('%s', (_, source, lines) => {
    expect(render([source], { theme: plainTheme }).trimEnd().split('\n')).toEqual(lines);
  });
});

it('goes on below the text of its item behind line breaks, and no space deeper', () => {
  const look = { theme: plainTheme, width: 20, keepsWords: true };
  expect(render(['- one <br><br>  two three four five<br>six\n'], look).split('\n')).toEqual([
    '• one',
    '',
    '  two three four',
    '  five',
    '  six',
    '',
  ]);
});

it('renders every answer as if it were the first', () => {
  const texts = transcripts.map(([, text]) => text);
  const answer = fc
    .tuple(fc.constantFrom(...texts), fc.nat(2_000))
    .map(([text, length]) => text.slice(0, length));
  fc.assert(
    fc.property(fc.array(answer, { minLength: 2, maxLength: 5 }), fc.boolean(), (answers, isColoured) => {
      const look = isColoured ? { highlighter } : { theme: plainTheme };
      let written = '';
      const renderer = markdownRenderer({
        write: (text) => {
          written += text;
        },
        theme: look.theme ?? namedTheme,
        width: () => 80,
        keepsWords: () => false,
        clock: stillClock,
        ...(isColoured && { loadHighlighter: () => highlighter }),
      });
      for (const text of answers) {
        renderer.push(text);
        renderer.end();
      }
      expect(written).toBe(answers.map((text) => render([text], look)).join(''));
    }),
    { numRuns: 300 },
  );
});

/** The line above code. */
const edge = `<dim>${'─'.repeat(40)}</dim>`;

it.each([
  ['js', 'js', true],
  ['js title="a.js" {1,3}', 'js title="a.js" {1,3}', true],
  ['{.js}', 'js', true],
  ['{js, echo=FALSE}', 'js, echo=FALSE', true],
  ['{title="a"}', 'title="a"', false],
])('a fence with %s says %s of its code', (info, label, isColoured) => {
  const [above, code] = render([`\`\`\`${info}\nconst\n\`\`\`\n`], { highlighter }).split('\n');
  expect(above).toMatch(/^<dim>── .* ─+<\/dim>$/);
  expect(above?.replace(/^<dim>── | ─+<\/dim>$/g, '')).toBe(label);
  expect(code).toBe(isColoured ? '<accent>const</accent>' : 'const');
});

describe('what is decided is shown at once, and nothing else', () => {
  it.each([
    ['Hello', 'Hello'],
    ['one *', 'one'],
    ['one * ', 'one *'],
    ['*on', '<emphasis>on'],
    ['see `co', 'see <code>co'],
    ['a [link](https://exam', 'a'],
    ['a [1] ', 'a [1]'],
    ['go to https://example.com/pa', 'go to <link>https://example.com/pa'],
    ['12', ''],
    ['12 ', '12'],
    ['- i', '<accent>•</accent> i'],
    ['# T', '<title>T'],
    ['> q', '<quote>│</quote> q'],
    ['| a | b |\n|---|---|\n', ''],
    ['```\npart of a li', `${edge}\npart of a li`],
    ['```\ncode\n``', `${edge}\ncode`],
    ['costs $5 or', 'costs $5 or'],
    ['AT&T', 'AT'],
    ['AT&T and', 'AT&T and'],
    ['# Title ##', '<title>Title'],
    ['# Title ## x', '<title>Title ## x'],
    ['Name | Age', 'Name'],
    ['Name | Age\n-', 'Name'],
    ['Name | Age\nx', 'Name | Age\nx'],
    ['Title\n==', 'Title'],
  ])('%j', (text, shown) => {
    let written = '';
    const renderer = markdownRenderer({
      write: (piece) => {
        written += piece;
      },
      theme: namedTheme,
      width: () => 80,
      keepsWords: () => false,
      clock: stillClock,
    });
    renderer.push(text);
    expect(written).toBe(shown);
  });
});

it.each([
  ['***a *b* c', '<strong><emphasis>a *b</emphasis></strong> <strong>c</strong>'],
  ['1234567890. a', '1234567890. a'],
  ['123456789) a', '<accent>123456789)</accent> a'],
  ['- - a', '<accent>•</accent> - a'],
  ['_ a', '_ a'],
  ['note: https://a.b/c: see', 'note: <link>https://a.b/c</link>: see'],
  ['a://b http:x https', 'a://b http:x https'],
  ['&constructor; &amp;', '&constructor; &'],
  ['a\u00a0 **\u3000b \t**c', 'a\u00a0 **\u3000b \t<strong>c</strong>'],
  ['> **a\n> b**', '<quote>│</quote> <strong>a</strong>\n<quote>│</quote> <strong>b</strong>'],
  ['- a\n\n  b\nc', '<accent>•</accent> a\n\n  b\nc'],
  ['at www.example.com/a, or awww.no', 'at <link>www.example.com/a</link>, or awww.no'],
  ['wow www', 'wow www'],
  ['note[^1] and[^a b]', 'note<accent>[1]</accent> and[^a b]'],
  ['[^1]: below', '<accent>[1]</accent>: below'],
  ['a [guide][pg] x[i][jjj] [1][2]', 'a <link>guide</link><accent>[pg]</accent> x[i][jjj] [1][2]'],
  ['a [guide][] b', 'a <link>guide</link><accent>[guide]</accent> b'],
  ['so $x_i^2$ and \\(\\alpha\\) are', 'so xᵢ² and α are'],
  ['it costs $5 and $6, $HOME, or $x and more of it$', 'it costs $5 and $6, $HOME, or $x and more of it$'],
  ['a $x$5 $ y$ $$z$$ b', 'a $x$5 $ y$ z b'],
  ['a $x', 'a $x'],
  ['a\n\n$$\n\\frac{1}{2}\n$$\n\nb', 'a\n\n  1/2\n\nb'],
  ['\\[\n\\begin{aligned}\na &= b \\\\\nc &= d\n\\end{aligned}\n\\]\nb', '  a = b\n  c = d\nb'],
  ['$$\nnever ended\n\n**b**', '  never ended\n\n<strong>b</strong>'],
  [
    '# A\n## B\n### C\n#### D',
    '<title>A</title>\n\n<heading>B</heading>\n\n<strong>C</strong>\n\n<strong><emphasis>D</emphasis></strong>',
  ],
])('%j reads the same whole and cut at every byte', (text, shown) => {
  expect(render([text])).toBe(`${shown}\n`);
  expect(render(byteByByte(text))).toBe(`${shown}\n`);
});

it('makes control sequences of the model harmless', () => {
  const written = render([
    'a&#27;[2J&#x9b;2J&#127;\x1b[2Jb\x1b]52;c;aGk=\x07 `\x1b[1m`\rc\n\n```\n\x1b[A\n```\n[x\x9b](https://e.x/\x1b)',
  ]);
  expect(written).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
});

describe('a highlighter that comes late', () => {
  /** A renderer whose highlighter and whose time come when they are told to. */
  function waiting() {
    let arrive: (highlighter: Highlighter) => void = () => {};
    let fail: (error: Error) => void = () => {};
    const late = new Promise<Highlighter>((resolve, reject) => {
      arrive = resolve;
      fail = reject;
    });
    let endWait = (): void => {};
    const sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
      new Promise((resolve, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason));
        if (ms === 80) endWait = resolve;
      });
    let written = '';
    const renderer = markdownRenderer({
      write: (piece) => {
        written += piece;
      },
      theme: namedTheme,
      width: () => 80,
      keepsWords: () => true,
      clock: { now: () => 0, sleep },
      loadHighlighter: () => late,
    });
    const code = () => written.replace(/<dim>─.*─<\/dim>\n?/g, '');
    return { renderer, code, written: () => written, arrive, fail, endWait: () => endWait() };
  }

  it('is waited for, so that the first line has its colours, and what stands behind the code waits, too', async () => {
    const { renderer, code, written, arrive } = waiting();
    renderer.push('Text\n```ts\nconst a = 1;\n```\nbelow');
    expect(written()).toMatch(/^Text\n\n<dim>── ts ─+<\/dim>$/);
    arrive(highlighter);
    await renderer.settled();
    expect(code()).toBe('Text\n\n<accent>const</accent> a = <warn>1</warn>;\n\n');
    renderer.end();
    expect(code()).toBe('Text\n\n<accent>const</accent> a = <warn>1</warn>;\n\nbelow\n');
  });

  it('is not waited for longer than 80 ms: whole lines are plain, then it goes on in colours', async () => {
    const { renderer, code, arrive, endWait } = waiting();
    renderer.push('```ts\n/* one\nstill ');
    expect(code()).toBe('');
    endWait();
    await renderer.settled();
    expect(code()).toBe('/* one\nstill ');
    arrive(highlighter);
    await new Promise((done) => setImmediate(done));
    renderer.push('two */ const a = 1;\nconst b = 2;\n');
    renderer.end();
    expect(code()).toBe('/* one\nstill two */ const a = 1;\n<accent>const</accent> b = <warn>2</warn>;\n');
  });

  it('is not waited for when the answer is over', () => {
    const { renderer, code } = waiting();
    renderer.push('```ts\nconst a = 1;\n```\n```py\nb = 2\n```\nend');
    renderer.end();
    expect(code()).toBe('const a = 1;\n\nb = 2\n\nend\n');
  });

  it('is not missed when it cannot be loaded', async () => {
    const { renderer, code, fail } = waiting();
    renderer.push('```ts\nconst a = 1;\n');
    fail(new Error('gone'));
    await renderer.settled();
    renderer.push('const b = 2;\n```\n```ts\nconst c = 3;\n```\n');
    renderer.end();
    expect(code()).toBe('const a = 1;\nconst b = 2;\n\nconst c = 3;\n');
  });

  it('is loaded while the answer is awaited, not once it comes', async () => {
    let loads = 0;
    const wakers: (() => void)[] = [];
    const sleep = (_: number, signal?: AbortSignal): Promise<void> =>
      new Promise((resolve, reject) => {
        wakers.push(() => (signal?.aborted ? reject(signal.reason) : resolve()));
      });
    const renderer = markdownRenderer({
      write: () => {},
      theme: namedTheme,
      width: () => 80,
      keepsWords: () => false,
      clock: { now: () => 0, sleep },
      loadHighlighter: () => {
        loads += 1;
        return highlighter;
      },
    });
    const wake = async (): Promise<void> => {
      for (const each of wakers.splice(0)) each();
      await new Promise((done) => setImmediate(done));
    };
    renderer.expect();
    await wake();
    expect(loads).toBe(1);
    renderer.expect();
    renderer.push('Hello');
    await wake();
    expect(loads).toBe(1);
  });
});

describe.each([120, 80, 40])('on a screen of %i columns', (columns) => {
  it.each(['mixed-answer', 'wide-table', 'cjk-japanese', 'emoji'])('%s', async (name) => {
    const text = transcripts.find(([each]) => each === name)?.[1] ?? '';
    const terminal = new Terminal({ cols: columns, rows: 200, allowProposedApi: true });
    const written = render(byteByByte(text), { theme: colourTheme, highlighter, width: columns });
    await new Promise<void>((done) => terminal.write(written.replaceAll('\n', '\r\n'), done));
    const lines = Array.from({ length: 200 }, (_, row) =>
      terminal.buffer.active.getLine(row)?.translateToString(true),
    );
    await expect(`${lines.join('\n').trimEnd()}\n`).toMatchFileSnapshot(
      `../golden/markdown/${name}-${columns}.txt`,
    );
  });
});
