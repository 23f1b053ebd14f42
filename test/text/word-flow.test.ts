// Rows of whole words: what a line of text becomes in so many columns.
import { describe, expect, it } from 'vitest';
import { releaseTimer } from '../../src/text/release-timer.ts';
import { textWidth } from '../../src/text/width.ts';
import { styledRows, wrappedText, wrapText } from '../../src/text/wrap.ts';
import fc from '../fast-check.ts';

describe('a line breaks', () => {
  it.each([
    ['between words', 'the pool was exhausted', 12, ['the pool was', 'exhausted']],
    ['where a row is just full', 'abcd efgh', 9, ['abcd efgh']],
    ['and spaces go where it does', 'abcd     efgh', 8, ['abcd', 'efgh']],
    [
      'in a word that is longer than a row',
      'a pneumonoultramicroscopic b',
      12,
      ['a', 'pneumonoultr', 'amicroscopic', 'b'],
    ],
    [
      'never in an address',
      'see https://example.com/a/long/path now',
      16,
      ['see', 'https://example.com/a/long/path', 'now'],
    ],
    [
      'never in one without a scheme',
      'at www.example.com/a/long/path',
      16,
      ['at', 'www.example.com/a/long/path'],
    ],
    ['below the text of its item', '- one two three', 9, ['- one two', '  three']],
    ['below the text of a number', '12. one two', 8, ['12. one', '    two']],
    ['below its indentation', '    one two', 9, ['    one', '    two']],
    ['not beside a space that holds together', 'abcd 10\u00a0kg', 9, ['abcd', '10\u00a0kg']],
    ['behind a dash between words', 'word—word', 8, ['word—', 'word']],
  ])('%s', (_, text, columns, rows) => {
    expect(wrapText(text, columns).split('\n')).toEqual(rows);
  });

  it.each([
    ['between ideographs', '每个汉字之间都可以换行', 10, ['每个汉字之', '间都可以换', '行']],
    ['not before what closes', '一二三四五。六', 10, ['一二三四', '五。六']],
    ['not behind what opens', '一二三四「五六」', 10, ['一二三四', '「五六」']],
    ['not before a small kana or a prolonged sound', 'プロンプトーッ', 10, ['プロンプ', 'トーッ']],
    ['between Latin and Chinese', '使用Python编程', 10, ['使用Python', '编程']],
    ['not in a Korean word', '낱말 사이에서', 10, ['낱말', '사이에서']],
    ['not in an emoji of several', '一二三四👩‍👩‍👧五', 10, ['一二三四👩‍👩‍👧', '五']],
  ])('%s', (_, text, columns, rows) => {
    expect(wrapText(text, columns).split('\n')).toEqual(rows);
  });

  it('further in, where it is asked to', () => {
    expect(wrapText('/model [NAME]: list the models', 16, 2)).toBe('/model [NAME]:\n  list the\n  models');
  });
});

it('no row is wider than the screen, no word is lost, and cuts of the text change nothing', () => {
  const word = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
    .filter((text) => !/\s|:|www/.test(text));
  fc.assert(
    fc.property(
      fc.array(word),
      fc.integer({ min: 8, max: 60 }),
      fc.array(fc.nat(300)),
      (words, columns, cuts) => {
        const text = words.join(' ');
        const whole = wrapText(text, columns);
        // What is cut between its characters may be wider there than as one.
        for (const row of whole.split('\n'))
          if (!/[\p{M}\p{Cf}]/u.test(row)) expect(textWidth(row)).toBeLessThanOrEqual(columns);
        expect(whole.replace(/\s/g, '')).toBe(text.replace(/\s/g, ''));
        let written = '';
        const rows = wrappedText({ columns: () => columns, keepsWords: () => true }, (piece) => {
          written += piece;
        });
        const stops = [...new Set(cuts.filter((cut) => isBetweenCharacters(text, cut)))].sort(
          (one, other) => one - other,
        );
        for (const [index, stop] of [...stops, text.length].entries())
          rows.push(text.slice(stops[index - 1] ?? 0, stop));
        rows.end();
        expect(written).toBe(whole);
      },
    ),
  );
});

const isBetweenCharacters = (text: string, at: number): boolean =>
  at < text.length && !/^[\udc00-\udfff]/.test(text.slice(at, at + 1));

it('each row has its style for itself', () => {
  expect(styledRows('a\n\nb', (row) => `<${row}>`)).toBe('<a>\n\n<b>');
});

describe('a word that streams', () => {
  /** Sleepers wake when they are told to. */
  function stopwatch() {
    let now = 0;
    const sleepers: { readonly due: number; readonly wake: () => void }[] = [];
    return {
      clock: {
        now: () => now,
        sleep: (ms: number) => new Promise<void>((wake) => void sleepers.push({ due: now + ms, wake })),
      },
      async go(ms: number) {
        now += ms;
        for (const { due, wake } of sleepers) if (due <= now) wake();
        await new Promise((done) => setImmediate(done));
      },
    };
  }
  const streaming = () => {
    const time = stopwatch();
    let written = '';
    const rows = wrappedText(
      { columns: () => 10, keepsWords: () => true },
      (text) => {
        written += text;
      },
      time.clock,
    );
    return { ...time, ...rows, written: () => written };
  };

  it('waits for its end, not longer than 150 ms, and then goes on where it is', async () => {
    const { push, go, written } = streaming();
    push('one two th');
    expect(written()).toBe('one two');
    await go(149);
    expect(written()).toBe('one two');
    await go(1);
    expect(written()).toBe('one two th');
    push('ree');
    expect(written()).toBe('one two three');
    push(' four');
    await go(150);
    // The terminal has begun another row in the middle of it.
    expect(written()).toBe('one two three four');
  });

  it('has its time for itself', async () => {
    const { push, go, written } = streaming();
    push('one');
    await go(100);
    push(' two');
    await go(100);
    expect(written()).toBe('one');
    await go(50);
    expect(written()).toBe('one two');
  });

  it('is written at once when the text is over, and nothing comes later', async () => {
    const { push, end, go, written } = streaming();
    push('one two');
    end();
    expect(written()).toBe('one two');
    await go(1_000);
    expect(written()).toBe('one two');
  });
});

it('a wait that ends in vain writes nothing', async () => {
  const released: number[] = [];
  let wake = (): void => {};
  const flow = { waiting: () => waiting, release: () => void released.push(waiting) };
  let waiting = 1;
  const sleep = (): Promise<void> =>
    new Promise((done) => {
      wake = done;
    });
  const clock = { now: () => 0, sleep };
  const wait = releaseTimer(flow, 150, clock, () => {});
  wait.watch();
  waiting = 0;
  wait.watch();
  wake();
  await new Promise((done) => setImmediate(done));
  expect(released).toEqual([]);
});
