// Which model, which profile: chosen from a list on the terminal. A script is told what there is, and goes on.
import { isMsgError } from '../../errors.ts';
import { hostOf } from '../../messages/endpoint.ts';
import { modelFacts, modelsText } from '../../messages/models-text.ts';
import type { ModelInfo } from '../../messages/resources.ts';
import { aliasText } from '../../profiles/profile-kinds.ts';
import { modelText } from '../../profiles/settings.ts';
import type { Choice } from '../../terminal/prompt/choice.ts';
import { settingsFor } from '../../turn/connection/setting-sources.ts';
import { contextForProfile, generationOf, modelInUse } from './chat-connection.ts';
import type { Chat } from './chat-types.ts';

/** Lets the user choose a model of the endpoint. @throws MsgError where it has no list */
export async function chooseModel(chat: Chat): Promise<void> {
  const { screen, connection, session, prompt, asking, apply } = chat;
  const current = generationOf(connection(), session()).model;
  const inUse = modelInUse(connection(), session());
  const tellNone = (): void => screen.say(`no models are listed here; in use: ${inUse}`);
  let isEmpty = false;
  const offered = (models: readonly ModelInfo[]): readonly Choice<string>[] => {
    isEmpty = models.length === 0;
    return [
      ...aliasesHere(chat).map(([alias, model]) => ({
        value: alias,
        cells: [{ text: aliasText(alias, model) }, { text: '' }],
      })),
      ...models.map((model) => ({
        value: model.id,
        cells: [{ text: model.id }, { text: modelFacts(model).join(', '), style: 'dim' } as const],
      })),
    ];
  };
  if (prompt.kind === 'lines') {
    const models = await asking((one) => one.models());
    return models.length === 0 ? tellNone() : listModelsForScript(models, inUse, chat);
  }
  // A list that is drawn takes the keys from the first moment on.
  const choices = prompt.isDrawn
    ? connection().models().then(offered)
    : offered(await asking((one) => one.models()));
  const name = await prompt.pick({ title: 'model', choices, current });
  if (name !== null) return apply({ kind: 'chosen', command: 'model', name });
  connection().stopAsking();
  if (isEmpty) tellNone();
}

/** The short names that models have in this profile. */
const aliasesHere = ({ connection }: Chat): [alias: string, model: string][] =>
  Object.entries(connection().settings.aliases?.value ?? {});

/** Lets the user choose a profile. */
export async function chooseProfile(chat: Chat): Promise<void> {
  const { screen, connection, profiles, prompt, apply } = chat;
  const current = connection().settings.profile?.value;
  const names = profiles();
  if (names.length === 0) return screen.say('there are no profiles; in a shell: msg profiles add NAME');
  if (prompt.kind === 'lines') {
    const rows = names.map((name) => `${name === current ? screen.theme.glyphs.current : ' '} ${name}`);
    screen.say(rows.map(numbered).join('\n'), 'plain');
    screen.say('/profile NAME, or its number, goes on there');
    return apply({ kind: 'listed', command: 'profile', names });
  }
  const choices = names.map((name) => ({
    value: name,
    cells: [{ text: name }, ...profileFacts(name, chat)],
  }));
  const name = await prompt.pick({ title: 'profile', choices, current });
  if (name !== null) await apply({ kind: 'chosen', command: 'profile', name });
}

/** Model and host of a profile, as far as it says. */
function profileFacts(name: string, { context }: Chat): Choice<string>['cells'] {
  try {
    const settings = settingsFor({ profile: name }, contextForProfile(context), () => {});
    const { baseUrl } = settings;
    const host = baseUrl === undefined ? '' : hostOf(baseUrl.value);
    return [modelText(settings) ?? '', host].map((text) => ({ text, style: 'dim' }));
  } catch (error) {
    if (!isMsgError(error)) throw error;
    return [{ text: 'cannot be used as it is', style: 'warn' }];
  }
}

/** Columns that a number takes before what it chooses. */
const numberWidth = 4;
const numbered = (row: string, index: number): string => `${String(index + 1).padStart(2)}  ${row}`;

async function listModelsForScript(models: readonly ModelInfo[], inUse: string, chat: Chat): Promise<void> {
  const { screen, context, apply } = chat;
  const { stderr } = context.streams;
  const room = { isTTY: stderr.isTTY, columns: () => stderr.columns() - numberWidth };
  const rows = modelsText(models, screen.theme, room).trimEnd().split('\n').map(numbered);
  const short = aliasesHere(chat).map(([alias, model]) => `    ${aliasText(alias, model)}`);
  screen.show(
    `${[...rows, ...short].join('\n')}\nin use: ${inUse}; /model NAME changes it, and so does its number`,
  );
  await apply({ kind: 'listed', command: 'model', names: models.map(({ id }) => id) });
}
