// Options about the answer, shared by send and chat: what they are called and what they say of themselves. What they
// become is turn/generation.ts.
import type { Command } from 'commander';
import { usageError } from '../errors.ts';
import { effortLevels } from '../messages/request.ts';
import { shellQuote } from '../text/shell-quote.ts';
import { collect, numberParser, settingFlag } from './flags.ts';
import type { SettingOptions } from './settings.ts';

export type GenerationFlags = SettingOptions<'Generation'> & {
  systemFile?: string;
  temperature?: number;
  topP?: number;
  topK?: number;
  stop?: string[];
  thinking?: string;
  effort?: string;
  hideThinking?: boolean;
  tools?: string;
  toolChoice?: string;
  schema?: string;
  body?: string;
  set?: string[];
  repair?: boolean;
  stream?: boolean;
};

export function generationFlags(command: Command): Command {
  settingFlag(command.optionsGroup('Generation:'), 'system').option(
    '--system-file <file>',
    'system prompt from a file',
  );
  settingFlag(command, 'cache');
  return settingFlag(command, 'maxTokens')
    .option(
      '-t, --temperature <n>',
      'randomness, 0 to 1; newer models refuse it',
      numberParser('--temperature', { min: 0, isInteger: false }),
    )
    .option(
      '--top-p <n>',
      'nucleus sampling; newer models refuse it',
      numberParser('--top-p', { min: 0, max: 1, isInteger: false }),
    )
    .option(
      '--top-k <n>',
      'sample from the k most likely tokens; newer models refuse it',
      numberParser('--top-k', { min: 0 }),
    )
    .option('--stop <text>', 'end the answer before this text; repeatable', collect)
    .option('--thinking <mode>', 'adaptive, off, or a token budget')
    .addOption(
      command
        .createOption('--effort <level>', 'how much effort the model makes')
        .choices(effortLevels)
        .argParser(effortLevel),
    )
    .option('-R, --hide-thinking', 'do not print thinking (otherwise dim, on stderr)')
    .option('--tools <file|json>', 'tool definitions')
    .option('--tool-choice <choice>', 'auto, any, none, or the name of a tool')
    .option('--schema <file|json>', 'JSON schema that the answer must follow')
    .option(
      '--body <file|json>',
      'fields to merge into the request body; unknown fields are kept, messages are repaired (see --no-repair)',
    )
    .option(
      '--set <path=json>',
      'set one field of the finished body, e.g. metadata.user_id=42; repeatable',
      collect,
    )
    .option(
      '--no-repair',
      'do not repair what strict servers refuse (blank texts, incomplete tool calls ...)',
    )
    .option('--no-stream', 'request the answer in one piece');
}

function effortLevel(text: string): string {
  if ((effortLevels as readonly string[]).includes(text)) return text;
  throw usageError(
    `--effort takes ${effortLevels.join(', ')}, not ${JSON.stringify(text)}.`,
    `If the endpoint knows another level: --set ${shellQuote(`output_config.effort=${text}`)}`,
  );
}
