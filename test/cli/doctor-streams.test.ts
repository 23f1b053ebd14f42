// `msg doctor` and who holds the stream: what is accused, what is not, and what finding it out costs. Time goes on in
// the mock's pauses only. The same behind real proxies: test/real.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Report } from '../../src/doctor/engine/report.ts';
import { startMock } from '../../src/mock/index.ts';
import { errorReply, messageReply, streamReply } from '../../src/mock/replies.ts';
import type { HeaderFields, HeadStep, Script, ScriptStep } from '../../src/mock/script.ts';
import { openWorkshop } from '../http/certificates.ts';
import { pacedTime } from './paced-time.ts';
import { reportIn } from './report.ts';
import { type RunOptions, runMsg, testKey } from './run-msg.ts';

const time = pacedTime();
const pace = { tokensPerSecond: 60, ttftMs: 200 };
const text = Array.from({ length: 96 }, (_, index) => `${index + 1}\n`).join('');
const answer = { model: 'm', content: [{ type: 'text' as const, text }] };

const isDelta = (step: ScriptStep): boolean =>
  step.step === 'event' && (step.data as { type?: string }).type === 'content_block_delta';

/** The origin writes `size` tokens at once, one batch every `everyMs`, the first when one token would be here. */
function batches(size: number, everyMs: number): Script {
  let count = 0;
  return streamReply(answer, {}, { ttftMs: pace.ttftMs }).flatMap((step): ScriptStep[] => {
    if (!isDelta(step)) return [step];
    const isNext = count > 0 && count % size === 0;
    count += 1;
    return isNext ? [{ step: 'pause', ms: everyMs }, step] : [step];
  });
}

/** A stream at the pace of tokens, whose head says more, and which is held as told. */
const paced = (part: Partial<HeadStep>, held?: ScriptStep, headers: HeaderFields = {}): Script =>
  streamReply(answer, headers, pace).flatMap((step): ScriptStep[] =>
    step.step === 'head' ? [{ ...step, ...part }, ...(held === undefined ? [] : [held])] : [step],
  );
const untilEnd: ScriptStep = { step: 'buffer', until: 'end' };

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
    // What a reader feels is not left to one control.
    const again = everyMs >= 140 ? 1 : 0;
    expect({ requests, paid }).toEqual({ requests: 7 + again, paid: 2 + again });
  });

  it('is not what one late control makes of the batches of a hop', async () => {
    let controls = 0;
    const late = messageReply(
      { model: 'm', content: [{ type: 'text', text: '1' }] },
      {},
      { ttftMs: pace.ttftMs + 400 },
    );
    const { report, paid } = await examine(paced({}, { step: 'buffer', until: { ms: 200 } }), {
      mock: {
        key: testKey,
        ...{ speed: pace.tokensPerSecond, ttftMs: pace.ttftMs },
        timersFor: time.timersFor,
        respond: ({ json, headers }) => {
          const { stream, max_tokens } = (json ?? {}) as { stream?: boolean; max_tokens?: number };
          if (max_tokens === undefined || headers['x-api-key'] !== testKey) return undefined;
          if (stream === true) return paced({}, { step: 'buffer', until: { ms: 200 } });
          controls += 1;
          return controls === 1 ? late : undefined;
        },
      },
    });
    expect(holder(report)).toMatchObject({
      verdict: 'degraded',
      stream: 'coalesced',
      cause: 'sse.coalesced',
    });
    // Control and stream, each twice.
    expect(paid).toBe(4);
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
    const { text: advice, commands, examples } = report.rootCause?.remedy ?? {};
    expect(advice).toMatch(
      /See whether it is nginx: let the doctor ask the server behind it, too, and compare/,
    );
    expect(commands?.join()).not.toContain('URL');
    expect(examples).toEqual([expect.stringMatching(/^msg doctor .*--via URL$/)]);
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

it('a stream that is held once and not again is healthy: a machine may have been busy', async () => {
  const streams = [paced({}, untilEnd), paced({})];
  const { report, paid } = await examine(paced({}), {
    mock: {
      key: testKey,
      ...{ speed: pace.tokensPerSecond, ttftMs: pace.ttftMs },
      timersFor: time.timersFor,
      respond: ({ json, headers }) =>
        (json as { stream?: boolean } | undefined)?.stream === true && headers['x-api-key'] === testKey
          ? streams.shift()
          : undefined,
    },
  });
  expect(holder(report)).toEqual({ verdict: 'healthy', stream: 'live', ...nobody, cause: null });
  expect({ paid, left: streams.length }).toEqual({ paid: 3, left: 0 });
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
    expect(paid).toBe(4);
  });
});

/** A good endpoint that streams at the pace of tokens. */
async function openOrigin(): Promise<string> {
  const { tokensPerSecond: speed, ttftMs } = pace;
  const origin = await startMock({ key: testKey, speed, ttftMs, timersFor: time.timersFor, answer: text });
  onTestFinished(() => origin.close());
  return origin.url;
}

/** What looks into answers: each is collected before it is passed on. */
function collect(origin: string, headers: Readonly<Record<string, string>> = {}) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const { host: _host, connection: _connection, 'transfer-encoding': _framing, ...asked } = request.headers;
    const answered = await fetch(`${origin}${new URL(request.url ?? '/', origin).pathname}`, {
      method: request.method ?? 'GET',
      headers: asked as Record<string, string>,
      ...(parts.length > 0 ? { body: Buffer.concat(parts) } : {}),
    });
    const body = Buffer.from(await answered.arrayBuffer());
    const type = answered.headers.get('content-type');
    response.writeHead(answered.status, { ...headers, ...(type === null ? {} : { 'content-type': type }) });
    response.write(body);
    response.end();
  };
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function examineAt(url: string, argv: readonly string[] = [], env: Record<string, string> = {}) {
  const run = await runMsg(['doctor', '--format', 'json', '--yes', ...argv], {
    env: { MSG_BASE_URL: url, MSG_API_KEY: testKey, MSG_MODEL: 'm', ...env },
    adapt: time.adapt,
  });
  return reportIn(run.stdout);
}

describe('what looks into the stream on the way', () => {
  it('the configured proxy is a suspect, and going past it the cure', async () => {
    const proxy = createServer(collect(await openOrigin()));
    proxy.on('connect', (_request, socket: Socket) => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      proxy.emit('connection', socket);
    });
    const address = await listen(proxy);
    const report = await examineAt('http://gateway.example', [], { HTTP_PROXY: `http://${address}` });
    expect(holder(report)).toMatchObject({
      verdict: 'degraded',
      stream: 'buffered',
      hop: `the proxy ${address}`,
      confidence: 'possible',
    });
    expect(report.rootCause?.remedy.commands[0]).toBe('export NO_PROXY="$NO_PROXY,gateway.example"');
  });

  it('an inspector is named by its certificate', async () => {
    const workshop = openWorkshop();
    onTestFinished(() => workshop.close());
    const directory = mkdtempSync(join(tmpdir(), 'msg-doctor-streams-'));
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
    const authority = workshop.authority('mitmproxy');
    const root = join(directory, 'root.pem');
    writeFileSync(root, authority.cert);
    const address = await listen(createHttpsServer(authority.leaf(), collect(await openOrigin())));
    const report = await examineAt(`https://${address}`, ['--cacert', root]);
    expect(holder(report)).toMatchObject({ stream: 'buffered', hop: 'mitmproxy', confidence: 'likely' });
    expect(report.rootCause?.remedy.snippets.map(({ text }) => text).join()).toContain(
      'stream_large_bodies=1',
    );
  });
});

describe('a second address (--via)', () => {
  it('that is live: what is seen only in front of it holds the stream', async () => {
    const origin = await openOrigin();
    const front = await listen(createServer(collect(origin, { server: 'nginx' })));
    const report = await examineAt(`http://${front}`, ['--via', origin]);
    expect(holder(report)).toMatchObject({ stream: 'buffered', hop: 'nginx', confidence: 'certain' });
  });

  it('that is held, too: what is seen only in front of it is innocent', async () => {
    const origin = await openOrigin();
    const behind = await listen(createServer(collect(origin)));
    const front = await listen(createServer(collect(`http://${behind}`, { server: 'nginx' })));
    const report = await examineAt(`http://${front}`, ['--via', `http://${behind}`]);
    expect(holder(report)).toMatchObject({ hop: 'the second address or a hop behind it' });
  });
});

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
