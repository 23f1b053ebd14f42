// A thousand exchanges of a real HTTP client, many at once, some broken off by either side: every byte is compared at
// both ends of the tap.
import { Agent, request as sendRequest } from 'node:http';
import { afterEach, expect, it } from 'vitest';
import { type MockOptions, startMock } from '../../src/mock/index.ts';
import { startSession } from '../../src/tap/session.ts';
import { startRelay } from './relay.ts';
import { scenarioNamed } from './tap-session.ts';
import { clock, endpointAt } from './tapped.ts';

let close: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const one of close.reverse()) await one();
  close = [];
});

const exchanges = 1000;
const atOnce = 12;

/** Answers of every kind, told by the number of the request; those that are broken off are in it. */
const kinds = [
  'gzip-stream',
  'reset-mid-stream',
  'overloaded-529',
  'cut-mid-event',
  'thinking',
  'crlf',
  'html-404',
] as const;

it(`passes ${exchanges} exchanges byte by byte`, async () => {
  const mocks = new Map<number, Awaited<ReturnType<typeof startMock>>>();
  for (const [index, name] of [...kinds, undefined].entries()) {
    // Who leaves has to leave in the midst of something.
    const options: MockOptions = name === undefined ? { speed: 300 } : { scenario: scenarioNamed(name) };
    mocks.set(index, await startMock({ ...options, keepsRequests: false }));
  }
  let port = 0;
  const behind = await startRelay(() => port);
  const session = await startSession({
    endpoint: () => endpointAt(Number(new URL(behind.url).port)),
    token: undefined,
    connectTimeoutMs: 600_000,
    tls: undefined,
    proxyFor: () => undefined,
    host: '127.0.0.1',
    port: 0,
    clock,
    plainCommand: 'msg tap',
    doctorCommand: 'msg doctor',
    proxy: null,
    onJudged() {},
  });
  const before = await startRelay(() => session.port);
  close = [
    ...[...mocks.values()].map((mock) => () => mock.close()),
    () => behind.close(),
    () => session.close('client-gone'),
    () => before.close(),
  ];

  // One mock after the other stands behind the tap, so that connections of one kind are kept alive among themselves.
  let serial = 0;
  for (const mock of mocks.values()) {
    port = mock.port;
    const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
    const share = Math.ceil(exchanges / mocks.size);
    const ask = async (): Promise<void> => {
      serial += 1;
      const own = serial;
      await askOnce(before.url, own, agent, own % 10 === 1);
    };
    for (let done = 0; done < share; done += atOnce)
      await Promise.all(Array.from({ length: Math.min(atOnce, share - done) }, ask));
    agent.destroy();
  }
  await session.close('client-gone');

  const ownHost = new URL(before.url).host;
  const otherHost = new URL(behind.url).host;
  const numbersIn = (bytes: Buffer): string =>
    [...bytes.toString('latin1').matchAll(/^x-serial: (\d+)\r$/gim)].map(([, number]) => number).join(' ');
  const there = new Map(behind.crossings.map((crossing) => [numbersIn(crossing.up()), crossing]));
  let compared = 0;
  let brokenOff = 0;
  for (const { up, down } of before.crossings) {
    const numbers = numbersIn(up());
    if (numbers === '') continue;
    const other = there.get(numbers);
    expect(other, `the connection of ${numbers} came out as it went in`).toBeDefined();
    const asked = up().toString('latin1').replaceAll(ownHost, otherHost);
    const passed = other!.up().toString('latin1');
    // Of a request that its client broke off, what was on its way may be lost with it.
    expect(asked.startsWith(passed), `requests ${numbers}`).toBe(true);
    const answered = other!.down();
    const received = down();
    expect(answered.subarray(0, received.length).equals(received), `answers ${numbers}`).toBe(true);
    if (received.length === answered.length && asked.length === passed.length)
      compared += numbers.split(' ').length;
    else brokenOff += 1;
  }
  expect(session.journal.entries.length).toBeGreaterThanOrEqual(exchanges);
  // A client that leaves loses what was on its way; nothing else is ever less than what was sent.
  expect(brokenOff).toBeLessThanOrEqual(exchanges / 10);
  expect(compared).toBeGreaterThan(exchanges / 2);
  const endings = new Set(session.journal.entries.map(({ ending }) => ending));
  for (const ending of ['complete', 'reset', 'client-gone'] as const) expect(endings).toContain(ending);
  expect(endings).not.toContain('open');
});

/** Resolves when it is over, however that was. `leaves`: the client breaks off at the first bytes of the answer. */
function askOnce(base: string, serial: number, agent: Agent, leaves: boolean): Promise<void> {
  return new Promise((resolve) => {
    const body = JSON.stringify({
      model: 'mock-1',
      max_tokens: 300,
      stream: serial % 3 !== 0,
      messages: [
        { role: 'user', content: `count from 1 to ${10 + (serial % 40)} ${'ü'.repeat(serial % 500)}` },
      ],
    });
    const asked = sendRequest(
      `${base}/v1/messages?serial=${serial}`,
      {
        method: 'POST',
        agent,
        headers: {
          'Content-Type': 'application/json',
          'anthropic-VERSION': '2023-06-01',
          'X-Serial': String(serial),
          ...(serial % 2 === 0 ? { 'content-length': Buffer.byteLength(body) } : {}),
        },
      },
      (answer) => {
        answer.on('error', () => resolve()).on('close', () => resolve());
        answer.on('data', () => leaves && asked.destroy());
      },
    );
    asked.on('error', () => resolve());
    if (serial % 2 === 0) asked.end(body);
    else {
      // In chunks of the client's own.
      asked.write(body.slice(0, 20));
      asked.write(body.slice(20));
      asked.end();
    }
  });
}
