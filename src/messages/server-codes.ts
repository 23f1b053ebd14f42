// The codes of the Messages API (`error.details.error_code`, as in the official SDKs of November 2026), which
// gateways copy into `error.code`: class, whether trying again helps, what it means and what to do. Data.
import type { ApiErrorKind, Cause } from './error-cause.ts';

const cause = (
  kind: ApiErrorKind,
  says: string,
  advice: Cause['advice'],
  more: Partial<Cause> = {},
): Cause => ({
  kind,
  isRetryable: false,
  says,
  ...(advice === undefined ? {} : { advice }),
  ...more,
});
const later = { isRetryable: true } as const;
const spent = { isSpent: true } as const;

/** The value of a text or number field somewhere in a body; undefined when there is none. */
const fieldIn = (body: string, name: string): string | undefined =>
  new RegExp(`"${name}"\\s*:\\s*(?:"([^"]+)"|(\\d+))`)
    .exec(body)
    ?.slice(1)
    .find((value) => value !== undefined);

const organisation = 'Ask who administers the organisation; another profile goes on: -P NAME.';
const encryption = 'The owner of the customer-managed encryption key has to act.';
const compaction = cause(
  'request',
  'the compaction block was changed or stands in the wrong place',
  'Send it back as it came; /compact or a new session starts without it.',
);
const thread = cause(
  'request',
  'the thread cannot be continued',
  'Start again with the whole conversation, without the field "thread".',
);
const tools = (says: string): Cause => cause('request', says, 'Correct the declarations of --tools.');

export const serverCodes: ReadonlyMap<string, Cause> = new Map(
  Object.entries({
    contract_spend_limit_reached: cause(
      'limit',
      'the quota is used up: the spend limit of the contract is reached',
      'It helps only to raise the limit.',
      spent,
    ),
    enforced_spend_limit_reached: cause(
      'limit',
      'the quota is used up: the monthly spend limit of the tier is reached',
      'It helps only to raise the limit, or to wait for its reset.',
      spent,
    ),
    ramp_limit_exceeded: cause(
      'limit',
      'the usage grows too fast',
      'Send less at once, and grow slowly.',
      later,
    ),
    linked_organization_billing_unavailable: cause(
      'auth',
      'the linked organisation cannot be billed',
      'The owner of the linked organisation has to act.',
    ),
    linked_organization_spend_limit_reached: cause(
      'auth',
      'the limit or the credit of the linked organisation is used up',
      'The owner of the linked organisation has to raise it.',
    ),
    claude_code_key_creator_not_member: cause(
      'request',
      'who made this key has left the workspace',
      'Have a new key made.',
    ),
    claude_code_version_too_old: cause(
      'request',
      'this version of Claude Code is too old',
      'Update Claude Code.',
    ),
    organization_on_hold: cause(
      'request',
      'the organisation is on hold for trust and safety',
      (_facts, body) => {
        const url = fieldIn(body, 'appeal_url');
        return url === undefined ? organisation : `To appeal: ${url} .`;
      },
    ),
    organization_type_not_supported: cause(
      'request',
      'this endpoint is not for this kind of organisation',
      organisation,
    ),
    parent_organization_required: cause('request', 'this endpoint wants a parent organisation', organisation),
    cmek_key_disabled: cause('request', 'the customer-managed encryption key is disabled', encryption),
    cmek_key_network_blocked: cause(
      'request',
      'the customer-managed encryption key cannot be reached from there',
      encryption,
    ),
    cmek_context_unavailable: cause('server', 'the encryption settings could not be read', undefined, later),
    cmek_key_unreachable: cause(
      'server',
      'the customer-managed encryption key was not reached',
      undefined,
      later,
    ),
    request_body_encoding_invalid: cause(
      'request',
      'the body is not in the encoding that its content-encoding names',
      'msg sends it plain: a hop on the way, or a header of yours (-H), changes that.',
    ),
    request_body_encoding_unsupported: cause(
      'request',
      'this content-encoding of a request is not supported',
      'msg sends none: a hop on the way, or a header of yours (-H), adds it.',
    ),
    request_body_too_large_after_decoding: cause(
      'request',
      'the request is too large once decoded',
      'Send less: fewer or smaller files, a shorter conversation.',
    ),
    image_dimensions_too_large: cause('request', 'a picture is too large', (_facts, body) => {
      const side = fieldIn(body, 'max_side_length_pixels');
      const paths = /"paths"\s*:\s*\[([^\]]+)\]/.exec(body)?.[1]?.replaceAll('"', '');
      return `Scale ${paths === undefined ? 'it' : paths} down${side === undefined ? '' : ` to at most ${side} pixels a side`}.`;
    }),
    available_tools_limit_exceeded: tools('there are too many tools'),
    tool_name_conflict: tools('two tools have one name'),
    tool_reference_unresolved: tools('a tool is named that is not declared'),
    ...Object.fromEntries(
      [
        'ambiguous',
        'misplaced',
        'content_mismatch',
        'incomplete_turn',
        'nothing_to_summarize',
        'signature_invalid',
        'too_many_tool_references',
        'tool_changes_mismatch',
      ].map((name) => [`compaction_${name}`, compaction]),
    ),
    compaction_unavailable: cause(
      'limit',
      'the conversation cannot be compacted right now',
      undefined,
      later,
    ),
    thread_already_continued: thread,
    thread_fingerprint_mismatch: thread,
    thread_unsupported_request: thread,
    thread_not_found: thread,
    thread_continue_in_flight: cause(
      'request',
      'another request continues this thread',
      'Wait for it to end, then send again.',
      later,
    ),
    sandbox_egress_restricted: cause(
      'auth',
      'it was sent from a sandbox that may not reach this',
      'Send it from outside the sandbox, or have the host allowed there.',
    ),
    workspace_human_review_disabled: cause(
      'request',
      'human review is switched off in this workspace',
      'Its administrator can switch it on.',
    ),
    user_profile_billing_not_authorized: cause(
      'auth',
      'this user profile may not be billed',
      'The administrator of the workspace can allow it.',
    ),
  }),
);
