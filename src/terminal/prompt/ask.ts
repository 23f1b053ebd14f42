// Questions on a terminal: a line, a hidden line, yes or no, one of a list. Over node:readline; the line
// editor of `chat` is prompt.ts. Everything is said on stderr: stdout belongs to the answer.
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { MsgError } from '../../errors.ts';
import { nearestNames } from '../../text/nearest-names.ts';
import { visible } from '../../text/sanitize.ts';
import { wrapText } from '../../text/wrap.ts';
import { createGuard } from '../output/guard.ts';

/** Columns from the number of an entry to its label. */
const listIndent = 4;

/** One entry of a list: `label` is matched by what is typed, `note` stands beside it. */
type Choice<T> = { readonly value: T; readonly label: string; readonly note?: string };

export type Asker = {
  /** A line, trimmed; the default when it is empty. */
  line(question: string, preset?: string): Promise<string>;
  /** A line that is not shown, untrimmed: what was pasted is checked by others. */
  hidden(question: string): Promise<string>;
  confirm(question: string, preset: boolean): Promise<boolean>;
  /**
   * One of a list: by number, or by any part of its name; typing narrows the list. `takeOther` may make a value of an
   * answer that is in no name.
   */
  pick<T>(
    question: string,
    choices: readonly Choice<T>[],
    takeOther?: (answer: string) => T | undefined,
  ): Promise<T>;
  /**
   * Takes one step after the other, each of which makes more of `state`. `<` as an answer goes back to the step
   * before that asked something.
   */
  inSteps<T>(state: T, steps: readonly Step<T>[]): Promise<T>;
  say(text: string): void;
};

export type Step<T> = (state: T) => Promise<T>;

/** Thrown by a question that is answered with `<`. */
const stepBack = new Error('back to the question before');

/** Asks on a terminal. Ctrl-C and Ctrl-D at a question throw `interrupted`. */
export function createAsker(input: NodeJS.ReadStream, output: NodeJS.WriteStream): Asker {
  const guard = createGuard();
  let canGoBack = false;
  let questionCount = 0;
  const columns = (): number => output.columns || 80;
  const say = (text: string): void => void output.write(guard(wrapText(text, columns())));

  /** One readline a question: between questions the terminal is in its ordinary state. */
  const ask = (question: string, isHidden: boolean): Promise<string> =>
    new Promise((resolve, reject) => {
      questionCount += 1;
      // The last row is the prompt of the editor: one that wraps would be broken anywhere.
      const rows = wrapText(question.trimEnd(), columns() - 1).split('\n');
      const prompt = `${rows.pop()} `;
      for (const row of rows) say(`${row}\n`);
      const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
      const editor = createInterface({
        input,
        output: isHidden ? silent : output,
        terminal: true,
        historySize: 0,
      });
      let answer: string | undefined;
      if (isHidden) output.write(guard(prompt));
      // Ctrl-C closes the editor, and so does Ctrl-D: without a line, there is no answer.
      editor.on('SIGINT', () => editor.close());
      editor.on('close', () => {
        if (isHidden || answer === undefined) say('\n');
        if (canGoBack && answer?.trim() === '<') reject(stepBack);
        else if (answer !== undefined) resolve(answer);
        else reject(new MsgError('interrupted', 'Nothing was changed.', { details: { signal: 'SIGINT' } }));
      });
      editor.question(isHidden ? '' : guard(prompt), (text) => {
        answer = text;
        editor.close();
      });
    });

  const line: Asker['line'] = async (question, preset) => {
    const hasPreset = preset !== undefined && preset !== '';
    const prompt = hasPreset ? `${question} [${preset}]: ` : `${question}: `;
    const answer = (await ask(prompt, false)).trim();
    return answer === '' && preset !== undefined ? preset : answer;
  };

  return {
    line,
    hidden: (question) => ask(`${question} (not shown): `, true),
    async confirm(question, preset) {
      for (;;) {
        const answer = (await ask(`${question} [${preset ? 'Y/n' : 'y/N'}] `, false)).trim().toLowerCase();
        if (answer === '') return preset;
        if (/^(y|yes)$/.test(answer)) return true;
        if (/^(n|no)$/.test(answer)) return false;
      }
    },
    async pick(question, choices, takeOther) {
      const all = choices.map((choice, index) => ({ choice, number: index + 1 }));
      let list = all;
      for (;;) {
        for (const { choice, number } of list) {
          const note = choice.note === undefined ? '' : `  ${choice.note}`;
          const row = visible(`  ${String(number).padStart(2)}  ${choice.label.padEnd(14)}${note}`);
          say(`${wrapText(row, columns(), listIndent)}\n`);
        }
        const typed = await line(`${question} (number or name)`);
        const answer = typed.toLowerCase();
        const numbered = choices[Number(answer) - 1];
        if (answer !== '' && numbered !== undefined) return numbered.value;
        const exact = choices.find((choice) => choice.label.toLowerCase() === answer);
        if (exact !== undefined) return exact.value;
        const matches = all.filter(({ choice }) =>
          `${choice.label} ${choice.note ?? ''}`.toLowerCase().includes(answer),
        );
        const [only] = matches;
        if (only !== undefined && matches.length === 1) return only.choice.value;
        if (matches.length > 0) {
          list = matches;
          continue;
        }
        const other = takeOther?.(typed);
        if (other !== undefined) return other;
        // Not repeated: it may be a key, pasted one question too early.
        const near = nearestNames(
          answer,
          choices.map((choice) => choice.label),
        );
        list = all.filter(({ choice }) => near.includes(choice.label));
        say(`  Nothing here is called that. ${near.length > 0 ? 'The nearest:' : 'Enter lists all.'}\n`);
      }
    },
    async inSteps(first, steps) {
      let state = first;
      const history: { readonly index: number; readonly state: typeof first }[] = [];
      canGoBack = true;
      try {
        for (let index = 0; index < steps.length; index++) {
          const countBefore = questionCount;
          try {
            const next = await steps[index]?.(state);
            if (questionCount > countBefore) history.push({ index, state });
            state = next ?? state;
          } catch (error) {
            if (error !== stepBack) throw error;
            const last = history.pop();
            if (last === undefined) say('  Nothing was asked before.\n');
            state = last?.state ?? state;
            index = (last?.index ?? index) - 1;
          }
        }
      } finally {
        canGoBack = false;
      }
      return state;
    },
    say,
  };
}
