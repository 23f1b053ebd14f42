// msg profiles add, step by step: what is known is taken, what is missing is asked for on a terminal.
import { usageError } from '../../errors.ts';
import { type AuthScheme, endpointUrl } from '../../messages/endpoint.ts';
import { applyAssignments } from '../../profiles/fields.ts';
import type { CommonOptions } from '../../profiles/flags.ts';
import type { KeyChoice } from '../../profiles/kept-keys.ts';
import { refuseKeyAsModel } from '../../profiles/key-lint.ts';
import type { Preset } from '../../profiles/presets/preset.ts';
import { findPreset, withFilledBaseUrl } from '../../profiles/presets.ts';
import type { Profile } from '../../profiles/profile.ts';
import { modelsOfAliases } from '../../profiles/profile-kinds.ts';
import type { Asker, Step } from '../../terminal/prompt/ask.ts';
import { askAuth, askKey, askModel, askName, askProvider, withBaseUrl } from './add-questions.ts';
import { type KeyOptions, keyFromOptions, pathIn } from './key-input.ts';
import type { ProfilesContext } from './profile-command.ts';

export type AddOptions = CommonOptions &
  KeyOptions & {
    preset?: string;
    baseUrl?: string;
    messagesUrl?: string;
    auth?: AuthScheme;
    model?: string;
    use?: boolean;
  };

type AddNeeds = {
  readonly command: ProfilesContext;
  /** The name, as far as it was given. */
  readonly argument: string | undefined;
  /** Fields; with --key-command, the command. */
  readonly words: readonly string[];
  readonly options: AddOptions;
  /** Undefined in a script. */
  readonly asker: Asker | undefined;
  /** Of the profiles there are. */
  readonly names: readonly string[];
};

/** The profile so far. */
export type AddDraft = {
  readonly name: string;
  readonly preset: Preset | undefined;
  readonly profile: Profile;
  readonly key: KeyChoice | undefined;
};

/** All of it, in the order of the questions. */
export async function draftProfile(needs: AddNeeds): Promise<AddDraft> {
  const { asker } = needs;
  const first: AddDraft = { name: '', preset: undefined, profile: {}, key: undefined };
  const steps = stepsOf(needs);
  if (asker !== undefined) {
    asker.say('  < goes back to the question before; Ctrl-C leaves, and nothing is kept.\n');
    return asker.inSteps(first, steps);
  }
  let draft = first;
  for (const step of steps) draft = await step(draft);
  return draft;
}

function stepsOf({ command, argument, words, options, asker, names }: AddNeeds): Step<AddDraft>[] {
  const isCommand = options.keyCommand === true;
  return [
    async (draft) => ({ ...draft, name: argument ?? (await askName(asker, names)) }),
    async (draft) => ({
      ...draft,
      ...(options.preset === undefined
        ? await askProvider(asker, options.baseUrl)
        : { preset: findPreset(options.preset) }),
    }),
    async (draft) => {
      const { name, preset } = draft;
      const entry = applyAssignments(
        { ...profileOf(options, preset), ...draft.profile },
        isCommand ? [] : words,
        pathIn(command),
      );
      refuseKeyAsModel(entry);
      // Short names that lead back to themselves would stop every command of the profile.
      modelsOfAliases(entry.aliases ?? {}, name, true);
      const profile = withFilledBaseUrl(await withBaseUrl(entry, preset, asker));
      const address = messagesUrlOf(profile, preset);
      if (address === undefined)
        throw usageError(
          `The profile ${name} needs an endpoint.`,
          'Give --base-url URL or --preset ID; msg profiles presets lists them.',
        );
      if (preset?.id !== 'demo') asker?.say(`  Requests go to ${address}\n`);
      return { ...draft, profile };
    },
    async (draft) => ({ ...draft, profile: await askAuth(draft.profile, draft.preset, asker) }),
    async (draft) => ({ ...draft, profile: await askModel(draft.profile, draft.preset, asker) }),
    async (draft) => {
      const { preset, profile } = draft;
      const key =
        (await keyFromOptions(options, isCommand ? words : [], preset?.id, command)) ??
        (authOf(profile, preset) === 'none' ? undefined : await askKey(preset, asker, command));
      return { ...draft, key };
    },
  ];
}

const profileOf = (
  { baseUrl, messagesUrl, auth, model }: AddOptions,
  preset: Preset | undefined,
): Profile => ({
  ...(preset === undefined ? {} : { preset: preset.id }),
  ...(baseUrl === undefined ? {} : { baseUrl }),
  ...(messagesUrl === undefined ? {} : { messagesUrl }),
  ...(auth === undefined ? {} : { auth }),
  ...(model === undefined ? {} : { model }),
});

/** Where the requests of a profile go; undefined where nothing says it. */
export function messagesUrlOf(
  { baseUrl, messagesUrl }: Profile,
  preset: Preset | undefined,
): string | undefined {
  const base = baseUrl ?? preset?.baseUrl;
  return messagesUrl ?? (base === undefined ? undefined : endpointUrl(base, 'messages'));
}

export const authOf = ({ auth }: Profile, preset: Preset | undefined): AuthScheme =>
  auth ?? preset?.auth ?? 'x-api-key';
