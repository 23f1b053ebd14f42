// Recordings, read as the errors they hold: those of `send --record` and those of `msg tap`.
import { describe, expect, it } from 'vitest';
import { diagnosePasted } from '../../src/doctor/reading/offline-diagnosis.ts';
import { tapFaultOf, transcriptOf } from '../../src/doctor/reading/recorded-exchange.ts';

const lines = (...all: readonly object[]): string => all.map((line) => `${JSON.stringify(line)}\n`).join('');
const request = {
  at: 0,
  request: {
    method: 'POST',
    path: '/v1/messages',
    url: 'https://host/v1/v1/messages',
    headers: [['x-api-key', '…']],
  },
};
const head = (status: number, type = 'application/json'): object => ({
  recording: 1,
  at: 5,
  status,
  headers: { 'content-type': type },
});
const said = (text: string): object => ({ at: 6, text });
const delta =
  'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"connection refused"}}\n\n';
const stop = 'event: message_stop\ndata: {"type":"message_stop"}\n\n';

describe('a recording', () => {
  it.each([
    [
      'an error',
      lines(head(429), said('{"type":"error","error":{"type":"rate_limit_error","message":"slow down"}}'), {
        at: 7,
        end: 'complete',
      }),
      'rate.limited',
    ],
    ['a path', lines(request, head(404), said('Not found'), { at: 7, end: 'complete' }), 'url.v1_doubled'],
    [
      'a broken stream',
      lines(head(200, 'text/event-stream'), said(delta), { at: 7, end: 'failed' }),
      'sse.truncated',
    ],
    [
      'a stream that ends too early',
      lines(head(200, 'text/event-stream'), said(delta), { at: 7, end: 'complete' }),
      'sse.truncated',
    ],
    ['a run that was killed', lines(head(200, 'text/event-stream'), said(delta)), 'sse.truncated'],
    [
      'an error in a stream',
      lines(
        head(200, 'text/event-stream'),
        said(
          `${delta}event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n`,
        ),
        { at: 7, end: 'complete' },
      ),
      'up.5xx',
    ],
    [
      'no answer',
      lines(request, {
        at: 3,
        end: 'failed',
        tap: { failure: { code: 'ECONNREFUSED', message: 'host: refused the connection' } },
      }),
      'net.refused',
    ],
  ])('%s: %#', (_, text, check) => {
    expect(diagnosePasted(transcriptOf(text) ?? text).check).toBe(check);
  });

  it('of a whole answer accuses nobody, whatever the model said', () => {
    const text = lines(head(200, 'text/event-stream'), said(delta + stop), { at: 7, end: 'complete' });
    expect(diagnosePasted(transcriptOf(text) ?? '').report.verdict).toBe('healthy');
  });

  it('names what the tap put in', () => {
    const fault = '--fail overloaded-529';
    expect(tapFaultOf(lines({ at: 0, request: { ...request.request, fault } }, head(529)))).toBe(fault);
    expect(tapFaultOf(lines({ at: 0, request: { ...request.request, fault: null } }))).toBeUndefined();
    expect(tapFaultOf(lines(head(529)))).toBeUndefined();
    expect(tapFaultOf('HTTP/1.1 529')).toBeUndefined();
  });

  it('is told from other texts', () => {
    expect(transcriptOf('HTTP/1.1 404 Not Found')).toBeUndefined();
    expect(transcriptOf('{"error": {"message": "recording: no"}}')).toBeUndefined();
  });
});
