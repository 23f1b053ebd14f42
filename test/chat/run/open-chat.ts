// A chat on a terminal in this process, and the server behind it: what its tests begin with.
import { onTestFinished } from 'vitest';
import { type Mock, type MockOptions, type Script, startMock } from '../../../src/mock/index.ts';
import { type MsgTerminal, type MsgTerminalOptions, openMsg } from '../../msg-terminal.ts';

export type ChatOptions = MsgTerminalOptions & {
  readonly args?: readonly string[];
  readonly replies?: readonly Script[];
  readonly mock?: MockOptions;
};

export type OpenChat = { readonly mock: Mock; readonly terminal: MsgTerminal };

/** Starts both, and ends them with the test. A chat that has the usual prompt is at its first one. */
export async function openChat({
  args = [],
  replies,
  mock: mockOptions,
  env,
  ...options
}: ChatOptions): Promise<OpenChat> {
  const mock = await startMock({ ...mockOptions, ...(replies && { replies }) });
  const terminal = openMsg(['chat', ...args], {
    ...options,
    env: { MSG_BASE_URL: mock.url, MSG_API_KEY: 'sk-test', MSG_MODEL: 'mock-1', EDITOR: '', ...env },
  });
  onTestFinished(async () => {
    await terminal.close();
    await mock.close();
  });
  if (options.stdin === undefined && !args.includes('--plain')) await terminal.see('▸');
  return { mock, terminal };
}

/** A key as the terminal sends it with Ctrl. */
export const control = (letter: string): string => String.fromCharCode(letter.charCodeAt(0) - 96);
export const pasted = (text: string): string => `\x1b[200~${text}\x1b[201~`;
