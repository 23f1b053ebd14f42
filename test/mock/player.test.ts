import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import {
  bytes,
  end,
  event,
  gate,
  hangup,
  head,
  type Mock,
  reset,
  type Script,
  split,
  startMock,
} from '../../src/mock/index.ts';

let mock: Mock;
afterEach(() => mock.close());

const get = async (...scripts: Script[]): Promise<Response> => {
  mock = await startMock({ replies: scripts });
  return fetch(mock.url);
};

/** The bytes of the socket, from the status line on, until the server closes it. */
const rawAnswer = (url: string, onData: (received: string) => void = () => {}): Promise<string> =>
  new Promise((resolve) => {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname, () => socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n'));
    let received = '';
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
      onData(received);
    });
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(`${received}<${error.code}>`));
    socket.on('end', () => resolve(`${received}<FIN>`));
  });

describe('events on the wire', () => {
  it('are named by the type of their data', async () => {
    const response = await get([event({ type: 'ping' })]);
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(await response.text()).toBe('event: ping\ndata: {"type":"ping"}\n\n');
  });

  it('can go without a name, or bear another one', async () => {
    const response = await get([event({ type: 'ping' }, false), event({ type: 'ping' }, 'other')]);
    expect(await response.text()).toBe('data: {"type":"ping"}\n\nevent: other\ndata: {"type":"ping"}\n\n');
  });

  it('end their lines as told, and give each line of the data a line', async () => {
    const response = await get([{ step: 'event', data: 'one\ntwo', event: 'x', lineEnd: '\r\n' }]);
    expect(await response.text()).toBe('event: x\r\ndata: one\r\ndata: two\r\n\r\n');
  });
});

describe('the cutting of bytes', () => {
  it('leaves the content alone, inside a character too', async () => {
    const response = await get([head(200, {}), split('every-byte', bytes('grün'), event({ a: 1 }))]);
    expect(await response.text()).toBe('gründata: {"a":1}\n\n');
  });

  it('sends each piece in a chunk of its own', async () => {
    mock = await startMock({ replies: [[head(200, {}), split([2, 3], bytes('abcdef')), hangup]] });
    expect(await rawAnswer(mock.url)).toMatch(/\r\n\r\n2\r\nab\r\n1\r\nc\r\n3\r\ndef\r\n<FIN>$/);
  });

  it('reads bytes written in hex', async () => {
    const response = await get([head(200, {}), { step: 'bytes', bytes: 'e282ac', encoding: 'hex' }]);
    expect(await response.text()).toBe('€');
  });
});

describe('the ends of a body', () => {
  it('end closes the body and keeps the connection', async () => {
    mock = await startMock({ replies: [[bytes('a'), end], [bytes('b')]] });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const ask = (): Promise<string> =>
      new Promise((resolve) => {
        request(mock.url, { agent }, (response) => resolve(text(response))).end();
      });
    expect(await Promise.all([ask(), ask()])).toEqual(['a', 'b']);
    agent.destroy();
    expect(mock.requests.map(({ connection }) => connection)).toEqual([1, 1]);
    expect(await mock.requests[0]?.outcome).toBe('answered');
  });

  it('hangup closes the connection in the middle of a chunked body', async () => {
    mock = await startMock({ replies: [[bytes('half'), hangup]] });
    expect(await rawAnswer(mock.url)).toMatch(/4\r\nhalf\r\n<FIN>$/);
    expect(await mock.requests[0]?.outcome).toBe('aborted');
  });

  it('reset breaks the connection after what was sent', async () => {
    mock = await startMock({ replies: [[bytes('half'), gate('read'), reset]] });
    // A reset that comes before what was sent is read looks like an end to Node.
    const answer = rawAnswer(mock.url, (received) => received.endsWith('half\r\n') && mock?.open('read'));
    expect(await answer).toMatch(/4\r\nhalf\r\n<ECONNRESET>$/);
  });

  it('framing by close has neither length nor chunks', async () => {
    mock = await startMock({ replies: [[{ step: 'head', framing: 'close' }, bytes('all'), end]] });
    const answer = await rawAnswer(mock.url);
    expect(answer).toMatch(/\r\n\r\nall<FIN>$/);
    expect(answer.toLowerCase()).not.toMatch(/content-length|transfer-encoding/);
  });

  it('framing by length holds everything back and tells the length', async () => {
    const response = await get([{ step: 'head', status: 201, framing: 'length' }, bytes('ab'), bytes('cd')]);
    expect(response.status).toBe(201);
    expect(response.headers.get('content-length')).toBe('4');
    expect(await response.text()).toBe('abcd');
  });
});

describe('hops that hold bytes back', () => {
  const chunkSizes = (answer: string): number[] =>
    [...answer.matchAll(/(?:^|\r\n)([0-9a-f]+)\r\n(?=x)/g)].map((found) =>
      Number.parseInt(found[1] ?? '', 16),
    );

  it('a buffer of a size lets out blocks of exactly this size', async () => {
    mock = await startMock({
      replies: [
        [
          { step: 'buffer', until: { bytes: 8 } },
          { step: 'repeat', times: 5, steps: [bytes('xxxx')] },
        ],
        [],
      ],
    });
    const answer = rawAnswer(mock.url);
    await (await mock.request(1)).outcome;
    await mock.close();
    expect(chunkSizes(await answer)).toEqual([8, 8, 4]);
  });

  it('a buffer until the end makes one block', async () => {
    mock = await startMock({
      replies: [
        [
          { step: 'buffer', until: 'end' },
          { step: 'repeat', times: 5, steps: [bytes('xxxx')] },
        ],
      ],
    });
    const answer = rawAnswer(mock.url);
    await (await mock.request(1)).outcome;
    await mock.close();
    expect(chunkSizes(await answer)).toEqual([20]);
  });

  it('a buffer on a timer lets everything out when the time has come', async () => {
    const response = await get([
      { step: 'buffer', until: { ms: 5 } },
      bytes('x'),
      bytes('y'),
      gate('last'),
      bytes('z'),
    ]);
    const reader = response.body?.getReader();
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe('xy');
    mock.open('last');
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe('z');
  });

  it('gzip is flushed after every write', async () => {
    const response = await get([
      { step: 'head', compress: 'gzip' },
      bytes('first'),
      gate('more'),
      bytes(' second'),
    ]);
    expect(response.headers.get('content-encoding')).toBe('gzip');
    const reader = response.body?.getReader();
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe('first');
    mock.open('more');
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe(' second');
  });
});

describe('gates', () => {
  it('hold a script until they are opened, and tell when it has come there', async () => {
    const response = await get([bytes('a'), gate('middle'), bytes('b')]);
    await mock.reached('middle');
    const reader = response.body?.getReader();
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe('a');
    mock.open('middle');
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe('b');
  });

  it('opened early, hold nobody', async () => {
    mock = await startMock({ replies: [[gate('early'), bytes('on')]] });
    mock.open('early');
    expect(await (await fetch(mock.url)).text()).toBe('on');
  });

  it('let a client go that has left', async () => {
    const leaving = new AbortController();
    mock = await startMock({ replies: [[bytes('a'), gate('never')]] });
    const response = await fetch(mock.url, { signal: leaving.signal });
    await mock.reached('never');
    leaving.abort();
    await expect(response.text()).rejects.toThrow();
    expect(await mock.requests[0]?.outcome).toBe('aborted');
  });
});
