// Choosing from a list where nothing can be redrawn: it is shown with numbers, and one or some words are asked for.
import type { Theme } from '../../text/theme.ts';
import { alignedCells, type Choice, type ChoiceList, choiceRow, textOfCells } from './choice.ts';
import { fitting } from './fuzzy.ts';
import type { Prompt } from './prompt-types.ts';

/** A list one can take in at a glance. */
const shownChoices = 15;
const nothingFound: ReadonlySet<number> = new Set();

type Listing = {
  readonly ask: Prompt['ask'];
  readonly write: (text: string) => void;
  readonly columns: () => number;
  readonly theme: Theme;
  /** A script has nobody who would look again. */
  readonly asksAgain: boolean;
};

/** What was chosen, by number, words, or (Enter) the one in use or the first; null when nothing was. */
export async function chooseByNumber<T>(
  { title, choices: coming, current }: ChoiceList<T>,
  { ask, write, columns, theme, asksAgain }: Listing,
): Promise<T | null> {
  const choices = await coming;
  if (choices.length === 0) return null;
  const rows = alignedCells(choices);
  const texts = rows.map(textOfCells);
  const initial = Math.max(
    0,
    choices.findIndex(({ value }) => value === current),
  );
  let listed = choices.map((_, index) => index);
  for (;;) {
    const shown = listed.slice(0, shownChoices);
    for (const [position, index] of shown.entries()) {
      const mark = choices[index]?.value === current && current !== undefined ? theme.glyphs.current : ' ';
      const lead = `${String(position + 1).padStart(2)} ${mark}`;
      const look = { found: nothingFound, isSelected: false, columns: columns() - lead.length - 2, theme };
      write(`${lead} ${choiceRow(rows[index] ?? [], look)}\n`);
    }
    if (listed.length > shown.length) write(`    and ${listed.length - shown.length} more\n`);
    const answer = await ask(`${title}: number or words [${Math.max(1, shown.indexOf(initial) + 1)}]: `, {
      as: 'question',
    });
    if (answer.kind !== 'text') return null;
    const text = answer.text.trim();
    const numbered = shown[text === '' ? Math.max(0, shown.indexOf(initial)) : Number(text) - 1];
    if (numbered !== undefined) return valueAt(choices, numbered);
    const named = choices.findIndex(({ cells }) => cells.some((cell) => cell.text === text));
    const fits = fitting(texts, text);
    const only = named !== -1 ? named : fits.length === 1 ? fits[0]?.index : undefined;
    if (only !== undefined) return valueAt(choices, only);
    if (!asksAgain || fits.length === 0) write(`no ${title} has "${text}" in its row\n`);
    if (!asksAgain) return null;
    if (fits.length > 0) listed = fits.map(({ index }) => index);
  }
}

const valueAt = <T>(choices: readonly Choice<T>[], index: number): T | null => choices[index]?.value ?? null;
