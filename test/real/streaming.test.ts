// Streams through real proxies: the verdict, the named hop and the printed directive are right, and the
// directive, pasted as it is printed, cures the path. Counts what is missed and what is alarmed for nothing.
import { mkdirSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { StreamVerdict } from '../../src/doctor/engine/report.ts';
import type { Mock } from '../../src/mock/server.ts';
import { cured } from './cured-paths.ts';
import { missingOf, type PathName, type Proxies, type ProxyPath, paths, startProxies } from './proxies.ts';
import { type Program, programs } from './proxy-programs.ts';
import { diagnose, startOrigin, traceFixture, type Verdict, type Workload } from './streams.ts';

const missing = missingOf(Object.keys(programs) as Program[]);
const isCI = process.env['CI'] === 'true';

test.skipIf(missing.length > 0 && !isCI)(`every proxy is installed: ${missing.join(', ')}`, () =>
  expect(missing).toEqual([]),
);

const workloads: readonly Workload[] = [
  { tokensPerSecond: 15, ttftMs: 100, tokens: 72 },
  { tokensPerSecond: 15, ttftMs: 1500, tokens: 72 },
  { tokensPerSecond: 60, ttftMs: 100, tokens: 100 },
  { tokensPerSecond: 60, ttftMs: 1500, tokens: 100 },
  { tokensPerSecond: 60, ttftMs: 400, tokens: 60 },
  { tokensPerSecond: 200, ttftMs: 100, tokens: 160 },
  { tokensPerSecond: 200, ttftMs: 1500, tokens: 160 },
];
const isFast = ({ tokensPerSecond }: Workload): boolean => tokensPerSecond >= 200;

type Label = {
  /** What may be said of it; `unknown` besides, where the stream is fast. */
  readonly verdicts: readonly StreamVerdict[];
  readonly hop?: string;
  /** A line the printed directive must contain. */
  readonly directive?: string;
  /** Its mark may be missing: what the head filled came at once, and the rest as an origin may have made it. */
  readonly mayBeUnnamed?: true;
  /** The size of its blocks. */
  readonly blockBytes?: number;
  /** How long 100 tokens at 60/s wait in it on average: the pace and its buffers make it. */
  readonly addedDelayMs?: number;
};
const live: Label = { verdicts: ['live'] };
const nginxHold = (...verdicts: StreamVerdict[]): Label => ({
  verdicts,
  hop: 'nginx',
  directive: 'proxy_buffering off;',
});

const varnishHold: Label = {
  verdicts: ['buffered'],
  hop: 'Varnish',
  directive: 'return (deliver);',
  addedDelayMs: 825,
};

const labels: Readonly<Record<PathName | 'direct', Label>> = {
  direct: live,
  'nginx default': { ...nginxHold('block'), blockBytes: 4096 },
  'nginx buffering off': live,
  'nginx HTTP/1.1': live,
  'nginx gzip': nginxHold('buffered'),
  'nginx gzip, buffering off': live,
  // Held to the end: half of 1.65 s.
  'nginx 64k buffers': { ...nginxHold('buffered'), addedDelayMs: 825 },
  'nginx, origin says X-Accel-Buffering: no': live,
  'nginx with TLS, HTTP/1.1': nginxHold('buffered', 'block'),
  'nginx with TLS, buffering off': live,
  'HAProxy default': { verdicts: ['coalesced'], hop: 'HAProxy', directive: 'option http-no-delay' },
  'HAProxy default, Ethernet segments': {
    verdicts: ['coalesced', 'block'],
    hop: 'HAProxy',
    mayBeUnnamed: true,
    directive: 'option http-no-delay',
  },
  // It signs nothing and its hold looks like any other: the hop stays open.
  'HAProxy wait-for-body': { verdicts: ['buffered'] },
  'HAProxy no-delay': live,
  'Caddy plain': live,
  'Caddy encode gzip': {
    verdicts: ['buffered'],
    hop: 'Caddy',
    directive: 'header Content-Type application/json*',
  },
  'Apache plain': live,
  'Apache deflate': live,
  'Apache mod_security': {
    verdicts: ['buffered'],
    hop: 'Apache',
    directive: 'SecResponseBodyAccess Off',
    addedDelayMs: 825,
  },
  'Apache ext_filter': {
    verdicts: ['block'],
    hop: 'Apache',
    directive: 'SetOutputFilter BYTERANGE',
    blockBytes: 4096,
  },
  'Varnish default': live,
  'Varnish without do_stream': varnishHold,
  'Varnish with ESI': varnishHold,
  'Varnish with gzip': varnishHold,
  'lighttpd default': {
    verdicts: ['buffered'],
    hop: 'lighttpd',
    directive: 'server.stream-response-body = 2',
    addedDelayMs: 825,
  },
  'squid in front': live,
  'tinyproxy in front': live,
  'Traefik plain': live,
  'Traefik compress': live,
  // It signs nothing, either.
  'Traefik buffering': { verdicts: ['buffered'] },
};

const isHere = ({ program }: ProxyPath): boolean => missingOf([program]).length === 0;
const ways = Object.fromEntries(Object.entries({ ...paths, ...cured }).filter(([, path]) => isHere(path)));
const isOpen = (path: string): boolean => path === 'direct' || path in ways;

/** Where the kernel holds what HAProxy has given it, some 200 ms long. */
const isTimed = (path: string): boolean => path === 'HAProxy default' || path.includes('Ethernet');

type Run = {
  readonly path: string;
  readonly workload: Workload;
  readonly label: Label;
  readonly verdict: Verdict;
};

const isHeld = (label: Label): boolean => !label.verdicts.includes('live');
const said = ({ verdict }: Run): StreamVerdict => verdict.judgement.report.verdict;
const told = (run: Run): string => {
  const { statistic, report } = run.verdict.judgement;
  const { tokensPerSecond, ttftMs } = run.workload;
  const numbers = `E ${report.effectiveArrivals.toFixed(1)} m ${report.deltasPerArrival.toFixed(1)} tau ${statistic.flushPeriodMs?.toFixed(0)} hold ${report.holdIndex.toFixed(2)}`;
  const bursts = statistic.bursts.map(({ bytes, isCut }) => `${bytes}${isCut ? '!' : ''}`).slice(0, 8);
  return `${bursts} ${run.path}, ${tokensPerSecond}/s after ${ttftMs} ms: ${said(run)}, hop ${run.verdict.suspect?.hop}, ${numbers}`;
};

/** What is not as the label of its path says. */
function complaints(run: Run): string[] {
  const { label, workload, verdict } = run;
  const { report } = verdict.judgement;
  if (report.verdict === 'unknown') return isFast(workload) ? [] : [told(run)];
  const { suspect } = verdict;
  const printed = suspect?.cures.map(({ text }) => text).join('\n') ?? '';
  // On a fast stream a corked socket leaves no mark of its own; nobody else may be named for it.
  const mayBeNobody = suspect === null && (isFast(workload) || label.mayBeUnnamed === true);
  const is100At60 = workload.tokens === 100 && workload.tokensPerSecond === 60;
  const delay = is100At60 ? (label.addedDelayMs ?? report.addedDelayMs) : report.addedDelayMs;
  const asLabelled = [
    label.verdicts.includes(report.verdict),
    mayBeNobody || (suspect?.hop === label.hop && printed.includes(label.directive ?? '')),
    label.blockBytes === undefined || report.blockBytes === label.blockBytes,
    Math.abs(report.addedDelayMs - delay) < 200,
  ];
  return asLabelled.includes(false) ? [told(run)] : [];
}

describe.skipIf(Object.keys(ways).length === 0)(
  `streams behind real proxies${missing.length > 0 ? ` (not installed: ${missing.join(', ')})` : ''}`,
  () => {
    let origin: Mock;
    let proxies: Proxies;
    const runs: Run[] = [];
    let repeated = 0;

    const measure = async (path: string, label: Label, workload: Workload): Promise<Run> => {
      const url = path === 'direct' ? origin.url : (proxies.urls.get(path) ?? '');
      const options = { hasAccelHeader: path.includes('X-Accel'), isTimed: isTimed(path) };
      return { path, workload, label, verdict: await diagnose(url, workload, options) };
    };

    /** A busy machine adds waits of its own, here once and there once; what msg misjudges, it misjudges again. */
    const measureTimed = async (path: string, label: Label, workload: Workload): Promise<Run> => {
      let last = await measure(path, label, workload);
      const isSettled = (): boolean => said(last) !== 'unknown' && complaints(last).length === 0;
      for (let times = 0; times < 3 && !isSettled(); times += 1) {
        repeated += 1;
        last = await measure(path, label, workload);
      }
      return last;
    };

    beforeAll(async () => {
      origin = await startOrigin();
      proxies = await startProxies(ways, origin.port);
      const labelled = [
        ...Object.entries(labels),
        ...Object.keys(cured).map((path): [string, Label] => [path, live]),
      ].filter(([path]) => isOpen(path));
      const isOfTime = ([path]: (typeof labelled)[number]): boolean => isTimed(path);
      const timed = labelled.filter(isOfTime);
      const paced = labelled.filter((one) => !isOfTime(one));
      // What the clock judges has the machine for itself.
      runs.push(
        ...(await Promise.all(
          workloads.flatMap((workload) => timed.map(([path, label]) => measureTimed(path, label, workload))),
        )),
      );
      // Then all other paths at once, but one stream each.
      for (const workload of workloads)
        runs.push(...(await Promise.all(paced.map(([path, label]) => measure(path, label, workload)))));
      if (process.env['RECORD_TRACES']) record(runs);
    });

    afterAll(async () => {
      await proxies?.stop();
      await origin?.close();
    });

    test('on at least 280 labelled runs nothing is missed and nothing is alarmed for nothing', () => {
      const missed = runs.filter((run) => isHeld(run.label) && said(run) === 'live');
      const alarms = runs.filter((run) => !isHeld(run.label) && !['live', 'unknown'].includes(said(run)));
      const unknown = runs.filter((run) => said(run) === 'unknown');
      console.log(
        `${runs.length} runs (${runs.filter((run) => isHeld(run.label)).length} held): ${missed.length} missed, ${alarms.length} false alarms, ${unknown.length} unknown, ${repeated} measured again`,
      );
      if (missing.length === 0) expect(runs.length).toBeGreaterThanOrEqual(280);
      expect(missed.map(told)).toEqual([]);
      expect(alarms.map(told)).toEqual([]);
      expect(unknown.filter((run) => !isFast(run.workload)).map(told)).toEqual([]);
    });

    test.each(Object.keys(labels).filter(isOpen))('%s: verdict, hop and directive', (path) => {
      const own = runs.filter((run) => run.path === path);
      expect(own.filter((run) => said(run) !== 'unknown').length).toBeGreaterThanOrEqual(4);
      expect(own.flatMap(complaints)).toEqual([]);
    });

    test.each(Object.keys(cured).filter(isOpen))('%s: live with the directive as it is printed', (path) => {
      const own = runs.filter((run) => run.path === path);
      expect(own).toHaveLength(workloads.length);
      expect(own.filter((run) => said(run) !== 'live').map(told)).toEqual([]);
    });

    test.skipIf(!isOpen('HAProxy default'))('the added delay of HAProxy is half of some 215 ms', () => {
      const delays = runs
        .filter(({ path, workload }) => path === 'HAProxy default' && workload.tokensPerSecond === 60)
        .map(({ verdict }) => verdict.judgement.report.addedDelayMs)
        .sort((a, b) => a - b);
      // The median: a single run may start in the middle of a period.
      expect(Math.abs((delays[delays.length >> 1] ?? 0) - 107)).toBeLessThan(90);
    });
  },
);

/** Keeps one trace a path as material for the pure tests. */
function record(runs: readonly Run[]): void {
  const directory = new URL('../fixtures/arrivals/', import.meta.url);
  mkdirSync(directory, { recursive: true });
  for (const path of Object.keys(labels)) {
    const run = runs.find((one) => one.path === path && one.workload.tokensPerSecond === 60);
    if (run === undefined) continue;
    const name = path.replaceAll(/[^A-Za-z0-9]+/g, '-').toLowerCase();
    const fixture = { path, ...run.workload, ...run.label, ...traceFixture(run.verdict) };
    writeFileSync(new URL(`${name}.json`, directory), `${JSON.stringify(fixture)}\n`);
  }
}
