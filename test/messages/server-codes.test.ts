// The codes of the Messages API: each has its class, its retry rule and a next step, whatever its status says.
import { describe, expect, it } from 'vitest';
import { apiError } from '../../src/messages/api-error.ts';
import { envelopeOf } from '../../src/messages/envelope.ts';
import { facts } from './error-facts.ts';

const compaction = [
  'ambiguous',
  'misplaced',
  'content_mismatch',
  'incomplete_turn',
  'nothing_to_summarize',
  'signature_invalid',
  'too_many_tool_references',
  'tool_changes_mismatch',
].map((name): Row => [`compaction_${name}`, 400, 'request', false, 'as it came']);

type Row = [code: string, status: number, kind: string, isRetryable: boolean, hint: string];

const rows: Row[] = [
  ['contract_spend_limit_reached', 429, 'limit', false, 'raise the limit'],
  ['enforced_spend_limit_reached', 429, 'limit', false, 'wait for its reset'],
  ['ramp_limit_exceeded', 429, 'limit', true, 'grow slowly'],
  ['linked_organization_billing_unavailable', 402, 'auth', false, 'owner of the linked organisation'],
  ['linked_organization_spend_limit_reached', 402, 'auth', false, 'owner of the linked organisation'],
  ['claude_code_key_creator_not_member', 400, 'request', false, 'new key'],
  ['claude_code_version_too_old', 400, 'request', false, 'Update Claude Code'],
  ['organization_on_hold', 400, 'request', false, 'administers the organisation'],
  ['organization_type_not_supported', 400, 'request', false, 'administers the organisation'],
  ['parent_organization_required', 400, 'request', false, 'administers the organisation'],
  ['cmek_key_disabled', 400, 'request', false, 'encryption key'],
  ['cmek_key_network_blocked', 400, 'request', false, 'encryption key'],
  ['cmek_context_unavailable', 503, 'server', true, 'msg doctor work'],
  ['cmek_key_unreachable', 503, 'server', true, 'msg doctor work'],
  ['request_body_encoding_invalid', 400, 'request', false, 'a hop on the way'],
  ['request_body_encoding_unsupported', 400, 'request', false, 'a hop on the way'],
  ['request_body_too_large_after_decoding', 413, 'request', false, 'msg doctor work --size'],
  ['image_dimensions_too_large', 400, 'request', false, 'Scale it down'],
  ['available_tools_limit_exceeded', 400, 'request', false, '--tools'],
  ['tool_name_conflict', 400, 'request', false, '--tools'],
  ['tool_reference_unresolved', 400, 'request', false, '--tools'],
  ...compaction,
  ['thread_already_continued', 400, 'request', false, 'whole conversation'],
  ['thread_fingerprint_mismatch', 400, 'request', false, 'whole conversation'],
  ['thread_unsupported_request', 400, 'request', false, 'whole conversation'],
  ['thread_not_found', 404, 'request', false, 'whole conversation'],
  ['thread_continue_in_flight', 400, 'request', true, 'send again'],
  ['sandbox_egress_restricted', 403, 'auth', false, 'outside the sandbox'],
  ['workspace_human_review_disabled', 400, 'request', false, 'administrator'],
  ['user_profile_billing_not_authorized', 403, 'auth', false, 'administrator'],
];

const errorOf = (status: number, code: string, details: object = {}, headers = {}) => {
  const error = { type: 'x_error', message: 'Words.', details: { error_code: code, ...details } };
  const body = JSON.stringify({ type: 'error', error });
  return apiError(envelopeOf(body), { status, headers }, facts, body);
};

describe('the code', () => {
  it.each(rows)('%s (%i) is %s, retryable: %s', (code, status, kind, isRetryable, hint) => {
    const error = errorOf(status, code);
    expect(error).toMatchObject({ kind, details: { status, isRetryable, code } });
    expect(error.message).toContain('Words.');
    expect(error.hint).toContain(hint);
  });

  it('compaction_unavailable passes by itself', () => {
    const error = errorOf(529, 'compaction_unavailable');
    expect(error).toMatchObject({ kind: 'limit', details: { isRetryable: true } });
    expect(error.message).toContain('cannot be compacted right now');
  });

  it.each(rows)('%s decides over another status too', (code, _status, kind, isRetryable) => {
    expect(errorOf(200, code)).toMatchObject({ kind, details: { isRetryable } });
  });

  it('is told with what the server says beside it', () => {
    expect(errorOf(400, 'organization_on_hold', { appeal_url: 'https://a.example/appeal' }).hint).toContain(
      'To appeal: https://a.example/appeal .',
    );
    const picture = { paths: ['messages.0.content.1'], max_side_length_pixels: 8000 };
    expect(errorOf(400, 'image_dimensions_too_large', picture).hint).toContain(
      'Scale messages.0.content.1 down to at most 8000 pixels a side.',
    );
  });

  it('ramp_limit_exceeded is tried again after the wait the server names', () => {
    expect(errorOf(429, 'ramp_limit_exceeded', {}, { 'retry-after': '7' }).details).toMatchObject({
      isRetryable: true,
      retryAfterMs: 7000,
    });
  });
});
