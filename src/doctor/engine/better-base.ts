// Where the Messages endpoint is when it is not at the configured URL: what the candidates answered. Pure.

import { type Problem, remedy } from './check.ts';
import { misplaced } from './empty-request.ts';
import type { Candidate, Observe } from './observations.ts';
import { change } from './remedy-commands.ts';
import { bothForms } from './url-facts.ts';
import { wireLines } from './wire-lines.ts';

/** The candidate that answered as a Messages endpoint, if one did well enough. */
export function bestCandidate(observe: Observe): Candidate | undefined {
  const candidates = (observe('candidates') ?? []).filter(
    ({ kind, score }) => kind === 'messages' && score >= 70,
  );
  return candidates.sort((a, b) => b.score - a.score)[0];
}

/** Whether a candidate is on the host that is configured. */
export const sameHost = (observe: Observe, candidate: Candidate): boolean =>
  new URL(candidate.messagesUrl).host === observe('setup')?.url.host;

export const pathOf = (url: string): string => new URL(url).pathname;

/** Whether no base URL leads there: a route without /v1. */
export const isExactOnly = ({ baseUrl, messagesUrl }: Candidate): boolean =>
  messagesUrl !== `${baseUrl}/v1/messages`;

/** Evidence and remedy of every finding that ends in another base URL. */
export function towards(observe: Observe, candidate: Candidate | undefined): Problem {
  const evidence = wireLines(misplaced(observe), candidate?.exchange);
  if (candidate === undefined) {
    return {
      owner: 'you',
      confidence: 'likely',
      evidence,
      remedy: remedy(
        'Look up the Anthropic base URL in the documentation of the provider.',
        change(observe, 'base-url', 'https://HOST/PATH'),
      ),
    };
  }
  const { sdk, vercel } = bothForms(candidate.baseUrl);
  const confidence = candidate.score >= 95 ? 'certain' : 'likely';
  if (isExactOnly(candidate))
    return {
      owner: 'you',
      confidence,
      evidence,
      remedy: remedy(
        'Name the exact URL, to which nothing is added; the SDKs cannot be told one.',
        change(observe, 'messages-url', candidate.messagesUrl),
      ),
    };
  return {
    owner: 'you',
    confidence,
    evidence,
    remedy: remedy(
      `Set base to ${sdk} (Anthropic SDK, Claude Code, msg); the Vercel AI SDK wants ${vercel}.`,
      change(observe, 'base-url', sdk),
    ),
  };
}
