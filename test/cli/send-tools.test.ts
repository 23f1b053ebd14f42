// `--run-tools` with real child processes: what they get, what is sent back, how they end.
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { gate, type Script, streamReply } from '../../src/mock/index.ts';
import { type RunOptions, runMsg } from './run-msg.ts';

const folder = mkdtempSync(join(tmpdir(), 'msg-tools-'));

/** An answer that asks for the tool `it`. */
const asks = (input: object = {}, text = ''): Script =>
  streamReply({
    content: [
      ...(text === '' ? [] : [{ type: 'text' as const, text }]),
      { type: 'tool_use', id: 'toolu_1', name: 'it', input },
    ] as never,
    stop_reason: 'tool_use',
  });

const tool = (command: readonly string[] | undefined, more: object = {}): string =>
  JSON.stringify([{ name: 'it', input_schema: { type: 'object' }, ...(command && { command }), ...more }]);

async function run(
  command: readonly string[] | undefined,
  replies: readonly Script[],
  { argv = [], more = {}, ...options }: RunOptions & { argv?: readonly string[]; more?: object } = {},
) {
  const result = await runMsg(['send', 'go', '--tools', tool(command, more), '--run-tools', ...argv], {
    mock: { replies },
    ...options,
  });
  const bodies = result.requests.map(
    ({ json }) => json as { messages: { content: unknown }[]; tools: object[] },
  );
  return { ...result, bodies, results: bodies.map(({ messages }) => messages.at(-1)?.content) };
}

const done = streamReply('Done.');

describe('--run-tools', () => {
  it('gives the input as JSON on stdin and sends stdout back', async () => {
    const { code, stdout, stderr, bodies, results } = await run(['cat'], [asks({ zone: 'É"$HOME' }), done]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'Done.\n' });
    expect(bodies[0]?.tools).toEqual([{ name: 'it', input_schema: { type: 'object' } }]);
    expect(bodies[1]?.messages[1]).toEqual({
      role: 'assistant',
      content: [{ type: 'tool_use', id: 'toolu_1', name: 'it', input: { zone: 'É"$HOME' } }],
    });
    expect(results[1]).toEqual([
      { type: 'tool_result', tool_use_id: 'toolu_1', content: '{"zone":"É\\"$HOME"}' },
    ]);
    expect(stderr).toContain('msg: running it: cat with {"zone":"É\\"$HOME"}');
    expect(stderr).toContain('msg: it done: ');
  });

  it('keeps the text of several turns apart', async () => {
    const { stdout } = await run(['true'], [asks({}, 'Let me look.'), done]);
    expect(stdout).toBe('Let me look.\nDone.\n');
  });

  it('never asks a shell', async () => {
    const trace = join(folder, 'trace');
    const { results } = await run(['echo', `$(touch ${trace})`, '; id', '*'], [asks(), done]);
    expect(results[1]).toMatchObject([{ content: `$(touch ${trace}) ; id *\n` }]);
    expect(existsSync(trace)).toBe(false);
  });

  it('marks a failing command as an error', async () => {
    const { code, results, stderr } = await run(
      ['sh', '-c', 'echo partly; echo broken >&2; exit 3'],
      [asks(), done],
    );
    expect(code).toBe(0);
    expect(results[1]).toMatchObject([{ is_error: true, content: 'exit code 3\nbroken\npartly' }]);
    expect(stderr).toContain('it failed: exit code 3');
  });

  it('marks a command that cannot be started as an error', async () => {
    const { results } = await run(['/no/such/program'], [asks(), done]);
    expect(results[1]).toMatchObject([{ is_error: true, content: '/no/such/program: command not found' }]);
  });

  it('stops a command after its timeout', async () => {
    const { results } = await run(['sh', '-c', 'echo begun; sleep 60'], [asks(), done], {
      more: { timeout: 6 },
    });
    expect(results[1]).toMatchObject([
      { is_error: true, content: 'stopped after 6 s without an end\nbegun' },
    ]);
  });

  it('stops after --max-turns rounds and prints what is still asked for', async () => {
    const answer = await run(['true'], [asks(), asks(), asks()], { argv: ['--max-turns', '2'] });
    expect(answer).toMatchObject({
      code: 0,
      stdout: `${JSON.stringify({ type: 'tool_use', id: 'toolu_1', name: 'it', input: {} })}\n`,
    });
    expect(answer.requests).toHaveLength(3);
    expect(answer.stderr).toContain('still asks for tools after 2 turns (--max-turns)');
  });

  it('that reached --max-turns is no normal end for --strict', async () => {
    const answer = await run(['true'], [asks(), asks()], { argv: ['--max-turns', '1', '--strict'] });
    expect(answer.code).toBe(12);
    expect(answer.stderr).toContain('still asks for tools after one turn (--max-turns)');
    expect((await run(['true'], [asks(), done], { argv: ['--max-turns', '1', '--strict'] })).code).toBe(0);
  });

  it('stops after ten rounds by itself', async () => {
    const answer = await run(
      ['true'],
      Array.from({ length: 11 }, () => asks()),
    );
    expect(answer.requests).toHaveLength(11);
  });

  it('runs nothing when a call has no command', async () => {
    const other = { name: 'other', input_schema: {}, command: ['true'] };
    const tools = JSON.stringify([...JSON.parse(tool(undefined)), other]);
    const answer = await runMsg(['send', 'go', '--tools', tools, '--run-tools'], {
      mock: { replies: [asks()] },
    });
    expect(answer.code).toBe(0);
    expect(JSON.parse(answer.stdout)).toMatchObject({ type: 'tool_use', name: 'it' });
    expect(answer.stderr).toContain('declares no command');
  });

  it('ends the child on Ctrl-C', async () => {
    const pidFile = join(folder, 'pid');
    const command = ['sh', '-c', `echo $$ > ${pidFile}; exec sleep 60`];
    const answer = await run(command, [asks()], {
      async during({ shows, interrupt }) {
        await shows('running it', 'stderr');
        while (!existsSync(pidFile) || readFileSync(pidFile, 'utf8') === '') await new Promise(setImmediate);
        interrupt();
      },
    });
    expect(answer.code).toBe(130);
    expect(answer.stderr).toContain('Interrupted.');
    const pid = Number(readFileSync(pidFile, 'utf8'));
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });

  it('runs and sends nothing for a reader that has gone away', async () => {
    const file = join(folder, 'gone');
    const whole = asks({}, 'Let me look.');
    const end = whole.findLastIndex((step) => JSON.stringify(step).includes('message_delta'));
    const answer = await run(
      ['touch', file],
      [[...whole.slice(0, end), gate('rest'), ...whole.slice(end)], done],
      {
        async during({ shows, closeStdout }) {
          await shows('Let me look.');
          closeStdout();
        },
      },
    );
    expect(answer).toMatchObject({ code: 0, stdout: 'Let me look.', stderr: '' });
    expect(answer.requests).toHaveLength(1);
    expect(existsSync(file)).toBe(false);
  });

  it('in JSON tells every turn as one object, and nothing else', async () => {
    const { stdout } = await run(['true'], [asks(), done], { argv: ['-o', 'stream-json'] });
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string });
    expect(lines.filter(({ type }) => type === 'msg.result')).toHaveLength(2);
    const cut = await run(['true'], [asks(), asks()], { argv: ['--json', '--max-turns', '1'] });
    expect(cut.stdout.match(/"type": "tool_use"/g)).toHaveLength(2);
    expect(cut.stdout).not.toContain('{"type":"tool_use"');
  });

  it.each([
    [[], '--run-tools needs a tool with a command.'],
    [['--tools', tool(undefined)], '--run-tools needs a tool with a command.'],
    [['--tools', tool([])], 'The command of tool "it" is not a list of strings'],
    [['--tools', tool(['x'], { timeout: -1 })], 'is not a positive number of seconds'],
  ])('with %j is a usage error', async (argv, says) => {
    const answer = await runMsg(['send', 'go', '--run-tools', ...argv]);
    expect(answer).toMatchObject({ code: 2, requests: [] });
    expect(answer.stderr).toContain(says);
  });
});

it('a tool call nobody runs is printed as JSON behind the text, and the exit code is 0', async () => {
  const answer = await runMsg(['send', 'go', '--tools', tool(['touch', join(folder, 'never')])], {
    mock: { replies: [asks({ a: 1 }, 'Calling.')] },
  });
  expect(answer).toMatchObject({
    code: 0,
    stdout: 'Calling.\n{"type":"tool_use","id":"toolu_1","name":"it","input":{"a":1}}\n',
    stderr: '',
  });
  expect(existsSync(join(folder, 'never'))).toBe(false);
});
