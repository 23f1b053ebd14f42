// All labelled endpoints, and what `msg doctor` says of one.
import { createServer, type Server } from 'node:http';
import type { RootCause, Verdict } from '../../../src/doctor/engine/report.ts';
import { shortenedTime } from '../paced-time.ts';
import { reportIn } from '../report.ts';
import { runMsg } from '../run-msg.ts';
import { type Answer, exitCodes, goodKey, type Truth } from './case.ts';
import { emptyRequests } from './empty-requests.ts';
import { faults } from './faults.ts';
import { keys } from './keys.ts';
import { neighbours } from './neighbours.ts';
import { relays } from './relays.ts';
import { reported } from './reported.ts';
import { webInterfaces } from './web-interfaces.ts';
import { wild } from './wild.ts';

export const truths: readonly Truth[] = [
  ...faults,
  ...relays,
  ...neighbours,
  ...emptyRequests,
  ...keys,
  ...webInterfaces,
  ...wild,
  ...reported,
];

export type Examination = {
  readonly verdict: Verdict;
  /** Exit code. */
  readonly code: number;
  readonly cause: string | null;
  readonly rootCause: RootCause | null;
};

/** What an examination has to come to. */
export const expectationOf = ({ verdict, cause }: Truth): Omit<Examination, 'rootCause'> => ({
  verdict,
  code: exitCodes[verdict],
  cause: cause ?? null,
});

/** Starts the endpoint, examines it, and ends it. */
export async function examineTruth({ answer, argv = [], key = goodKey }: Truth): Promise<Examination> {
  const time = shortenedTime();
  const { url, server } = await serve(answer, time);
  try {
    const run = await runMsg(
      ['doctor', '--format', 'json', ...argv.map((word) => word.replace('{url}', url))],
      { env: { MSG_BASE_URL: url, MSG_API_KEY: key, MSG_MODEL: 'm' }, adapt: time.adapt },
    );
    const { verdict, rootCause } = reportIn(run.stdout);
    return { verdict, code: run.code, cause: rootCause?.id ?? null, rootCause };
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

/** A server that gives these answers, and makes its tokens in the time of the test. */
async function serve(
  answer: Answer,
  time: ReturnType<typeof shortenedTime>,
): Promise<{ url: string; server: Server }> {
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
      pause: () => time.sleep(15),
    });
    if (!response.writableEnded) await time.hang(() => response.destroyed);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { url: `http://127.0.0.1:${address.port}`, server };
}
