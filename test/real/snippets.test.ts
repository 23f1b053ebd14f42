// The configuration the doctor prints is read by the program it is for: a snippet with a mistake is no remedy.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checks } from '../../src/doctor/engine/registry.ts';
import { cures } from '../../src/doctor/streams/cures.ts';
import { cases, healthy } from '../doctor/check-cases.ts';
import { observing } from '../doctor/observations.ts';
import { missingOf } from './proxies.ts';
import { apacheConfiguration, type Program, programs } from './proxy-programs.ts';

/** How a program is asked whether it understands a snippet, in the place where it belongs. */
type Reader = {
  readonly program: Program;
  readonly wrap: (snippet: string, directory: string) => string;
  readonly argumentsFor: (file: string) => readonly string[];
};

const readers: Readonly<Record<string, Reader>> = {
  Caddy: {
    program: 'caddy',
    wrap: (snippet) => `:8080 {\n${snippet.replaceAll('UPSTREAM', '127.0.0.1:9000')}\n}\n`,
    argumentsFor: (file) => ['adapt', '--config', file],
  },
  nginx: {
    program: 'nginx',
    wrap: (snippet, directory) =>
      `pid ${directory}/pid;\nevents {}\nhttp {\n  access_log off;\n  upstream gateway { server 127.0.0.1:9000; }\n  server {\n    listen unix:${directory}/socket;\n${snippet}\n  }\n}\n`,
    argumentsFor: (file) => ['-t', '-e', 'stderr', '-c', file],
  },
  HAProxy: {
    program: 'haproxy',
    wrap: (snippet) =>
      `${snippet.startsWith('defaults') ? '' : 'defaults\n'}${snippet}\nlisten all\n  bind 127.0.0.1:8080\n`,
    argumentsFor: (file) => ['-c', '-f', file],
  },
  Apache: {
    program: 'apache',
    wrap: (snippet, directory) =>
      apacheConfiguration(directory, 9000, [[{ program: 'apache', lines: snippet }, 8080]]),
    argumentsFor: (file) => ['-t', '-f', file],
  },
  lighttpd: {
    program: 'lighttpd',
    wrap: (snippet, directory) => `server.document-root = "${directory}"\n${snippet}\n`,
    argumentsFor: (file) => ['-tt', '-f', file],
  },
  Varnish: {
    program: 'varnish',
    wrap: (snippet) => `vcl 4.1;\nbackend default none;\n${snippet}\n`,
    argumentsFor: (file) => ['-j', 'none', '-C', '-f', file, '-n', dirname(file)],
  },
};

/** What only its own machine can read: files that lie there, a newer nginx, a line to look for. */
const isElsewhere = (text: string): boolean => /\/etc\/|http2 off|\{ \.\.\. \}/.test(text);

/** Every snippet for a server: of `--explain`, of the findings of all cases, of the cures of streams. */
function snippetsFor(server: string): string[] {
  const found = cases.map(({ id, seen }) =>
    checks.find((check) => check.id === id)?.judge(observing({ ...healthy(), ...seen })),
  );
  const all = [
    ...checks.flatMap(({ configuration = [] }) => configuration),
    ...found.flatMap((finding) => finding?.remedy?.snippets ?? []),
    ...Object.values(cures),
  ];
  return [...new Set(all.filter((one) => one.server === server).map(({ text }) => text))];
}

describe.each(Object.entries(readers))(
  '%s (when installed) reads',
  (server, { program, wrap, argumentsFor }) => {
    const isMissing = missingOf([program]).length > 0 && process.env['CI'] !== 'true';
    test.skipIf(isMissing).each(snippetsFor(server).filter((text) => !isElsewhere(text)))('%s', (text) => {
      const directory = mkdtempSync(join(tmpdir(), 'msg-snippet-'));
      const file = join(directory, 'configuration');
      writeFileSync(file, wrap(text, directory));
      const { status, stderr } = spawnSync(programs[program].file, argumentsFor(file), { encoding: 'utf8' });
      rmSync(directory, { recursive: true, force: true });
      expect(status, stderr).toBe(0);
    });
  },
);
