// `msg` alone on a terminal: which profile, endpoint, model and key are in use, and what to type next.
import type { Context } from '../context.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { addressOf } from '../profiles/profile-json.ts';
import { describeReference } from '../profiles/setting-kinds.ts';
import { describeSource, type Setting, type Settings } from '../profiles/settings.ts';
import { oneLine } from '../text/sanitize.ts';
import { shellQuote } from '../text/shell-quote.ts';
import { pairsText } from '../text/table.ts';
import type { Theme } from '../text/theme.ts';
import { settingsFor } from '../turn/connection/setting-sources.ts';
import { notifier } from '../turn/notes.ts';

/** A command, and what it does. */
type Step = readonly [command: string, about: string];

const firstSteps: readonly Step[] = [
  ['msg send -P demo "hello"', 'see it work: no key, no network'],
  ['msg profiles add', 'keep your endpoint and its key'],
  ['msg --help', 'what else there is'],
];

/** @throws MsgError `config` when what is in use cannot be used */
export async function printOverview(context: Context): Promise<ExitCode> {
  const { stdout } = context.streams;
  const theme = context.theme('stdout');
  const settings = settingsFor({}, context, notifier(context, {}));
  const isSetUp = (settings.messagesUrl ?? settings.baseUrl ?? settings.preset) !== undefined;
  const text = isSetUp
    ? `${pairsText(factsOf(settings, theme), theme)}\n${stepsText(nextSteps(settings), theme)}`
    : stepsText(firstSteps, theme);
  await stdout.write(text);
  return exitCodes.done;
}

/** Label and value, each with its source where that is not the profile. */
function factsOf(settings: Settings, theme: Theme): [string, string][] {
  const { profile, preset, auth, key, withheld, model } = settings;
  const from = (setting: Setting<unknown> | undefined): string =>
    setting === undefined || ['profile', 'default', 'preset'].includes(setting.source.from)
      ? ''
      : theme.dim(`  from ${describeSource(setting.source)}`);
  const address = preset?.id === 'demo' ? 'inside msg, without a network' : addressOf(settings).messagesUrl;
  const keyText =
    auth?.value === 'none'
      ? 'none needed'
      : key !== undefined
        ? describeReference(key.value) + from(key)
        : theme.warn(
            withheld === undefined
              ? 'none yet'
              : `none for this host: ${describeReference(withheld.key)} belongs to another`,
          );
  return [
    ...(profile === undefined
      ? []
      : [['profile', theme.strong(profile.value) + from(profile)] as [string, string]]),
    [
      'endpoint',
      address === undefined
        ? theme.warn('none yet')
        : oneLine(address) + from(settings.messagesUrl ?? settings.baseUrl),
    ],
    ['model', model === undefined ? theme.warn('none yet') : oneLine(model.value) + from(model)],
    ['key', keyText],
  ];
}

/** What is missing comes first. */
function nextSteps({ profile, preset, baseUrl, messagesUrl, auth, key, model }: Settings): Step[] {
  const set = `msg profiles set ${shellQuote(profile?.value ?? 'NAME')}`;
  const canBeSet = profile !== undefined && profile.value !== 'env';
  const missing: Step[] = [];
  if ((messagesUrl ?? baseUrl) === undefined && preset?.id !== 'demo')
    missing.push([`${set} base-url=URL`, 'where its requests go']);
  else if (canBeSet && auth?.value !== 'none' && key === undefined)
    missing.push([`${set} --key-stdin`, 'keep its key']);
  else if (model === undefined) missing.push(['msg models', 'the models to choose from']);
  return [
    ...missing,
    ['msg chat', 'talk'],
    ['msg send "hello"', 'one prompt, one answer'],
    ['msg doctor', 'is the endpoint all right?'],
    ['msg --help', 'what else there is'],
  ];
}

function stepsText(steps: readonly Step[], theme: Theme): string {
  const width = Math.max(...steps.map(([command]) => command.length));
  return steps.map(([command, about]) => `${command.padEnd(width)}  ${theme.dim(about)}\n`).join('');
}
