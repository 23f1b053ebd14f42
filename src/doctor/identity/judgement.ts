// From the answers of --identity to one verdict: native, altered, translated, or cannot tell. Pure.
import { counted } from '../../text/counted.ts';
import type { IdentityRun, Setup } from '../engine/observations.ts';
import type { IdentityReport } from '../engine/report.ts';
import { backendFacts } from './backends.ts';
import { cacheProofs } from './cache-proofs.ts';
import { countProofs } from './count-proofs.ts';
import { type Look, lookAt, whyNot } from './identity-answers.ts';
import { contextProof, hidesStop, obedienceProofs } from './obedience-proofs.ts';
import type { Outcome, Proof, Subject } from './proof.ts';
import { readingProofs } from './reading-proofs.ts';
import { thinkingProofs, thoughtIn } from './thinking-proofs.ts';

/** In the order in which they are told. */
export const proofs: readonly Proof[] = [
  ...thinkingProofs,
  ...cacheProofs,
  ...countProofs,
  ...obedienceProofs,
  ...readingProofs,
  contextProof,
];

/** What no verdict of this kind says. */
const limits: Readonly<Record<IdentityReport['verdict'], string>> = {
  native: 'This holds for these requests; others may take another way.',
  altered: 'This does not say who altered it, nor which model answers.',
  translated: 'This says nothing about how good the model is.',
  'cannot tell': 'This accuses nobody.',
};

/** The report of a target whose proofs could not be made at all. */
export const unproven = (setup: Pick<Setup, 'model'>, reason: string): IdentityReport => ({
  verdict: 'cannot tell',
  because: `No proof could be made: ${reason}.`,
  limit: limits['cannot tell'],
  failedProofs: 0,
  modelAsked: setup.model ?? '',
  modelServed: null,
  mapping: 'No model answered.',
  facts: [],
  proofs: [],
});

type Judged = { readonly proof: Proof; readonly outcome: Outcome };

/** Names of the models that have native backends. */
const isClaude = (model: string): boolean =>
  /claude|(^|[/.-])(opus|sonnet|haiku|fable|mythos)\b/i.test(model);

/** Judges a run of the steps. `setup` says what was asked for, and what the provider documents. */
export function judgeIdentity(run: IdentityRun, setup: Pick<Setup, 'model' | 'mappingNote'>): IdentityReport {
  const look = lookAt(run);
  const own = proofs.filter((proof) => proof !== contextProof || look.exchange('context') !== undefined);
  const judged = own.map((proof) => ({ proof, outcome: proof.judge(look) }));
  const facts = backendFacts(run);
  const asked = setup.model ?? '';
  const served = servedBy(look);
  const signs = [
    ...facts.flatMap(({ isTranslation, fact }) => (isTranslation ? [fact] : [])),
    ...(served !== null && isClaude(asked) && !isClaude(served) ? [`model: ${served}`] : []),
    ...(hidesStop(look) ? ['a stop sequence that ends the answer is told as end_turn'] : []),
  ];
  const claimsClaude = isClaude(asked) && (served === null || isClaude(served)) && setup.mappingNote === null;
  const { verdict, because, failed } = verdictOf(judged, {
    signs,
    claimsClaude,
    look,
    asked,
    mappingNote: setup.mappingNote,
  });
  return {
    verdict,
    because,
    limit: limits[verdict],
    failedProofs: failed,
    modelAsked: asked,
    modelServed: served,
    mapping: mappingWords(asked, served, setup.mappingNote),
    facts: facts.map(({ backend, fact }) => `${fact} (as ${backend} has it)`),
    proofs: judged.map(({ proof: { id, title, limit }, outcome: { result, summary } }) => ({
      id,
      title,
      result,
      summary,
      limit,
    })),
  };
}

const servedBy = (look: Look): string | null => {
  const model = look.told('plain')?.message['model'];
  return typeof model === 'string' && model !== '' ? model : null;
};

type Grounds = {
  /** What only a translation leaves behind. */
  readonly signs: readonly string[];
  /** Whether the name that was asked for, and echoed, promises a native backend. */
  readonly claimsClaude: boolean;
  readonly look: Look;
  readonly asked: string;
  readonly mappingNote: string | null;
};

/**
 * Signs of a translation explain what is missing, so they come before any accusation; a signature that is verified
 * outweighs them. Only who promises a native backend, or proves to be one, can have altered it.
 */
function verdictOf(
  judged: readonly Judged[],
  { signs, claimsClaude, look, asked, mappingNote }: Grounds,
): Pick<IdentityReport, 'verdict' | 'because'> & { readonly failed: number } {
  const holds = (id: string): boolean =>
    judged.some(({ proof, outcome }) => proof.id === id && outcome.result === 'kept');
  const failures = judged.filter(({ outcome }) => outcome.result === 'failed');
  const subjects = new Set(failures.map(({ proof }) => proof.subject));
  const failed = subjects.size;
  if (look.told('plain') === undefined)
    return {
      verdict: 'cannot tell',
      because: `A plain question was asked, and ${whyNot(look.exchange('plain'))}: nothing could be proven.`,
      failed,
    };

  const isVerified = holds('identity.signature_verified');
  if (signs.length > 0 && !isVerified)
    return {
      verdict: 'translated',
      because: `Another API is behind it, and shows: ${signs.join('; ')}.`,
      failed,
    };
  const isNative = isVerified || (claimsClaude && holds('identity.cache'));
  const isMachineryMissing = isOnly(subjects, machinery) && failed > 0 && !isNative && !hasThought(look);
  if (claimsClaude && isMachineryMissing)
    return {
      verdict: 'translated',
      because:
        'It obeys, and lacks what only the native backend has (thinking, prompt cache): another model, put into Messages.',
      failed,
    };
  if (failed > 0 && (claimsClaude || isNative))
    return {
      verdict: 'altered',
      because: `${counted(failed, 'independent proof')} ${failed === 1 ? 'fails' : 'fail'}: ${firstOfEach(failures).map(nameOf).join(', ')}.`,
      failed,
    };
  if (isNative) return { verdict: 'native', because: nativeWords(judged, isVerified), failed };
  if (mappingNote !== null)
    return { verdict: 'translated', because: `The provider documents it: ${mappingNote}`, failed };
  return {
    verdict: 'cannot tell',
    because: claimsClaude
      ? 'Neither a signature nor the prompt cache could be proven, and nothing contradicts them.'
      : `${asked || 'The model'} promises no native backend, and nothing proves one.`,
    failed,
  };
}

/** What backends of other models lack, and what hides nothing. */
const machinery: readonly Subject[] = ['cache', 'counts', 'picture', 'document', 'schema'];

/** The first failed proof of each subject. */
const firstOfEach = (failures: readonly Judged[]): Proof[] =>
  failures
    .map(({ proof }) => proof)
    .filter(({ subject }, index, all) => all.findIndex((one) => one.subject === subject) === index);

const isOnly = (subjects: ReadonlySet<Subject>, allowed: readonly Subject[]): boolean =>
  [...subjects].every((subject) => allowed.includes(subject));

const hasThought = (look: Look): boolean =>
  thoughtIn(look)?.blocks.some(({ type }) => type === 'thinking' || type === 'redacted_thinking') ?? false;

const nameOf = ({ id }: Proof): string => id.replace('identity.', '');

function nativeWords(judged: readonly Judged[], isVerified: boolean): string {
  const open = judged.filter(({ outcome }) => outcome.result === 'open').length;
  const first = isVerified
    ? 'Its backend knows its own signatures, and nothing else contradicts it'
    : 'Its prompt cache works as the native one, and nothing contradicts it';
  return open === 0 ? `${first}.` : `${first}; ${counted(open, 'proof')} could not be made.`;
}

/** What was asked for and what answered, as a sentence. */
function mappingWords(asked: string, served: string | null, mappingNote: string | null): string {
  const documented = mappingNote === null ? '' : ` The provider documents this: ${mappingNote}`;
  if (served === null) return `Asked for ${asked}; the answer names no model.${documented}`;
  if (served === asked) return `Asked for ${asked}, and answers call themselves so.${documented}`;
  const isDated = served.startsWith(asked.replace(/-latest$/, ''));
  return isDated
    ? `Asked for ${asked}; ${served} answered, a dated name of the same model.`
    : `Asked for ${asked}; ${served} answered: the gateway maps models, and says so.${documented}`;
}
