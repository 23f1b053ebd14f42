// The variables of the environment that msg obeys, beside those of the settings (settings.ts), in the groups of
// `msg help environment`. Those it only looks at to know the terminal or the platform are not among them.
import { type SettingName, settingNames, settingRow } from './settings.ts';

export type VariableGroup = {
  readonly title: string;
  readonly rows: readonly (readonly [name: string, meaning: string])[];
};

/** What holds a variable otherwise than the option, which may be repeated. */
const inVariables: Readonly<Partial<Record<SettingName, string>>> = {
  key: 'the key itself; it is sent to MSG_BASE_URL only',
  betas: 'beta features to request, comma-separated',
  headers:
    'additional request headers, one per line ("name:" removes one); they are sent to MSG_BASE_URL only',
};

export const variableGroups: readonly VariableGroup[] = [
  {
    title: 'Settings; they override the profile:',
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
    title: 'The profile env, which is used when no other is chosen:',
    rows: [
      ['ANTHROPIC_BASE_URL', 'endpoint (default: https://api.anthropic.com)'],
      ['ANTHROPIC_API_KEY', 'key for the header x-api-key'],
      ['ANTHROPIC_AUTH_TOKEN', 'key for Authorization: Bearer'],
      ['ANTHROPIC_MODEL', 'model to use'],
      ['ANTHROPIC_BETAS', 'beta features to request, comma-separated'],
      ['ANTHROPIC_CUSTOM_HEADERS', 'additional request headers, one per line'],
    ],
  },
  {
    title: 'Network:',
    rows: [
      ['HTTPS_PROXY', 'proxy, as in curl; also HTTP_PROXY and ALL_PROXY; --proxy overrides them'],
      ['NO_PROXY', 'hosts and networks to reach without a proxy'],
      ['NODE_EXTRA_CA_CERTS', 'PEM file of CAs to trust in addition to those of the system, as --cacert'],
    ],
  },
  {
    title: 'Terminal:',
    rows: [
      ['NO_COLOR', 'no colours and no bold'],
      ['FORCE_COLOR', 'colours even in a pipe; 0: none'],
      ['FORCE_HYPERLINK', '1: clickable links; 0: none'],
      ['TERM=dumb', 'no Markdown, no spinner, nothing redrawn'],
      ['LANG', 'without UTF-8, symbols are ASCII; LC_ALL and LC_CTYPE override it'],
      ['CI', 'no spinner; msg alone prints help'],
      ['VISUAL', 'editor for -e, /edit and msg profiles edit; otherwise EDITOR'],
    ],
  },
  {
    title: 'Directories:',
    rows: [
      ['MSG_CONFIG_DIR', 'where profiles and their keys are kept (see msg profiles path)'],
      ['MSG_STATE_DIR', 'where sessions and the input history are kept'],
      ['XDG_CONFIG_HOME', 'on Linux, profiles are in its subdirectory msg (default: ~/.config)'],
      ['XDG_STATE_HOME', 'on Linux, sessions are in its subdirectory msg (default: ~/.local/state)'],
      ['NODE_COMPILE_CACHE', 'where compiled code of msg is kept, for a faster start'],
      ['NODE_DISABLE_COMPILE_CACHE=1', 'do not keep compiled code'],
    ],
  },
];
