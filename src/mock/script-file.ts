// Reads a scenario from JSON: the same steps as in code, checked before anything is played. Pure.
import { configError, type MsgError } from '../errors.ts';
import { isObject } from '../text/json.ts';
import type { Nature } from './native.ts';
import type { Rules } from './protocol.ts';
import type { Scenario } from './scenario.ts';
import type { Script, ScriptStep } from './script.ts';

/**
 * What `--script FILE` holds: one answer, or all that a scenario says. Its schema is made from it.
 * @public
 */
export type ScenarioFile = Script | Partial<Omit<Scenario, 'change'>>;

/**
 * A scenario as a file holds it. Either one answer (a list of steps, given to every messages request), or
 * `{"replies": [[...], ...], "afterwards": "repeat" | "answer", "on": "messages" | "everything", "rules": {}}`.
 * @param source what to call the text in errors, usually its path
 * @throws MsgError `config` that names the place, e.g. `replies[0][2].ms`
 */
export function readScenario(text: string, source: string): Scenario {
  const fail: Fail = (where, problem) => configError(`${source}: ${where}${problem}`, hint, { path: source });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw configError(
      `${source} is not JSON: ${String((cause as Error).message)}`,
      hint,
      { path: source },
      cause,
    );
  }
  const shared = { name: source, summary: `plays ${source}` };
  if (Array.isArray(json)) return { ...shared, replies: [readSteps(json, 'steps', fail)] };
  if (!isObject(json)) throw fail('', 'must be a list of steps or an object with "replies".');
  const { replies, afterwards, on, rules, ...unknown } = json;
  const [strange] = Object.keys(unknown).filter((name) => name !== 'name' && name !== 'summary');
  if (strange !== undefined)
    throw fail(strange, ' is not a field of a scenario; there are replies, afterwards, on and rules.');
  if (replies !== undefined && !Array.isArray(replies))
    throw fail('replies', ' must be a list of lists of steps.');
  return {
    ...shared,
    ...(typeof json['name'] === 'string' && { name: json['name'] }),
    ...(typeof json['summary'] === 'string' && { summary: json['summary'] }),
    ...(replies && { replies: replies.map((steps, index) => readSteps(steps, `replies[${index}]`, fail)) }),
    ...(afterwards !== undefined && {
      afterwards: oneOf(['repeat', 'answer'], afterwards, 'afterwards', fail),
    }),
    ...(on !== undefined && { on: oneOf(['messages', 'everything'], on, 'on', fail) }),
    ...(rules !== undefined && { rules: readRules(rules, fail) }),
  };
}

type Fail = (where: string, problem: string) => MsgError;

const hint = 'msg mock --help shows an example.';

type Kind = { readonly says: string; readonly fits: (value: unknown) => boolean };

const number: Kind = {
  says: 'a number of at least 0',
  fits: (value) => typeof value === 'number' && value >= 0,
};
const text: Kind = { says: 'a text', fits: (value) => typeof value === 'string' };
const anything: Kind = { says: 'any JSON', fits: (value) => value !== undefined };
const object: Kind = { says: 'an object', fits: isObject };
const steps: Kind = { says: 'a list of steps', fits: Array.isArray };
const choice = (...values: readonly unknown[]): Kind => ({
  says: `one of ${values.map((value) => JSON.stringify(value)).join(', ')}`,
  fits: (value) => values.includes(value),
});

function listOf({ says, fits }: Kind): Kind {
  return { says: `a list, each ${says}`, fits: (value) => Array.isArray(value) && value.every(fits) };
}

/** The fields of every step; those marked `?` may be left out. */
const fieldsOf: Readonly<Record<ScriptStep['step'], Readonly<Record<string, Kind>>>> = {
  head: {
    'status?': number,
    'headers?': object,
    'framing?': choice('chunked', 'length', 'close'),
    'compress?': choice('gzip'),
  },
  event: {
    data: anything,
    'event?': { says: 'a text, or false', fits: (value) => typeof value === 'string' || value === false },
    'lineEnd?': choice('\n', '\r\n', '\r'),
  },
  bytes: { bytes: text, 'encoding?': choice('utf8', 'base64', 'hex') },
  split: {
    at: {
      says: '"every-byte" or a list of offsets',
      fits: (value) => value === 'every-byte' || (Array.isArray(value) && value.every(number.fits)),
    },
    steps,
  },
  buffer: {
    until: {
      says: '"end", {"bytes": n} or {"ms": n}',
      fits: (value) =>
        value === 'end' || (isObject(value) && (number.fits(value['bytes']) || number.fits(value['ms']))),
    },
  },
  repeat: { times: number, steps },
  gate: { name: text },
  pause: { ms: number },
  reset: {},
  hangup: {},
  end: {},
};

/** What a native backend may lie about; all may be left out. */
const natureFields: Readonly<Record<keyof Nature, Kind>> = {
  ignores: listOf(choice('system', 'cache_control', 'max_tokens', 'stop_sequences', 'output_config')),
  signatures: choice('verified', 'unverified', 'refused'),
  redaction: choice('verified', 'unverified'),
  hiddenTokens: number,
  usageFactor: number,
  windowTokens: number,
  toolSuffix: text,
  unseen: listOf(choice('image', 'document')),
};

const nature: Kind = {
  says: `an object of ${Object.keys(natureFields).join(', ')}`,
  fits: (value) =>
    isObject(value) &&
    Object.entries(value).every(([name, part]) => natureFields[name as keyof Nature]?.fits(part)),
};

/** The rules a file can bend; all may be left out. */
const ruleFields: Readonly<Record<keyof Rules, Kind>> = {
  key: text,
  auth: choice('either', 'x-api-key', 'bearer'),
  needsVersion: choice(true, false),
  strictHistory: choice(true, false),
  models: listOf(text),
  basePath: text,
  absent: listOf(choice('messages', 'count_tokens', 'models')),
  delivery: choice('as-asked', 'json', 'stream'),
  answer: text,
  message: object,
  native: nature,
};

function readRules(value: unknown, fail: Fail): Rules {
  if (!isObject(value)) throw fail('rules', ' must be an object.');
  for (const [name, given] of Object.entries(value)) {
    const kind = Object.entries(ruleFields).find(([known]) => known === name)?.[1];
    if (kind === undefined)
      throw fail(`rules.${name}`, ` is no rule; there are ${Object.keys(ruleFields).join(', ')}.`);
    if (!kind.fits(given)) throw fail(`rules.${name}`, ` must be ${kind.says}.`);
  }
  return value as Rules;
}

function readSteps(value: unknown, where: string, fail: Fail): Script {
  if (!Array.isArray(value)) throw fail(where, ' must be a list of steps.');
  return value.map((step, index) => readStep(step, `${where}[${index}]`, fail));
}

function readStep(value: unknown, where: string, fail: Fail): ScriptStep {
  const name = isObject(value) ? value['step'] : undefined;
  const fields = Object.entries(fieldsOf).find(([step]) => step === name)?.[1];
  if (!isObject(value) || fields === undefined)
    throw fail(where, ` is no step: "step" must be ${choice(...Object.keys(fieldsOf)).says}.`);
  const names = new Set(['step']);
  for (const [key, kind] of Object.entries(fields)) {
    const field = key.replace('?', '');
    names.add(field);
    if (value[field] === undefined ? !key.endsWith('?') : !kind.fits(value[field]))
      throw fail(`${where}.${field}`, ` must be ${kind.says}.`);
  }
  const strange = Object.keys(value).find((field) => !names.has(field));
  if (strange !== undefined)
    throw fail(`${where}.${strange}`, ` is not a field of the step "${String(name)}".`);
  if ('steps' in value) readInnerSteps(value, where, fail);
  return value as ScriptStep;
}

function readInnerSteps(outer: Record<string, unknown>, where: string, fail: Fail): void {
  const inner = readSteps(outer['steps'], `${where}.steps`, fail);
  const strange =
    outer['step'] === 'split' ? inner.findIndex(({ step }) => !['event', 'bytes'].includes(step)) : -1;
  if (strange >= 0) throw fail(`${where}.steps[${strange}]`, ' cannot be split: only events and bytes can.');
}

function oneOf<T extends string>(values: readonly T[], value: unknown, where: string, fail: Fail): T {
  const match = values.find((one) => one === value);
  if (match === undefined) throw fail(where, ` must be ${choice(...values).says}.`);
  return match;
}
