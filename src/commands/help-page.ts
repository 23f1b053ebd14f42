// The page of a command, read off the command tree as data. help-layout.ts makes text of it.
import type { Command, Help, Option } from 'commander';
import type { HelpItem, HelpPage, HelpPart } from './help-layout.ts';
import { helpTopics } from './help-topics.ts';

/** Groups that several commands have, in the order of every page; those of one command alone stand before them. */
const sharedGroups = ['Generation:', 'Output:', 'Connection:', 'Network:', 'General:'];

/** The page of a command. `helper` is commander's own reader of the tree. */
export function pageOf(command: Command, helper: Help): HelpPage {
  const names: string[] = [];
  for (let one: Command | null = command; one !== null; one = one.parent) names.unshift(one.name());
  const aliases = command.aliases();
  return {
    usage: `${names.join(' ')} ${command.usage()}`,
    parts: [
      ...partsOf(command.description()),
      ...(aliases.length === 0 ? [] : [{ kind: 'text', text: `Also: ${aliases.join(', ')}` } as const]),
      ...listOf(
        'Arguments:',
        helper.visibleArguments(command).map((one) => ({
          term: one.name(),
          text: helper.argumentDescription(one),
        })),
      ),
      ...listOf('Commands:', subcommandsOf(command)),
      ...(command.parent === null ? [pointers] : optionGroups(command, helper)),
    ],
  };
}

/** The main page fits a terminal of 24 lines: what else there is has pages of its own. */
const pointers: HelpPart = {
  kind: 'text',
  text: `More: msg help COMMAND, or msg help ${helpTopics
    .map(({ name }) => name)
    .join(', ')
    .replace(/, ([^,]*)$/, ' or $1')}`,
};

/** The commands below one, without `help`, which every level has. */
export const subcommandsOf = (command: Command): HelpItem[] =>
  command.commands.map((one) => ({
    term: `${one.name()} ${one.parent?.parent ? one.usage().replace(/^\[options\] ?/, '') : ''}`.trim(),
    text: one.summary() || one.description(),
  }));

function optionGroups(command: Command, helper: Help): HelpPart[] {
  const options = helper.visibleOptions(command);
  const own = options.map(groupOf).filter((title) => !sharedGroups.includes(title));
  return [...new Set([...own, ...sharedGroups])].flatMap((title) =>
    listOf(
      title,
      options
        .filter((option) => groupOf(option) === title)
        .map((option) => ({ term: option.flags, text: helper.optionDescription(option) })),
    ),
  );
}

const groupOf = ({ long, helpGroupHeading }: Option): string =>
  helpGroupHeading ?? (long === '--help' ? 'General:' : 'Options:');

const listOf = (title: string, items: readonly HelpItem[]): HelpPart[] =>
  items.length === 0 ? [] : [{ kind: 'list', title, items }];

/**
 * The parts of a description: paragraphs are parted by empty lines; behind `Examples:` indented lines are commands,
 * elsewhere they stay as they are.
 */
export const partsOf = (description: string): HelpPart[] =>
  description.split('\n\n').map((paragraph): HelpPart => {
    const lines = paragraph.split('\n');
    const [title = '', ...rest] = lines;
    if (/^Examples?:$/.test(title))
      return { kind: 'examples', title, lines: rest.map((line) => line.trim()) };
    const isIndented = (line: string): boolean => line.startsWith('  ');
    const from = lines.findIndex(isIndented);
    if (from === -1) return { kind: 'text', text: lines.join(' ') };
    const to = lines.findLastIndex(isIndented) + 1;
    return {
      kind: 'verbatim',
      before: lines.slice(0, from).join(' '),
      lines: lines.slice(from, to),
      after: lines.slice(to).join(' '),
    };
  });
