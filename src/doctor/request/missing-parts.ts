// What a request lacks: a target that refuses everything, and takes the request of a known client, wants something that this
// client sends. The difference is reduced until nothing in it can be left out. Pure.
import type { JsonObject } from '../../text/json.ts';
import type { ClientRequest } from './client-request.ts';
import { type KnownClient, requestTo } from './clients/known-client.ts';
import { partWords } from './path-words.ts';
import { smallestCause } from './reduce.ts';
import { affordable, type Parts, partsOf } from './request-parts.ts';
import type { Tries } from './tries.ts';

/** What has to be added. */
export type MissingParts = {
  /** Whose request has it, e.g. "Claude Code 2.1.197". */
  readonly client: string;
  /** Each part that is needed, e.g. `user-agent: claude-cli/2.1.197`. */
  readonly places: readonly string[];
  /** Whether nothing of it can be left out. */
  readonly isMinimal: boolean;
  /** These parts and nothing else. */
  readonly addition: ClientRequest;
};

/**
 * Looks for a client whose request is taken, and for the smallest part of it that is. Null where none is, or the tries do
 * not reach.
 * @param model what is asked for
 */
export async function findMissing(
  clients: readonly KnownClient[],
  request: ClientRequest,
  model: string,
  tries: Tries,
): Promise<MissingParts | null> {
  for (const client of clients) {
    const { title, version } = client;
    const whole = requestTo(client, model);
    const theirs = { ...whole, body: affordable({ model, ...whole.body }) };
    if ((await tries.ask(theirs))?.outcome !== 'accepted') continue;
    const parts = partsOf(theirs, { model: null, isFull: false });
    const { parts: needed, isMinimal } = await smallestCause(
      parts.list.map((_, index) => index),
      async (kept) => {
        const answer = await tries.ask(parts.build(kept));
        return answer === undefined ? 'spent' : answer.outcome === 'accepted' ? 'same' : 'other';
      },
    );
    const addition = parts.build(needed);
    return {
      client: `${title} ${version}`,
      places: needed
        .flatMap((index) => parts.list[index] ?? [])
        .filter(
          ({ kind, path: [, name = ''], value }) => kind !== 'header' || request.headers[name] !== value,
        )
        .map(partWords),
      isMinimal,
      addition,
    };
  }
  return null;
}

/** A request with an addition: of fields and headers that both have, those of the addition. */
export function added(request: ClientRequest, addition: ClientRequest): ClientRequest {
  const { messages: _messages, model: _model, max_tokens: _limit, ...fields } = addition.body;
  const names = new Set(addition.query.map(([name]) => name));
  return {
    headers: { ...request.headers, ...addition.headers },
    betas: [...new Set([...request.betas, ...addition.betas])],
    query: [...request.query.filter(([name]) => !names.has(name)), ...addition.query],
    body: {
      ...request.body,
      ...fields,
      ...joined('system', addition.body, request.body),
      ...joined('tools', request.body, addition.body),
    },
  };
}

/** A list that both have; a text in it is a block. */
function joined(name: 'system' | 'tools', first: JsonObject, second: JsonObject): JsonObject {
  const [one, other] = [first[name], second[name]].map((value) =>
    typeof value === 'string' ? [{ type: 'text', text: value }] : value,
  );
  return Array.isArray(one) && Array.isArray(other) ? { [name]: [...one, ...other] } : {};
}

/** The parts of a request that is never sent without an addition. */
export const withAddition = (parts: Parts, addition: ClientRequest): Parts => ({
  ...parts,
  build: (kept, instead) => added(parts.build(kept, instead), addition),
});
