// The order of a race: every target once a round, each round in an order of its own. What changes with time (the load of
// a provider, the way there) then meets all of them alike. Pure.

export type Start<T> = { readonly round: number; readonly target: T };

/** @param random from 0 to below 1; the same numbers make the same order */
export const schedule = <T>(targets: readonly T[], rounds: number, random: () => number): Start<T>[] =>
  Array.from({ length: rounds }, (_, index) => index + 1).flatMap((round) =>
    shuffled(targets, random).map((target) => ({ round, target })),
  );

/** Fisher and Yates: every order is as likely as any other. */
function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const left = [...items];
  return items.flatMap(() => left.splice(Math.floor(random() * left.length), 1));
}
