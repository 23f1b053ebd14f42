// `msg doctor` against servers whose truth is known: verdict, root cause and what it says. One row a truth, in truth/.
import { createServer, type Server } from 'node:http';
import { expect, it } from 'vitest';
import { shortenedTime } from './paced-time.ts';
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

/** A server that gives these answers, and makes its tokens in the time of the test. */
async function serve(answer: Answer, pause: () => Promise<void>): Promise<{ url: string; server: Server }> {
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
      pause,
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { url: `http://127.0.0.1:${address.port}`, server };
}

// All at once: some of them wait for what never comes.
it.concurrent.for(truths.map((truth) => [truth.name, truth] as const))(
  '%s',
  async ([, truth], { onTestFinished }) => {
    const { argv = [], key = goodKey, verdict, cause, owner, says } = truth;
    const time = shortenedTime();
    const { url, server } = await serve(truth.answer, () => time.sleep(15));
    onTestFinished(() => {
      server.close();
      server.closeAllConnections();
    });
    const run = await runMsg(
      ['doctor', '--format', 'json', ...argv.map((word) => word.replace('{url}', url))],
      { env: { MSG_BASE_URL: url, MSG_API_KEY: key, MSG_MODEL: 'm' }, adapt: time.adapt },
    );
    const report = reportIn(run.stdout);
    const { rootCause } = report;
    expect(
      { verdict: report.verdict, code: run.code, cause: rootCause?.id ?? null },
      JSON.stringify(rootCause),
    ).toEqual({ verdict, code: exitCodes[verdict], cause: cause ?? null });
    if (owner !== undefined) expect(rootCause?.owner).toBe(owner);
    if (says !== undefined) expect(JSON.stringify(rootCause)).toMatch(says);
  },
);
