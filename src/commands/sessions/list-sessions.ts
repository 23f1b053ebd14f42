// msg sessions list, search: looking without touching.
import { foundText, listSessions } from '../../chat/store/session-list.ts';
import { usageError } from '../../errors.ts';
import { exitCodes } from '../../exit-codes.ts';
import { type CommonOptions, commonFlags } from '../../profiles/flags.ts';
import { jsonText } from '../../text/json.ts';
import type { Declaration } from '../command.ts';
import { unknownSubcommand } from '../command-words.ts';
import { sessionJson, sessionsContext } from './session-command.ts';

export const declareList: Declaration = (sessions, context, finish) => {
  // The default command gets whatever is no subcommand: the place to say what was meant.
  const list = sessions
    .command('list [word...]', { isDefault: true })
    .usage('[options]')
    .summary('list all sessions, the last used first')
    .description(
      'All sessions, the last used first. On a terminal, `msg sessions` alone lets you choose one and continues it.',
    )
    .option('--json', 'as JSON');
  commonFlags(list).action(async (words: string[], options: CommonOptions & { json?: boolean }) => {
    const [word] = words;
    if (word !== undefined) throw unknownSubcommand(sessions, word);
    const { files, print } = sessionsContext(context, options);
    const { stdin, stdout } = context.streams;
    // Without a word, on a terminal: most who look for one want to go on with it.
    const isChoice = sessions.args.length === 0 && stdin.kind === 'terminal' && stdout.isTTY;
    if (isChoice && files.list().length > 0) {
      const { goOnWithChosen } = await import('../../chat/run/session-choice.ts');
      return finish(await goOnWithChosen(options, context));
    }
    if (options.json) await print(jsonText(files.list().map(sessionJson)));
    else await listSessions(context, options);
    finish(exitCodes.done);
  });
};

export const declareSearch: Declaration = (sessions, context, finish) => {
  const search = sessions
    .command('search <text...>')
    .summary('find where something was said')
    .description(
      'Finds sessions that contain a text, ignoring case. It also finds what was summarised or taken back.',
    )
    .option('--json', 'as JSON');
  commonFlags(search).action(async (words: string[], options: CommonOptions & { json?: boolean }) => {
    const { files, note, print } = sessionsContext(context, options);
    const text = words.join(' ').trim();
    if (text === '')
      throw usageError('There is nothing to search for.', 'Example: msg sessions search "connection pool"');
    const matches = files.search(text, note);
    if (options.json) {
      await print(
        jsonText(
          matches.map(({ session, excerpt, left }) => ({
            ...sessionJson(session),
            excerpt,
            ...(left && { [left]: true }),
          })),
        ),
      );
    } else if (matches.length === 0) note(`Nobody said "${text}".`);
    else
      await print(foundText(matches, text, context.clock.wallTime(), context.theme('stdout', options.color)));
    finish(exitCodes.done);
  });
};
