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
};
