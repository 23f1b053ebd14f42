// `msg models`: what the endpoint offers.
import { exitCodes } from '../exit-codes.ts';
import { hostOf } from '../messages/endpoint.ts';
import { modelsText } from '../messages/models-text.ts';
import { listModels } from '../messages/resources.ts';
import {
  type CommonOptions,
  type ConnectionOptions,
  commonFlags,
  connectionFlags,
  verboseRequests,
} from '../profiles/flags.ts';
import { kindOf } from '../profiles/settings.ts';
import { jsonText } from '../text/json.ts';
import { openConnection } from '../turn/connection/connection.ts';
import { requireBaseUrl, settingsFor } from '../turn/connection/setting-sources.ts';
import { notifier, retryNote } from '../turn/notes.ts';
import { withTimeLimit } from '../turn/time-limit.ts';
import type { Declaration } from './command.ts';
import { aliasesOf, unknownSubcommand } from './command-words.ts';

const description = `List the models an endpoint offers.

Examples:
  # the models of a profile
  msg models -P work
  # their ids alone
  msg models --json | jq -r .[].id`;

export const declare: Declaration = (command, context, finish) => {
  command
    .description(description)
    // `msg models list`, as the other groups have it.
    .argument('[word]')
    .usage('[options]')
    .optionsGroup('Output:')
    .option('--json', 'as JSON');
  commonFlags(connectionFlags(command), verboseRequests).action(
    async (word: string | undefined, options: ConnectionOptions & CommonOptions & { json?: boolean }) => {
      if (word !== undefined && word !== 'list' && !aliasesOf('list').includes(word))
        throw unknownSubcommand(command, word);
      const { stdout } = context.streams;
      const note = notifier(context, options);
      const settings = settingsFor(options, context, note);
      requireBaseUrl(settings);
      const connection = await openConnection(settings, { options, context, note });
      try {
        const models = await withTimeLimit(options.timeout, context, (signal) =>
          listModels(connection.client, { signal, onRetry: retryNote(note) }),
        );
        if (models.length === 0) note(`${hostOf(connection.client.endpoint.baseUrl)} lists no models.`);
        const theme = context.theme('stdout', options.color);
        const { aliases } = settings;
        if (aliases !== undefined) note(`Short names: ${kindOf('aliases').show?.(aliases.value)}.`);
        await stdout.write(options.json ? jsonText(models) : modelsText(models, theme, stdout));
        finish(exitCodes.done);
      } finally {
        await connection.close();
      }
    },
  );
};
