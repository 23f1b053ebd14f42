// Looking for the right base URL: keyless tries of other places, scored by how they answer.

import { isFailure, misplaced } from '../engine/empty-request.ts';
import type { Candidate, Exchange } from '../engine/observations.ts';
import type { DoctorContext, Probe } from '../engine/probe.ts';
import { candidateBases } from '../engine/url-facts.ts';
import { isOk } from '../reading/answer-rows/row.ts';
import { askEndpoint } from './ask-endpoint.ts';
import { endpointOf } from './conditions.ts';
import { strangerQuestion } from './questions.ts';

export const candidates: Omit<Probe<'candidates'>, 'id'> = {
  label: 'X',
  title: 'the same at other base URLs',
  cost: 'free',
  // What {} met may be about {} alone: the request with a model tells.
  needs: ['keyless', 'keyed', 'message', 'bogusKey'],
  when: (observe) => misplaced(observe) !== undefined || 'the configured URL answers as it should',
  make: tryCandidates,
};

/** Tries other bases one after the other, without key, until one answers as a Messages endpoint. */
async function tryCandidates(
  context: DoctorContext,
  observe: (id: 'keyless') => Exchange | undefined,
): Promise<Candidate[]> {
  const endpoint = endpointOf(context);
  const attempts: Candidate[] = [];
  const own = observe('keyless');
  const askAt = async (url: string): Promise<Exchange> => {
    const first = await askEndpoint(context, strangerQuestion(endpoint, url));
    // Who fails over requests without a key judges those with a made-up one.
    return isFailure(first) ? askEndpoint(context, strangerQuestion(endpoint, url, 'bogus')) : first;
  };
  for (const baseUrl of candidateBases(context.setup.url)) {
    const messagesUrl = `${baseUrl}/v1/messages`;
    const exchange = await askAt(messagesUrl);
    const score = scoreOf(exchange, own);
    attempts.push({ baseUrl, messagesUrl, kind: 'messages', exchange, score });
    if (score >= 95) return attempts;
  }
  if (attempts.some(({ score }) => score >= 60)) return attempts;
  const url = new URL(context.setup.url.messagesUrl);
  // A route without /v1, which only an exact URL can name.
  const bare = `${url.origin}${url.pathname.replace(/(\/v1)*\/messages$/i, '')}`;
  if (`${bare}/messages` !== `${url.origin}${url.pathname}`) {
    const messagesUrl = `${bare}/messages`;
    const exchange = await askAt(messagesUrl);
    const score = scoreOf(exchange, own);
    attempts.push({ baseUrl: bare, messagesUrl, kind: 'messages', exchange, score });
    if (score >= 60) return attempts;
  }
  const chatPath = `${url.pathname.replace(/(\/v1)*\/(chat\/completions\/v1\/)?messages$/, '')}/v1/chat/completions`;
  const chat = await askAt(`${url.origin}${chatPath}`);
  return [
    ...attempts,
    {
      baseUrl: url.origin,
      messagesUrl: `${url.origin}${chatPath}`,
      kind: 'chat-completions',
      exchange: chat,
      score: scoreOf(chat, own),
    },
  ];
}

/** How much an answer looks like a Messages endpoint that misses its key (0..100). */
export function scoreOf(exchange: Exchange, configured: Exchange | undefined): number {
  if (exchange.outcome === 'failed') return 0;
  const { kind, shape } = exchange.reading;
  const isJson = /error$/.test(shape);
  const isTwin =
    configured?.outcome === 'answered' &&
    configured.status === exchange.status &&
    configured.body === exchange.body;
  if (isTwin) return 0;
  // Whoever answers without a key and a body says at least what it is.
  if (isOk(exchange) && shape === 'message') return 90;
  if (isOk(exchange) && shape === 'event-stream') return 70;
  if (exchange.status === 401 && isJson) return shape === 'anthropic-error' ? 100 : 80;
  if (kind === 'unauthorized' && isJson) return 75;
  if (kind === 'validation' && isJson) return shape === 'anthropic-error' ? 95 : 75;
  if (exchange.status === 403 && isJson) return 70;
  if ((exchange.status === 405 || kind === 'open') && isJson) return 60;
  return exchange.status === 404 && isJson ? 10 : 0;
}
