import { afterEach, describe, expect, it } from 'vitest';
import { gate, jsonReply, type Mock, startMock } from '../../src/mock/index.ts';

let mock: Mock;
afterEach(() => mock.close());

describe('what the mock saw', () => {
  it('is method, path, query, headers and body of each request', async () => {
    mock = await startMock({ replies: [jsonReply(200, {})] });
    const init = { method: 'POST', headers: { 'X-Api-Key': 'k' }, body: '{"a":1}' };
    await fetch(`${mock.url}/v1/messages?beta=true`, init);
    expect(mock.requests).toMatchObject([
      { method: 'POST', path: '/v1/messages', query: { beta: 'true' }, body: '{"a":1}', json: { a: 1 } },
    ]);
    expect(mock.requests[0]?.headers['x-api-key']).toBe('k');
  });

  it('can be waited for', async () => {
    mock = await startMock({ replies: [[gate('held')]] });
    const answer = fetch(`${mock.url}/one`);
    expect((await mock.request(1)).path).toBe('/one');
    mock.open('held');
    await answer;
    expect((await mock.request(1)).path).toBe('/one');
  });
});

describe('what the mock keeps', () => {
  it('of a request that is too large is what shows that; the answer is 413', async () => {
    mock = await startMock();
    const body = 'x'.repeat(48 * 1024 * 1024);
    const answer = await fetch(`${mock.url}/v1/messages`, { method: 'POST', body });
    expect(answer.status).toBe(413);
    const kept = mock.requests[0]?.body.length ?? 0;
    expect(kept).toBeGreaterThan(32 * 1024 * 1024);
    expect(kept).toBeLessThan(34 * 1024 * 1024);
  });

  it('can be nothing; requests are told and counted all the same', async () => {
    const seen: string[] = [];
    mock = await startMock({ keepsRequests: false, onRequest: ({ path }) => seen.push(path) });
    for (const path of ['/one', '/two']) await fetch(`${mock.url}${path}`);
    expect(seen).toEqual(['/one', '/two']);
    expect(mock.requests).toEqual([]);
  });
});

describe('verify', () => {
  it('is content when every reply was asked for', async () => {
    mock = await startMock({ replies: [jsonReply(200, {})] });
    await fetch(mock.url);
    expect(() => mock.verify()).not.toThrow();
  });

  it('names a request nobody scripted, which was answered 599', async () => {
    mock = await startMock();
    mock.reply();
    expect((await fetch(`${mock.url}/v1/models`)).status).toBe(599);
    expect(() => mock.verify()).toThrow('unscripted request: GET /v1/models');
  });

  it('counts the replies nobody asked for', async () => {
    mock = await startMock();
    mock.reply(jsonReply(200, {}), jsonReply(200, {}));
    expect(() => mock.verify()).toThrow('2 scripted replies nobody asked for');
  });
});

describe('closing', () => {
  it('ends connections and waiting scripts at once', async () => {
    mock = await startMock({ replies: [[gate('never')]] });
    const answer = fetch(mock.url).then(
      () => 'answered',
      () => 'broken',
    );
    await mock.reached('never');
    await mock.close();
    expect(await answer).toBe('broken');
  });

  it('frees the port', async () => {
    mock = await startMock();
    const { port } = mock;
    await mock.close();
    mock = await startMock({ port });
    expect(mock.port).toBe(port);
  });

  it('a taken port is told by the error of Node', async () => {
    mock = await startMock();
    await expect(startMock({ port: mock.port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});

describe('respond', () => {
  it('answers where it has a script, and leaves the rest to the protocol', async () => {
    mock = await startMock({
      respond: ({ path }) => (path === '/odd' ? jsonReply(418, { tea: true }) : undefined),
    });
    expect((await fetch(`${mock.url}/odd`)).status).toBe(418);
    expect((await fetch(`${mock.url}/v1/nothing`)).status).toBe(404);
    expect(() => mock.verify()).not.toThrow();
  });
});
