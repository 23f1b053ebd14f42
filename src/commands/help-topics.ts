// The pages of help that are no command's: `msg help exit-codes` and its like, made from the tables that the code
// itself obeys. Loaded with every command, so the tables are not.
import { exitCodeMeanings } from '../exit-codes.ts';
import type { HelpItem, HelpPage } from './help-layout.ts';

export type HelpTopic = {
  readonly name: string;
  readonly summary: string;
  /** Loads the tables it is made of. */
  readonly page: () => Promise<HelpPage>;
};

const recordingFormats = {
  'send --record': 'the bytes of the answer and when they arrived, as JSON Lines; send --replay plays it',
  'tap --record': 'one such file per exchange, with its request; doctor --request reads it',
  'tap --har': 'HAR 1.2, for the network tools of a browser',
  'doctor --bundle': 'report, JSON and wire trace in one Markdown file, without keys',
};

/** The JSON that is a promise, by the name of its schema (docs/schemas, made by test/docs/schema-forms.ts). */
export const jsonForms = {
  report: 'msg doctor --json: the report of one target',
  comparison: 'msg doctor --json with --compare or --baseline: two reports and their differences',
  race: 'msg doctor --json with --race',
  clients: 'msg doctor --json with --client all: a report for each client and target',
  message: 'msg send -o json: the message; the facts about the exchange are in its field msg',
  'last-line': 'msg send -o stream-json: the last line, msg.result or msg.error',
  'session-line': 'a line of a session file (JSON Lines)',
  'exported-session': 'msg sessions export --format json, msg sessions show --json',
  'recording-line': 'a line of a recording: send --record, tap --record (JSON Lines)',
  config: 'config.json: profiles',
  project: '.msg.json in the directory of a project',
  prompt: 'the front matter of a prompt, read as YAML',
  'mock-script': 'msg mock --script FILE: what the mock answers',
} as const;

/** In the order they are listed. */
export const helpTopics: readonly HelpTopic[] = [
  { name: 'exit-codes', summary: 'the exit codes of msg', page: exitCodesPage },
  { name: 'environment', summary: 'the environment variables that msg reads', page: environmentPage },
  { name: 'formats', summary: 'the formats of answers, reports, sessions and recordings', page: formatsPage },
];

async function exitCodesPage(): Promise<HelpPage> {
  return {
    parts: [
      {
        kind: 'text',
        text: 'The same for every command. A stream that broke off is never 0, and neither is an answer without content.',
      },
      {
        kind: 'list',
        title: 'Exit codes:',
        items: exitCodeMeanings.map(([code, text]) => ({ term: String(code), text })),
      },
    ],
  };
}

async function environmentPage(): Promise<HelpPage> {
  const { variableGroups } = await import('../profiles/variables.ts');
  return {
    parts: [
      {
        kind: 'text',
        text: 'A setting is taken from the first of these that has it: the option, the prompt (-T), the variable, the .msg.json of the project (profile and model only), the profile, its preset, the default. `msg profiles show --explain` shows where each value comes from.',
      },
      ...variableGroups.map(({ title, rows }) => ({
        kind: 'list' as const,
        title,
        items: rows.map(([term, text]) => ({ term, text })),
      })),
    ],
  };
}

async function formatsPage(): Promise<HelpPage> {
  const { outputFormats } = await import('../turn/output/output-flags.ts');
  const { reportFormats } = await import('../doctor/report/formats.ts');
  const { exportFormats } = await import('../chat/store/conversation.ts');
  const list = (title: string, table: Readonly<Record<string, string>>) => ({
    kind: 'list' as const,
    title,
    items: Object.entries(table).map(([term, text]): HelpItem => ({ term, text })),
  });
  return {
    parts: [
      list('Answers: msg send -o FORMAT', outputFormats),
      list('Reports: msg doctor --format FORMAT, or the ending of -o FILE', reportFormats),
      list('Sessions: msg sessions export NAME FILE, or --format FORMAT', exportFormats),
      list('Recordings:', recordingFormats),
      {
        kind: 'text',
        text: 'These forms of JSON have a schema, docs/schemas/NAME.schema.json in the package (msg-cli/schemas/NAME.schema.json). Their fields keep name and meaning within a major version; new fields can come with any minor version, so ignore those that you do not know.',
      },
      list('Schemas:', jsonForms),
    ],
  };
}
