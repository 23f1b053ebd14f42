// Real proxies in front of one origin, in every configuration the tests speak of.
// A path is a label, what it does to a stream, and a port; how each program is started stands in proxy-programs.ts.
import { freePorts, isInstalled, type Running, run } from './process.ts';
import { type Program, programs } from './proxy-programs.ts';

/** One way to the origin: lines inside nginx's server block, HAProxy's listen section, Caddy's site and so on. */
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

/** As it is for whoever inspects answers. */
export const modSecurity = [
  'SecRuleEngine On',
  'SecResponseBodyAccess On',
  'SecResponseBodyMimeType text/event-stream',
].join('\n');

export const varnish = (line: string): string => `sub vcl_backend_response {\n    ${line}\n}`;

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
  'Apache plain': { program: 'apache', lines: '' },
  'Apache deflate': { program: 'apache', lines: 'AddOutputFilterByType DEFLATE text/event-stream' },
  'Apache mod_security': { program: 'apache', lines: modSecurity },
  'Apache ext_filter': { program: 'apache', lines: 'SetOutputFilter sed' },
  'Varnish default': { program: 'varnish', lines: '' },
  'Varnish without do_stream': { program: 'varnish', lines: varnish('set beresp.do_stream = false;') },
  'Varnish with ESI': { program: 'varnish', lines: varnish('set beresp.do_esi = true;') },
  'Varnish with gzip': { program: 'varnish', lines: varnish('set beresp.do_gzip = true;') },
  'lighttpd default': { program: 'lighttpd', lines: '' },
  'squid in front': { program: 'squid', lines: '' },
  'tinyproxy in front': { program: 'tinyproxy', lines: '' },
  'Traefik plain': { program: 'traefik', lines: '' },
  'Traefik compress': { program: 'traefik', lines: 'compress: {}' },
  'Traefik buffering': { program: 'traefik', lines: 'buffering: { memResponseBodyBytes: 1000000 }' },
} as const satisfies Record<string, ProxyPath>;

export type PathName = keyof typeof paths;

/** The programs of these that this machine lacks, with the package that brings each. */
export const missingOf = (wanted: readonly Program[]): string[] =>
  wanted
    .filter((name) => !isInstalled(programs[name].file))
    .map((name) => `${name} (${programs[name].source})`);

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
  const starts = await Promise.allSettled(
    (Object.keys(programs) as Program[]).flatMap((name) => {
      const { file, argumentsFor, configure, isOneAPath } = programs[name];
      const all = own(name);
      const processes = isOneAPath ? all.map((one) => [one]) : all.length > 0 ? [all] : [];
      return processes.map((served) => {
        const servedPorts = served.map(([, port]) => port);
        return run(
          file,
          (configuration) => argumentsFor(configuration, servedPorts),
          (directory) => configure(directory, originPort, served),
          servedPorts,
        );
      });
    }),
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
