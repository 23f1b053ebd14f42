// The line a chat talks over: connection, tools, and what is generated. `/profile` replaces it.
import { createHash } from 'node:crypto';
import type { Session } from '../chat/session.ts';
import type { DeclaredTools } from '../chat/tools.ts';
import type { Maker } from '../chat/turns.ts';
import type { Context } from '../context.ts';
import { configError } from '../errors.ts';
import { hostOf, originOf } from '../messages/endpoint.ts';
import type { GenerationOptions } from '../messages/request.ts';
import { type Connection, openConnection, settingsFor } from './connection.ts';
import type { ConnectionOptions } from './flags.ts';

export type Line = {
  readonly connection: Connection;
  readonly tools: DeclaredTools;
  /** What the flags and the profile say; `/model`, `/system` and `/set` go over it. */
  readonly generation: Omit<GenerationOptions, 'model'> & { readonly model?: string };
};

export type LineOptions = ConnectionOptions & { readonly generation: Partial<GenerationOptions> };

/** Opens the line. @throws MsgError `config` when something is missing. */
export async function openLine(
  options: LineOptions,
  tools: DeclaredTools,
  context: Context,
  note: (text: string) => void,
): Promise<Line> {
  const settings = settingsFor(options, context, note);
  const connection = await openConnection(settings, context, note);
  const { generation: flags } = options;
  return {
    connection,
    tools,
    generation: {
      maxTokens: settings.maxTokens?.value ?? 4096,
      system: settings.system?.value,
      ...flags,
      stream: flags.stream ?? true,
      ...(settings.model === undefined ? {} : { model: settings.model.value }),
      ...(tools.definitions.length === 0 ? {} : { tools: tools.definitions }),
    },
  };
}

/**
 * What the next request asks for.
 * @throws MsgError `config` when no model was chosen: there is no default that every endpoint knows
 */
export function generationOf(line: Line, session: Session): GenerationOptions {
  const { system, ...overrides } = session.overrides;
  const model = overrides.model ?? line.generation.model;
  if (model === undefined)
    throw configError(
      'No model was chosen, and there is no default.',
      '/model lists them, /model NAME chooses',
    );
  return {
    ...line.generation,
    ...overrides,
    model,
    ...(system === undefined ? {} : { system: system === '' ? undefined : system }),
  };
}

/** Who answers under these options: what thinking blocks are bound to. */
export function makerOf(line: Line, generation: GenerationOptions): Maker {
  const { system, tools, model } = generation;
  const context = system === undefined && tools === undefined ? '' : digest(JSON.stringify([system, tools]));
  return { model, endpoint: originOf(line.connection.client.endpoint.baseUrl), context };
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);

/** Who one is talking to: `claude-x at host (profile work)`. */
export function lineName(line: Line, session: Session): string {
  const { client, settings } = line.connection;
  const model = session.overrides.model ?? line.generation.model ?? 'no model yet';
  const profile = settings.profile === undefined ? '' : ` (profile ${settings.profile.value})`;
  const where = settings.preset?.id === 'demo' ? 'the built-in demo' : hostOf(client.endpoint.baseUrl);
  return `${model} at ${where}${profile}`;
}
