// How answers end: short of what was to come, with nothing in them, or in a body whose end no client can be sure of.
import { openBody } from '../doctor/streams/stream-end.ts';
import { counted } from '../text/counted.ts';
import { isObject } from '../text/json.ts';
import type { Evidence } from './evidence.ts';
import { isMessages, type Rule, verdict } from './rule.ts';

/** Ends that are none of a whole answer, though nothing is wrong with the way it came. */
const shortEnds: Readonly<Record<string, readonly [summary: string, cure: string]>> = {
  max_tokens: ['The answer stopped at max_tokens: what came is not all.', 'Allow more with max_tokens.'],
  model_context_window_exceeded: [
    'The answer stopped because the context is full.',
    'Shorten the conversation.',
  ],
  refusal: [
    'The model refused to answer (stop_reason refusal).',
    'Change the request, or start a new conversation.',
  ],
};

export const shortAnswer: Rule = ({ evidence: { facts } }) => {
  const [summary, cure] = shortEnds[facts.stopReason ?? ''] ?? [];
  if (summary === undefined || cure === undefined) return undefined;
  return verdict(`answer.${facts.stopReason}`, { severity: 'info', summary, owner: 'client', cure });
};

/** An answer that says nothing, as if all was said: clients show nothing, and no error. */
export const emptyAnswer: Rule = ({ evidence, tap }) => {
  const { facts, stream, isPartial } = evidence;
  if (!isMessages(evidence) || isPartial || facts.stopReason !== 'end_turn' || !isEmpty(evidence))
    return undefined;
  const spent = facts.outputTokens ?? 0;
  return verdict(stream === null ? 'out.empty' : 'sse.empty', {
    severity: 'warn',
    summary: `The answer ends as if all was said (end_turn), and says nothing${spent > 0 ? `, though it counts ${counted(spent, 'token')}` : ''}.`,
    owner: 'gateway',
    // Models end a turn like this by themselves, too: a few tokens, mostly behind the results of tools.
    confidence: spent > 0 && spent < fewTokens ? 'possible' : 'likely',
    cure: 'Look into the log of the gateway. Where it happens behind tool results only, send these alone, without a text beside them.',
    commands: [tap.doctorCommand],
  });
};

const fewTokens = 5;

/** Nothing but empty texts. */
function isEmpty({ stream, answer }: Evidence): boolean {
  if (stream !== null)
    return stream.deltas === 0 && stream.text === '' && stream.blocks.every(({ type }) => type === 'text');
  const content = answer?.['content'];
  return (
    Array.isArray(content) &&
    content.every((block) => isObject(block) && block['type'] === 'text' && block['text'] === '')
  );
}

/** The message came whole, and its body did not. */
export const openEnd: Rule = ({ evidence: { entry, stream }, tap }) => {
  if (stream === null || stream.times.stop === null) return undefined;
  if (entry.ending !== 'cut' && entry.ending !== 'reset') return undefined;
  return verdict('sse.truncated', {
    severity: 'fail',
    summary: `${openBody.means}.`,
    owner: 'gateway',
    confidence: 'likely',
    cure: openBody.cure,
    commands: [tap.doctorCommand],
    evidence: entry.failure === null ? [] : [entry.failure.message],
  });
};

/** A length that is told twice (RFC 9112, 6.3): Node's parser refuses it, others do not. */
export const doubleLength: Rule = ({ evidence: { entry }, tap }) => {
  const { response, method } = entry;
  if (response === undefined || method === 'HEAD') return undefined;
  const values = (name: string): readonly string[] =>
    response.headers.filter(([field]) => field.toLowerCase() === name).map(([, value]) => value);
  const lengths = values('content-length').flatMap((value) => value.split(','));
  const [encoding] = values('transfer-encoding');
  if (lengths.length === 0 || (lengths.length === 1 && encoding === undefined)) return undefined;
  return verdict('answer.length', {
    severity: 'fail',
    summary: `The answer tells its length twice (${encoding === undefined ? 'two of Content-Length' : `Content-Length and Transfer-Encoding: ${encoding}`}): clients on Node, such as the TypeScript SDK, refuse it (HPE_UNEXPECTED_CONTENT_LENGTH), others read it.`,
    owner: 'gateway',
    confidence: 'certain',
    cure: 'Have the gateway copy neither field of the answer behind it, and write its own.',
    commands: [tap.doctorCommand],
  });
};
