// `msg doctor` and who holds the stream: what is accused, what is not, and what finding it out costs. Time goes on in
// the mock's pauses only. The same behind real proxies: test/real.
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Report } from '../../src/doctor/report.ts';
import { startMock } from '../../src/mock/index.ts';
import { errorReply, streamReply } from '../../src/mock/replies.ts';
import type { HeaderFields, HeadStep, Script, Step } from '../../src/mock/script.ts';
import { pacedTime } from './paced-time.ts';
import { reportIn } from './report.ts';
import { type RunOptions, runMsg, testKey } from './run-msg.ts';

const time = pacedTime();
const pace = { tokensPerSecond: 60, ttftMs: 200 };
const text = Array.from({ length: 96 }, (_, index) => `${index + 1}\n`).join('');
const answer = { model: 'm', content: [{ type: 'text' as const, text }] };

const isDelta = (step: Step): boolean =>
  step.step === 'event' && (step.data as { type?: string }).type === 'content_block_delta';

/** The origin writes `size` tokens at once, one batch every `everyMs`, the first when one token would be here. */
function batches(size: number, everyMs: number): Script {
  let count = 0;
  return streamReply(answer, {}, { ttftMs: pace.ttftMs }).flatMap((step): Step[] => {
    if (!isDelta(step)) return [step];
    const isNext = count > 0 && count % size === 0;
    count += 1;
    return isNext ? [{ step: 'pause', ms: everyMs }, step] : [step];
  });
}

/** A stream at the pace of tokens, whose head says more, and which is held as told. */
const paced = (part: Partial<HeadStep>, held?: Step, headers: HeaderFields = {}): Script =>
  streamReply(answer, headers, pace).flatMap((step): Step[] =>
    step.step === 'head' ? [{ ...step, ...part }, ...(held === undefined ? [] : [held])] : [step],
  );
const untilEnd: Step = { step: 'buffer', until: 'end' };

async function examine(streamed: Script, options: RunOptions = {}, argv: readonly string[] = []) {
  const run = await runMsg(['doctor', '--format', 'json', ...argv], {
    mock: {
      key: testKey,
      ...{ speed: pace.tokensPerSecond, ttftMs: pace.ttftMs },
      timersFor: time.timersFor,
      respond: ({ json, headers }) =>
        (json as { stream?: boolean } | undefined)?.stream === true && headers['x-api-key'] === testKey
          ? streamed
          : undefined,
    },
    adapt: time.adapt,
    ...options,
  });
  const report = reportIn(run.stdout);
  const find = (id: string) => report.checks.find((check) => check.id === id);
  return { report, find, paid: run.requests.filter(isPaid).length, requests: run.requests.length };
}

const isPaid = ({ json, path }: { json?: unknown; path: string }): boolean =>
  path === '/v1/messages' && typeof (json as { max_tokens?: number } | undefined)?.max_tokens === 'number';

const holder = ({ verdict, stream, rootCause }: Report) => ({
  verdict,
  stream: stream?.verdict,
  hop: stream?.hop ?? null,
  confidence: stream?.hopConfidence ?? null,
  cause: rootCause?.id ?? null,
});
const nobody = { hop: null, confidence: null };

describe('batches that the origin makes', () => {
  it.each([
    [6, 100],
    [8, 133],
    [12, 200],
    [16, 267],
    [30, 500],
  ])('%i tokens every %i ms: live, and nobody is accused', async (size, everyMs) => {
    const { report, requests, paid } = await examine(batches(size, everyMs));
    expect(holder(report)).toEqual({ verdict: 'healthy', stream: 'live', ...nobody, cause: null });
    expect({ requests, paid }).toEqual({ requests: 7, paid: 2 });
  });
});

describe('an answer that comes whole', () => {
  it('with its length, behind nginx: nginx states none, so it was collected behind it', async () => {
    const { report } = await examine(paced({ framing: 'length' }, undefined, { server: 'nginx' }));
    expect(holder(report)).toEqual({
      verdict: 'degraded',
      stream: 'buffered',
      hop: 'lighttpd or the application itself',
      confidence: 'possible',
      cause: 'sse.buffered',
    });
  });

  it('behind a hop that only may hold it: possible, with what to compare', async () => {
    const { report } = await examine(paced({}, untilEnd, { server: 'nginx' }));
    expect(holder(report)).toMatchObject({ hop: 'nginx', confidence: 'possible', cause: 'sse.buffered' });
    const { text: advice, commands } = report.rootCause?.remedy ?? { text: '', commands: [] };
    expect(advice).toMatch(/See whether it is nginx: msg doctor .*--via URL compares/);
    expect(commands.join()).not.toContain('URL');
  });

  it('with nobody in sight: nobody is named', async () => {
    const { report } = await examine(paced({}, untilEnd));
    expect(holder(report)).toMatchObject({ verdict: 'degraded', stream: 'buffered', ...nobody });
  });
});

it('blocks of a page behind Apache are not those of an nginx that nobody saw', async () => {
  const { report } = await examine(
    paced({}, { step: 'buffer', until: { bytes: 4096 } }, { server: 'Apache/2.4.62 (Debian)' }),
  );
  expect(holder(report)).toMatchObject({ stream: 'block', hop: 'Apache', cause: 'sse.block' });
  expect(report.rootCause?.remedy.snippets.map(({ server }) => server)).toEqual(['Apache']);
});

describe('a compressed stream', () => {
  it('that is too short to tell is not asked for again', async () => {
    const { report, paid, find } = await examine(
      streamReply({ model: 'm', content: [{ type: 'text', text: '1\n2\n3\n' }] }, {}, pace).map((step) =>
        step.step === 'head' ? { ...step, compress: 'gzip' as const } : step,
      ),
    );
    expect(holder(report)).toMatchObject({ verdict: 'healthy', stream: 'unknown' });
    expect(paid).toBe(2);
    expect(find('sse.compressed')?.status).toBe('info');
  });

  it('that is held is asked for once more without compression', async () => {
    const { report, paid } = await examine(paced({ compress: 'gzip' }, untilEnd));
    expect(holder(report)).toMatchObject({ verdict: 'degraded', stream: 'buffered' });
    expect(paid).toBe(3);
  });
});

it('the configured proxy, when it sees the stream, is a suspect, and going past it the cure', async () => {
  const origin = await startMock({
    key: testKey,
    speed: 60,
    ttftMs: 200,
    timersFor: time.timersFor,
    answer: text,
  });
  const proxy = collectingProxy(origin.url);
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    proxy.closeAllConnections();
    proxy.close();
    await origin.close();
  });
  const address = `127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const run = await runMsg(['doctor', '--format', 'json'], {
    env: {
      MSG_BASE_URL: 'http://gateway.example',
      MSG_API_KEY: testKey,
      MSG_MODEL: 'm',
      HTTP_PROXY: `http://${address}`,
    },
    adapt: time.adapt,
  });
  const report = reportIn(run.stdout);
  expect(holder(report)).toMatchObject({
    verdict: 'degraded',
    stream: 'buffered',
    hop: `the proxy ${address}`,
    confidence: 'possible',
  });
  expect(report.rootCause?.remedy.commands[0]).toBe('export NO_PROXY="$NO_PROXY,gateway.example"');
});

/** A forward proxy that looks into answers: each is collected before it is passed on. */
function collectingProxy(origin: string) {
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const { host: _host, connection: _connection, 'transfer-encoding': _te, ...headers } = request.headers;
    const path = new URL(request.url ?? '/', origin).pathname;
    const answered = await fetch(`${origin}${path}`, {
      method: request.method ?? 'GET',
      headers: headers as Record<string, string>,
      ...(parts.length > 0 ? { body: Buffer.concat(parts) } : {}),
    });
    const body = Buffer.from(await answered.arrayBuffer());
    const type = answered.headers.get('content-type');
    response.writeHead(answered.status, type === null ? {} : { 'content-type': type });
    response.write(body);
    response.end();
  });
  server.on('connect', (_request, socket: Socket) => {
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    server.emit('connection', socket);
  });
  return server;
}

describe('the hops', () => {
  const row = (report: Report): string | undefined =>
    report.checks.find(({ id }) => id === 'edge.fingerprint')?.summary;

  it('that only the stream gives away are told in the row of the edge, too', async () => {
    const { report } = await examine(paced({}, undefined, { 'x-litellm-call-id': 'abc' }));
    expect(report.hops.map(({ name }) => name)).toEqual(['LiteLLM', 'Anthropic']);
    expect(row(report)).toBe('LiteLLM → Anthropic');
  });

  it('of a page that a gateway quotes stand behind it', async () => {
    const page = '<html><center><h1>503</h1></center><hr><center>nginx/1.22.1</center></html>';
    const { report } = await examine(
      errorReply(503, 'api_error', `litellm.APIError: ${page}`, { headers: { 'x-litellm-call-id': 'abc' } }),
    );
    expect(report.hops.map(({ name }) => name)).toEqual(['LiteLLM', 'nginx', 'Anthropic']);
    expect(row(report)).toBe('LiteLLM → nginx → Anthropic');
  });
});
