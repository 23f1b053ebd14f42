// The clients that `--client` knows, by their names.
import { claudeCode } from './claude-code.ts';
import { type ClientChoice, type ClientName, clientNames } from './client-names.ts';
import type { KnownClient } from './known-client.ts';
import { sdkPython } from './sdk-python.ts';
import { sdkTypeScript } from './sdk-typescript.ts';
import { vercelAi } from './vercel-ai.ts';

const knownClients: Readonly<Record<ClientName, KnownClient>> = {
  'claude-code': claudeCode,
  'sdk-ts': sdkTypeScript,
  'sdk-py': sdkPython,
  'vercel-ai': vercelAi,
};

/** The clients of a choice, in the order in which they are listed. */
export const clientsOf = (choice: ClientChoice): readonly KnownClient[] =>
  (choice === 'all' ? clientNames : [choice]).map((name) => knownClients[name]);
