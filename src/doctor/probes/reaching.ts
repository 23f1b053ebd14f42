// Probes that need no credential: the way to the host, and what answers at the URL.

import { isUnclear } from '../engine/empty-request.ts';
import type { Exchange, Observations } from '../engine/observations.ts';
import { type AnyProbe, type DoctorContext, probesOf } from '../engine/probe.ts';
import { alertOf, type ReachOptions, reach } from '../reach/reach.ts';
import type { ReachFailure } from '../reach/tls-reach.ts';
import { readFailure } from '../reading/classify.ts';
import { askEndpoint, asks } from './ask-endpoint.ts';
import { candidates } from './candidates.ts';
import { endpointOf, needsFlag, noUrl, unreachable } from './conditions.ts';
import { keylessAt, keylessCount, keylessMessage, keylessQuestion, sizedQuestion } from './questions.ts';

const reachOptions = ({ setup: { url }, route, clock }: DoctorContext): ReachOptions => ({
  ...route,
  hostname: url.hostname,
  port: url.port,
  isTls: url.isHttps,
  timeoutMs: 5000,
  clock,
});

/** Any name does for counting without a key: what is asked is who answers. */
const anyModel = 'msg-doctor';

/** What a server meant that closed the connection: an alert of TLS, or that it wants TLS at all. */
async function whyClosed(context: DoctorContext): Promise<ReachFailure | null> {
  const options = reachOptions(context);
  if (options.isTls) return alertOf(options);
  const { tls } = await reach({ ...options, isTls: true });
  return tls?.protocol == null
    ? null
    : { code: 'ERR_SSL_HTTP_REQUEST', message: `closed without an answer; the port speaks ${tls.protocol}` };
}

/** Whether a request has any chance: TCP or the tunnel is open. TLS faults are left to the request itself. */
function isReachable(network: Observations['network'] | undefined): boolean {
  if (network === undefined) return false;
  return network.tcp.some(({ failure }) => failure === null) || network.tunnel?.failure === null;
}

const statusOf = (exchange: Exchange | undefined): number | undefined =>
  exchange?.outcome === 'answered' ? exchange.status : undefined;

export const reachingProbes: readonly AnyProbe[] = probesOf('free', ['keyless'], {
  setup: {
    label: 'S',
    title: 'what is configured',
    cost: 'none',
    needs: [],
    when: () => true,
    make: async (context) => context.setup,
  },

  network: {
    label: 'N',
    title: 'name, TCP, tunnel, TLS',
    cost: 'none',
    needs: ['setup'],
    when: (_, { setup: facts }) => facts.url.problem === null || noUrl,
    make: (context) => reach(reachOptions(context)),
  },

  keyless: {
    label: 'K0',
    title: 'POST {} without a key',
    needs: ['network'],
    when: (observe, context) => {
      if (context.endpoint === null) return noUrl;
      return isReachable(observe('network')) || unreachable;
    },
    async make(context) {
      const exchange = await askEndpoint(context, keylessQuestion(endpointOf(context)));
      const isClosed = exchange.outcome === 'failed' && exchange.reading.check === 'net.reset';
      const isDirect = context.route.proxy?.isUsed !== true;
      const reason = isClosed && isDirect ? await whyClosed(context) : null;
      if (exchange.outcome === 'answered' || reason === null) return exchange;
      return { ...exchange, failure: reason, reading: readFailure(reason.code, reason.message) };
    },
  },

  keylessModel: {
    label: 'K0m',
    title: 'the same with a model, without a key',
    cost: 'paid',
    when: (observe) => {
      const keyless = observe('keyless');
      return (keyless?.outcome === 'answered' && isUnclear(keyless)) || 'the answer to {} is clear';
    },
    // The key goes nowhere that does not look like an API, so this one has none. An open server answers it.
    make: asks((endpoint, { options, model }) =>
      options.isFree || model === null
        ? keylessCount(endpoint, model ?? anyModel)
        : keylessMessage(endpoint, model),
    ),
  },

  sibling: {
    label: 'C0',
    title: 'the same at a path that cannot exist',
    needs: ['keyless', 'keyed'],
    when: (observe) => {
      const isRefused = statusOf(observe('keyless')) === 401 || statusOf(observe('keyless')) === 403;
      // A validation error behind the key proves the path better than any sibling.
      if (observe('keyed')?.reading.kind === 'validation') return 'the path is proven already';
      return isRefused || 'the keyless answer raises no question';
    },
    make: (context) => {
      const url = new URL(context.setup.url.messagesUrl);
      url.pathname = `${url.pathname.replace(/\/messages$/, '')}/msg-doctor-no-such-route`;
      return askEndpoint(context, keylessAt(endpointOf(context), url.href));
    },
  },

  candidates,

  queryBeta: {
    label: 'K0q',
    title: 'the same with ?beta=true',
    when: (_, context) => needsFlag(context.options.isConformance, '--conformance'),
    make: (context) => {
      const url = new URL(context.setup.url.messagesUrl);
      url.searchParams.set('beta', 'true');
      return askEndpoint(context, keylessAt(endpointOf(context), url.href));
    },
  },

  plainAgent: {
    label: 'UA',
    title: 'the same under a neutral client name',
    when: (observe) => observe('keyless')?.reading.kind === 'blocked' || 'no edge refused the request',
    make: asks((endpoint, { setup }) =>
      keylessAt(endpoint, setup.url.messagesUrl, { 'user-agent': 'http-client/1.0' }),
    ),
  },

  sizes: {
    label: 'BG',
    title: 'large bodies without a key',
    when: (_, context) => needsFlag(context.options.hasSize, '--size'),
    async make(context) {
      const steps = [];
      for (const bytes of [8 << 10, 64 << 10, (1 << 20) + 1024, 9 << 20]) {
        const exchange = await askEndpoint(context, sizedQuestion(endpointOf(context), bytes));
        steps.push({ bytes, exchange });
        if (exchange.outcome === 'failed' || exchange.status === 413) break;
      }
      return steps;
    },
  },

  idleReuse: {
    label: 'KA',
    title: 'the same after 70 s of silence on the connection',
    when: (_, context) => needsFlag(context.options.isSoak, '--soak'),
    async make(context) {
      await context.clock.sleep(70_000, context.signal);
      return askEndpoint(context, keylessQuestion(endpointOf(context)));
    },
  },
});
