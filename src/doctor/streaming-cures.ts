// The directive that makes each hop stream, as configuration to paste. Data only.
// "Verified" entries are proven by test/real; the others come from the products' own manuals.

export type Cure = { readonly server: string; readonly text: string };

const nginxStreams = [
  'location / {',
  '    proxy_pass http://gateway;',
  '    proxy_http_version 1.1;',
  '    proxy_set_header Connection "";',
  '    proxy_buffering off;',
  '}',
].join('\n');

export const cures = {
  /** Verified. */
  nginxBuffering: { server: 'nginx', text: nginxStreams },
  /** Verified. With buffering off nginx flushes the compressor after each event. */
  nginxGzip: {
    server: 'nginx',
    text: 'gzip_types text/css application/javascript;   # without text/event-stream\nproxy_buffering off;',
  },
  nginxTls: {
    server: 'nginx',
    text: 'ssl_buffer_size 4k;\nproxy_buffering off;',
  },
  /** Verified. */
  haproxy: { server: 'HAProxy', text: 'defaults\n    option http-no-delay' },
  /** Verified. */
  caddyEncode: {
    server: 'Caddy',
    // A response matcher cannot say "not", and the default one takes every text/* type.
    text: [
      'encode {',
      '    gzip',
      '    match {',
      '        header Content-Type application/json*',
      '        header Content-Type text/html*',
      '        header Content-Type text/css*',
      '        header Content-Type text/javascript*',
      '    }',
      '}',
    ].join('\n'),
  },
  lighttpd: { server: 'lighttpd', text: 'server.stream-response-body = 2' },
  varnish: {
    server: 'Varnish',
    text: [
      'sub vcl_backend_response {',
      '    if (beresp.http.Content-Type ~ "text/event-stream") {',
      '        set beresp.do_stream = true;',
      '        set beresp.do_gzip = false;',
      '        set beresp.uncacheable = true;',
      '    }',
      '}',
    ].join('\n'),
  },
  traefik: {
    server: 'Traefik',
    text: 'http:\n  middlewares:\n    compress:\n      compress:\n        excludedContentTypes: [text/event-stream]',
  },
  envoy: {
    server: 'Envoy',
    text: '# remove envoy.filters.http.buffer from this route, and give streams time:\nroute:\n  timeout: 0s\n  idle_timeout: 300s',
  },
  cloudflare: {
    server: 'Cloudflare',
    text: '# The origin must send both, or the edge may collect and compress:\nContent-Type: text/event-stream\nCache-Control: no-cache, no-transform',
  },
  apiGateway: {
    server: 'AWS API Gateway',
    text: 'responseTransferMode: STREAM   # on the integration; Lambda: invokeMode RESPONSE_STREAM',
  },
  appGateway: {
    server: 'Azure Application Gateway',
    text: 'az network application-gateway update --set globalConfiguration.enableResponseBuffering=false',
  },
  apim: { server: 'Azure API Management', text: '<forward-request buffer-response="false" />' },
  iis: { server: 'IIS ARR', text: '<proxy enabled="true" responseBufferLimit="0" />' },
  inspection: {
    server: 'TLS inspection',
    text: '# mitmproxy: --set stream_large_bodies=1\n# others: exempt this host, or text/event-stream, from content inspection',
  },
  express: {
    server: 'Express',
    text: "app.use(compression({ filter: (request, response) =>\n  !String(response.getHeader('Content-Type')).startsWith('text/event-stream') }));",
  },
  gatewayPolicy: {
    server: 'gateway',
    text: '# an output guardrail or a moderation step collects the answer: switch it off for streams,\n# or let it judge chunk by chunk',
  },
  accelHeader: { server: 'origin', text: 'X-Accel-Buffering: no\nCache-Control: no-cache, no-transform' },
} as const satisfies Record<string, Cure>;
