// Proofs of what only the native backend has: seals over its thinking (a signature, or encryption) that it knows again. Rows.
import type { Exchange, StepName } from '../engine/observations.ts';
import { isOk } from '../reading/answer-rows/row.ts';
import { isRefused, type Look, type Told, whyNot } from './identity-answers.ts';
import { absent, contradicted, kept, type Outcome, open, type Proof } from './proof.ts';
import { foreignWords, redactedThinking, sealedThinking, signedThinking } from './thinking-steps.ts';

/** The answer that thought, in whichever form it was asked to. */
export const thoughtIn = (look: Look): Told | undefined =>
  look.told('thinking') ?? look.told('thinkingOtherForm');

const isAccepted = (exchange: Exchange | undefined): boolean =>
  exchange?.outcome === 'answered' && isOk(exchange);

const noThought = (look: Look): Outcome =>
  open(`Thinking was asked for: ${whyNot(look.exchange('thinkingOtherForm') ?? look.exchange('thinking'))}.`);

/** Why there is no seal to judge. */
function unsealed(look: Look): Outcome | undefined {
  const thought = thoughtIn(look);
  if (thought === undefined) return noThought(look);
  if (sealedThinking(thought.message) !== undefined) return undefined;
  return thought.blocks.some(({ type }) => type === 'thinking')
    ? open('The thinking came without a signature: there is nothing to verify.')
    : open('Thinking was asked for, and none came.');
}

function realSignature(look: Look): Outcome {
  const without = unsealed(look);
  if (without !== undefined) return without;
  const exchange = look.exchange('signatureKept');
  if (isAccepted(exchange)) return kept('The thinking was taken back as it was sent.');
  const words = exchange?.reading.errorMessage ?? '';
  return isRefused(exchange) && /signature|thinking/i.test(words)
    ? contradicted(
        `The server refuses the thinking that it sent itself: "${words}". Agents with tools end there.`,
      )
    : open(`The thinking, sent back: ${whyNot(exchange)}.`);
}

/**
 * What it means that a changed seal is accepted. Gateways take thinking out, before they pass it on or when it is refused
 * (LiteLLM 1.108), and some mend what they know: then a backend that verifies cannot be seen. Thinking that is made up as
 * a whole tells it: refused by who verifies; accepted, and counted, by who only reads; counted nowhere where it is gone.
 */
function acceptedChange(look: Look): Outcome {
  const [changed, foreign] = [look.told('signatureChanged'), look.told('signatureForeign')];
  const exchange = look.exchange('signatureForeign');
  if (isRefused(exchange))
    return kept(
      'Thinking that is made up is refused. One changed character was accepted: it is mended, or left out, on the way.',
    );
  const missing = (look.told('signatureKept')?.inputTokens ?? 0) - (changed?.inputTokens ?? 0);
  if (foreign?.inputTokens === undefined || changed?.inputTokens === undefined)
    return open(
      `A changed signature is accepted. Whether anybody reads it, made-up thinking would show: ${whyNot(exchange)}.`,
    );
  const growth = foreign.inputTokens - changed.inputTokens;
  if (growth >= foreignWords / 2)
    return contradicted(
      `A signature with one changed character is accepted, and so is thinking that is made up: it is counted (${growth} tokens more), so it arrives, and nobody verifies it.`,
    );
  return open(
    missing > 0
      ? `A changed signature is accepted, with ${missing} input tokens fewer: the thinking was taken out on the way, so the backend may have verified it.`
      : 'A changed signature is accepted, and so is thinking that is made up, which is counted nowhere: it is taken out on the way, or not read, so whether the backend verifies cannot be told.',
  );
}

function changedSignature(look: Look): Outcome {
  const without = unsealed(look);
  if (without !== undefined) return without;
  if (!isAccepted(look.exchange('signatureKept')))
    return open('The unchanged thinking was not taken back, so a refusal of a changed one proves nothing.');
  const exchange = look.exchange('signatureChanged');
  if (isRefused(exchange)) return kept('One changed character was noticed, and the request refused.');
  return isAccepted(exchange) ? acceptedChange(look) : open(`The changed signature: ${whyNot(exchange)}.`);
}

function redacted(look: Look): Outcome {
  const thought = thoughtIn(look);
  if (thought === undefined) return noThought(look);
  if (redactedThinking(thought.message) === undefined)
    return absent('No thinking came redacted; models from 4 on encrypt it in the signature instead.');
  const isAlone = signedThinking(thought.message) === undefined;
  const unchanged = look.exchange('signatureKept');
  if (!isAccepted(unchanged))
    return isAlone && isRefused(unchanged)
      ? contradicted(
          `The server refuses the redacted thinking that it sent itself: ${unchanged?.reading.means ?? ''}`,
        )
      : open(`The thinking, sent back: ${whyNot(unchanged)}.`);
  const name: StepName = isAlone ? 'signatureChanged' : 'redactedChanged';
  const exchange = look.exchange(name);
  if (isRefused(exchange))
    return kept('It was taken back as it was, and refused with one changed character.');
  if (!isAccepted(exchange)) return open(`The changed block: ${whyNot(exchange)}.`);
  // Whoever verifies the block beside it has seen this one, too.
  if (isAlone) return acceptedChange(look);
  return isRefused(look.exchange('signatureChanged'))
    ? contradicted(
        'Redacted thinking with one changed character is accepted, where a changed signature is not.',
      )
    : open('Redacted thinking with one changed character is accepted, as is a changed signature.');
}

export const thinkingProofs: readonly Proof[] = [
  {
    id: 'identity.signature_kept',
    subject: 'signature',
    title: 'Thinking is taken back as it was sent',
    why: 'Agents send thinking back with every tool result. A backend that refuses its own ends the conversation.',
    proof: 'A signed block of thinking, sent back unchanged in the next turn.',
    limit: 'That it is accepted does not show that anybody looked at it: the changed one shows that.',
    steps: ['thinking', 'thinkingOtherForm', 'signatureKept'],
    judge: realSignature,
  },
  {
    id: 'identity.signature_verified',
    subject: 'signature',
    title: 'Thinking with one changed character is refused',
    why: 'The native API verifies what it signed. What is made up cannot be verified, so it is not.',
    proof:
      'The same request as before, with one character of the signature changed: 400 is right. Where it is accepted, made-up thinking as a control.',
    limit:
      'It shows that these requests reached a backend that knows its signatures, not that others do; a gateway that drops thinking accepts everything, too.',
    steps: ['signatureKept', 'signatureChanged', 'signatureForeign'],
    judge: changedSignature,
  },
  {
    id: 'identity.redacted',
    subject: 'signature',
    title: 'Redacted thinking is taken back as it was, and not when it is changed',
    why: 'What is encrypted for the backend alone is the hardest to make up.',
    proof:
      'A block of redacted_thinking, where one comes, sent back unchanged and with one character of its data changed.',
    limit: 'Only models of 3.7 redact by themselves; that none comes says nothing.',
    steps: ['thinking', 'signatureKept', 'signatureChanged', 'redactedChanged'],
    judge: redacted,
  },
];
