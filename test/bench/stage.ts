// What every contest plays on: the server process, a home with profiles, certificates, and the peers' commands.
import { type ChildProcess, execFileSync, fork, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lineOf } from '../../src/chat/store/transcript.ts';
import type { Command } from './child.ts';
import type { Addresses } from './server.ts';

/** Where the launcher put the bundled pieces, and where the repository is. */
export type Places = { readonly root: string; readonly built: string };

export type Stage = Addresses &
  Places & {
    /** Of msg and of every peer; NODE_EXTRA_CA_CERTS is not in it (Node 20 parses that file at every start). */
    readonly env: Readonly<Record<string, string>>;
    /** PEM files: the server's own certificate, and the system's bundle with it appended, if there is a bundle. */
    readonly certificate: string;
    readonly bundleWithCertificate: string | undefined;
    node(...argv: string[]): Command;
    /** The built msg; `answer` is a path of the server and the name of a profile. */
    msg(...argv: string[]): Command;
    send(answer: string, ...argv: string[]): Command;
    peer(name: 'node-http.cjs' | 'sdk.cjs' | 'sdk.mjs', answer: string): Command;
    curl(answer: string, ...argv: string[]): Command;
    /** The same program, telling its peak memory. */
    withPeakMemory(command: Command): Command;
    /** Milliseconds the mock was busy answering since this was last asked. */
    mockBusyMs(): Promise<number>;
    close(): void;
  };

/** Each is the name of a profile, with `/` as `-`. */
const profiles = [
  'answer/20',
  'speed/200',
  'tokens/20',
  'tokens/1000',
  'megabytes/100',
  'megabytes/200',
  'paced/2000',
];
const profileName = (answer: string): string => answer.replace('/', '-');

const systemBundles = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/cert.pem',
];

export async function setStage({ root, built }: Places): Promise<Stage> {
  const home = mkdtempSync(join(tmpdir(), 'msg-bench-'));
  const certificate = join(home, 'certificate.pem');
  const key = join(home, 'key.pem');
  makeCertificate(certificate, key);
  const systemBundle = systemBundles.find(existsSync);
  const bundleWithCertificate = systemBundle && join(home, 'bundle.pem');
  if (systemBundle && bundleWithCertificate)
    writeFileSync(
      bundleWithCertificate,
      readFileSync(systemBundle, 'utf8') + readFileSync(certificate, 'utf8'),
    );

  const server = fork(join(built, 'server.mjs'), [certificate, key], { execArgv: [] });
  const answered = <T>(): Promise<T> =>
    new Promise((resolve, reject) => {
      const ended = (): void => reject(new Error('the server of the benchmark ended'));
      server.once('exit', ended);
      server.once('message', (message) => {
        server.off('exit', ended);
        resolve(message as T);
      });
    });
  const addresses = await answered<Addresses>();

  const config = join(home, 'config');
  const apiKey = { kind: 'env', name: 'BENCH_KEY' };
  const profile = (baseUrl: string): object => ({
    baseUrl,
    auth: 'x-api-key',
    key: apiKey,
    model: 'bench-model',
  });
  mkdirSync(config, { mode: 0o700 });
  const named = profiles.map((answer) => [profileName(answer), profile(`${addresses.url}/${answer}`)]);
  writeFileSync(
    join(config, 'config.json'),
    JSON.stringify({
      current: 'tokens-20',
      profiles: Object.fromEntries([
        ...named,
        ['https', profile(`${addresses.httpsUrl}/tokens/20`)],
        ['mock', profile(addresses.mockUrl)],
      ]),
    }),
    { mode: 0o600 },
  );
  const state = join(home, 'state');
  makeHistory(state);
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    MSG_CONFIG_DIR: config,
    MSG_STATE_DIR: state,
    BENCH_KEY: 'sk-bench-0123456789',
    NO_COLOR: '1',
    NODE_COMPILE_CACHE: join(home, 'compiled'),
  };
  const node = (...argv: string[]): Command => ({ argv: [process.execPath, ...argv], env });
  const msg = (...argv: string[]): Command => node(join(root, 'bin/msg.js'), ...argv);
  for (const command of [['send', 'hello'], ['chat'], ['doctor', '-P', 'mock', '-q']])
    leaveCompiledCode(msg(...command));
  const body =
    '{"model":"bench-model","max_tokens":1024,"stream":true,"messages":[{"role":"user","content":"hello"}]}';
  return {
    ...addresses,
    root,
    built,
    env,
    certificate,
    bundleWithCertificate,
    node,
    msg,
    send: (answer, ...argv) => msg('send', '-P', profileName(answer), 'hello', ...argv),
    peer(name, answer) {
      // Unbundled, the SDK is looked for from where the script lies.
      const script = name === 'sdk.mjs' ? join(root, 'test/bench/peers', name) : join(built, name);
      return { ...node(script), env: { ...env, BENCH_URL: `${addresses.url}/${answer}` } };
    },
    curl: (answer, ...argv) => ({
      argv: [
        ...[
          'curl',
          '-sN',
          ...argv,
          '-H',
          'content-type: application/json',
          '-H',
          `x-api-key: ${env.BENCH_KEY}`,
        ],
        ...['-d', body, `${answer.includes('://') ? answer : `${addresses.url}/${answer}`}/v1/messages`],
      ],
      env,
    }),
    withPeakMemory: ({ argv: [program = '', ...argv], ...rest }) => ({
      ...rest,
      argv: [program, '--require', join(root, 'test/bench/peers/peak-memory.cjs'), ...argv],
    }),
    mockBusyMs() {
      const answer = answered<number>();
      server.send('busy');
      return answer;
    },
    close() {
      stop(server);
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** Runs what a user has run before: the code V8 compiles is complete after eight runs (bin/load.js). */
function leaveCompiledCode({ argv: [program = '', ...argv], env }: Command): void {
  for (let run = 1; run <= 8; run++) spawnSync(program, argv, { env, stdio: 'ignore' });
}

/** What months of use leave behind: 10,000 lines of history, 1,000 sessions. */
function makeHistory(state: string): void {
  const sessions = join(state, 'sessions');
  mkdirSync(sessions, { recursive: true, mode: 0o700 });
  const lines = Array.from({ length: 10_000 }, (_, index) => `"what does line ${index} of the log mean?"\n`);
  writeFileSync(join(state, 'history.jsonl'), lines.join(''), { mode: 0o600 });
  for (let serial = 0; serial < 1000; serial++) {
    const id = `20260101-000000-${serial.toString(16).padStart(4, '0')}`;
    const preview = `question ${serial}`;
    const header = { type: 'session', version: 1, id, created: '2026-01-01T00:00:00Z', preview } as const;
    writeFileSync(join(sessions, `${id}.jsonl`), lineOf(header), { mode: 0o600 });
  }
}

function stop(server: ChildProcess): void {
  server.removeAllListeners('exit');
  server.disconnect();
}

function makeCertificate(certificate: string, key: string): void {
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'],
      ...[
        '-subj',
        '/CN=bench',
        '-addext',
        'subjectAltName=IP:127.0.0.1',
        '-keyout',
        key,
        '-out',
        certificate,
      ],
    ],
    { stdio: 'ignore' },
  );
}
