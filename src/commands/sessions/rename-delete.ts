// msg sessions rename, rm, prune: what changes files.

import { ageText } from '../../chat/store/session-list.ts';
import { exitCodes } from '../../exit-codes.ts';
import { type CommonOptions, commonFlags, numberParser } from '../../profiles/flags.ts';
import type { Declaration } from '../command.ts';
import { sessionsContext } from './session-command.ts';

export const declareRename: Declaration = (sessions, context, finish) => {
  const rename = sessions
    .command('rename <session> <name>')
    .summary('name a session')
    .description('Names a session, so that `--session NAME` and `/resume NAME` find it.');
  commonFlags(rename).action((which: string, name: string, options: CommonOptions) => {
    const { files, note } = sessionsContext(context, options);
    files.rename(files.find(which), name);
    note(`The session is called ${name} now.`);
    finish(exitCodes.done);
  });
};

export const declareRemove: Declaration = (sessions, context, finish) => {
  const remove = sessions
    .command('remove <session...>')
    .summary('delete sessions')
    .description('Deletes sessions. This cannot be undone.');
  commonFlags(remove).action((which: string[], options: CommonOptions) => {
    const { files, note } = sessionsContext(context, options);
    // All are looked up before one is deleted: a typing error must not leave half of it done.
    const entries = new Map(which.map((each) => files.find(each)).map((entry) => [entry.id, entry]));
    for (const entry of entries.values()) {
      files.remove(entry);
      note(`Deleted ${entry.name ?? entry.id}.`);
    }
    finish(exitCodes.done);
  });
};

type PruneOptions = CommonOptions & { olderThan: number; named?: boolean; dryRun?: boolean };

export const declarePrune: Declaration = (sessions, context, finish) => {
  const prune = sessions
    .command('prune')
    .summary('delete old sessions')
    .description('Deletes sessions that were not used for a while. Those with a name are kept.')
    .requiredOption(
      '--older-than <days>',
      'days since a session was last used',
      numberParser('--older-than', { min: 0 }),
    )
    .option('--named', 'also those with a name')
    .option('--dry-run', 'only print which');
  commonFlags(prune).action(async (options: PruneOptions) => {
    const { files, note, print } = sessionsContext(context, options);
    const now = context.clock.wallTime();
    const old = files
      .list()
      .filter(
        ({ name, updatedAt }) => now - updatedAt >= options.olderThan * dayMs && (options.named || !name),
      );
    for (const session of old) {
      if (!options.dryRun) files.remove(session);
      await print(`${session.name ?? session.id}  ${ageText(now - session.updatedAt)}\n`);
    }
    const count = old.length === 1 ? '1 session' : `${old.length} sessions`;
    note(options.dryRun ? `${count} would be deleted.` : `${count} deleted.`);
    finish(exitCodes.done);
  });
};

const dayMs = 24 * 3_600_000;
