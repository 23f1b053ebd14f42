// Proofs that what is sent beside the text arrives: a picture, a PDF, a schema for the answer. Rows.
import { parseJson } from '../../messages/parse-json.ts';
import { isObject } from '../../text/json.ts';
import { nameDistance } from '../../text/nearest-names.ts';
import type { StepName } from '../engine/observations.ts';
import { type Look, type Told, whyNot } from './identity-answers.ts';
import { absent, kept, lacking, type Outcome, open, type Proof } from './proof.ts';
import { offersSchema, readingFields } from './reading-step.ts';
import { isDeclined } from './steps.ts';

const tries: readonly StepName[] = ['cacheChanged', 'cacheChangedNoSchema', 'cacheChangedNoFiles'];
const withFiles: readonly StepName[] = ['cacheChanged', 'cacheChangedNoSchema'];
const withSchema: readonly StepName[] = ['cacheChanged', 'cacheChangedNoFiles'];

/** The answer behind the changed prefix, with as much in its request as was taken. */
export const readingAnswer = (look: Look): Told | undefined =>
  tries.flatMap((name) => look.told(name) ?? [])[0];

/**
 * What came to the requests that had a thing in them: the answer, or why there is none. Only where a request without it
 * was answered is it this that is refused.
 */
function answerTo(look: Look, names: readonly StepName[], without: StepName): Told | Outcome {
  const told = names.flatMap((name) => look.told(name) ?? [])[0];
  if (told !== undefined)
    return told.text === '' || told.stopReason === 'refusal' || told.stopReason === 'max_tokens'
      ? open(`The answer brings no whole text (stop reason ${JSON.stringify(told.stopReason ?? null)}).`)
      : told;
  const last = names.flatMap((name) => look.exchange(name) ?? []).at(-1);
  return last?.outcome === 'answered' && isDeclined(last) && look.told(without) !== undefined
    ? absent(`Not offered: ${last.status} "${last.reading.errorMessage ?? last.reading.means}".`)
    : open(`The request with it: ${whyNot(last)}.`);
}

const isOutcome = (answer: Told | Outcome): answer is Outcome => 'result' in answer;

/** Whether a word is in a text, but for one letter at most: models read letters, and err. */
const isIn = (word: string, text: string): boolean =>
  (text.toLowerCase().match(/[a-z]+/g) ?? []).some(
    (other) => Math.abs(other.length - word.length) <= 1 && nameDistance(word, other) <= 1,
  );

const isRead =
  (noun: 'picture' | 'document', wordsOf: (words: Look['words']) => readonly string[]) =>
  (look: Look): Outcome => {
    const answer = answerTo(look, withFiles, 'cacheChangedNoFiles');
    if (isOutcome(answer)) return answer;
    const words = wordsOf(look.words);
    const found = words.filter((word) => isIn(word, answer.text));
    if (found.length === words.length) return kept(`The words of the ${noun} came back.`);
    return found.length > 0
      ? open(`One of two words of the ${noun} came back: it was read, and not well.`)
      : lacking(
          `The ${noun} said "${words.join(' ')}", and the answer does not know it: ${JSON.stringify(answer.text.slice(0, 120))}.`,
        );
  };

function schema(look: Look): Outcome {
  if (!offersSchema(look.model)) return absent('This model has no structured output; it was not asked for.');
  const answer = answerTo(look, withSchema, 'cacheChangedNoSchema');
  if (isOutcome(answer)) return answer;
  const hasFiles = look.told('cacheChanged') !== undefined;
  const json = parseJson(answer.text.trim());
  const fields = readingFields({ hasFiles });
  if (isObject(json) && fitsExactly(json, fields)) return kept('The answer is JSON that fits the schema.');
  const [, fenced = ''] = /```(?:json)?\s*(\{[\s\S]*\})\s*```/.exec(answer.text) ?? [];
  const shown = JSON.stringify(answer.text.slice(0, 120));
  if (fenced !== '')
    return open(`JSON came, in a fence: the schema was told in words, not enforced (${shown}).`);
  return lacking(`An answer of a schema was asked for, and this came: ${shown}.`);
}

const fitsExactly = (json: Readonly<Record<string, unknown>>, fields: readonly string[]): boolean =>
  Object.keys(json).length === fields.length && fields.every((name) => typeof json[name] === 'string');

const filesLimit =
  'A model that sees no pictures or pages fails at this by itself; one that does need not be the one that was asked for.';

export const readingProofs: readonly Proof[] = [
  {
    id: 'identity.picture',
    subject: 'picture',
    title: 'A picture is read',
    why: 'What drops pictures leaves the model to invent what it was shown.',
    proof: 'Two random words drawn into a PNG that did not exist before, read back.',
    limit: filesLimit,
    steps: withFiles,
    judge: isRead('picture', ({ pictureWords }) => pictureWords),
  },
  {
    id: 'identity.document',
    subject: 'document',
    title: 'A PDF is read',
    why: 'What drops documents leaves the model to invent what it was sent.',
    proof: 'Two random words in a PDF that did not exist before, read back.',
    limit: filesLimit,
    steps: withFiles,
    judge: isRead('document', ({ documentWords }) => documentWords),
  },
  {
    id: 'identity.schema',
    subject: 'schema',
    title: 'A schema decides the form of the answer',
    why: 'Programs that read the answer break where the schema is dropped silently.',
    proof:
      'A question in plain words with output_config.format: the answer is JSON that fits, and nothing else.',
    limit: 'Other backends enforce schemas, too: it shows that the field arrived, not who answers.',
    steps: withSchema,
    judge: schema,
  },
];
