// The tries of a search: what each came to, and the memory of them. Asks through a function. Pure.
import type { ClientRequest } from './client-request.ts';
import type { Outcome } from './reduce.ts';
import { isSameRefusal, type Refusal } from './refusal.ts';

/** How a request was answered. `unclear`: by something that says nothing about it (a rate limit, no answer). */
export type Answer =
  | { readonly outcome: 'accepted' }
  | { readonly outcome: 'refused'; readonly refusal: Refusal }
  | { readonly outcome: 'unclear'; readonly words: string };

/** How a try compares with a refusal. */
export function outcomeOf(answer: Answer | undefined, refusal: Refusal): Outcome {
  if (answer === undefined || answer.outcome === 'unclear') return 'spent';
  if (answer.outcome === 'accepted') return 'accepted';
  return isSameRefusal(refusal, answer.refusal) ? 'same' : 'other';
}

/** The memory of a search: no request is made twice, and none beyond the budget. */
export type Tries = {
  ask(request: ClientRequest): Promise<Answer | undefined>;
  /** The same, whatever it was answered before. */
  askAnew(request: ClientRequest): Promise<Answer | undefined>;
  readonly made: number;
  /** Why no more are made; null while some may be. */
  readonly stop: string | null;
};

/**
 * @param send makes a request, more than once where it has to wait
 * @param made how many were made so far, all told. @param budget how many may be
 */
export function createTries(
  send: (request: ClientRequest) => Promise<Answer>,
  budget: number,
  made: () => number,
): Tries {
  const known = new Map<string, Answer>();
  let stop: string | null = null;
  return {
    async ask(request) {
      return known.get(JSON.stringify(request)) ?? this.askAnew(request);
    },
    async askAnew(request) {
      if (stop === null && made() >= budget) stop = `the budget of ${budget} requests is used up`;
      if (stop !== null) return undefined;
      const answer = await send(request);
      known.set(JSON.stringify(request), answer);
      if (answer.outcome !== 'unclear') return answer;
      stop = answer.words;
      return undefined;
    },
    get made() {
      return made();
    },
    get stop() {
      return stop;
    },
  };
}
