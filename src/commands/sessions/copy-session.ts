// msg sessions copy: the same conversation a second time, to go on with in another way.
import { copySession } from '../../chat/store/session-writer.ts';
import { exitCodes } from '../../exit-codes.ts';
import { type CommonOptions, commonFlags } from '../../profiles/flags.ts';
import type { Declaration } from '../command.ts';
import { sessionsContext } from './session-command.ts';

export const declareCopy: Declaration = (sessions, context, finish) => {
  const copy = sessions
    .command('copy <session> [name]')
    .aliases(['cp', 'fork'])
    .summary('copy a session')
    .description('Copies a session. Without a name the copy has its id only, which is printed.');
  commonFlags(copy).action(async (which: string, name: string | undefined, options: CommonOptions) => {
    const { files, note, print } = sessionsContext(context, options);
    const source = files.find(which);
    const { wallTime } = context.clock;
    const { id } = copySession(source, files.read(source), { files, wallTime }, name);
    if (name === undefined) await print(`${id}\n`);
    else note(`${source.name ?? source.id} is copied to ${name}. Next: msg chat -r ${name}`);
    finish(exitCodes.done);
  });
};
