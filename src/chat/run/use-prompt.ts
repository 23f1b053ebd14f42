// `/t NAME`: a kept prompt becomes the next question, with values from the line and from whoever is asked.
import { interrupted, isMsgError } from '../../errors.ts';
import { readObjectArgument } from '../../terminal/json-argument.ts';
import { snakeCase } from '../../text/json.ts';
import type { Cell } from '../../text/table.ts';
import { pathOf } from '../../turn/connection/setting-sources.ts';
import { fillPrompt, valuesOfWords } from '../../turn/prompts/filled-prompt.ts';
import { type Prompt, type PromptFiles, promptFiles } from '../../turn/prompts/prompt-files.ts';
import type { Effect, Overrides } from '../session/chat-session.ts';
import { oneWord } from '../session/slash-command.ts';
import type { Chat } from './chat-types.ts';

/** Fills the prompt that the argument names, or one that is chosen, and asks it. */
export async function usePrompt(
  { argument }: Extract<Effect, { kind: 'use-prompt' }>,
  chat: Chat,
): Promise<void> {
  const { context, prompt: line, apply, screen } = chat;
  const files = promptFiles(context.dirs.config, (path) => pathOf(path, context.dirs));
  const [, typed = '', rest = ''] = /^(\S+)\s*([\s\S]*)$/.exec(argument) ?? [];
  const which = typed === '' ? await chosen(files, chat) : oneWord(typed);
  if (which === null) return;
  const prompt = await files.read(which);
  const { words, text } = leadingValues(rest);
  const ask = async (name: string): Promise<string> => {
    for (;;) {
      const answer = await line.ask(`${name}: `, { as: 'question' });
      if (answer.kind !== 'text') throw interrupted('SIGINT');
      if (answer.text.trim() !== '') return answer.text;
    }
  };
  const { text: filled, layer } = await fillPrompt(prompt, valuesOfWords(words, prompt, '/t'), {
    // A script's next line is a turn, not the answer to a question it knows nothing of.
    ask: line.kind === 'lines' ? undefined : ask,
    command: `/t ${which}`,
    flag: '',
  });
  const overrides = overridesOf({ ...prompt, settings: layer.values }, chat);
  const changes = Object.entries(overrides).map(([name, value]) =>
    name === 'model' ? `model ${value}` : kebabCase(name),
  );
  if (changes.length > 0) screen.say(`for this question: ${changes.join(', ')}`);
  await apply({ kind: 'prompt-filled', text: [filled, text].filter(Boolean).join('\n\n'), overrides });
}

/** `max-tokens` of `maxTokens`, as /set and front matter write it. */
const kebabCase = (name: string): string => snakeCase(name).replaceAll('_', '-');

/** The `name=value` words at the beginning of a text, quoted as in a shell, and what follows them. */
function leadingValues(text: string): { readonly words: readonly string[]; readonly text: string } {
  const words: string[] = [];
  let rest = text;
  for (;;) {
    const [whole, name, value = ''] =
      /^([A-Za-z_][\w.-]*)=("[^"]*"|'[^']*'|(?:\\.|\S)*)(?:\s+|$)/.exec(rest) ?? [];
    if (whole === undefined) return { words, text: rest.trim() };
    words.push(`${name}=${oneWord(value)}`);
    rest = rest.slice(whole.length);
  }
}

/** What the prompt says of its answer, but for what the command line or a slash command has said. */
function overridesOf(
  { settings, options }: Pick<Prompt, 'options'> & { readonly settings: object },
  { session, options: typed }: Chat,
): Overrides {
  const { schema, ...others } = options;
  const whole = {
    ...settings,
    ...others,
    ...(schema === undefined ? {} : { schema: readObjectArgument('schema', schema) }),
  };
  const explicit: Readonly<Record<string, unknown>> = {
    ...typed,
    ...(typed.systemFile === undefined ? {} : { system: typed.systemFile }),
    ...session().overrides,
  };
  return Object.fromEntries(Object.entries(whole).filter(([name]) => explicit[name] === undefined));
}

/** One of the kept prompts; null where none is chosen. A script is told what there is. */
async function chosen(files: PromptFiles, { prompt, screen }: Chat): Promise<string | null> {
  const names = files.names();
  if (names.length === 0) {
    screen.say('no prompt is kept yet; in a shell: msg prompts add NAME');
    return null;
  }
  if (prompt.kind === 'lines') {
    screen.say(names.join('\n'), 'plain');
    return null;
  }
  const choices = names.map(async (name) => ({
    value: name,
    cells: [{ text: name }, await whatFor(name, files)],
  }));
  return prompt.pick({ title: 'prompt', choices: await Promise.all(choices) });
}

/** What a prompt says it is for, or that it cannot be read: that is told when it is chosen. */
async function whatFor(name: string, files: PromptFiles): Promise<Cell> {
  try {
    const { description, text } = await files.read(name);
    return { text: description ?? text.split('\n')[0] ?? '', style: 'dim' };
  } catch (error) {
    if (!isMsgError(error)) throw error;
    return { text: 'cannot be used as it is', style: 'warn' };
  }
}
