// A program with nothing but the prompt: says what was entered, one JSON line each.
import { once } from 'node:events';
import { editText } from '../../../src/terminal/editor.ts';
import type { StandardStreams } from '../../../src/terminal/prompt/open-prompt.ts';
import { createPrompt } from '../../../src/terminal/prompt/prompt.ts';
import { plainTheme } from '../../../src/text/theme.ts';

/** Asks until Ctrl-D. `HISTORY` in the environment holds earlier inputs as JSON, oldest first. */
export async function hostPrompt(
  { stdin, stdout }: StandardStreams,
  env: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const history = (JSON.parse(env['HISTORY'] ?? '[]') as string[]).reverse();
  const prompt = createPrompt({
    input: stdin,
    output: stdout,
    theme: plainTheme,
    history: () => history,
    onCleared: (text) => void history.unshift(text),
    isCommand: (text) => /^\/\S* ?\S*$/.test(text),
    complete: async (text) => {
      const words = ['/model', '/mode', '/profile'].filter((word) => word.startsWith(text));
      return [words, text];
    },
    editor: (text) => editText(text, env),
  });

  for (;;) {
    const input = await prompt.ask('> ');
    if (input.kind === 'end') break;
    if (input.kind === 'interrupt') {
      stdout.write('interrupt\n');
      continue;
    }
    const text = input.text.replace(/^\/run /, '');
    if (text === 'throw') setTimeout(() => Promise.reject(new Error('thrown')));
    if (text === 'busy') {
      stdout.write('answering ');
      await new Promise<void>((resolve) => {
        const done = prompt.whileBusy({
          onTyped: (typing, queued) => void stdin.emit('typed', typing, queued),
          onInterrupt: () => {
            done();
            resolve();
          },
        });
        stdin.once('answered', () => {
          done();
          resolve();
        });
      });
      stdout.write('stopped\n');
      continue;
    }
    if (text === 'question') {
      const answer = await prompt.ask('sure? ', { as: 'question' });
      stdout.write(`answer ${JSON.stringify(answer)}\n`);
      continue;
    }
    const list = /^pick (\d+)( late| broken)?$/.exec(text);
    if (list !== null) {
      const choices = Array.from({ length: Number(list[1]) }, (_, index) => ({
        value: index + 1,
        cells: [{ text: `entry-${index + 1}` }, { text: index % 2 === 0 ? 'odd' : 'even' }],
      }));
      const coming = list[2] === undefined ? choices : once(stdin, list[2].trim()).then(() => choices);
      const chosen = await prompt.pick({ title: 'entry', choices: coming, current: 3 }).catch(String);
      stdout.write(`chosen ${JSON.stringify(chosen)}\n`);
      continue;
    }
    if (text === 'prefilled') {
      const next = await prompt.ask('> ', { initial: 'edit me' });
      stdout.write(`got ${JSON.stringify(next)}\n`);
      continue;
    }
    history.unshift(text);
    const shown =
      text.length > 200
        ? `${text.length} characters, ${text.split('\n').length} lines`
        : JSON.stringify(text);
    stdout.write(`${input.isPasted ? 'pasted' : 'got'} ${shown}\n`);
  }
  prompt.close();
  stdout.write('bye\n');
}
