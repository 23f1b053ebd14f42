// `--replay`: a recording as an endpoint, whose answers are shown as if they came.
import type { Context } from '../context.ts';
import type { ExitCode } from '../exit-codes.ts';
import { parseRecording, replayTransport } from '../http/recording.ts';
import type { Client } from '../messages/client.ts';
import { defaultVersion, type Endpoint } from '../messages/endpoint.ts';
import { valuesFromMsgEnv } from '../profiles/environment.ts';
import { readFileOf } from '../terminal/json-argument.ts';
import { shellQuote } from '../text/shell-quote.ts';
import { type Sending, type SendingOptions, sendMessages } from './send-messages.ts';

export type ReplayOptions = SendingOptions & { readonly replaySpeed?: number };

/**
 * Shows every turn of a recording. It needs no request, and no tool is run again.
 * @throws MsgError `config` when the file cannot be read or is no recording
 */
export async function replay(
  path: string,
  { options, context, note }: Pick<Sending, 'context' | 'note'> & { readonly options: ReplayOptions },
): Promise<ExitCode> {
  const { client, hasMore } = openReplay(path, options.replaySpeed ?? 1, context);
  // Nothing is sent, so no body is made; only answers count.
  const generation = { model: 'recording', maxTokens: 0, stream: true, adjust: () => ({}) };
  let isReaderGone = false;
  context.streams.stdout.onClose(() => {
    isReaderGone = true;
  });
  const wrap = options.wrap ?? valuesFromMsgEnv(context.env).wrap;
  const sending = {
    client,
    settings: {},
    generation,
    options: { ...options, wrap, runTools: false },
    context,
    note,
  };
  let code = await sendMessages([], sending);
  while (hasMore() && !isReaderGone) code = await sendMessages([], sending);
  return code;
}

/** A recording as an endpoint: each request gets the next answer, and nothing touches the network. */
type Replay = {
  readonly client: Client;
  /** Whether there are answers nobody has asked for yet. */
  readonly hasMore: () => boolean;
};

/** @throws MsgError `config` when the file cannot be read or is no recording */
function openReplay(path: string, speed: number, { clock }: Context): Replay {
  const answers = parseRecording(readFileOf('--replay', path), path);
  const transport = replayTransport(answers, clock, speed);
  let requestCount = 0;
  const counted = Object.assign((...parameters: Parameters<typeof transport>) => {
    requestCount += 1;
    return transport(...parameters);
  }, transport);
  const hasMore = (): boolean => requestCount < answers.length;
  const endpoint: Endpoint = {
    baseUrl: 'http://recording',
    auth: 'none',
    version: defaultVersion,
    betas: [],
    headers: {},
    doctorCommand: `msg doctor --from-error ${shellQuote(path)}`,
    modelsCommand: 'msg models',
  };
  const client: Client = {
    transport: counted,
    endpoint,
    clock: {
      ...clock,
      sleep: (ms, signal) => (speed === 0 ? Promise.resolve() : clock.sleep(ms / speed, signal)),
    },
    // What was tried again stands in the recording, and so does the next try.
    retry: {
      get maxRetries() {
        return hasMore() ? Number.POSITIVE_INFINITY : 0;
      },
    },
    freshEndpoint: async () => (hasMore() ? endpoint : undefined),
  };
  return { client, hasMore };
}
