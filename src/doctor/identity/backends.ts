// How answers of known backends and translators look: ids and headers, as data. Told as facts: whoever wants to can
// copy every one of them, so none is a proof of who answers. A translator has no reason to invent one.
import { isObject, type JsonObject } from '../../text/json.ts';
import type { Exchange, IdentityRun } from '../engine/observations.ts';
import { answerBody } from './identity-answers.ts';

type Sign = {
  readonly backend: string;
  /** Whether it means that answers of another dialect are put into Messages. */
  readonly isTranslation: boolean;
  /** Which facts are looked at: the id of a message, of a tool call, a header by name, a field of a body. */
  readonly where: 'message id' | 'tool id' | 'request id' | 'body' | { readonly header: string };
  readonly pattern: RegExp;
};

const signs: readonly Sign[] = [
  { backend: 'Amazon Bedrock', isTranslation: false, where: 'message id', pattern: /^msg_bdrk_/ },
  { backend: 'Amazon Bedrock', isTranslation: false, where: { header: 'x-amzn-requestid' }, pattern: /./ },
  { backend: 'Google Vertex AI', isTranslation: false, where: 'message id', pattern: /^msg_vrtx_/ },
  { backend: 'Google Vertex AI', isTranslation: false, where: 'request id', pattern: /^req_vrtx_/ },
  { backend: 'Microsoft Foundry', isTranslation: false, where: { header: 'apim-request-id' }, pattern: /./ },
  { backend: 'Microsoft Foundry', isTranslation: false, where: { header: 'x-ms-region' }, pattern: /./ },
  {
    backend: 'the first-party API',
    isTranslation: false,
    where: 'message id',
    pattern: /^msg_01[A-Za-z0-9]{22}$/,
  },
  {
    backend: 'the first-party API',
    isTranslation: false,
    where: 'request id',
    pattern: /^req_01[A-Za-z0-9]{22}$/,
  },
  { backend: 'a chat-completions backend', isTranslation: true, where: 'message id', pattern: /^chatcmpl-/ },
  { backend: 'a Responses backend', isTranslation: true, where: 'message id', pattern: /^resp_/ },
  { backend: 'OpenRouter', isTranslation: true, where: 'message id', pattern: /^gen-/ },
  { backend: 'a chat-completions backend', isTranslation: true, where: 'tool id', pattern: /^call_/ },
  { backend: 'a chat-completions backend', isTranslation: true, where: 'body', pattern: /"prompt_tokens":/ },
  {
    backend: 'LiteLLM, in front of another API',
    isTranslation: true,
    where: { header: 'x-litellm-model-name' },
    pattern: /^(?!(anthropic|bedrock|vertex_ai|azure_ai)\/).+\//,
  },
];

export type BackendFact = {
  readonly backend: string;
  readonly isTranslation: boolean;
  readonly fact: string;
};

/** What the answers of a run look like, each fact once. */
export function backendFacts({ steps }: IdentityRun): BackendFact[] {
  const facts = steps.flatMap(({ exchange }) => {
    const answer = answerBody(exchange);
    return answer === undefined
      ? []
      : signs.flatMap(({ backend, isTranslation, where, pattern }) =>
          valuesAt(where, exchange, answer)
            .filter((value) => pattern.test(value))
            .slice(0, 1)
            .map((value) => ({ backend, isTranslation, fact: factOf(where, value) })),
        );
  });
  return facts.filter(
    ({ backend, fact }, index) =>
      facts.findIndex((one) => one.backend === backend && nameOf(one.fact) === nameOf(fact)) === index,
  );
}

const nameOf = (fact: string): string => fact.split(': ', 1)[0] ?? '';

const factOf = (where: Sign['where'], value: string): string =>
  where === 'body'
    ? 'usage: counted as prompt_tokens'
    : `${typeof where === 'string' ? where : where.header}: ${value}`;

function valuesAt(where: Sign['where'], exchange: Exchange, answer: JsonObject): string[] {
  if (exchange.outcome === 'failed') return [];
  const { headers, body } = exchange;
  if (where === 'body') return [body];
  if (where === 'request id') return [headers['request-id'] ?? ''];
  if (where === 'message id') return [`${answer['id'] ?? ''}`];
  if (where === 'tool id')
    return (Array.isArray(answer['content']) ? answer['content'] : [])
      .filter(isObject)
      .flatMap(({ type, id }) => (type === 'tool_use' ? [`${id}`] : []));
  return [headers[where.header] ?? ''];
}
