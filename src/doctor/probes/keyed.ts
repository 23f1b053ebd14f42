// Probes that send the key, free of charge: who reads which header, and what the version header does.

import { isApiProven, isNotMessages, isUnclear } from '../engine/empty-request.ts';
import {
  isKeyRefusal,
  isMessageFine,
  isStumble,
  isThrough,
  lateRefusal,
  refusalOfBoth,
} from '../engine/exchange-facts.ts';
import type { Exchange, Observe } from '../engine/observations.ts';
import type { AnyProbe, Hindrance, Probe } from '../engine/probe.ts';
import { askEndpoint } from './ask-endpoint.ts';
import {
  canAskForModel,
  canUseKey,
  emptyTellsNothing,
  endpointOf,
  isKeyThrough,
  modelOf,
  needsFlag,
  unreachable,
} from './conditions.ts';
import {
  bodyQuestion,
  bogusCountQuestion,
  bogusQuestion,
  countQuestion,
  inScheme,
  keyedQuestion,
  matrixQuestion,
  modelsQuestion,
  oneToken,
  versionQuestion,
} from './questions.ts';

const keyNotThrough: Hindrance = { reason: 'the key did not get through', by: 'keyed' };

const keyed: Probe<'keyed'> = {
  id: 'keyed',
  label: 'K1',
  title: 'POST {} with the key',
  cost: 'free',
  needs: ['keyless', 'keylessModel'],
  when: (observe, context) => {
    const keyless = observe('keyless');
    if (keyless === undefined) return unreachable;
    if (keyless.outcome === 'failed' && !isUnclear(keyless))
      return { reason: 'the keyless request got no answer', by: 'keyless' };
    // The key goes nowhere that does not look like an API.
    const isApi = isApiProven(observe);
    if (isNotMessages(keyless) && !isApi)
      return { reason: 'what answers there is no Messages endpoint', by: 'keyless' };
    if (keyless.reading.kind === 'blocked' && !isApi)
      return { reason: 'the request is stopped before the API', by: 'keyless' };
    return canUseKey(observe, context);
  },
  make: (context) => askEndpoint(context, keyedQuestion(endpointOf(context))),
};

const otherScheme: Probe<'otherScheme'> = {
  id: 'otherScheme',
  label: 'K2',
  title: 'the key in the other header',
  cost: 'free',
  needs: ['keyed', 'message'],
  when: (observe, { options, endpoint }) => {
    const first = observe('keyed');
    if (endpoint?.auth === 'both' && refusalOfBoth(observe) !== undefined) return true;
    if (first?.outcome !== 'answered' || endpoint?.auth === 'none') return 'no key was tried';
    return (
      isKeyRefusal(first) ||
      isKeyRefusal(observe('message')) ||
      options.isAuthMatrix ||
      'the key was accepted as it is sent'
    );
  },
  async make(context, observe) {
    const own = endpointOf(context);
    // Where the body is read before the key, only the request that was refused can tell.
    const isLater =
      isKeyRefusal(observe('message')) ||
      (own.auth === 'both' && refusalOfBoth(observe)?.asked.hasModel === true);
    const askIn = (auth: 'x-api-key' | 'bearer'): Promise<Exchange> =>
      askEndpoint(
        context,
        inScheme(own, auth, (endpoint) =>
          isLater ? oneToken(endpoint, modelOf(context), 'K2') : keyedQuestion(endpoint, 'K2'),
        ),
      );
    if (own.auth !== 'both') return askIn(own.auth === 'bearer' ? 'x-api-key' : 'bearer');
    // In both at once, and refused: each alone.
    const alone = await askIn('x-api-key');
    return isThrough(alone) ? alone : askIn('bearer');
  },
};

/** Whether no request without a key was judged: each failed, or none came back. */
const failsKeyless = (observe: Observe): boolean =>
  [observe('keyed'), observe('count'), observe('message')].every(
    (one) => one === undefined || isStumble(one),
  );

const bogusKey: Probe<'bogusKey'> = {
  id: 'bogusKey',
  label: 'KB',
  title: 'a made-up key, as a control',
  cost: 'free',
  needs: ['keyless', 'keyed', 'message'],
  when: (observe, { endpoint }) => {
    const [keyless, own] = [observe('keyless'), observe('keyed')];
    if (endpoint?.auth === 'none' && own !== undefined)
      return failsKeyless(observe) || 'requests without a key are judged';
    if (own === undefined || keyless?.outcome !== 'answered' || endpoint?.auth === 'none')
      return 'no key was tried';
    const isUnsure =
      lateRefusal(observe) !== undefined || (own.reading.kind === 'open' && !isMessageFine(observe));
    if (isKeyRefusal(keyless) && !isUnsure) return 'the keyless request is control enough';
    if (isUnclear(own)) return emptyTellsNothing;
    return isKeyThrough(observe) || keyNotThrough;
  },
  make: (context) => askEndpoint(context, bogusQuestion(endpointOf(context))),
};

const bogusCount: Probe<'bogusCount'> = {
  id: 'bogusCount',
  label: 'CTB',
  title: 'counting tokens with a made-up key',
  cost: 'free',
  needs: ['bogusKey', 'count'],
  when: (observe) => {
    const [bogus, count] = [observe('bogusKey'), observe('count')];
    if (bogus?.outcome !== 'answered' || count?.outcome !== 'answered') return 'no control is missing';
    const isOpen = bogus.status === 200 || isThrough(bogus);
    return (isOpen && count.status === 200) || 'no control is missing';
  },
  make: (context) => askEndpoint(context, bogusCountQuestion(endpointOf(context), modelOf(context))),
};

const goodThenBad: Probe<'goodThenBad'> = {
  id: 'goodThenBad',
  label: 'A1',
  title: 'the key in x-api-key, a made-up one as Bearer',
  cost: 'free',
  needs: ['keyed', 'otherScheme'],
  when: (observe, context) =>
    isKeyThrough(observe) ? needsFlag(context.options.isAuthMatrix, '--auth-matrix') : keyNotThrough,
  make: (context) => askEndpoint(context, matrixQuestion(endpointOf(context), 'x-api-key')),
};

const badThenGood: Probe<'badThenGood'> = {
  ...goodThenBad,
  id: 'badThenGood',
  label: 'A2',
  title: 'a made-up key in x-api-key, the real one as Bearer',
  make: (context) => askEndpoint(context, matrixQuestion(endpointOf(context), 'authorization')),
};

const noVersion: Probe<'noVersion'> = {
  id: 'noVersion',
  label: 'V0',
  title: 'without anthropic-version',
  cost: 'free',
  needs: ['keyed'],
  when: (observe) =>
    isUnclear(observe('keyed')) ? emptyTellsNothing : isKeyThrough(observe) || keyNotThrough,
  make: (context) => askEndpoint(context, versionQuestion(endpointOf(context), 'V0', undefined)),
};

const oddVersion: Probe<'oddVersion'> = {
  ...noVersion,
  id: 'oddVersion',
  label: 'V1',
  title: 'with a version that never was',
  when: (observe, context) =>
    isKeyThrough(observe) ? needsFlag(context.options.isConformance, '--conformance') : keyNotThrough,
  make: (context) => askEndpoint(context, versionQuestion(endpointOf(context), 'V1', '2001-01-01')),
};

const models: Probe<'models'> = {
  id: 'models',
  label: 'ML',
  title: 'the list of models',
  cost: 'free',
  needs: ['keyed'],
  when: (observe) => isKeyThrough(observe) || keyNotThrough,
  make: (context) => askEndpoint(context, modelsQuestion(endpointOf(context))),
};

const count: Probe<'count'> = {
  id: 'count',
  label: 'CT',
  title: 'counting the tokens of "hi"',
  cost: 'free',
  needs: ['keyed'],
  when: canAskForModel,
  make: (context) => askEndpoint(context, countQuestion(endpointOf(context), modelOf(context))),
};

/** A flag that has long been public; what is tested is whether a flag passes, not what it does. */
const knownBeta = 'prompt-caching-2024-07-31';

const betaCount: Probe<'betaCount'> = {
  ...count,
  id: 'betaCount',
  label: 'CTb',
  title: 'counting with a beta flag',
  when: (observe, context) => {
    const flag = needsFlag(context.options.isConformance, '--conformance');
    return flag === true ? canAskForModel(observe, context) : flag;
  },
  make: (context) =>
    askEndpoint(
      context,
      countQuestion(endpointOf(context), modelOf(context), 'CTb', {
        'anthropic-beta': context.setup.betas[0] ?? knownBeta,
      }),
    ),
};

const noMaxTokens: Probe<'noMaxTokens'> = {
  ...count,
  id: 'noMaxTokens',
  label: 'MT',
  title: 'without max_tokens and without messages',
  when: betaCount.when,
  // Empty messages: nothing can run, even where max_tokens is filled in.
  make: (context) =>
    askEndpoint(
      context,
      bodyQuestion(endpointOf(context), 'MT', { model: modelOf(context), messages: [] }, false),
    ),
};

export const keyedProbes: readonly AnyProbe[] = [
  keyed,
  otherScheme,
  bogusKey,
  noVersion,
  oddVersion,
  models,
  count,
  betaCount,
  noMaxTokens,
  bogusCount,
  goodThenBad,
  badThenGood,
];
