// msg sessions usage: what kept answers took and cost, by profile, model or day.
import { priceFinder } from '../../chat/store/answer-prices.ts';
import {
  paidAnswers,
  type Spending,
  type SpendingGroup,
  spendingBy,
  spendingGroups,
  sumOf,
} from '../../chat/store/session-spending.ts';
import { isMsgError } from '../../errors.ts';
import { exitCodes } from '../../exit-codes.ts';
import { type CommonOptions, commonFlags } from '../../profiles/flags.ts';
import { moneyText, pricesAsOf } from '../../profiles/prices.ts';
import { jsonText } from '../../text/json.ts';
import { oneLine } from '../../text/sanitize.ts';
import { type Cell, tableText } from '../../text/table.ts';
import type { Theme } from '../../text/theme.ts';
import type { Declaration } from '../command.ts';
import { sessionsContext } from './session-command.ts';

type UsageOptions = CommonOptions & { by: SpendingGroup; json?: boolean };

export const declareUsage: Declaration = (sessions, context, finish) => {
  const usage = sessions
    .command('usage [session]')
    .summary('tokens and cost, by profile, model or day')
    .description(
      `Tokens and cost of all saved answers, or of those of one session. Answers that were taken back or summarised are included,
because they were paid for. The cost is computed with the current prices of the profile that was used (msg profiles set NAME
price.input=3 price.output=15, or price-factor=0.3), and at api.anthropic.com with Anthropic's price list of ${pricesAsOf}. Without a price,
no cost is shown.`,
    );
  usage
    .addOption(
      usage.createOption('--by <what>', 'what to group by').choices(spendingGroups).default('profile'),
    )
    .option('--json', 'as JSON');
  commonFlags(usage).action(async (which: string | undefined, options: UsageOptions) => {
    const { files, note, print } = sessionsContext(context, options);
    const entries = which === undefined ? files.list() : [files.find(which)];
    const texts = entries.flatMap((entry) => {
      try {
        return files.readText(entry);
      } catch (error) {
        if (which !== undefined || !isMsgError(error)) throw error;
        note(error.message);
        return [];
      }
    });
    const answers = paidAnswers(texts);
    const priceOf = priceFinder(context.store(context.dirs.config, () => {}).read());
    const rows = spendingBy(options.by, answers, priceOf);
    if (options.json)
      await print(
        jsonText({
          [options.by]: rows.map((row) => spendingJson(row, options.by)),
          total: spendingJson(sumOf(answers, priceOf)),
        }),
      );
    else if (rows.length === 0) note('No kept answer says what it took. Next: msg chat');
    else {
      const { stdout } = context.streams;
      const width = stdout.isTTY ? stdout.columns() : Number.POSITIVE_INFINITY;
      const all = rows.length > 1 ? [...rows, { ...sumOf(answers, priceOf), name: 'all' }] : rows;
      await print(spendingText(all, options.by, context.theme('stdout', options.color), width));
    }
    finish(exitCodes.done);
  });
};

function spendingJson({ name, ...row }: Spending, group?: SpendingGroup): object {
  return {
    ...(group === undefined ? {} : { [group]: name }),
    answers: row.answers,
    input_tokens: row.input,
    cache_read_input_tokens: row.cacheRead,
    cache_creation_input_tokens: row.cacheWritten,
    output_tokens: row.output,
    costs: row.costs,
    answers_without_price: row.unpriced,
  };
}

function spendingText(rows: readonly Spending[], group: SpendingGroup, theme: Theme, width: number): string {
  const columns = [
    { title: group.toUpperCase(), rank: 1 },
    { title: 'ANSWERS', rank: 3 },
    { title: 'TOKENS IN', rank: 1 },
    { title: 'FROM CACHE', rank: 4 },
    { title: 'TO CACHE', rank: 5 },
    { title: 'OUT', rank: 1 },
    { title: 'EST. COST', rank: 1 },
  ];
  const count = (value: number): Cell => ({ text: value.toLocaleString('en-US') });
  const cells = rows.map((row): Cell[] => [
    row.name === null ? { text: 'none', style: 'dim' } : { text: oneLine(row.name), style: 'strong' },
    count(row.answers),
    count(row.input),
    count(row.cacheRead),
    count(row.cacheWritten),
    count(row.output),
    costCell(row),
  ]);
  return tableText(columns, cells, theme, width);
}

/** A sum that lacks answers says so. */
function costCell({ costs, unpriced, answers }: Spending): Cell {
  if (unpriced === answers) return { text: 'no price', style: 'dim' };
  const missing = unpriced === 0 ? '' : `, ${unpriced} without a price`;
  return { text: `${costs.map(moneyText).join(' + ')}${missing}` };
}
