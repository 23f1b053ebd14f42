// Paths through real proxies that hold streams back, with the directive pasted in as the doctor prints it. Each is called as the
// path it cures (proxies.ts), and where in it the directive stands.
import { cures } from '../../src/doctor/streams/cures.ts';
import { modSecurity, type ProxyPath, varnish } from './proxies.ts';

export const cured: Readonly<Record<string, ProxyPath>> = {
  'nginx default, cured': { program: 'nginx', lines: cures.nginxBuffering.text },
  'nginx gzip, cured': {
    program: 'nginx',
    lines: `gzip on; gzip_proxied any; gzip_min_length 0;\n${cures.nginxGzip.text}\nlocation / { proxy_pass http://gateway; }`,
  },
  'nginx with TLS, cured': { program: 'nginx', lines: cures.nginxBuffering.text, isTls: true },
  'nginx 64k buffers, cured': {
    program: 'nginx',
    lines: `proxy_buffer_size 64k; proxy_buffers 8 64k; proxy_busy_buffers_size 128k;\n${cures.nginxBuffering.text}`,
  },
  'HAProxy default, cured': { program: 'haproxy', lines: cures.haproxy.text },
  'Caddy encode gzip, cured': {
    program: 'caddy',
    lines: `${cures.caddyEncode.text}\nreverse_proxy {origin}`,
  },
  'Apache mod_security, cured': { program: 'apache', lines: `${modSecurity}\n${cures.apacheFilters.text}` },
  'Apache mod_security, cured in front': {
    program: 'apache',
    lines: `${cures.apacheFilters.text}\n${modSecurity}`,
  },
  'Apache ext_filter, cured': {
    program: 'apache',
    lines: `SetOutputFilter sed\n${cures.apacheFilters.text}`,
  },
  'Varnish without do_stream, cured in front': {
    program: 'varnish',
    lines: `${cures.varnish.text}\n${varnish('set beresp.do_stream = false;')}`,
  },
  'Varnish without do_stream, cured behind': {
    program: 'varnish',
    lines: `${varnish('set beresp.do_stream = false;')}\n${cures.varnish.text}`,
  },
  'Varnish with ESI, cured in front': {
    program: 'varnish',
    lines: `${cures.varnish.text}\n${varnish('set beresp.do_esi = true;')}`,
  },
  'Varnish with ESI, cured behind': {
    program: 'varnish',
    lines: `${varnish('set beresp.do_esi = true;')}\n${cures.varnish.text}`,
  },
  'Varnish with gzip, cured behind': {
    program: 'varnish',
    lines: `${varnish('set beresp.do_gzip = true;')}\n${cures.varnish.text}`,
  },
  'lighttpd default, cured': { program: 'lighttpd', lines: cures.lighttpd.text },
};
