// The request of a client (`--request`, `--client`), and the search for what of it is refused.
import { type AnyProbe, probesOf } from '../engine/probe.ts';
import { examineRequest } from '../request/examine-request.ts';
import { needsFlag } from './conditions.ts';

export const requestProbes: readonly AnyProbe[] = probesOf('paid', [], {
  request: {
    label: 'R1',
    title: 'the request of the client, part by part',
    when: (_, { options }) => needsFlag(options.request !== null, '--request'),
    make: (context) => {
      const { request } = context.options;
      if (request === null) throw new Error('a request was to be made without one');
      return examineRequest(context, request);
    },
  },
});
