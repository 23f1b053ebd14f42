// `msg` alone on a terminal: which profile, endpoint, model and key are in use, and what to type next.
import type { Context } from '../context.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { addressesOf } from '../profiles/profile-json.ts';
import { describeReference } from '../profiles/setting-kinds.ts';
import { describeSource, modelText, type Setting, type Settings } from '../profiles/settings.ts';
import { oneLine } from '../text/sanitize.ts';
import { shellQuote } from '../text/shell-quote.ts';
import { type Cell, type Pair, pairsText } from '../text/table.ts';
import { settingsFor } from '../turn/connection/setting-sources.ts';
import { notifier } from '../turn/notes.ts';
import { type HelpItem, pageText } from './help-layout.ts';

/** Commands, and what they do. */
const firstSteps: readonly HelpItem[] = [
  { term: 'msg send -P demo "hello"', text: 'see it work: no key, no network' },
  { term: 'msg profiles add', text: 'keep your endpoint and its key' },
  { term: 'msg --help', text: 'what else there is' },
];

/** @throws MsgError `config` when what is in use cannot be used */
export async function printOverview(context: Context): Promise<ExitCode> {
  const { stdout } = context.streams;
  const theme = context.theme('stdout');
  const settings = settingsFor({}, context, notifier(context, {}));
  const isSetUp = (settings.messagesUrl ?? settings.baseUrl ?? settings.preset) !== undefined;
  const steps = isSetUp ? nextSteps(settings) : firstSteps;
  const next = pageText({ parts: [{ kind: 'list', title: 'Next:', items: steps }] }, stdout.columns(), theme);
  const text = isSetUp ? `${pairsText(factsOf(settings), theme, stdout.columns())}\n${next}` : next;
  await stdout.write(text);
  return exitCodes.done;
}

/** Label and value, each with its source where that is not the profile. */
function factsOf(settings: Settings): Pair[] {
  const { profile, preset, auth, key, withheld, model, messagesUrl, baseUrl } = settings;
  const address = preset?.id === 'demo' ? 'inside msg, without a network' : addressesOf(settings).messagesUrl;
  const noKey =
    withheld === undefined
      ? 'none yet'
      : `none for this host: ${describeReference(withheld.key)} belongs to another`;
  return [
    ...(profile === undefined
      ? []
      : [['profile', [{ text: profile.value, style: 'strong' }, ...from(profile)]] satisfies Pair]),
    [
      'endpoint',
      address === undefined ? [lacking()] : [{ text: oneLine(address) }, ...from(messagesUrl ?? baseUrl)],
    ],
    [
      'model',
      model === undefined ? [lacking()] : [{ text: oneLine(modelText(settings) ?? '') }, ...from(model)],
    ],
    [
      'key',
      auth?.value === 'none'
        ? 'none needed'
        : key === undefined
          ? [lacking(noKey)]
          : [{ text: describeReference(key.value) }, ...from(key)],
    ],
  ];
}

const lacking = (text = 'none yet'): Cell => ({ text, style: 'warn' });

const from = (setting: Setting<unknown> | undefined): Cell[] =>
  setting === undefined || ['profile', 'current', 'default', 'preset'].includes(setting.source.from)
    ? []
    : [{ text: `from ${describeSource(setting.source)}`, style: 'dim' }];

/** What is missing comes first. */
function nextSteps({ profile, preset, baseUrl, messagesUrl, auth, key, model }: Settings): HelpItem[] {
  const set = `msg profiles set ${shellQuote(profile?.value ?? 'NAME')}`;
  const canBeSet = profile !== undefined && profile.value !== 'env';
  const missing: HelpItem[] = [];
  if ((messagesUrl ?? baseUrl) === undefined && preset?.id !== 'demo')
    missing.push({ term: `${set} base-url=URL`, text: 'where its requests go' });
  else if (canBeSet && auth?.value !== 'none' && key === undefined)
    missing.push({ term: `${set} --key-stdin`, text: 'keep its key' });
  else if (model === undefined) missing.push({ term: 'msg models', text: 'the models to choose from' });
  return [
    ...missing,
    { term: 'msg chat', text: 'talk' },
    { term: 'msg send "hello"', text: 'one prompt, one answer' },
    { term: 'msg doctor', text: 'is the endpoint all right?' },
    { term: 'msg --help', text: 'what else there is' },
  ];
}
