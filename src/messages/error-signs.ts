// What the words of an error prove where its status says too little or something else. Data, in order of precedence.
import { closestModels } from './closest-models.ts';
import type { Envelope } from './envelope.ts';
import type { RequestFacts, Sign } from './error-cause.ts';
import {
  aboveRate,
  clientsOnly,
  isBudgetSpent,
  isCreditSpent,
  isKeyMissing,
  keyInvalid,
  loadingModel,
  masterKeyOnly,
  modelCodes,
  modelCrashed,
  modelForbidden,
  modelMissing,
  notRouted,
  overloadQuoted,
  policyExcludes,
  providerMissing,
  providerWords,
  unreachable,
} from './error-words.ts';

/** Names of models hold dots, slashes and colons; what ends a sentence is none of theirs. */
const wordsIn = (text: string): string[] =>
  text.split(/[^\w.:/@-]+/).map((word) => word.replace(/[.:]+$/, ''));

/** A 404 is about the model when an envelope names it, or speaks of one; otherwise it is the path. */
const isAboutModel = ({ type, message }: Envelope, { model }: RequestFacts): boolean =>
  (type !== undefined && /\bmodel\b/i.test(message)) ||
  (model !== undefined && wordsIn(message).includes(model));

const lacksModel = (error: Envelope, status: number, facts: RequestFacts): boolean => {
  if (notRouted.test(error.message.trim())) return false;
  const isNamed = [error.code, error.type].some((name) => modelCodes.test(name ?? ''));
  if (isNamed || (status !== 401 && status !== 429 && modelMissing.test(error.message))) return true;
  return status === 404 && isAboutModel(error, facts);
};

const modelName = ({ model }: RequestFacts): string =>
  model === undefined ? 'the model' : `the model ${JSON.stringify(model)}`;
const modelList = ({ endpoint }: RequestFacts): string => `${endpoint.modelsCommand} lists what it offers.`;
/** A typing error is found in the documents; a model they do name is missing for another reason. */
function meantModel({ endpoint: { knownModels = [] }, model }: RequestFacts): string {
  const near = model === undefined || knownModels.includes(model) ? [] : closestModels(model, knownModels);
  return near.length === 0 ? '' : `Did you mean ${near.join(' or ')}? `;
}
const keyOf = ({ endpoint }: RequestFacts): string =>
  `the key from ${endpoint.keySource ?? 'the configuration'}`;

/** A key was refused, and not the one that was sent here: only a quoted error or another provider's name prove that. */
const isRefusedFurtherUp = ({ message, relayed }: Envelope, status: number): boolean =>
  (status === 401 || status === 403) &&
  (providerWords.test(message) || (relayed !== undefined && [401, 403, undefined].includes(relayed.status)));

/** What 500 is sent for by servers that have no other status for a request they refuse (llama.cpp). */
const refusal =
  /\b(is|are) required\b|\b(is|are) not supported\b|\b(does not|doesn't) support\b|\bunsupported\b|\bnot supported (by|for|on|with)\b/i;

/** A failure of the server, or one whose status is not known: inside a stream or a 200. */
const isOfServer = (status: number): boolean => status >= 500 || status < 400;

const wordsOf = ({ type = '', code = '', message }: Envelope): string => `${type} ${code} ${message}`;

const isRelayed = ({ message, relayed }: Envelope): boolean =>
  relayed !== undefined || providerWords.test(message);

export const errorSigns: readonly Sign[] = [
  {
    test: ({ message }, status) => status < 500 && providerMissing.test(message),
    kind: 'request',
    isRetryable: false,
    says: 'the gateway has no such provider behind it',
    advice: ({ endpoint }) =>
      `The name of the model chooses it: ${endpoint.modelsCommand} lists what it offers.`,
    isComplete: true,
  },
  {
    test: ({ message }, status) => [400, 401, 403, 503].includes(status) && clientsOnly.test(message),
    kind: 'auth',
    isRetryable: false,
    says: 'only certain clients are admitted with this key',
    advice: 'Ask the provider for a key without that restriction.',
  },
  {
    test: ({ message }) => policyExcludes.test(message),
    kind: 'request',
    isRetryable: false,
    says: (facts) => `the settings of the account exclude ${modelName(facts)}`,
    advice: 'Change them at the address in the words, or use another model.',
  },
  {
    test: ({ message }) => aboveRate.test(message),
    kind: 'limit',
    isRetryable: false,
    says: 'one request is larger than what may be used in a minute',
    advice: 'Send less, have the limit raised, or take a model that has a higher one.',
  },
  {
    test: ({ message }) => modelForbidden.test(message),
    kind: 'auth',
    isRetryable: false,
    says: (facts) => `this key may not use ${modelName(facts)}`,
    advice: modelList,
    isComplete: true,
  },
  {
    test: lacksModel,
    kind: 'request',
    isRetryable: false,
    says: (facts) => `${modelName(facts)} is not available here`,
    advice: (facts) => `${meantModel(facts)}${modelList(facts)}`,
    isComplete: true,
  },
  {
    test: (error, status) => isBudgetSpent(wordsOf(error), status),
    isRetryable: false,
    isSpent: true,
    says: 'the budget of the key is used up',
    advice: 'Have the limit of the key raised, or wait for its reset.',
  },
  {
    test: (error, status) => isRelayed(error) && isCreditSpent(wordsOf(error), status),
    kind: 'auth',
    isRetryable: false,
    isSpent: true,
    says: 'the account of the gateway has no credit',
    advice: 'Who runs the gateway has to top up its account at the provider.',
  },
  {
    test: (error, status) => isCreditSpent(wordsOf(error), status),
    kind: 'auth',
    isRetryable: false,
    isSpent: true,
    says: 'the account has no credit',
    advice: 'Add credit on the page of the provider, or use another profile: -P NAME.',
  },
  {
    test: isRefusedFurtherUp,
    kind: 'auth',
    isRetryable: false,
    says: ({ endpoint }) =>
      `${endpoint.key === undefined ? '' : 'the gateway accepted yours; '}its own key was refused further up`,
    advice: 'Who runs the gateway has to renew the key it has for its provider.',
  },
  {
    test: ({ message, type }, _status, { endpoint }) =>
      endpoint.key !== undefined && masterKeyOnly.test(`${type ?? ''} ${message}`),
    kind: 'auth',
    isRetryable: false,
    says: (facts) => `${keyOf(facts)} was refused`,
    advice: 'LiteLLM without a database takes its master key only.',
  },
  {
    test: ({ message, code }, status) =>
      ![401, 429].includes(status) && keyInvalid.test(`${code ?? ''} ${message}`),
    kind: 'auth',
    isRetryable: false,
    says: (facts) => `${keyOf(facts)} was refused`,
  },
  {
    // LiteLLM: 500 where it has not looked at keys before it needs one.
    test: ({ message }, status, { endpoint }) =>
      endpoint.key === undefined && [400, 404, 422, 500].includes(status) && isKeyMissing(message),
    kind: 'auth',
    isRetryable: false,
    says: 'a key is required, and none was sent',
  },
  {
    test: ({ message }, status, { endpoint }) =>
      endpoint.key !== undefined && [401, 403].includes(status) && isKeyMissing(message),
    kind: 'auth',
    isRetryable: false,
    says: 'it says that no key came, although one was sent',
  },
  {
    test: ({ code }, status) => status === 401 && code === 'AiGatewayError',
    kind: 'auth',
    isRetryable: false,
    says: "Cloudflare's AI Gateway wants its own token besides the key",
    advice: 'Send it with -H "cf-aig-authorization: Bearer ...".',
  },
  {
    test: ({ message }) => modelCrashed.test(message),
    kind: 'server',
    isRetryable: false,
    says: 'the model does not run there',
    advice: 'Load it again in the server, whose log says why.',
  },
  {
    test: ({ message, type, relayed }, status) =>
      (isOfServer(status) && unreachable.test(message)) ||
      (status === 502 && type === 'overloaded_error' && relayed === undefined),
    kind: 'server',
    says: 'the gateway does not reach what is behind it',
  },
  {
    test: ({ message }, status) => isOfServer(status) && overloadQuoted.test(message),
    kind: 'limit',
    says: 'the provider is overloaded',
  },
  {
    test: ({ message }, status) => status === 503 && loadingModel.test(message),
    kind: 'server',
    says: 'the model is still being loaded',
    advice: 'Wait until it is there.',
  },
  {
    test: ({ message }, status) => status === 500 && refusal.test(message),
    kind: 'request',
    isRetryable: false,
    says: 'the request was refused',
  },
];
