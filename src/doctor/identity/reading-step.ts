// The request that asks for three things at once: what a picture says, what a PDF says, and an answer that fits a schema.
// It stands behind a changed prefix of the prompt cache, so that it costs no request of its own. Pure.
import type { Json, JsonObject } from '../../text/json.ts';
import type { Draws } from './draws.ts';
import { user } from './thinking-steps.ts';
import { documentOf, pictureOf } from './word-files.ts';

/** What is asked for besides the codeword of the system prompt. */
export type Reading = { readonly hasFiles: boolean; readonly hasSchema: boolean };

/** Models before 4.1 have no structured output: asking them for it would be refused (structured outputs page, 2026-11). */
export const offersSchema = (model: string): boolean =>
  !/claude-(3|(opus|sonnet)-4(-0\b|-2\d{7}|$))/.test(model);

/** The names of the answer's fields. */
export const readingFields = ({ hasFiles }: Pick<Reading, 'hasFiles'>): readonly string[] => [
  'codeword',
  ...(hasFiles ? ['picture', 'document'] : []),
];

/** The user's turn and what goes with it. The words never ask for JSON: that is the schema's to say. */
export function readingBody(draws: Draws, reading: Reading): JsonObject {
  const { hasFiles, hasSchema } = reading;
  const question = hasFiles
    ? 'Answer three questions. What is the codeword? Which two words are written in the picture? Which two words are written in the document?'
    : 'What is the codeword?';
  const content = [...(hasFiles ? filesOf(draws) : []), { type: 'text', text: question }];
  const fields = readingFields(reading);
  const schema = {
    type: 'object',
    properties: Object.fromEntries(fields.map((name) => [name, { type: 'string' }])),
    required: [...fields],
    additionalProperties: false,
  };
  return {
    max_tokens: 200,
    messages: [user(content)],
    ...(hasSchema && { output_config: { format: { type: 'json_schema', schema } } }),
  };
}

const filesOf = ({ pictureWords, documentWords }: Draws): Json[] =>
  (
    [
      ['document', 'application/pdf', documentOf(documentWords)],
      ['image', 'image/png', pictureOf(pictureWords)],
    ] as const
  ).map(([type, media_type, bytes]) => ({
    type,
    source: { type: 'base64', media_type, data: bytes.toString('base64') },
  }));
