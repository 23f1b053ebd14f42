// Options about the answer (profiles/generation-flags.ts), read and turned into GenerationOptions.
import { configError, usageError } from '../errors.ts';
import type { CacheTime, GenerationOptions } from '../messages/request.ts';
import type { GenerationFlags } from '../profiles/generation-flags.ts';
import { type Settings, settingRows } from '../profiles/settings.ts';
import {
  assign,
  parseAssignment,
  readFileOf,
  readJsonArgument,
  readObjectArgument,
} from '../terminal/json-argument.ts';
import { isObject, type JsonObject } from '../text/json.ts';
import { modelsCommand } from './connection/setting-sources.ts';

/**
 * What to generate. The prompt is not part of it; `body` may bring messages of its own.
 * @throws MsgError `usage` for malformed options, `config` when no model was chosen
 */
export function generationOptions(flags: GenerationFlags, settings: Settings): GenerationOptions {
  const body: JsonObject = flags.body === undefined ? {} : readObjectArgument('--body', flags.body);
  const assignments = (flags.set ?? []).map(parseAssignment);
  const named = assignments.findLast(({ path }) => path.join('.') === 'model')?.value ?? body['model'];
  const model = typeof named === 'string' ? named : settings.model?.value;
  if (model === undefined) {
    throw configError(
      'No model was chosen, and there is no default.',
      `Choose one: -m MODEL. ${modelsCommand(settings)} lists what the endpoint offers.`,
    );
  }
  if (flags.system !== undefined && flags.systemFile !== undefined) {
    throw usageError('--system and --system-file exclude each other.');
  }
  const fileSystem =
    flags.systemFile === undefined ? undefined : readFileOf('--system-file', flags.systemFile);
  return {
    model,
    maxTokens: flags.maxTokens ?? settings.maxTokens?.value ?? settingRows.maxTokens.default,
    stream: flags.stream !== false,
    system: (flags.system ?? fileSystem ?? settings.system?.value) || undefined,
    temperature: flags.temperature,
    topP: flags.topP,
    topK: flags.topK,
    stopSequences: flags.stop,
    thinking: thinkingField(flags),
    effort: flags.effort,
    schema: flags.schema === undefined ? undefined : readObjectArgument('--schema', flags.schema),
    tools: flags.tools === undefined ? undefined : readToolDefinitions(flags.tools).map(withoutCommand),
    toolChoice: toolChoiceField(flags.toolChoice),
    cache: cacheTime(flags, settings),
    body,
    isSentAsItIs: flags.repair === false,
    adjust: (whole) => assignments.reduce((before, one) => assign(before, one) as JsonObject, whole),
  };
}

/** How long the prompt is to be cached; undefined where it is not. */
function cacheTime({ cache }: GenerationFlags, settings: Settings): CacheTime | undefined {
  const value = cache ?? settings.cache?.value;
  return value === 'off' ? undefined : value;
}

/** The tools of `--tools`: one definition, a list, or an object with `tools`. They may carry a `command`. */
export function readToolDefinitions(argument: string): JsonObject[] {
  const value = readJsonArgument('--tools', argument);
  const list = Array.isArray(value)
    ? value
    : isObject(value) && Array.isArray(value['tools'])
      ? value['tools']
      : [value];
  for (const tool of list) {
    if (!isObject(tool) || typeof (tool['name'] ?? tool['type']) !== 'string') {
      throw usageError(
        '--tools takes tool definitions with a name.',
        'Example: [{"name":"now","input_schema":{"type":"object"}}]',
      );
    }
  }
  return list as JsonObject[];
}

/** What runs a tool is ours and never sent. */
function withoutCommand({ command: _command, timeout: _timeout, ...tool }: JsonObject): JsonObject {
  return tool;
}

function thinkingField({ thinking, hideThinking }: GenerationFlags): JsonObject | undefined {
  if (thinking === undefined) return undefined;
  if (thinking === 'off') return { type: 'disabled' };
  // The newest models hide their thinking unless asked; who asks for thinking and does not hide it, asks.
  if (thinking === 'adaptive')
    return { type: 'adaptive', ...(hideThinking ? {} : { display: 'summarized' }) };
  const budget = Number(thinking);
  if (Number.isInteger(budget) && budget > 0) return { type: 'enabled', budget_tokens: budget };
  throw usageError(`--thinking takes adaptive, off or a number of tokens, not ${JSON.stringify(thinking)}.`);
}

function toolChoiceField(choice: string | undefined): JsonObject | undefined {
  if (choice === undefined) return undefined;
  return ['auto', 'any', 'none'].includes(choice) ? { type: choice } : { type: 'tool', name: choice };
}
