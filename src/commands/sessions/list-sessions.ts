// msg sessions list, search: looking without touching.

import { foundText, sessionsText } from '../../chat/store/sessions-text.ts';
import { usageError } from '../../errors.ts';
import { exitCodes } from '../../exit-codes.ts';
import { type CommonOptions, commonFlags } from '../../profiles/flags.ts';
import { jsonText } from '../../text/json-text.ts';
import { didYouMean } from '../../text/nearest-names.ts';
import { type Declaration, openDesk, sessionJson } from './session-command.ts';

export const declareList: Declaration = (sessions, context, finish) => {
  // The default command gets whatever is no subcommand: the place to say what was meant.
  const list = sessions
    .command('list [word...]', { isDefault: true })
    .alias('ls')
    .usage('[options]')
    .summary('all sessions, the last used first')
    .description('All sessions, the last used first.')
    .option('--json', 'as JSON');
  commonFlags(list).action(async (words: string[], options: CommonOptions & { json?: boolean }) => {
    const [word] = words;
    if (word !== undefined) {
      const meant = didYouMean(
        word,
        sessions.commands.map((one) => one.name()),
      );
      throw usageError(`There is no "msg sessions ${word}".${meant}`, 'Next: msg sessions --help');
    }
    const { files, note, print } = openDesk(context, options);
    const all = files.list();
    if (options.json) await print(jsonText(all.map(sessionJson)));
    else if (all.length === 0) note('No session is kept yet. Next: msg chat');
    else {
      const { clock, streams } = context;
      const theme = context.theme('stdout', options.color);
      const width = streams.stdout.isTTY ? streams.stdout.columns() : Number.POSITIVE_INFINITY;
      await print(sessionsText(all, clock.wallTime(), theme, width));
    }
    finish(exitCodes.done);
  });
};

export const declareSearch: Declaration = (sessions, context, finish) => {
  const search = sessions
    .command('search <text...>')
    .summary('where something was said')
    .description(
      'Finds sessions in which a text was said. Case does not matter. What was summarised or taken back is found too.',
    )
    .option('--json', 'as JSON');
  commonFlags(search).action(async (words: string[], options: CommonOptions & { json?: boolean }) => {
    const { files, note, print } = openDesk(context, options);
    const wanted = words.join(' ').trim();
    if (wanted === '')
      throw usageError('There is nothing to search for.', 'Example: msg sessions search "connection pool"');
    const found = files.search(wanted, note);
    if (options.json) {
      await print(
        jsonText(
          found.map(({ session, excerpt, left }) => ({
            ...sessionJson(session),
            excerpt,
            ...(left && { [left]: true }),
          })),
        ),
      );
    } else if (found.length === 0) note(`Nobody said "${wanted}".`);
    else
      await print(foundText(found, wanted, context.clock.wallTime(), context.theme('stdout', options.color)));
    finish(exitCodes.done);
  });
};
