import { describe, expect, it } from 'vitest';
import { bugText, errorText } from '../../src/commands/error-text.ts';
import { configError, MsgError } from '../../src/errors.ts';
import { Secret } from '../../src/messages/secret.ts';
import { plainTheme, type Theme } from '../../src/text/theme.ts';

const named: Theme = {
  ...plainTheme,
  bad: (text) => `<bad>${text}</bad>`,
  dim: (text) => `<dim>${text}</dim>`,
};

describe('a failure as text', () => {
  it('says what happened, what to do, and the id to quote', () => {
    const error = new MsgError('limit', '429 from h: too many requests.', {
      hint: 'The server asks to wait 7 s.',
      details: { isRetryable: true, requestId: 'req_1' },
    });
    expect(errorText(error, named)).toBe(
      '<bad>msg:</bad> 429 from h: too many requests.\n  The server asks to wait 7 s.\n<dim>  request id: req_1</dim>\n',
    );
  });

  it('gives the next command a line of its own', () => {
    const error = configError('No key.', 'Check the port. Next: msg doctor http://h -m x');
    expect(errorText(error, plainTheme)).toBe(
      'msg: No key.\n  Check the port.\n  Next: msg doctor http://h -m x\n',
    );
  });

  it('breaks a command that is longer than the terminal as a shell takes it, never in a word', () => {
    const error = configError('No key.', 'Next: msg doctor https://host.example/v1 --auth bearer -m model-5');
    expect(errorText(error, plainTheme, 40)).toBe(
      'msg: No key.\n  Next: msg doctor \\\n          https://host.example/v1 \\\n          --auth bearer -m model-5\n',
    );
    const words = configError(
      'No model.',
      'Next: msg profiles set a model=MODEL (msg models -P a lists them)',
    );
    expect(errorText(words, plainTheme, 40)).toBe(
      'msg: No model.\n  Next: msg profiles set a model=MODEL\n        (msg models -P a lists them)\n',
    );
  });

  it('is one line when there is nothing to add', () => {
    expect(errorText(configError('The base URL is empty.'), plainTheme)).toBe(
      'msg: The base URL is empty.\n',
    );
  });

  it('obeys no control characters and holds no key, whatever a server said', () => {
    new Secret('sk-error-text-0123456789');
    const error = new MsgError('request', 'no\x1b[2J sk-error-text-0123456789\nmore', {
      hint: 'see sk-error-text-0123456789\x07',
      details: { isRetryable: false, requestId: 'r\x1b\n1' },
    });
    expect(errorText(error, plainTheme)).toBe(
      'msg: no␛[2J sk-error-… (24 characters) more\n  see sk-error-… (24 characters)␇\n  request id: r␛ 1\n',
    );
  });
});

describe('a bug as text', () => {
  it('is its message, and how to see more', () => {
    expect(bugText(new TypeError('x is undefined'), plainTheme, false)).toBe(
      'msg: x is undefined\n  This is a bug in msg. Run it again with --debug for the stack.\n',
    );
  });

  it('shows its stack when asked for', () => {
    const text = bugText(new TypeError('x is undefined'), plainTheme, true);
    expect(text).toContain('TypeError: x is undefined\n    at ');
    expect(text).not.toContain('--debug');
  });

  it('can be anything that was thrown', () => {
    expect(bugText('just words', plainTheme, true)).toBe('msg: just words\n');
  });

  it('holds no key and no control characters either', () => {
    new Secret('sk-bug-text-0123456789');
    const text = bugText(new Error('sk-bug-text-0123456789 \x1b[2J'), plainTheme, true);
    expect(text).not.toContain('0123456789');
    expect(text).not.toContain('\x1b');
  });
});
