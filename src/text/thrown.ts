// What was thrown, in words.

/** The message of an error, or its name where it says nothing; anything else as text. */
export const messageOf = (thrown: unknown): string =>
  thrown instanceof Error ? thrown.message || thrown.name : String(thrown);
