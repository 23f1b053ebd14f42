// Slash commands about how answers are made and shown: model, profile, system prompt, parameters, view.
import { cacheTimes, effortLevels } from '../../messages/request.ts';
import type { JsonObject } from '../../text/json.ts';
import { chosenName, type Overrides, type Session, type Step, say, stepTo } from './chat-session.ts';
import { oneWord, type SlashCommand } from './slash-command.ts';

export const settingCommands: readonly SlashCommand[] = [
  {
    name: 'model',
    usage: '[NAME|NUMBER]',
    summary: 'choose a model, or use this one',
    completes: 'model',
    run: (session, argument) => {
      if (argument === '') return stepTo(session, { kind: 'list-models' });
      if (/\s/.test(argument))
        return stepTo(session, say('/model NAME takes one name, without blanks', 'warn'));
      const model = chosenName(session.offer, 'model', argument);
      if (/^\d+$/.test(model))
        return stepTo(session, say(`there is no number ${model}: /model lists them`, 'warn'));
      return stepTo(override(session, { model }), { kind: 'show', what: 'model' });
    },
  },
  {
    name: 'profile',
    usage: '[NAME|NUMBER]',
    summary: 'choose a profile, or go on with this one',
    completes: 'profile',
    run: (session, argument) =>
      stepTo(
        session,
        argument === ''
          ? { kind: 'list-profiles' }
          : { kind: 'switch-profile', name: chosenName(session.offer, 'profile', argument) },
      ),
  },
  {
    name: 'system',
    usage: '[TEXT|@FILE|off]',
    summary: 'show or set the system prompt',
    completes: 'path',
    takesLines: true,
    run: (session, argument) => {
      if (argument === '') return stepTo(session, { kind: 'show', what: 'system' });
      if (argument.startsWith('@'))
        return stepTo(session, { kind: 'read-system', path: oneWord(argument.slice(1)) });
      if (argument === 'off') return stepTo(override(session, { system: '' }), say('no system prompt'));
      return stepTo(override(session, { system: argument }), say('system prompt set'));
    },
  },
  {
    name: 'set',
    usage: '[KEY [VALUE|default]]',
    summary: 'show or change max-tokens, temperature, ...',
    completes: 'setting',
    run: set,
  },
  {
    name: 'raw',
    usage: '[on|off]',
    summary: 'answers as they come, without Markdown',
    completes: 'on-off',
    run: toggle('isRaw', 'raw text'),
  },
  {
    name: 'wrap',
    usage: '[words|off]',
    summary: 'lines break between words, or where the terminal breaks them',
    completes: 'wrap',
    run: wrap,
  },
  {
    name: 'thinking',
    usage: '[on|off]',
    summary: 'show or fold the thinking',
    completes: 'on-off',
    run: toggle('showsThinking', 'thinking'),
  },
  {
    name: 'stats',
    usage: '[on|off]',
    summary: 'time and tokens after each answer',
    completes: 'on-off',
    run: toggle('showsStats', 'stats'),
  },
];

const override = (session: Session, change: Overrides): Session => ({
  ...session,
  overrides: { ...session.overrides, ...change },
});

/** `off` is for those who copy with the mouse: a line of the answer is then one line, however long. */
function wrap(session: Session, argument: string): Step {
  if (!['', 'words', 'on', 'off'].includes(argument))
    return stepTo(session, say('wrap is words or off', 'warn'));
  const keepsWords = argument === '' ? !session.view.keepsWords : argument !== 'off';
  return stepTo(
    { ...session, view: { ...session.view, keepsWords } },
    say(`wrap: ${keepsWords ? 'words' : 'off'}`),
  );
}

function toggle(field: keyof Session['view'], name: string): SlashCommand['run'] {
  return (session, argument) => {
    if (!['', 'on', 'off'].includes(argument)) return stepTo(session, say(`${name} is on or off`, 'warn'));
    const isOn = argument === '' ? !session.view[field] : argument === 'on';
    return stepTo(
      { ...session, view: { ...session.view, [field]: isOn } },
      say(`${name}: ${isOn ? 'on' : 'off'}`),
    );
  };
}

type SettingKey = 'max-tokens' | 'temperature' | 'top-p' | 'top-k' | 'effort' | 'thinking' | 'cache' | 'stop';

type SettingRule = {
  readonly field: keyof Overrides;
  /** What a value looks like, for the message when it does not. */
  readonly form: string;
  /** The value, or undefined when the text is none. */
  readonly read: (text: string) => number | string | readonly string[] | JsonObject | undefined;
};

const numberWithin =
  (low: number, high: number, isWhole = false) =>
  (text: string): number | undefined => {
    const value = text === '' ? Number.NaN : Number(text);
    return value >= low && value <= high && (!isWhole || Number.isInteger(value)) ? value : undefined;
  };

/** Which values exist is the model's business; here only what could never be one is refused. */
const settings: Readonly<Record<SettingKey, SettingRule>> = {
  'max-tokens': {
    field: 'maxTokens',
    form: 'a whole number from 1',
    read: numberWithin(1, 10_000_000, true),
  },
  temperature: { field: 'temperature', form: 'a number from 0 to 2', read: numberWithin(0, 2) },
  'top-p': { field: 'topP', form: 'a number from 0 to 1', read: numberWithin(0, 1) },
  'top-k': { field: 'topK', form: 'a whole number from 0', read: numberWithin(0, 1_000_000, true) },
  effort: {
    field: 'effort',
    form: `a word such as ${effortLevels.join(', ')}`,
    read: (text) => text || undefined,
  },
  thinking: { field: 'thinking', form: 'adaptive, off, or a number of tokens', read: readThinking },
  cache: {
    field: 'cache',
    form: `${cacheTimes.join(', ')} or off`,
    read: (text) => [...cacheTimes, 'off'].find((known) => known === text),
  },
  stop: { field: 'stopSequences', form: 'a text', read: (text) => [text] },
};

/** The keys of `/set`, for completion. */
export const settingKeys: readonly string[] = Object.keys(settings);

/** What is set, under the names `/set` knows it by. */
export const settingLines = (
  generation: { readonly [K in keyof Overrides]: Overrides[K] | undefined },
): readonly string[] =>
  Object.entries(settings).flatMap(([key, { field }]) => {
    const value = generation[field];
    if (value === undefined) return [];
    return [`${key}: ${typeof value === 'string' ? value : JSON.stringify(value)}`];
  });

function readThinking(text: string): JsonObject | undefined {
  if (text === 'adaptive') return { type: 'adaptive' };
  if (text === 'off') return { type: 'disabled' };
  const budget = numberWithin(1, 10_000_000, true)(text);
  return budget === undefined ? undefined : { type: 'enabled', budget_tokens: budget };
}

function set(session: Session, argument: string): Step {
  if (argument === '') return stepTo(session, { kind: 'show', what: 'settings' });
  const [, key = '', text = ''] = /^(\S+)\s*([\s\S]*)$/.exec(argument) ?? [];
  const rule = Object.hasOwn(settings, key) ? settings[key as SettingKey] : undefined;
  if (rule === undefined) return stepTo(session, say(`/set knows ${settingKeys.join(', ')}`, 'warn'));
  if (text === '') return stepTo(session, say(`${key} is ${rule.form}; "default" leaves it out`));
  if (text === 'default') {
    const { [rule.field]: _dropped, ...overrides } = session.overrides;
    return stepTo({ ...session, overrides }, say(`${key}: default`));
  }
  const value = rule.read(text);
  if (value === undefined) return stepTo(session, say(`${key} is ${rule.form}`, 'warn'));
  return stepTo(override(session, { [rule.field]: value } as Overrides), say(`${key}: ${text}`));
}
