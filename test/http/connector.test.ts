// When a request may be sent again: only if the connection it went out on was closed before it was read.
import { describe, expect, it } from 'vitest';
import { createConnection } from '../../src/http/connector.ts';

describe('a request on a connection', () => {
  const closed = Object.assign(new Error('other side closed'), { code: 'UND_ERR_SOCKET' });

  function used({ before = 1, bytes = 0, laterMs = 5, failure = closed as Error } = {}): boolean {
    let time = 0;
    const socket = { bytesRead: 100 };
    const connection = createConnection(() => time);
    connection.open(socket);
    for (let place = 0; place < before; place += 1) connection.use();
    const use = connection.use();
    socket.bytesRead += bytes;
    time += laterMs;
    return use.wasStale(failure);
  }

  it('that was kept and had been closed was not read', () => expect(used()).toBe(true));
  it.each([
    ['the first one', { before: 0 }],
    ['with a byte of an answer', { bytes: 1 }],
    ['closed after a while, in which it may have been worked on', { laterMs: 30_000 }],
    ['that timed out', { failure: Object.assign(new Error(''), { code: 'UND_ERR_HEADERS_TIMEOUT' }) }],
  ])('%s is never sent again', (_name, over) => expect(used(over)).toBe(false));

  it('on a new one is the first again', () => {
    const connection = createConnection(() => 0);
    connection.open({ bytesRead: 0 });
    connection.use();
    connection.open({ bytesRead: 0 });
    expect(connection.use().wasStale(closed)).toBe(false);
  });
});
