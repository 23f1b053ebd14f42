// `msg doctor` against servers whose truth is known: verdict, root cause and what it says. One row a truth, in truth/.
import { createServer, type Server } from 'node:http';
import { afterEach, expect, it } from 'vitest';
import { reportIn } from './report.ts';
import { runMsg } from './run-msg.ts';
import { type Answer, exitCodes, goodKey, type Truth } from './truth/case.ts';
import { emptyRequests } from './truth/empty-requests.ts';
import { faults } from './truth/faults.ts';
import { keys } from './truth/keys.ts';
import { neighbours } from './truth/neighbours.ts';
import { relays } from './truth/relays.ts';
import { webInterfaces } from './truth/web-interfaces.ts';

const truths: readonly Truth[] = [
  ...faults,
  ...relays,
  ...neighbours,
  ...emptyRequests,
  ...keys,
  ...webInterfaces,
];

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

async function serve(answer: Answer): Promise<string> {
  let before = 0;
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const { headers } = request;
    const text = Buffer.concat(parts).toString();
    const key = headers['x-api-key'] ?? /^Bearer (.*)/.exec(headers.authorization ?? '')?.[1];
    await answer(response, {
      request,
      body: text === '' ? {} : JSON.parse(text),
      key: Array.isArray(key) ? key[0] : key,
      before: before++,
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `http://127.0.0.1:${address.port}`;
}

it.each(truths.map((truth) => [truth.name, truth] as const))(
  '%s',
  async (_name, truth) => {
    const { argv = [], key = goodKey, verdict, cause, owner, says } = truth;
    const url = await serve(truth.answer);
    const given = argv.map((word) => word.replace('{url}', url));
    const run = await runMsg(['doctor', '--format', 'json', ...given], {
      env: { MSG_BASE_URL: url, MSG_API_KEY: key, MSG_MODEL: 'm' },
    });
    const report = reportIn(run.stdout);
    const { rootCause } = report;
    expect(
      { verdict: report.verdict, code: run.code, cause: rootCause?.id ?? null },
      JSON.stringify(rootCause),
    ).toEqual({ verdict, code: exitCodes[verdict], cause: cause ?? null });
    if (owner !== undefined) expect(rootCause?.owner).toBe(owner);
    if (says !== undefined) expect(JSON.stringify(rootCause)).toMatch(says);
  },
  120_000,
);
