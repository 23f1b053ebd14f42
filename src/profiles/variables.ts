// The variables of the environment that msg obeys, beside those of the settings (settings.ts), in the groups of
// `msg help environment`. Those it only looks at to know the terminal or the platform are not among them.
import { type SettingName, settingNames, settingRow } from './settings.ts';

export type VariableGroup = {
  readonly title: string;
  readonly rows: readonly (readonly [name: string, meaning: string])[];
};

/** What holds a variable otherwise than the option, which may be repeated. */
const inVariables: Readonly<Partial<Record<SettingName, string>>> = {
  key: 'the key itself; it goes to MSG_BASE_URL only',
  betas: 'betas to ask for, comma-separated',
  headers: 'other request headers, one a line ("name:" leaves out one); they go to MSG_BASE_URL only',
};

export const variableGroups: readonly VariableGroup[] = [
  {
    title: 'Settings, each before its field of a profile:',
    rows: [
      ['MSG_PROFILE', 'profile to use, as -P'],
      ...settingNames.flatMap((name): (readonly [string, string])[] => {
        const { variable, help } = settingRow(name);
        if (variable === undefined) return [];
        return [[variable, inVariables[name] ?? help]];
      }),
    ],
  },
  {
    title: 'The profile env, used as a whole when no other is chosen:',
    rows: [
      ['ANTHROPIC_BASE_URL', 'endpoint (default: https://api.anthropic.com)'],
      ['ANTHROPIC_API_KEY', 'key for the header x-api-key'],
      ['ANTHROPIC_AUTH_TOKEN', 'key for Authorization: Bearer'],
      ['ANTHROPIC_MODEL', 'model to ask'],
      ['ANTHROPIC_BETAS', 'betas to ask for, comma-separated'],
      ['ANTHROPIC_CUSTOM_HEADERS', 'other request headers, one a line'],
    ],
  },
  {
    title: 'Network:',
    rows: [
      ['HTTPS_PROXY', 'proxy, as in curl: HTTP_PROXY and ALL_PROXY too; --proxy counts before them'],
      ['NO_PROXY', 'hosts and networks to reach without one'],
      ['NODE_EXTRA_CA_CERTS', 'PEM of CAs to trust beside the system roots, as --cacert'],
    ],
  },
  {
    title: 'Terminal:',
    rows: [
      ['NO_COLOR', 'no colours and no bold'],
      ['FORCE_COLOR', 'colours even in a pipe; 0 is none'],
      ['FORCE_HYPERLINK', '1: links that can be clicked; 0: none'],
      ['TERM=dumb', 'no Markdown, no spinner, nothing redrawn'],
      ['LANG', 'without UTF-8 in it, signs are ASCII; LC_ALL and LC_CTYPE count before it'],
      ['CI', 'no spinner; msg alone prints help'],
      ['VISUAL', 'editor for -e, /edit and msg profiles edit; without it EDITOR'],
    ],
  },
  {
    title: 'Places:',
    rows: [
      ['MSG_CONFIG_DIR', 'where profiles and their keys are kept (see msg profiles path)'],
      ['MSG_STATE_DIR', 'where sessions and the history of prompts are kept'],
      ['XDG_CONFIG_HOME', 'on Linux: profiles are in its folder msg (default: ~/.config)'],
      ['XDG_STATE_HOME', 'on Linux: sessions are in its folder msg (default: ~/.local/state)'],
      ['NODE_COMPILE_CACHE', 'where compiled code of msg is kept, for a faster start'],
      ['NODE_DISABLE_COMPILE_CACHE=1', 'keeps none'],
    ],
  },
];
