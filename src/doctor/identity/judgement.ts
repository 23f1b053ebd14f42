// From the answers of --identity to one verdict: native, altered, translated, or cannot tell. Pure.
import { counted } from '../../text/counted.ts';
import type { IdentityRun, Setup } from '../engine/observations.ts';
import type { IdentityReport } from '../engine/report.ts';
import { backendFacts } from './backends.ts';
import { cacheProofs } from './cache-proofs.ts';
import { countProofs } from './count-proofs.ts';
import { type Look, lookAt, whyNot } from './identity-answers.ts';
import { contextProof, obedienceProofs } from './obedience-proofs.ts';
import type { Outcome, Proof } from './proof.ts';
import { readingProofs } from './reading-proofs.ts';
import { isClaude, mappingWords, servedBy } from './served-model.ts';
import { thinkingProofs, thoughtIn } from './thinking-proofs.ts';
import { sealedThinking } from './thinking-steps.ts';
import { translationSigns } from './translation-signs.ts';

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
  native:
    'This holds for these requests; others may take another way. Which model of the family answers, it does not show.',
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
  confidence: 'possible',
  modelAsked: setup.model ?? '',
  modelServed: null,
  mapping: 'No model answered.',
  facts: [],
  proofs: [],
});

type Judged = { readonly proof: Proof; readonly outcome: Outcome };

/** Judges a run of the steps. `setup` says what was asked for, and what the provider documents. */
export function judgeIdentity(run: IdentityRun, setup: Pick<Setup, 'model' | 'mappingNote'>): IdentityReport {
  const look = lookAt(run);
  const own = proofs.filter((proof) => proof !== contextProof || look.exchange('context') !== undefined);
  const judged = own.map((proof) => ({ proof, outcome: proof.judge(look) }));
  const facts = backendFacts(run);
  const asked = setup.model ?? '';
  const served = servedBy(look);
  const signs = translationSigns(facts, look, { asked, served });
  const claimsClaude = isClaude(asked) && (served === null || isClaude(served)) && setup.mappingNote === null;
  const { verdict, because, failed, confidence } = verdictOf(judged, {
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
    confidence,
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
): Pick<IdentityReport, 'verdict' | 'because' | 'confidence'> & { readonly failed: number } {
  const holds = (id: string): boolean =>
    judged.some(({ proof, outcome }) => proof.id === id && outcome.result === 'kept');
  const failures = judged.filter(({ outcome }) => outcome.result === 'failed');
  const failed = new Set(failures.map(({ proof }) => proof.subject)).size;
  if (look.told('plain') === undefined)
    return {
      verdict: 'cannot tell',
      because: `A plain question was asked, and ${whyNot(look.exchange('plain'))}: nothing could be proven.`,
      failed,
      confidence: 'possible',
    };

  const isVerified = holds('identity.signature_verified');
  if (signs.length > 0 && !isVerified)
    return {
      verdict: 'translated',
      because: `Another API is behind it, and shows: ${signs.join('; ')}.${besides(failures)}`,
      failed,
      confidence: 'likely',
    };
  const isCached = claimsClaude && holds('identity.cache');
  // Figures of a cache can be made up; a signature that should be there and is not says more than they do.
  const isNative = isVerified || (isCached && !isSealMissing(look));
  const isMachineryMissing =
    failed > 0 &&
    failures.every(({ outcome }) => outcome.failure === 'lack') &&
    !isNative &&
    !hasThought(look);
  if (claimsClaude && isMachineryMissing)
    return {
      verdict: 'translated',
      because:
        'It obeys, and lacks what only the native backend has (thinking, prompt cache): another model, put into Messages.',
      failed,
      confidence: 'likely',
    };
  if (failed > 0 && (claimsClaude || isNative))
    return {
      verdict: 'altered',
      because: `${counted(failed, 'independent proof')} ${failed === 1 ? 'fails' : 'fail'}: ${firstOfEach(failures).map(nameOf).join(', ')}.`,
      failed,
      confidence:
        failed > 1 && failures.some(({ outcome }) => outcome.failure === 'wire') ? 'certain' : 'likely',
    };
  if (isNative)
    return { verdict: 'native', because: nativeWords(judged, isVerified), failed, confidence: 'likely' };
  if (mappingNote !== null)
    return {
      verdict: 'translated',
      because: `The provider documents it: ${mappingNote}${besides(failures)}`,
      failed,
      confidence: 'likely',
    };
  return {
    verdict: 'cannot tell',
    confidence: 'possible',
    because: isCached
      ? 'Its prompt cache works as the native one, but its figures can be made up, and the thinking that was asked for came without a signature to verify, or not at all.'
      : claimsClaude
        ? 'Neither a signature nor the prompt cache could be proven, and nothing contradicts them.'
        : `${asked || 'The model'} promises no native backend, and nothing proves one.`,
    failed,
  };
}

/** What fails and is not explained by another API behind it. */
function besides(failures: readonly Judged[]): string {
  const own = failures.filter(
    ({ proof, outcome }) => outcome.failure !== 'lack' && proof.subject !== 'signature',
  );
  return own.length === 0
    ? ''
    : ` That does not explain what fails besides: ${own.map(({ proof }) => nameOf(proof)).join(', ')}.`;
}

/** The first failed proof of each subject. */
const firstOfEach = (failures: readonly Judged[]): Proof[] =>
  failures
    .map(({ proof }) => proof)
    .filter(({ subject }, index, all) => all.findIndex((one) => one.subject === subject) === index);

/** Whether thinking was asked for, and the answer has none that is sealed. */
const isSealMissing = (look: Look): boolean => {
  const thought = thoughtIn(look);
  return (
    thought !== undefined && thought.stopReason !== 'refusal' && sealedThinking(thought.message) === undefined
  );
};

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
