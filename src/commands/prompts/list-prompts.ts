// msg prompts list, show: looking without touching.
import { isMsgError } from '../../errors.ts';
import { exitCodes } from '../../exit-codes.ts';
import { type CommonOptions, commonFlags } from '../../profiles/flags.ts';
import { jsonText, snakeCase } from '../../text/json.ts';
import { oneLine } from '../../text/sanitize.ts';
import { type Cell, tableText } from '../../text/table.ts';
import type { Variable } from '../../turn/prompts/placeholders.ts';
import type { Prompt } from '../../turn/prompts/prompt-files.ts';
import type { Declaration } from '../command.ts';
import { unknownSubcommand } from '../command-words.ts';
import { type PromptsContext, promptsContext } from './prompt-command.ts';

type ListOptions = CommonOptions & { json?: boolean };

const columns = [
  { title: 'PROMPT', rank: 1, isWhole: true },
  { title: 'VARIABLES', rank: 2 },
  { title: 'MODEL', rank: 4 },
  { title: 'WHAT FOR', rank: 3 },
];

export const declareList: Declaration = (prompts, context, finish) => {
  // The default command gets whatever is no subcommand: the place to say what was meant.
  const list = prompts
    .command('list [word...]', { isDefault: true })
    .usage('[options]')
    .summary('list saved prompts and their variables')
    .description('All saved prompts, with their variables. A variable with a default value can be left out.')
    .option('--json', 'as JSON');
  commonFlags(list).action(async ([word]: string[], options: ListOptions) => {
    if (word !== undefined) throw unknownSubcommand(prompts, word);
    const command = promptsContext(context, options);
    const { files, note, print } = command;
    const names = files.names();
    const rows = await Promise.all(names.map((name) => promptOrProblem(command, name)));
    if (options.json) await print(jsonText(rows.map((row, index) => jsonOf(row, names[index] ?? ''))));
    else if (rows.length === 0) note('No prompt is kept yet. Next: msg prompts add NAME');
    else {
      const { stdout } = context.streams;
      const width = stdout.isTTY ? stdout.columns() : Number.POSITIVE_INFINITY;
      const cells = rows.map((row, index) => cellsOf(row, names[index] ?? ''));
      await print(tableText(columns, cells, context.theme('stdout', options.color), width));
    }
    finish(exitCodes.done);
  });
};

export const declareShow: Declaration = (prompts, context, finish) => {
  const show = prompts
    .command('show <prompt>')
    .summary('print the file of a prompt')
    .description('Prints the file of a prompt, to read it or to share it.')
    .option('--json', 'its content, as JSON');
  commonFlags(show).action(async (name: string, options: ListOptions) => {
    const { files, print } = promptsContext(context, options);
    await print(options.json ? jsonText(jsonOf(await files.read(name), name)) : files.readText(name));
    finish(exitCodes.done);
  });
};

/** A malformed file is shown as such in the list; it must not hide the others. */
async function promptOrProblem({ files }: PromptsContext, name: string): Promise<Prompt | string> {
  try {
    return await files.read(name);
  } catch (error) {
    if (isMsgError(error)) return error.message;
    throw error;
  }
}

const variableText = ({ name, preset }: Variable): string =>
  preset === undefined ? name : `${name}=${preset}`;

function cellsOf(prompt: Prompt | string, name: string): Cell[] {
  if (typeof prompt === 'string')
    return [{ text: name }, { text: '' }, { text: '' }, { text: oneLine(prompt), style: 'bad' }];
  const { variables, settings, description, text } = prompt;
  return [
    { text: name, style: 'strong' },
    { text: oneLine(variables.map(variableText).join(', ')) },
    { text: oneLine(settings.model ?? ''), style: 'dim' },
    { text: oneLine(description ?? text.split('\n')[0] ?? '') },
  ];
}

function jsonOf(prompt: Prompt | string, name: string): object {
  if (typeof prompt === 'string') return { name, problem: prompt };
  const { path, description, text, settings, options, variables } = prompt;
  return {
    name,
    path,
    description: description ?? null,
    variables: variables.map(({ name: variable, preset }) => ({ name: variable, default: preset ?? null })),
    ...Object.fromEntries(
      Object.entries({ ...settings, ...options }).map(([field, value]) => [snakeCase(field), value]),
    ),
    text,
  };
}
