// The checks of the group identity: the verdict, the model, and each proof as a line of the report.
import {
  type Check,
  checksOf,
  degrade,
  type Finding,
  info,
  notAsked,
  nothing,
  pass,
  remedy,
  unknown,
} from '../engine/check.ts';
import type { Observe } from '../engine/observations.ts';
import { again } from '../engine/remedy-commands.ts';
import type { IdentityReport } from '../engine/report.ts';
import { wireLines } from '../engine/wire-lines.ts';
import { lookAt } from './identity-answers.ts';
import { judgeIdentity, proofs } from './judgement.ts';

/** The identity of the target, if it was asked for and could be. */
export function identityOf(observe: Observe): IdentityReport | null {
  const [run, setup] = [observe('identity'), observe('setup')];
  return run === undefined || setup === undefined ? null : judgeIdentity(run, setup);
}

/** An altered answer is the gateway's to explain. */
const ask = (observe: Observe) =>
  remedy('Show this to the provider, or take another.', [`${again(observe)} --identity --yes`]);

function verdictFinding(observe: Observe): Finding {
  const identity = identityOf(observe);
  if (identity === null) return nothing('it was not asked');
  const { verdict, because, limit, facts } = identity;
  const summary = `${verdict}: ${because} ${limit}`;
  switch (verdict) {
    case 'native':
      return { ...pass(summary, facts), confidence: identity.confidence };
    case 'altered':
      return degrade(summary, {
        owner: 'gateway',
        confidence: identity.confidence,
        evidence: identity.proofs.flatMap(({ result, summary: words }) =>
          result === 'failed' ? [words] : [],
        ),
        remedy: ask(observe),
      });
    case 'translated':
      return info(summary, { evidence: facts, confidence: identity.confidence });
    case 'cannot tell':
      return unknown(summary, { evidence: facts });
  }
}

const proofChecks: readonly Omit<Check, 'group' | 'needs'>[] = proofs.map(
  ({ id, title, why, proof, limit, steps }) => ({
    id,
    title,
    why,
    proof: `${proof} ${limit}`,
    cure: 'Nothing on your side: the provider answers for it.',
    judge(observe) {
      const identity = identityOf(observe);
      const run = observe('identity');
      const result = identity?.proofs.find((one) => one.id === id);
      if (identity === null || run === undefined) return nothing('it was not asked');
      if (result === undefined) return notAsked('--context');
      const evidence = wireLines(...steps.map((step) => lookAt(run).exchange(step)));
      // What follows from it, and what to do, stands once: with the verdict.
      return result.result === 'kept' ? pass(result.summary, evidence) : info(result.summary, { evidence });
    },
  }),
);

export const identityChecks = checksOf(
  { group: 'identity', needs: ['identity'], blocks: 'nothing', standsAlone: true },
  [
    {
      id: 'identity.verdict',
      title: 'Who answers is who was asked',
      why: 'A relay can echo the name of a model and serve another, add a prompt of its own, or bill what it did not do.',
      proof: 'The proofs of this group together. Altered needs one that fails objectively.',
      cure: 'Ask the provider, or take another.',
      needs: ['setup', 'identity'],
      judge: verdictFinding,
    },
    {
      id: 'identity.model',
      title: 'The model that was asked for answers',
      why: 'Many gateways map models, and some document it; then another name in the answer is expected.',
      proof: 'model in the request against model in the answer.',
      cure: 'Pin a concrete id where it matters.',
      needs: ['setup', 'identity'],
      judge(observe) {
        const identity = identityOf(observe);
        if (identity === null) return nothing('it was not asked');
        const { modelAsked, modelServed, mapping } = identity;
        return modelServed === modelAsked ? pass(mapping) : info(mapping);
      },
    },
    ...proofChecks,
  ],
);
