// Cases for the checks of a client's request, one for each place where a cause can lie.
import type { RequestSeen } from '../../../src/doctor/engine/observations.ts';
import { areaAdvice } from '../../../src/doctor/request/area-advice.ts';
import type { Area, CauseWords } from '../../../src/doctor/request/examination.ts';
import type { Case } from '../check-cases.ts';
import { answered, apiError, message } from '../observations.ts';

const seen: RequestSeen = {
  exchange: message(),
  kind: 'a request body',
  changes: [],
  model: 'claude-sonnet-4-6',
  isStream: false,
  unclear: null,
  findings: null,
};

const refused = answered(400, apiError('invalid_request_error', 'not permitted'), { credential: 'own' });

const cause = (area: Area): CauseWords => ({
  area,
  places: [`a ${area}`],
  what: null,
  message: 'not permitted',
  status: 400,
  isMinimal: true,
  reduced: { headers: {}, betas: [], query: [], body: { model: 'm' } },
  reducedPath: 'reduced.json',
});

const search = {
  isAlways: false,
  isRestAccepted: true,
  isBareRefused: false,
  missing: null,
  rest: null,
  tries: 9,
  stop: null,
  waitedMs: 0,
};

export const requestCases: readonly Case[] = [
  ...Object.keys(areaAdvice).map(
    (area): Case => ({
      id: `request.${area}`,
      seen: {
        request: { ...seen, exchange: refused, findings: { ...search, causes: [cause(area as Area)] } },
      },
      status: 'fail',
      says: /^a \w+ is refused: 400 "not permitted"\.$/,
    }),
  ),
  {
    id: 'request.beta',
    seen: {
      request: { ...seen, exchange: refused, findings: { ...search, causes: [cause('tool')] } },
    },
    status: 'pass',
    says: /^$/,
  },
  {
    id: 'request.beta',
    seen: {
      request: {
        ...seen,
        exchange: refused,
        findings: {
          ...search,
          isRestAccepted: null,
          stop: 'the budget of 4 requests is used up',
          causes: [
            { ...cause('beta'), places: ['anthropic-beta: a', 'anthropic-beta: b'], isMinimal: false },
          ],
        },
      },
    },
    status: 'fail',
    says: /^What is refused is among anthropic-beta: a, anthropic-beta: b: 400/,
  },
  ...[true, false].map(
    (isMinimal): Case => ({
      id: 'request.missing',
      seen: {
        request: {
          ...seen,
          exchange: refused,
          findings: {
            ...search,
            causes: [],
            missing: {
              places: ['x-app: cli', '?beta=true'],
              client: 'Claude Code 2.1.197',
              message: 'not permitted',
              status: 403,
              isMinimal,
              complete: { headers: { 'x-app': 'cli' }, betas: [], query: [['beta', 'true']], body: {} },
              completePath: 'reduced-complete.json',
            },
          },
        },
      },
      status: 'fail',
      says: isMinimal
        ? /^Without x-app: cli and \?beta=true, as Claude Code 2\.1\.197 sends it, everything is refused: 403/
        : /^Without something among x-app: cli and \?beta=true/,
    }),
  ),
  {
    id: 'request.accepted',
    seen: { request: { ...seen, exchange: refused, findings: { ...search, isAlways: true, causes: [] } } },
    status: 'unknown',
    says: /no part of this request/,
  },
  {
    id: 'request.accepted',
    seen: { request: { ...seen, exchange: refused, findings: { ...search, causes: [] } } },
    status: 'fail',
    says: /no part of it was found/,
  },
  {
    id: 'request.accepted',
    seen: { request: { ...seen, changes: ['max_tokens 1 in place of 4096'] } },
    status: 'pass',
    says: /sent with max_tokens 1/,
  },
  { id: 'request.answer', seen: { request: seen }, status: 'pass', says: /claude-sonnet-4-6; stop reason/ },
  {
    id: 'request.answer',
    seen: { request: { ...seen, isStream: true } },
    status: 'warn',
    says: /a stream was asked for, and the answer came in one piece/,
  },
  {
    id: 'request.answer',
    seen: { request: { ...seen, model: 'claude-opus-4-6' } },
    status: 'info',
    says: /asked for claude-opus-4-6, claude-sonnet-4-6 answered/,
  },
];
