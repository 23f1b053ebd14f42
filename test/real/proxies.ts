// nginx, HAProxy and Caddy in front of one origin, in every configuration the tests speak of.
// A path is a label, what it does to a stream, and a port.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { freePorts, type Running, run } from './process.ts';

export type Program = 'nginx' | 'haproxy' | 'caddy';

/** One way to the origin: lines inside nginx's server block, HAProxy's listen section, Caddy's site. */
export type ProxyPath = {
  readonly program: Program;
  readonly lines: string;
  readonly bindOptions?: string;
  /** A rule of HAProxy: they are not allowed among its defaults. */
  readonly rule?: string;
  readonly isTls?: boolean;
};

const nginxTo = (lines = ''): string => `location / { proxy_pass http://gateway; ${lines} }`;

const gzip = 'gzip on; gzip_proxied any; gzip_min_length 0; gzip_types text/event-stream application/json;';

export const paths = {
  'nginx default': { program: 'nginx', lines: nginxTo() },
  'nginx buffering off': { program: 'nginx', lines: nginxTo('proxy_buffering off;') },
  'nginx HTTP/1.1': {
    program: 'nginx',
    lines: nginxTo('proxy_http_version 1.1; proxy_set_header Connection "";'),
  },
  'nginx gzip': { program: 'nginx', lines: gzip + nginxTo() },
  'nginx gzip, buffering off': { program: 'nginx', lines: gzip + nginxTo('proxy_buffering off;') },
  'nginx 64k buffers': {
    program: 'nginx',
    lines: nginxTo('proxy_buffer_size 64k; proxy_buffers 8 64k; proxy_busy_buffers_size 128k;'),
  },
  'nginx, origin says X-Accel-Buffering: no': { program: 'nginx', lines: nginxTo() },
  'nginx with TLS, HTTP/1.1': {
    program: 'nginx',
    lines: nginxTo('proxy_http_version 1.1; proxy_set_header Connection "";'),
    isTls: true,
  },
  'nginx with TLS, buffering off': { program: 'nginx', lines: nginxTo('proxy_buffering off;'), isTls: true },
  'HAProxy default': { program: 'haproxy', lines: '' },
  'HAProxy default, Ethernet segments': { program: 'haproxy', lines: '', bindOptions: 'mss 1460' },
  'HAProxy wait-for-body': {
    program: 'haproxy',
    lines: 'option http-no-delay',
    rule: 'http-response wait-for-body time 20s',
  },
  'HAProxy no-delay': { program: 'haproxy', lines: 'option http-no-delay' },
  'Caddy plain': { program: 'caddy', lines: 'reverse_proxy {origin}' },
  'Caddy encode gzip': { program: 'caddy', lines: 'encode gzip\nreverse_proxy {origin}' },
} as const satisfies Record<string, ProxyPath>;

export type PathName = keyof typeof paths;

const indent = (text: string): string => text.replaceAll(/^/gm, '  ');

/** A certificate nobody trusts, for as long as the test runs. */
function makeCertificate(directory: string): void {
  const files = ['-keyout', join(directory, 'key.pem'), '-out', join(directory, 'certificate.pem')];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1'];
  execFileSync('openssl', ['req', '-x509', ...kind, '-subj', '/CN=127.0.0.1', ...files], { stdio: 'pipe' });
}

function nginxConfiguration(
  directory: string,
  originPort: number,
  ports: readonly [ProxyPath, number][],
): string {
  if (ports.some(([path]) => path.isTls)) makeCertificate(directory);
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `  ${name}_temp_path ${directory}/${name};`)
    .join('\n');
  const servers = ports.map(
    ([path, port]) =>
      `  server {\n  listen 127.0.0.1:${port}${path.isTls ? ' ssl' : ''};\n${indent(path.lines)}\n  }`,
  );
  return [
    // One process without privileges: it may write where the test may, and ends with its pid.
    `daemon off; master_process off; pid ${directory}/pid; error_log stderr warn;`,
    'events { worker_connections 512; }',
    'http {',
    '  access_log off;',
    temporary,
    ports.some(([path]) => path.isTls)
      ? `  ssl_certificate ${directory}/certificate.pem; ssl_certificate_key ${directory}/key.pem;`
      : '',
    `  upstream gateway { server 127.0.0.1:${originPort}; }`,
    ...servers,
    '}',
    '',
  ].join('\n');
}

function haproxyConfiguration(originPort: number, ports: readonly [ProxyPath, number][]): string {
  const sections = ports.map(([path, port], index) =>
    [
      'defaults',
      '  mode http',
      '  timeout connect 5s',
      '  timeout client 60s',
      '  timeout server 60s',
      ...path.lines
        .split('\n')
        .filter((line) => line !== '' && line !== 'defaults')
        .map((line) => `  ${line.trim()}`),
      `listen path${index}`,
      `  bind 127.0.0.1:${port} ${path.bindOptions ?? ''}`,
      ...(path.rule === undefined ? [] : [`  ${path.rule}`]),
      `  server origin 127.0.0.1:${originPort}`,
    ].join('\n'),
  );
  return `${sections.join('\n')}\n`;
}

function caddyConfiguration(originPort: number, ports: readonly [ProxyPath, number][]): string {
  const sites = ports.map(
    ([path, port]) =>
      `http://127.0.0.1:${port} {\n${indent(path.lines.replaceAll('{origin}', `127.0.0.1:${originPort}`))}\n}`,
  );
  return `{\n  admin off\n  auto_https off\n}\n${sites.join('\n')}\n`;
}

const commands: Readonly<Record<Program, (file: string) => readonly string[]>> = {
  // Without -e it opens its log of the system first, which is not ours to write.
  nginx: (file) => ['-e', 'stderr', '-c', file],
  haproxy: (file) => ['-db', '-f', file],
  caddy: (file) => ['run', '--config', file, '--adapter', 'caddyfile'],
};

export type Proxies = Running & {
  /** Base URL of each path. */
  readonly urls: ReadonlyMap<string, string>;
};

/** Starts one process a program, with all its paths, in front of the origin on `originPort`. */
export async function startProxies(
  wanted: Readonly<Record<string, ProxyPath>>,
  originPort: number,
): Promise<Proxies> {
  const urls = new Map<string, string>();
  const free = await freePorts(Object.keys(wanted).length);
  const ports = Object.entries(wanted).map(
    ([name, path], index) => [name, path, free[index] as number] as const,
  );
  for (const [name, path, port] of ports) urls.set(name, `http${path.isTls ? 's' : ''}://127.0.0.1:${port}`);
  const own = (program: Program): [ProxyPath, number][] =>
    ports.filter(([, path]) => path.program === program).map(([, path, port]) => [path, port]);
  const configurations: Readonly<Record<Program, (directory: string) => string>> = {
    nginx: (directory) => nginxConfiguration(directory, originPort, own('nginx')),
    haproxy: () => haproxyConfiguration(originPort, own('haproxy')),
    caddy: () => caddyConfiguration(originPort, own('caddy')),
  };
  const programs = (Object.keys(commands) as Program[]).filter((program) => own(program).length > 0);
  const starts = await Promise.allSettled(
    programs.map((program) =>
      run(
        program,
        commands[program],
        configurations[program],
        own(program).map(([, port]) => port),
      ),
    ),
  );
  const running = starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []));
  const failed = starts.find((start) => start.status === 'rejected');
  if (failed !== undefined) {
    await Promise.all(running.map((one) => one.stop()));
    throw failed.reason;
  }
  return {
    urls,
    async stop() {
      await Promise.all(running.map((one) => one.stop()));
    },
  };
}
