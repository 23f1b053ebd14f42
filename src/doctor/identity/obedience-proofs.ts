// Proofs that the request reaches the model whole and its answer comes back whole: system, stop sequences, tools. Rows.

import { isObject } from '../../text/json.ts';
import { needlePlaces } from './draws.ts';
import { type Look, whyNot } from './identity-answers.ts';
import { contradicted, kept, lacking, missed, type Outcome, open, type Proof } from './proof.ts';
import { readingAnswer } from './reading-proofs.ts';

function system(look: Look): Outcome {
  const answers = [look.told('cacheWritten'), look.told('cacheRead'), readingAnswer(look)].filter(
    (answer) => answer !== undefined,
  );
  const { codeword } = look.words;
  if (answers.some(({ text }) => text.includes(codeword)))
    return kept('The codeword of the system prompt came back.');
  const ended = answers.filter(({ text, stopReason }) => text !== '' && stopReason !== 'refusal');
  if (ended.length === 0)
    return open(`The codeword was asked for: ${whyNot(look.exchange('cacheWritten'))}.`);
  return missed(
    `The system prompt told a codeword, and ${ended.length === 1 ? 'the answer does' : `${ended.length} answers do`} not know it.`,
  );
}

function stopSequence(look: Look): Outcome {
  const told = look.told('chinese');
  if (told === undefined) return open(`Counting to 30: ${whyNot(look.exchange('chinese'))}.`);
  const stop = `${look.words.stopNumber}`;
  const { text, stopReason } = told;
  const numbers: readonly string[] = text.match(/\d+/g) ?? [];
  if (numbers.includes(stop)) return contradicted(`"${stop}" was a stop sequence, and stands in the text.`);
  if (stopReason === 'stop_sequence') return kept(`Ended before "${stop}", and says so.`);
  if (numbers.at(-1) === `${look.words.stopNumber - 1}`)
    return kept(`Ended before "${stop}", with stop_reason ${JSON.stringify(stopReason ?? null)}.`);
  return open(`"${stop}" was a stop sequence, and the text did not get there.`);
}

/** Whether it stopped where it had to without a word of why: chat completions have none for it. */
export const hidesStop = (look: Look): boolean =>
  stopSequence(look).result === 'kept' && look.told('chinese')?.stopReason !== 'stop_sequence';

function toolArguments(look: Look): Outcome {
  const told = look.told('code');
  if (told === undefined) return open(`A tool call was forced: ${whyNot(look.exchange('code'))}.`);
  const call = told.blocks.find(({ type }) => type === 'tool_use');
  if (call === undefined)
    return told.stopReason === 'refusal'
      ? open('A tool call was forced, and declined.')
      : lacking('A tool call was forced, and none came.');
  const input = isObject(call['input']) ? call['input'] : {};
  const { echo, place: only } = look.words;
  const { text, place } = input;
  if (typeof text !== 'string') return missed('The tool call lacks the argument that its schema requires.');
  if (text !== echo)
    return missed(
      `A tool was to be called with ${JSON.stringify(echo)}, and was called with ${JSON.stringify(text.slice(0, 80))}.`,
    );
  return isObject(place) && place['gate'] === only.gate && place['row'] === only.row
    ? kept('A random text came back through a tool call to the letter, with what only its schema tells.')
    : missed(
        `The schema of a tool allows ${JSON.stringify(only)} alone, and ${JSON.stringify(place ?? null).slice(0, 80)} came: it does not arrive whole.`,
      );
}

function context(look: Look): Outcome {
  const exchange = look.exchange('context');
  const told = look.told('context');
  if (told === undefined) {
    const words = exchange?.reading.errorMessage ?? '';
    return open(`The long prompt: ${whyNot(exchange)}${words === '' ? '' : ` ("${words}")`}.`);
  }
  if (told.text === '' || told.stopReason === 'refusal') return open('The answer brings no text.');
  const missing = needlePlaces.filter((_, index) => !told.text.includes(look.words.needles[index] ?? ''));
  const counted = `${told.inputTokens ?? '?'} input tokens are counted`;
  return missing.length === 0
    ? kept(`What stands at 10, 50 and 90 % came back; ${counted}.`)
    : missed(
        `What stands at ${missing.map(({ share }) => `${100 * share} %`).join(' and ')} of the prompt is not known; ${counted}.`,
      );
}

/** Asked for by --context only. */
export const contextProof: Proof = {
  id: 'identity.context',
  subject: 'context',
  title: 'A long prompt is read from its beginning to its end',
  why: 'A gateway can drop the beginning of what is longer than it likes, and bill all of it.',
  proof: 'Random codes at 10, 50 and 90 % of a prompt of --context tokens.',
  limit:
    'A weak model may overlook one of them; that all are found does not show how well the rest was read.',
  steps: ['context'],
  judge: context,
};

export const obedienceProofs: readonly Proof[] = [
  {
    id: 'identity.system',
    subject: 'system',
    title: 'The system prompt reaches the model',
    why: 'What drops or replaces the system prompt breaks every agent, silently.',
    proof: 'A random codeword that only the system prompt tells, asked for by the user.',
    limit: 'A weak model may fail at this by itself; one that passes need not be the one that was asked for.',
    steps: ['cacheWritten'],
    judge: system,
  },
  {
    id: 'identity.stop_sequences',
    subject: 'stop',
    title: 'Stop sequences stop the answer',
    why: 'Clients cut answers by them; where they are ignored, text follows that nobody expects.',
    proof: 'Counting to 30 with a number drawn by chance as stop sequence.',
    limit: 'Every model can obey it: it shows that the request arrived, not who answers.',
    steps: ['chinese'],
    judge: stopSequence,
  },
  {
    id: 'identity.tool_arguments',
    subject: 'tools',
    title: 'Tool arguments come back unaltered',
    why: 'What rewrites arguments on the way can run other commands than the model wrote.',
    proof:
      'A random text with a path and a character beyond ASCII, through a forced tool call, and a nested object of which only the schema tells the values.',
    limit:
      'It looks at one call: what is changed only in some calls is not seen. A weak model may copy wrongly.',
    steps: ['code'],
    judge: toolArguments,
  },
];
