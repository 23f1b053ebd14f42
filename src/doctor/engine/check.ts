// What a check is: one statement about the target, and how to judge it from observations. No I/O here.
import type { Observe, ProbeId } from './observations.ts';
import type { Confidence, Owner, Remedy, Snippets, Status } from './report.ts';

/** The order in which a target is understood; a failure in one stage makes the later ones pointless. */
export const stages = [
  'config',
  'network',
  'edge',
  'url',
  'auth',
  'model',
  'protocol',
  'limits',
  'stream',
  'tools',
  'request',
  'identity',
] as const;
export type Stage = (typeof stages)[number];

/** What a check concludes. `skip` only for what was not asked for; everything else skipped is the runner's. */
export type Finding = {
  readonly status: Exclude<Status, 'crashed'>;
  readonly confidence: Confidence;
  readonly summary: string;
  readonly evidence: readonly string[];
  readonly remedy: Remedy | null;
  readonly owner: Owner | null;
  readonly degrades?: true;
};

export type Check = {
  readonly id: string;
  /** When it is judged, and where it stands in the report. */
  readonly group: Stage;
  /** What is TRUE when it passes. */
  readonly title: string;
  /** What people see when it fails, and why it matters. */
  readonly why: string;
  /** How it shows on the wire: what is compared with what. */
  readonly proof: string;
  /** What cures it, for `--explain`. */
  readonly cure: string;
  /** Configuration that cures it, hop by hop, for `--explain`. */
  readonly configuration?: Snippets;
  /** Probes without which there is nothing to judge. */
  readonly needs: readonly ProbeId[];
  /** Controls and further observations; made if their question arises, may be missing. */
  readonly uses?: readonly ProbeId[];
  /** Probes made only where an answer so far leaves a doubt, instead of for every target. */
  readonly doubts?: (observe: Observe) => readonly ProbeId[];
  /** The first stage that a failure makes pointless. Default: the one after its own. */
  readonly blocks?: Stage | 'nothing';
  /** The catch-all of its stage: never the root cause while a more telling check failed in it. */
  readonly isGate?: boolean;
  /** Judged whatever failed before it: its probes say where that makes it pointless. */
  readonly standsAlone?: true;
  /** What it tells grows with every answer: it is judged once more when all are there. */
  readonly isRetold?: boolean;
  judge(observe: Observe): Finding;
};

/** What the checks of a topic have in common, said once; a check that differs says so itself. */
type Topic = Pick<Check, 'group' | 'needs' | 'blocks' | 'standsAlone'>;

/** The checks of one topic. */
export const checksOf = (
  topic: Topic,
  checks: readonly (Omit<Check, keyof Topic> & Partial<Topic>)[],
): readonly Check[] => checks.map((check) => ({ ...topic, ...check }));

/** The further parts of a finding, all optional. */
type Detail = {
  readonly confidence?: Confidence;
  readonly evidence?: readonly string[];
  readonly remedy?: Remedy;
  readonly owner?: Owner;
};

const finding = (status: Finding['status'], summary: string, detail: Detail): Finding => ({
  status,
  confidence: detail.confidence ?? 'certain',
  summary,
  evidence: detail.evidence ?? [],
  remedy: detail.remedy ?? null,
  owner: detail.owner ?? null,
});

/** The title is true. The summary is a fact worth showing, or empty: then the title says it all. */
export const pass = (summary: string, evidence: readonly string[] = []): Finding =>
  finding('pass', summary.replace(/\.$/, ''), { evidence });
/** There is nothing to judge. */
export const nothing = (summary: string): Finding => finding('skip', summary, {});
/** It takes a flag to find out. */
export const notAsked = (flag: string): Finding => nothing(`not asked for (${flag})`);
export const info = (summary: string, detail: Detail = {}): Finding => finding('info', summary, detail);
export const unknown = (summary: string, detail: Detail = {}): Finding =>
  finding('unknown', summary, { confidence: 'possible', ...detail });

/** A problem always says whose it is and what to do. */
export type Problem = Detail & { readonly owner: Owner; readonly remedy: Remedy };
export const warn = (summary: string, problem: Problem): Finding => finding('warn', summary, problem);
/** A warning that costs whoever uses the endpoint time, money, text or safety. */
export const degrade = (summary: string, problem: Problem): Finding => ({
  ...warn(summary, problem),
  degrades: true,
});
export const fail = (summary: string, problem: Problem): Finding => finding('fail', summary, problem);

/** A place for what only the user knows: whole words in capitals, as the commands of remedies write them. */
const place = /(^|[\s=:/"'])(MODEL|HOST|PORT|PATH|URL|VALUE|NAME|PROXY|USER|(?:ROOT|CERT|KEY)\.pem)(?![\w-])/;

/**
 * A remedy: one sentence, at most three commands, configuration to paste. A command with a place in it is an example,
 * and so is what comes after it.
 */
export function remedy(text: string, commands: readonly string[] = [], snippets: Snippets = []): Remedy {
  const few = commands.slice(0, 3);
  const first = few.findIndex((command) => place.test(command));
  const ready = first < 0 ? few.length : first;
  return { text, commands: few.slice(0, ready), examples: few.slice(ready), snippets };
}
