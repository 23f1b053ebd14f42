// What the page is told about itself.

export type PageFacts = {
  /** What the tap stands in front of, for people. */
  readonly target: string;
  /** Of msg. */
  readonly version: string;
  /** Of a report, milliseconds since 1970; null: the page follows a tap that runs. */
  readonly madeAt: number | null;
};
