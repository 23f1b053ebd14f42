// Delta debugging against a real server that refuses by rule: what was planted is found, in every request, within budget.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ClientRequest } from '../../../src/doctor/request/client-request.ts';
import { errorReply } from '../../../src/mock/replies.ts';
import { reportIn } from '../../cli/report.ts';
import { runMsg } from '../../cli/run-msg.ts';
import fc from '../../fast-check.ts';
import { anyRequest, type Planted, plants } from './planted.ts';

const file = join(mkdtempSync(join(tmpdir(), 'request-')), 'request.json');

/** As `--dry-run` prints it: with URL and headers. */
const written = ({ headers, betas, query, body }: ClientRequest): string => {
  const url = new URL('http://127.0.0.1/v1/messages');
  for (const [name, value] of query) url.searchParams.set(name, value);
  return JSON.stringify({
    request: {
      method: 'POST',
      url: url.href,
      headers: { ...headers, 'anthropic-beta': betas.join(',') },
      body,
    },
  });
};

async function examined(request: ClientRequest, planted: readonly Planted[], isTelling: boolean) {
  writeFileSync(file, written(request));
  const run = await runMsg(['doctor', '--request', file, '--json'], {
    mock: {
      respond: (seen) => {
        const broken = planted.find(({ refuses }) => refuses(seen));
        return broken === undefined
          ? undefined
          : errorReply(400, 'invalid_request_error', isTelling ? broken.message : 'Bad Request');
      },
    },
  });
  const report = reportIn(run.stdout);
  const found = report.checks.filter(({ status }) => status === 'fail').map(({ summary }) => summary);
  return { run, report, found: found.join(' ') };
}

describe('what is refused of a request', () => {
  it('is found in 50 of 50, whether the server says where or not', async () => {
    const used: number[] = [];
    await fc.assert(
      fc.asyncProperty(
        anyRequest,
        fc.uniqueArray(fc.nat({ max: plants.length - 1 }), { minLength: 1, maxLength: 3 }),
        fc.nat({ max: 11 }),
        fc.boolean(),
        async (bare, chosen, at, isTelling) => {
          let request = bare;
          const planted: Planted[] = [];
          for (const index of chosen.sort((a, b) => a - b)) {
            const one = plants[index]?.(request, at);
            if (one === undefined) continue;
            request = one.request;
            planted.push(one);
          }
          const { run, report, found } = await examined(request, planted, isTelling);
          used.push(run.requests.length);
          expect([run.code, report.verdict, run.requests.length <= 40], run.stderr).toEqual([
            10,
            'broken',
            true,
          ]);
          for (const { place } of planted) expect(found).toContain(place);
        },
      ),
      { numRuns: 50 },
    );
    if (process.env['SHOW_TRIES']) console.log(used.sort((a, b) => a - b).join(' '));
  });
});
