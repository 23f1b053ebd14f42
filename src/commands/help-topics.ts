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
  'send --record': 'bytes of the answer with their arrival times, JSON Lines; send --replay shows it again',
  'tap --record': 'one such file for each exchange, with its request; doctor --request reads it',
  'tap --har': 'HAR 1.2, for the network tools of a browser',
  'doctor --bundle': 'report, JSON and wire trace in one Markdown file, redacted',
};

/** In the order they are listed. */
export const helpTopics: readonly HelpTopic[] = [
  { name: 'exit-codes', summary: 'what the code says with which msg ends', page: exitCodesPage },
  { name: 'environment', summary: 'the variables that msg obeys', page: environmentPage },
  { name: 'formats', summary: 'the forms of answers, reports, sessions and recordings', page: formatsPage },
];

async function exitCodesPage(): Promise<HelpPage> {
  return {
    parts: [
      {
        kind: 'text',
        text: 'The same for every command. A stream that broke off is never 0, nor is an answer that is none.',
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
        text: 'An option counts before a prompt (-T), that before a variable, a variable before the .msg.json of a project, that before the profile, the profile before its preset, the preset before the default. `msg profiles show --explain` tells where each value comes from.',
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
        text: 'What is JSON here has a schema, docs/schemas of the package: names stay, new fields may come in any version.',
      },
    ],
  };
}
