// What is said about a model. Only an answer to a request that named one can be about it. Data.
import {
  channelMissing,
  modelForbidden,
  modelMissing,
  notRouted,
  policyExcludes,
  providerMissing,
} from '../../../messages/error-words.ts';
import {
  has,
  isIn,
  isPage,
  isRelayed,
  missingField,
  namesNoModel,
  quoted,
  type ReadAnswer,
  type Row,
} from './row.ts';

const unknownModel =
  /(^|\s)model:\s*\S+|models?\b[^.]{0,80}\b(not found|does(n't| not) exist|not supported|unsupported|unknown|not available|no access|invalid)|(unknown|invalid|no such|unsupported) model/i;

/** A field that is merely missing is validation, and a model without a capability is no missing model. */
const isUnknown = (answer: ReadAnswer): boolean =>
  has(answer, modelMissing) ||
  has(answer, providerMissing) ||
  (has(answer, unknownModel) && !has(answer, missingField) && !has(answer, /does(n't| not) support/i));

const isRoute = ({ shaped }: ReadAnswer): boolean => notRouted.test((shaped.message ?? '').trim());

const isForbidden = (answer: ReadAnswer): boolean =>
  (isIn(answer, 400, 401, 403, 404) && has(answer, modelForbidden)) ||
  (answer.status === 403 && /error$/.test(answer.shaped.shape) && has(answer, /\bmodel\b|模型/i));

/** Words that say what to do, so that the name of the model may stay. */
const cures: readonly (readonly [words: RegExp, cure: string])[] = [
  [/\bno models? (is |are )?loaded\b/i, 'Load the model in the server.'],
  [
    /on-demand throughput/i,
    'Name the inference profile of the model (on Bedrock, the id with the region in front).',
  ],
];

/** A model that is unknown in words that name the cure. */
const withCure = cures.map(
  ([words, cure]): Row => ({
    kind: 'model',
    check: 'model.not_found',
    owner: 'you',
    test: (a) => !namesNoModel(a) && a.status >= 400 && has(a, words),
    means: (a) => `The model does not answer by this name: ${quoted(a)}.`,
    cure,
  }),
);

export const modelRows: readonly Row[] = [
  {
    // Routers that choose by model have none for {}; those that forbid by model forbid the empty one.
    kind: 'open',
    check: null,
    owner: 'gateway',
    confidence: 'possible',
    test: (a) =>
      namesNoModel(a) &&
      a.status >= 400 &&
      !isIn(a, 429) &&
      !isPage(a) &&
      !isRoute(a) &&
      (isForbidden(a) ||
        (a.status !== 401 &&
          has(a, missingField) === false &&
          (isUnknown(a) || (a.status === 404 && has(a, /\bmodel\b|模型/i))))),
    means: (a) => `Asked without a model, it answers about one (${a.wireStatus}): ${quoted(a)}.`,
  },
  ...withCure,
  {
    kind: 'forbidden',
    check: 'model.forbidden',
    owner: 'you',
    test: (a) => !namesNoModel(a) && a.status >= 400 && has(a, policyExcludes),
    means: (a) => `The settings of the account exclude the model: ${quoted(a)}.`,
    cure: 'Change the privacy settings of the account at the address in the words, or use another model.',
  },
  {
    kind: 'forbidden',
    check: 'model.forbidden',
    owner: (a) => (isRelayed(a) ? 'gateway' : 'you'),
    test: (a) => !namesNoModel(a) && isForbidden(a),
    means: (a) => `The key may not use this model: ${quoted(a)}.`,
  },
  {
    kind: 'model',
    check: 'model.not_found',
    owner: (a) => (isRelayed(a) ? 'gateway' : 'you'),
    confidence: 'likely',
    test: (a) => !namesNoModel(a) && isIn(a, 400, 404, 422, 500, 503) && has(a, channelMissing),
    means: (a) => `There is no channel for the model: ${quoted(a)}.`,
    cure: 'Have a channel for it switched on there, or take another model.',
  },
  {
    kind: 'model',
    check: 'model.not_found',
    // An error from further up is about the name the gateway maps to; and who names its settings has to change them.
    owner: (a) => (isRelayed(a) || has(a, /\b[A-Z]+_MODEL\b/) ? 'gateway' : 'you'),
    test: (a) => !namesNoModel(a) && isIn(a, 400, 404, 422, 500, 503) && !isRoute(a) && isUnknown(a),
    means: (a) => `The model is not known here: ${quoted(a)}.`,
  },
];
