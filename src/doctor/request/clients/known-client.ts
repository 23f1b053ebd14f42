// A client that is known by its requests: what it sends, as it was seen on the wire, and when.
import type { ClientRequest } from '../client-request.ts';
import type { ClientName } from './client-names.ts';

export type KnownClient = {
  /** What `--client` calls it. */
  readonly name: ClientName;
  /** Its own name, with the version that was seen. */
  readonly title: string;
  readonly version: string;
  /** The day on which it was seen: those that test/real can start, through `msg tap --record`. */
  readonly seenOn: string;
  /** A first request, its prompts and tools in small. Without a model: that of the target is asked for. */
  readonly request: ClientRequest;
  /** What it sends to models that it knows to be others; the first row that fits counts. */
  readonly byModel?: readonly { readonly models: RegExp; readonly request: ClientRequest }[];
};

/** What a client sends to a model. */
export const requestTo = (
  { request, byModel = [] }: Pick<KnownClient, 'request' | 'byModel'>,
  model: string | null,
): ClientRequest => byModel.find(({ models }) => models.test(model ?? ''))?.request ?? request;
