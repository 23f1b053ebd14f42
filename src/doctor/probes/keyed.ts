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
import { type AnyProbe, type DoctorContext, type Go, type Hindrance, probesOf } from '../engine/probe.ts';
import { isOk } from '../reading/answer-rows/row.ts';
import { askEndpoint, asks } from './ask-endpoint.ts';
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

/** Whether no request without a key was judged: each failed, or none came back. */
const failsKeyless = (observe: Observe): boolean =>
  [observe('keyed'), observe('count'), observe('message')].every(
    (one) => one === undefined || isStumble(one),
  );

/** A flag that has long been public; what is tested is whether a flag passes, not what it does. */
const knownBeta = 'prompt-caching-2024-07-31';

/** Two credentials at once say something only where one of them gets through. */
const isMatrixAsked = (observe: Observe, { options }: DoctorContext): Go =>
  isKeyThrough(observe) ? needsFlag(options.isAuthMatrix, '--auth-matrix') : keyNotThrough;

const isCountAsked = (observe: Observe, context: DoctorContext): Go => {
  const flag = needsFlag(context.options.isConformance, '--conformance');
  return flag === true ? canAskForModel(observe, context) : flag;
};

export const keyedProbes: readonly AnyProbe[] = probesOf('free', ['keyed'], {
  keyed: {
    label: 'K1',
    title: 'POST {} with the key',
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
    make: asks(keyedQuestion),
  },

  otherScheme: {
    label: 'K2',
    title: 'the key in the other header',
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
            isLater ? oneToken(endpoint, modelOf(context)) : keyedQuestion(endpoint),
          ),
        );
      if (own.auth !== 'both') return askIn(own.auth === 'bearer' ? 'x-api-key' : 'bearer');
      // In both at once, and refused: each alone.
      const alone = await askIn('x-api-key');
      return isThrough(alone) ? alone : askIn('bearer');
    },
  },

  bogusKey: {
    label: 'KB',
    title: 'a made-up key, as a control',
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
    make: asks(bogusQuestion),
  },

  noVersion: {
    label: 'V0',
    title: 'without anthropic-version',
    when: (observe) =>
      isStumble(observe('keyed')) ? emptyTellsNothing : isKeyThrough(observe) || keyNotThrough,
    make: asks((endpoint) => versionQuestion(endpoint, undefined)),
  },

  oddVersion: {
    label: 'V1',
    title: 'with a version that never was',
    when: (observe, context) =>
      isKeyThrough(observe) ? needsFlag(context.options.isConformance, '--conformance') : keyNotThrough,
    make: asks((endpoint) => versionQuestion(endpoint, '2001-01-01')),
  },

  models: {
    label: 'ML',
    title: 'the list of models',
    when: (observe) => isKeyThrough(observe) || keyNotThrough,
    make: asks(modelsQuestion),
  },

  count: {
    label: 'CT',
    title: 'counting the tokens of "hi"',
    when: canAskForModel,
    make: asks((endpoint, context) => countQuestion(endpoint, modelOf(context))),
  },

  betaCount: {
    label: 'CTb',
    title: 'counting with a beta flag',
    when: isCountAsked,
    make: asks((endpoint, context) =>
      countQuestion(endpoint, modelOf(context), { 'anthropic-beta': context.setup.betas[0] ?? knownBeta }),
    ),
  },

  noMaxTokens: {
    label: 'MT',
    title: 'without max_tokens and without messages',
    when: isCountAsked,
    // Empty messages: nothing can run, even where max_tokens is filled in.
    make: asks((endpoint, context) =>
      bodyQuestion(endpoint, { model: modelOf(context), messages: [] }, false),
    ),
  },

  bogusCount: {
    label: 'CTB',
    title: 'counting tokens with a made-up key',
    needs: ['bogusKey', 'count'],
    when: (observe) => {
      const [bogus, count] = [observe('bogusKey'), observe('count')];
      if (bogus?.outcome !== 'answered' || count?.outcome !== 'answered') return 'no control is missing';
      const isOpen = isOk(bogus) || isThrough(bogus);
      return (isOpen && isOk(count)) || 'no control is missing';
    },
    make: asks((endpoint, context) => bogusCountQuestion(endpoint, modelOf(context))),
  },

  goodThenBad: {
    label: 'A1',
    title: 'the key in x-api-key, a made-up one as Bearer',
    needs: ['keyed', 'otherScheme'],
    when: isMatrixAsked,
    make: asks((endpoint) => matrixQuestion(endpoint, 'x-api-key')),
  },

  badThenGood: {
    needs: ['keyed', 'otherScheme'],
    when: isMatrixAsked,
    label: 'A2',
    title: 'a made-up key in x-api-key, the real one as Bearer',
    make: asks((endpoint) => matrixQuestion(endpoint, 'authorization')),
  },
});
