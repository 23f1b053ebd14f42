// The session machine: inputs in, state and effects out.
import { expect, test } from 'vitest';
import {
  type Effect,
  newSession,
  type Session,
  type SessionInput,
} from '../../src/chat/session/chat-session.ts';
import { slashCommands } from '../../src/chat/session/slash.ts';
import { step } from '../../src/chat/session/step.ts';
import type { Author } from '../../src/chat/session/turns.ts';
import { MsgError } from '../../src/errors.ts';
import type { ContentBlock } from '../../src/messages/types.ts';

const author: Author = { model: 'm', endpoint: 'https://a', context: '' };

/** A session after these inputs; strings are lines. `effects` are those of the last one. */
function after(...inputs: (string | SessionInput)[]): { session: Session; effects: readonly Effect[] } {
  let session = newSession();
  let effects: readonly Effect[] = [];
  for (const input of inputs)
    ({ session, effects } = step(session, typeof input === 'string' ? { kind: 'line', text: input } : input));
  return { session, effects };
}
const answer = (text: string, over: object = {}): SessionInput => ({
  kind: 'message',
  message: { role: 'assistant', content: [{ type: 'text', text }] },
  madeBy: author,
  usage: { input_tokens: 10, output_tokens: 5 },
  stopReason: 'end_turn',
  ...over,
});
const calling = (...names: string[]): SessionInput => ({
  kind: 'message',
  message: {
    role: 'assistant',
    content: names.map((name): ContentBlock => ({ type: 'tool_use', id: `id-${name}`, name, input: {} })),
  },
  madeBy: author,
  stopReason: 'tool_use',
});
const broken = (error: MsgError | null, ...content: ContentBlock[]): SessionInput => ({
  kind: 'turn-broken',
  content,
  madeBy: author,
  error,
});
const text = (words: string): ContentBlock => ({ type: 'text', text: words });
const kinds = (effects: readonly Effect[]): string[] => effects.map(({ kind }) => kind);
const said = (effects: readonly Effect[]): string =>
  effects.flatMap((effect) => (effect.kind === 'say' ? [effect.text] : [])).join('\n');
const contents = ({ turns }: Session): unknown[] => turns.map(({ message }) => message.content);

test('a turn that ends with the chat keeps what arrived and advises nothing', () => {
  const { session, effects } = after('go', {
    ...broken(null, text('Half')),
    isLeaving: true,
  } as SessionInput);
  expect(kinds(effects)).toEqual(['record']);
  expect(contents(session)).toEqual(['go', [text('Half')]]);
});

test('a line is recorded before it is sent', () => {
  const { session, effects } = after('hello');
  expect(kinds(effects)).toEqual(['record', 'send']);
  expect(contents(session)).toEqual(['hello']);
});

test('blank lines are nothing', () => {
  expect(after('  ').effects).toEqual([]);
});

test('usage adds up over the session', () => {
  expect(after('a', answer('1'), 'b', answer('2')).session.totals).toEqual({
    requests: 2,
    input: 20,
    cacheRead: 0,
    cacheWritten: 0,
    output: 10,
  });
});

test('Ctrl-C twice within two seconds leaves with 130; later, or with a line between, it does not', () => {
  const first: SessionInput = { kind: 'interrupt', at: 1_000 };
  expect(said(after(first).effects)).toBe('Ctrl-C again leaves, so does Ctrl-D.');
  expect(after(first, { kind: 'interrupt', at: 3_000 }).effects).toEqual([{ kind: 'leave', exitCode: 130 }]);
  expect(kinds(after(first, { kind: 'interrupt', at: 3_001 }).effects)).toEqual(['say']);
  expect(kinds(after(first, '/history', { kind: 'interrupt', at: 1_500 }).effects)).toEqual(['say']);
});

test('an interrupted turn keeps all that arrived, but its calls wait for nothing', () => {
  const arrived = [
    { type: 'thinking', thinking: 'hm' },
    text('Half'),
    { type: 'tool_use', id: 't', name: 'x', input: '{"a' },
  ];
  const { session, effects } = after('go', broken(null, ...arrived));
  expect(session.turns[1]).toMatchObject({ wasInterrupted: true, message: { content: arrived } });
  expect(kinds(effects)).toEqual(['record', 'say']);
  expect(said(effects)).toContain('/continue');
  expect(said(after('go', broken(null, ...arrived), '/tool-result 1').effects)).toBe(
    'no tool call is waiting',
  );
});

test.each<[string, ContentBlock[]]>([
  ['only thinking', [{ type: 'thinking', thinking: 'hm' }]],
  ['a blank', [text(' \n')]],
  ['half a call', [{ type: 'tool_use', id: 't', name: 'x', input: '{"a' }]],
])('of %s the question is as good as unanswered', (_, content) => {
  expect(said(after('go', broken(null, ...content)).effects)).toBe('interrupted: /retry asks again');
  expect(kinds(after('go', broken(null, ...content), '/continue').effects)).toEqual(['send']);
  const next = after('go', broken(null, ...content), 'second');
  expect(contents(next.session)).toEqual(['second']);
  expect(next.effects[0]).toEqual({ kind: 'rewind', keep: 0 });
});

test('a question without any answer is dropped when another one follows, and this is said', () => {
  const { session, effects } = after('first', broken(null), 'second');
  expect(contents(session)).toEqual(['second']);
  expect(kinds(effects)).toEqual(['rewind', 'say', 'record', 'send']);
  expect(said(effects)).toBe('the question before had no answer: it is left out');
});

test('/retry sends an unanswered question again, and replaces an answer', () => {
  expect(kinds(after('go', broken(null), '/retry').effects)).toEqual(['send']);
  const { session, effects } = after('go', answer('no'), '/retry');
  expect(contents(session)).toEqual(['go']);
  expect(effects).toEqual([{ kind: 'rewind', keep: 1 }, { kind: 'send' }]);
});

test('/retry after a tool round goes back to the question', () => {
  const results: SessionInput = {
    kind: 'message',
    message: { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'id-x', content: '1' }] },
  };
  expect(contents(after('go', calling('x'), results, answer('done'), '/retry').session)).toEqual(['go']);
});

test('/continue asks for the rest; a paused turn is sent back as it is', () => {
  const cut = after('go', answer('Half', { stopReason: 'max_tokens' }), '/continue');
  expect(cut.session.turns).toHaveLength(3);
  expect(kinds(after('go', answer('Half', { stopReason: 'pause_turn' }), '/continue').effects)).toEqual([
    'send',
  ]);
});

test('/continue goes on with calls that wait for their results, unless they were cut', () => {
  expect(kinds(after('go', calling('x'), '/continue').effects)).toEqual(['send']);
  const cut: SessionInput = { ...calling('x'), stopReason: 'max_tokens' } as SessionInput;
  expect(said(after('go', cut, '/continue').effects)).toBe('');
  expect(after('go', cut, '/continue').session.turns).toHaveLength(3);
});

test('what is behind the question can be continued after a failure; a question alone is asked again', () => {
  const results: SessionInput = {
    kind: 'message',
    message: { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'id-x', content: '1' }] },
  };
  expect(said(after('go', calling('x'), broken(null)).effects)).toContain('/continue');
  expect(said(after('go', calling('x'), results, broken(null)).effects)).toContain('/continue');
  expect(said(after('go', broken(null)).effects)).toBe('interrupted: /retry asks again');
});

test.each([
  ['max_tokens', '/continue'],
  ['model_context_window_exceeded', '/compact'],
  ['refusal', 'declined'],
  ['pause_turn', '/continue'],
])('the stop reason %s is worth a word', (stopReason, word) => {
  const { effects } = after('go', answer('x', { stopReason }), {
    kind: 'turn-ended',
    end: 'answered',
    stopReason,
  });
  expect(said(effects)).toContain(word);
});

test('/undo takes back questions with everything after them', () => {
  const { session, effects } = after('a', answer('1'), 'b', answer('2'), 'c', answer('3'), '/undo 2');
  expect(contents(session)).toEqual(['a', [text('1')]]);
  expect(effects[0]).toEqual({ kind: 'rewind', keep: 2 });
  expect(contents(after('a', answer('1'), '/undo 9').session)).toEqual([]);
  expect(said(after('/undo').effects)).toBe('there is nothing to undo');
  expect(said(after('a', '/undo x').effects)).toContain('takes a number');
});

test('long questions are shortened between characters, never inside one', () => {
  const question = '🎉'.repeat(100);
  expect(said(after(question, answer('1'), '/history').effects)).toBe(`  1  ${'🎉'.repeat(69)}…`);
  expect(said(after(question, answer('1'), '/undo').effects)).toBe(
    `took back your message and all after it: ${'🎉'.repeat(59)}…`,
  );
});

test('/edit changes nothing before the edit is done', () => {
  const { session, effects } = after('a', answer('1'), 'b', answer('2'), '/edit');
  expect(session.turns).toHaveLength(4);
  expect(effects).toEqual([{ kind: 'edit', text: 'b', keep: 2 }]);
  const edited = after('a', answer('1'), 'b', answer('2'), { kind: 'edited', text: 'B', keep: 2 });
  expect(contents(edited.session)).toEqual(['a', [text('1')], 'B']);
  expect(kinds(edited.effects)).toEqual(['show-question', 'rewind', 'record', 'send']);
  expect(kinds(after('a', answer('1'), { kind: 'edited', text: ' ', keep: 0 }).effects)).toEqual(['say']);
});

test('attachments go with the next message only', () => {
  const image: ContentBlock = { type: 'image', source: { type: 'url', url: 'https://x/y.png' } };
  const attached: SessionInput = { kind: 'attached', attachments: [{ name: 'y.png', blocks: [image] }] };
  const { session } = after(attached, 'look', answer('ok'), 'again');
  expect(contents(session)).toEqual([[image, text('look')], [text('ok')], 'again']);
  expect(contents(after(attached, '/detach', 'look').session)).toEqual(['look']);
  expect(contents(after(attached, '').session)).toEqual([[image]]);
});

test('what is attached waits for the next message in another conversation too, and this is said', () => {
  const image: ContentBlock = { type: 'image', source: { type: 'url', url: 'https://x/y.png' } };
  const attached: SessionInput = { kind: 'attached', attachments: [{ name: 'y.png', blocks: [image] }] };
  for (const another of ['/clear', { kind: 'resumed', turns: [], summaries: [] } as const]) {
    const { session, effects } = after('a', answer('1'), attached, another);
    expect(session).toMatchObject({ turns: [], attachments: [{ name: 'y.png' }] });
    expect(said(effects)).toContain('still attached for the next message: y.png (/detach drops it)');
    expect(said(after('a', another).effects)).not.toContain('attached');
  }
});

test('/continue leaves what is attached for the next message, and /undo knows it by its name', () => {
  const image: ContentBlock = { type: 'image', source: { type: 'url', url: 'https://x/y.png' } };
  const attached: SessionInput = { kind: 'attached', attachments: [{ name: 'y.png', blocks: [image] }] };
  const cut = ['a', answer('1', { stopReason: 'max_tokens' }), attached, '/continue'] as const;
  expect(contents(after(...cut).session).at(-1)).toEqual(expect.stringContaining('cut off'));
  expect(contents(after(...cut, answer('2'), 'look').session).at(-1)).toEqual([image, text('look')]);
  expect(said(after(...cut, answer('2'), '/undo').effects)).toBe(
    'took back your message and all after it: /continue',
  );
});

test('the files of an unanswered question go with the next one', () => {
  const image: ContentBlock = { type: 'image', source: { type: 'url', url: 'https://x/y.png' } };
  const attached: SessionInput = { kind: 'attached', attachments: [{ name: 'y.png', blocks: [image] }] };
  const { session, effects } = after(attached, 'look', broken(null), 'what is it?');
  expect(contents(session)).toEqual([[image, text('what is it?')]]);
  expect(said(effects)).toContain('its files go with this one');
});

test('files larger than a request may be are told at once, and after a 413 how to get rid of them', () => {
  const half: SessionInput = {
    kind: 'attached',
    attachments: [{ name: 'a', blocks: [text('x'.repeat(17e6))] }],
  };
  expect(said(after(half).effects)).toBe('attached for the next message: a');
  expect(said(after(half, half).effects)).toContain('35 MB are more than a request may hold: /detach');
  const tooLarge = new MsgError('request', 'Too large.', { details: { status: 413, isRetryable: false } });
  expect(said(after(half, 'look', broken(tooLarge)).effects)).toContain('/undo takes the question back');
});

test('/edit and /history know what was asked, not what /continue asked', () => {
  const cut = ['a', answer('1', { stopReason: 'max_tokens' }), '/continue', answer('2')] as const;
  expect(after(...cut, '/edit').effects).toEqual([{ kind: 'edit', text: 'a', keep: 0 }]);
  expect(said(after(...cut, '/history').effects)).toBe('  1  a');
});

test('/edit that changes nothing asks nothing', () => {
  const { session, effects } = after('a', answer('1'), { kind: 'edited', text: 'a', keep: 0 });
  expect(contents(session)).toEqual(['a', [text('1')]]);
  expect(said(effects)).toContain('nothing changed');
});

test('/edit takes what was written, and keeps its files and those that wait', () => {
  const file = text('a.txt:\n```\nlong\n```');
  const other = text('b.txt:\n```\nshort\n```');
  const attached = (block: ContentBlock): SessionInput => ({
    kind: 'attached',
    attachments: [{ name: 'f', blocks: [block] }],
  });
  const asked = [attached(file), 'what is it?', answer('1'), attached(other)] as const;
  expect(after(...asked, '/edit').effects).toEqual([{ kind: 'edit', text: 'what is it?', keep: 0 }]);
  expect(said(after(...asked, '/history').effects)).toBe('  1  what is it?');
  const { session } = after(...asked, { kind: 'edited', text: 'and now?', keep: 0 });
  expect(contents(session)).toEqual([[file, other, text('and now?')]]);
});

test('open tool calls get their results first', () => {
  const { effects } = after('go', calling('x'), {
    kind: 'turn-ended',
    end: 'unanswerable',
    stopReason: 'tool_use',
  });
  expect(said(effects)).toBe('waiting for the result of x: /tool-result TEXT');
  const byHand = after('go', calling('x'), '/tool-result 42');
  expect(byHand.session.turns.at(-1)?.message.content).toEqual([
    { type: 'tool_result', tool_use_id: 'id-x', content: '42' },
  ]);
  expect(byHand.effects).toMatchObject([{ kind: 'record' }, { kind: 'send' }]);
  // A call nobody answered gets its result where the request is built.
  expect(contents(after('go', calling('x'), 'never mind').session).at(-1)).toBe('never mind');
});

test('a call the limit cut is told, and what goes on from there', () => {
  const ended: SessionInput = { kind: 'turn-ended', end: 'cut-call', stopReason: 'max_tokens' };
  expect(said(after('go', calling('x'), ended).effects)).toBe(
    'the tool call is not whole, so it was not run; cut at the output limit: /continue, or raise it with /set max-tokens N',
  );
});

test('several open tool calls are answered one after the other, and sent together', () => {
  const input: SessionInput = { kind: 'turn-ended', end: 'unanswerable', stopReason: 'tool_use' };
  const calls = calling('x', 'y', 'z');
  expect(said(after('go', calls, input).effects)).toBe(
    'waiting for the result of x, then of y, z: /tool-result TEXT',
  );
  const first = after('go', calls, '/tool-result 1');
  expect(said(first.effects)).toBe('waiting for the result of y, then of z: /tool-result TEXT');
  expect(first.session.turns).toHaveLength(2);
  expect(said(after('go', calls, '/tool-result 1', '/tool-result').effects)).toBe(
    'waiting for the result of y, then of z: /tool-result TEXT',
  );
  const all = after('go', calls, '/tool-result 1', '/tool-result 2', '/tool-result 3');
  expect(all.effects).toMatchObject([{ kind: 'record' }, { kind: 'send' }]);
  expect(all.session.turns.at(-1)?.message.content).toMatchObject([
    { tool_use_id: 'id-x', content: '1' },
    { tool_use_id: 'id-y', content: '2' },
    { tool_use_id: 'id-z', content: '3' },
  ]);
  const left = after('go', calls, '/tool-result 1', 'never mind').session;
  expect(left.turns.at(-1)?.message.content).toMatchObject([
    { tool_use_id: 'id-x', content: '1' },
    text('never mind'),
  ]);
  // The same ids may come again in another answer: what was given before is not theirs.
  const again = after('go', calls, '/tool-result 1', '/undo', 'go', calling('x'), '/tool-result new');
  expect(again.session.turns.at(-1)?.message.content).toMatchObject([{ content: 'new' }]);
  expect(said(after('go', answer('ok'), '/tool-result 1').effects)).toBe('no tool call is waiting');
});

test('a waiting call is shown with its input', () => {
  const call = { type: 'tool_use', id: 't', name: 'time', input: { zone: 'UTC' } };
  const message: SessionInput = { kind: 'message', message: { role: 'assistant', content: [call] } };
  expect(said(after('go', message, '/tool-result').effects)).toBe(
    'waiting for the result of time {"zone":"UTC"}: /tool-result TEXT',
  );
});

test('a list is chosen from by number or name, right after it also without the command', () => {
  const listed = { kind: 'listed', command: 'model', names: ['small', 'large'] } as const;
  const model = (...inputs: (string | SessionInput)[]) => after(...inputs).session.overrides.model;
  expect(model(listed, '2')).toBe('large');
  expect(model(listed, ' small ')).toBe('small');
  expect(model(listed, '/model 2')).toBe('large');
  expect(model(listed, '/stats', '/model 1')).toBe('small');
  expect(model('/model other')).toBe('other');
  for (const inputs of [[listed, '3'], [listed, '/model 3'], ['/model 3']]) {
    const { session, effects } = after(...inputs);
    expect(session).toMatchObject({ turns: [], overrides: {} });
    expect(said(effects)).toBe('there is no number 3: /model lists them');
  }
  expect(contents(after(listed, '/stats', '2').session)).toEqual(['2']);
  expect(contents(after(listed, 'small talk').session)).toEqual(['small talk']);
  const profiles = { kind: 'listed', command: 'profile', names: ['work', '1'] } as const;
  for (const [line, name] of [
    ['1', '1'],
    ['/profile 2', '1'],
    ['work', 'work'],
    ['/profile home', 'home'],
  ] as const)
    expect(after(profiles, line).effects).toEqual([{ kind: 'switch-profile', name }]);
});

test('/model takes one name', () => {
  const { session, effects } = after('/model foo bar');
  expect(said(effects)).toBe('/model NAME takes one name, without blanks');
  expect(session.overrides).toEqual({});
});

test('an empty answer is not kept: it could not be sent back', () => {
  const empty: SessionInput = {
    kind: 'message',
    message: { role: 'assistant', content: [] },
    stopReason: 'refusal',
  };
  expect(contents(after('go', empty).session)).toEqual(['go']);
  const ended = (stopReason: string): SessionInput => ({ kind: 'turn-ended', end: 'answered', stopReason });
  expect(said(after('go', empty, ended('refusal')).effects)).toMatch(
    /^the model declined to answer: \/edit .*\/undo/,
  );
  expect(said(after('go', empty, ended('end_turn')).effects)).toBe('the answer is empty: /retry asks again');
});

test.each<[string | null, ContentBlock, string]>([
  [null, { type: 'text', text: 'Half' }, 'The endpoint gave no stop reason, so the answer may be cut.'],
  [
    'length',
    { type: 'text', text: 'Half' },
    'cut at the output limit: /continue, or raise it with /set max-tokens N',
  ],
  ['strange', { type: 'text', text: 'Half' }, 'The answer ended for the reason "strange".'],
  ['end_turn', { type: 'image' }, 'The answer holds no text, only blocks of the type image.'],
  ['stop', { type: 'text', text: 'Whole' }, ''],
])('an answer that ended oddly (%s) is told so', (stopReason, block, says) => {
  const answer: SessionInput = {
    kind: 'message',
    message: { role: 'assistant', content: [block] },
    stopReason,
  };
  expect(said(after('go', answer, { kind: 'turn-ended', end: 'answered', stopReason }).effects)).toBe(says);
});

test.each([
  ['auth', '/doctor'],
  ['protocol', '/doctor'],
  ['network', '/retry'],
  ['limit', '/retry'],
] as const)('a failure of kind %s names the way on', (kind, word) => {
  const error = new MsgError(kind, 'It broke.', { details: { isRetryable: true } as never });
  const { effects } = after('go', broken(error));
  expect(said(effects)).toMatch(/^It broke\.\n/);
  expect(said(effects)).toContain(word);
});

test('what the error advises is shown, the doctor as the command of the chat', () => {
  const error = new MsgError('auth', 'Refused.', {
    hint: 'Try the other header: --auth bearer. Next: msg doctor work',
    details: { isRetryable: false },
  });
  expect(said(after('go', broken(error)).effects)).toBe(
    'Refused.\nTry the other header: --auth bearer (an option of msg chat).\n/doctor finds out why; /profile NAME switches to another provider',
  );
});

test.each([{ isRetryable: false }, { isRetryable: true, isSpent: true }] as const)(
  'a spent quota is not asked again: %j',
  (details) => {
    const error = new MsgError('limit', 'Used up.', { details });
    expect(said(after('go', broken(error)).effects)).not.toContain('/retry');
  },
);

test.each([
  '/etc/hosts looks wrong',
  '/usr/bin/x',
  '/home/user/project what is in it?',
  'C:\\Users\\me looks wrong',
  '\\\\server\\share',
  '/c\\windows',
  '// main.c',
  '//etc',
  '//',
  '/* a comment */ explain',
  '/** @param x */',
  '/^a+$/ matches what?',
  '/tmp is full, why?',
  '/v1 returns 404',
  '/ is the root folder',
  '/1st line',
  ' /help',
  '/help\nis what I typed',
  '/etc/hosts:\n127.0.0.1 x',
  '// main.c\nint x;',
  '/hlep\nme',
])('a path, a comment, several lines are a message as they are: %j', (message) => {
  const { session, effects } = after(message);
  expect(contents(session)).toEqual([message]);
  expect(kinds(effects)).toEqual(['record', 'send']);
});

test.each([
  ['/hlep', '/hlep is not a command: did you mean /help?'],
  ['/modle x', 'did you mean /model?'],
  ['/help! now', 'did you mean /help?'],
  ['/models returns 404', 'did you mean /model?'],
  ['/frobnicate', '/help lists the commands'],
  ['/', '/ is not a command: /help lists the commands'],
])('what looks like a command and is none is not sent: %j', (line, words) => {
  const { session, effects } = after(line);
  expect(session.turns).toEqual([]);
  expect(kinds(effects)).toEqual(['say']);
  expect(said(effects)).toContain(words);
  expect(said(effects)).toContain('(a blank before the slash sends it)');
});

test('a command ends at its line; those that take a text take all of it', () => {
  expect(after('/HELP  \n').effects).toEqual([{ kind: 'help', command: null }]);
  expect(after('/system Be brief.\nBe kind.').session.overrides.system).toBe('Be brief.\nBe kind.');
  expect(contents(after('/attach a.png\n/detach').session)).toEqual(['/attach a.png\n/detach']);
});

test('a question is a message, whatever it begins with', () => {
  expect(contents(after({ kind: 'question', text: '/help' }).session)).toEqual(['/help']);
});

test('/copy takes an answer, an older one, or its last code block', () => {
  const code = 'Look:\n```js\nfirst()\n```\nand\n~~~\nlast()\n~~~\n';
  const copied = (line: string): unknown => after('a', answer('old'), 'b', answer(code), line).effects[0];
  expect(copied('/copy')).toEqual({ kind: 'copy', text: code, toFile: false });
  expect(copied('/copy 2')).toEqual({ kind: 'copy', text: 'old', toFile: false });
  expect(copied('/copy code')).toEqual({ kind: 'copy', text: 'last()\n', toFile: false });
  expect(copied('/copy file')).toEqual({ kind: 'copy', text: code, toFile: true });
});

test.each(['/copy 0', '/copy -1', '/copy all'])('%s copies nothing and says what it takes', (line) => {
  const { effects } = after('a', answer('1'), line);
  expect(effects).toEqual([expect.objectContaining({ kind: 'say', tone: 'warn' })]);
  expect(said(effects)).toContain('a number from 1');
});

test('a command that takes no argument does nothing with one', () => {
  const { session, effects } = after('a', answer('1'), '/clear this line');
  expect(contents(session)).toEqual(['a', [text('1')]]);
  expect(said(effects)).toBe('/clear takes no argument');
});

test.each([
  ['/set max-tokens 100', { maxTokens: 100 }],
  ['/set temperature 0.5', { temperature: 0.5 }],
  ['/set thinking adaptive', { thinking: { type: 'adaptive' } }],
  ['/set thinking 2000', { thinking: { type: 'enabled', budget_tokens: 2000 } }],
  ['/set stop END', { stopSequences: ['END'] }],
  ['/model other', { model: 'other' }],
  ['/system off', { system: '' }],
  ['/set max-tokens -1', {}],
  ['/set temperature warm', {}],
  ['/set constructor 1', {}],
])('%s', (line, overrides) => {
  expect(after(line).session.overrides).toEqual(overrides);
});

test('/set KEY default leaves it out again', () => {
  expect(after('/set top-k 5', '/set top-k default').session.overrides).toEqual({});
});

test('/wrap turns whole words off and on', () => {
  expect(after('/wrap').session.view.keepsWords).toBe(false);
  expect(after('/wrap off').session.view.keepsWords).toBe(false);
  expect(after('/wrap words').session.view.keepsWords).toBe(true);
  expect(said(after('/wrap maybe').effects)).toContain('words or off');
});

test('/raw, /thinking and /stats toggle, or take on and off', () => {
  expect(after('/raw').session.view.isRaw).toBe(true);
  expect(after('/raw off').session.view.isRaw).toBe(false);
  expect(after('/thinking').session.view.showsThinking).toBe(false);
  expect(after('/stats on', '/stats on').session.view.showsStats).toBe(true);
  expect(said(after('/raw maybe').effects)).toContain('on or off');
});

test('/attach reads quoted and escaped paths', () => {
  expect(after(`/attach a.txt "b c.txt" 'd e' f\\ g`).effects).toEqual([
    { kind: 'attach', paths: ['a.txt', 'b c.txt', 'd e', 'f g'], source: '/attach' },
  ]);
});

test('one path may be written as Tab writes it, in quotes, or with its blanks', () => {
  for (const path of ['my\\ dir/a\\ b.md', '"my dir/a b.md"', "'my dir/a b.md'", 'my dir/a b.md']) {
    expect(after('a', `/export ${path}`).effects).toEqual([{ kind: 'export', path: 'my dir/a b.md' }]);
    expect(after(`/system @${path}`).effects).toEqual([{ kind: 'read-system', path: 'my dir/a b.md' }]);
    const attached: SessionInput = {
      kind: 'attached',
      attachments: [{ name: 'my dir/a b.md', blocks: [text('x')] }],
    };
    expect(after(attached, `/detach ${path}`).session.attachments).toEqual([]);
  }
  expect(after('a', '/export C:\\notes\\a.md').effects).toEqual([
    { kind: 'export', path: 'C:\\notes\\a.md' },
  ]);
});

const compacted: Extract<SessionInput, { kind: 'compacted' }> = {
  kind: 'compacted',
  summary: 'They spoke.',
  kept: 2,
  paid: { madeBy: author, usage: { input_tokens: 100, output_tokens: 30 } },
};

test('a summary replaces the older turns', () => {
  const { session, effects } = after('a', answer('1'), 'b', answer('2'), compacted);
  expect(session.totals).toEqual({
    requests: 3,
    input: 120,
    cacheRead: 0,
    cacheWritten: 0,
    output: 40,
  });
  expect(contents(session)).toEqual([
    'Summary of our conversation so far:\n\nThey spoke.',
    'Understood. Let us go on from there.',
    'b',
    [text('2')],
  ]);
  expect(session.turns.every(({ madeBy }) => madeBy === undefined)).toBe(true);
  const { paid } = compacted;
  expect(effects).toEqual([{ kind: 'rewind', keep: 0, replacement: { turns: session.turns, paid } }]);
  expect(said(after('a', answer('1'), 'b', answer('2'), compacted, '/history').effects)).toBe('  1  b');
});

test('/undo takes back what was asked since a summary, then the summary, then what was asked before', () => {
  const talk = ['a', answer('1'), 'b', answer('2')];
  const { turns } = after(...talk).session;
  const since = [...talk, compacted, 'c', answer('3')];
  expect(contents(after(...since, '/undo').session)).toEqual(contents(after(...talk, compacted).session));
  const { session, effects } = after(...since, '/undo', '/undo');
  expect(session.turns).toEqual(turns);
  expect(session.summaries).toEqual([]);
  expect(effects[0]).toEqual({ kind: 'rewind', keep: 0, replacement: { turns, isUndo: true } });
  expect(said(effects)).toBe('the summary is taken back: the conversation has 4 messages');
  expect(after(...since, '/undo 2').session.turns).toEqual(turns);
  expect(contents(after(...since, '/undo 3').session)).toEqual(['a', [text('1')]]);
  expect(after(...since, '/undo 9').session).toMatchObject({ turns: [], summaries: [] });
  expect(said(after(...talk, compacted, '/compact').effects)).toBe('there is nothing to summarise yet');
  const twice = after(...since, compacted, '/undo').session;
  expect(twice.turns).toEqual(after(...since).session.turns);
  expect(contents(after(...talk, compacted, '/retry', answer('2b'), '/undo').session)).toEqual([
    ...['a', [text('1')], 'b'],
    [text('2b')],
  ]);
});

test('every command of the table is named once, has a summary, and survives an empty session', () => {
  const names = slashCommands.flatMap(({ name, aliases = [] }) => [name, ...aliases]);
  expect(new Set(names).size).toBe(names.length);
  for (const { name, summary } of slashCommands) {
    expect(summary).not.toBe('');
    expect(() => after(`/${name}`, `/${name} x`)).not.toThrow();
  }
  const wanted =
    'help exit clear model profile system set retry continue edit undo attach detach paste copy save resume export history usage stats context raw wrap thinking tools tool-result curl headers doctor compact';
  expect(names).toEqual(expect.arrayContaining(wanted.split(' ')));
});
