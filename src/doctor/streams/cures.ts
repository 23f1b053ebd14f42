// The directive that makes each hop stream, as configuration to paste. Data only.
// "Verified" entries are proven by test/real; the others come from the products' own manuals.

export type Cure = {
  readonly server: string;
  /** What the directive does, as a sentence for people. */
  readonly advice: string;
  readonly text: string;
};

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
  nginxBuffering: {
    server: 'nginx',
    advice: 'Switch off response buffering for this location in nginx.',
    text: nginxStreams,
  },
  /** Verified. With buffering off nginx flushes the compressor after each event. */
  nginxGzip: {
    server: 'nginx',
    advice:
      'Keep event streams out of gzip in nginx, or switch off buffering so that gzip is flushed event by event.',
    text: 'gzip_types text/css application/javascript;   # without text/event-stream\nproxy_buffering off;',
  },
  nginxTls: {
    server: 'nginx',
    advice: 'Let nginx send small TLS records, and switch off response buffering.',
    text: 'ssl_buffer_size 4k;\nproxy_buffering off;',
  },
  /** Verified. */
  haproxy: {
    server: 'HAProxy',
    advice: 'Tell HAProxy not to wait for more before it sends.',
    text: 'defaults\n    option http-no-delay',
  },
  /** Verified. */
  caddyEncode: {
    server: 'Caddy',
    advice: 'Keep event streams out of encode in Caddy.',
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
  apacheDeflate: {
    server: 'Apache',
    advice: 'Keep the API path out of mod_deflate in Apache.',
    text: 'SetEnvIf Request_URI "/v1/messages" no-gzip=1',
  },
  /** Verified, for mod_security and for mod_ext_filter, before and after what it corrects. */
  apacheFilters: {
    server: 'Apache',
    advice: 'Take filters and mod_security off the answers of the API path in Apache.',
    text: [
      '<Location "/v1/messages">',
      '    # In the place of any ExtFilter; this one leaves a stream as it is.',
      '    SetOutputFilter BYTERANGE',
      '    <IfModule security2_module>',
      '        SecResponseBodyAccess Off',
      '    </IfModule>',
      '</Location>',
    ].join('\n'),
  },
  /** Verified. */
  lighttpd: {
    server: 'lighttpd',
    advice: 'Let lighttpd stream the answers of its backend.',
    text: 'server.stream-response-body = 2',
  },
  /** Verified, before and after other subroutines of the same name, for do_stream, gzip and ESI. */
  varnish: {
    server: 'Varnish',
    advice: 'Let Varnish stream event streams, unchanged: in front of every other vcl_backend_response.',
    text: [
      'sub vcl_backend_response {',
      '    if (beresp.http.Content-Type ~ "text/event-stream") {',
      '        set beresp.do_stream = true;',
      '        set beresp.do_esi = false;',
      '        set beresp.do_gzip = false;',
      '        set beresp.uncacheable = true;',
      '        return (deliver);',
      '    }',
      '}',
    ].join('\n'),
  },
  traefik: {
    server: 'Traefik',
    advice: 'Keep event streams out of the compress middleware of Traefik.',
    text: 'http:\n  middlewares:\n    compress:\n      compress:\n        excludedContentTypes: [text/event-stream]',
  },
  traefikBuffering: {
    server: 'Traefik',
    advice: 'Take the buffering middleware off the router of this path in Traefik.',
    text: '# the buffering middleware collects whole answers, whatever its limits:\n# leave it out of the middlewares of this router',
  },
  envoy: {
    server: 'Envoy',
    advice: 'Let the filters of this Envoy route take the answer as it comes.',
    text: '# what collects answers: ext_proc (use STREAMED), Lua that reads body(), transcoders\nprocessing_mode:\n  response_body_mode: STREAMED',
  },
  cloudflare: {
    server: 'Cloudflare',
    advice: 'Let the origin forbid transformation, so that Cloudflare passes events on as they come.',
    text: '# The origin must send both, or the edge may collect and compress:\nContent-Type: text/event-stream\nCache-Control: no-cache, no-transform',
  },
  apiGateway: {
    server: 'AWS API Gateway',
    advice: 'Let AWS API Gateway stream the answer.',
    text: 'responseTransferMode: STREAM   # on the integration; Lambda: invokeMode RESPONSE_STREAM',
  },
  appGateway: {
    server: 'Azure Application Gateway',
    advice: 'Switch off response buffering in Azure Application Gateway.',
    text: 'az network application-gateway update --set globalConfiguration.enableResponseBuffering=false',
  },
  apim: {
    server: 'Azure API Management',
    advice: 'Switch off response buffering in Azure API Management.',
    text: '<forward-request buffer-response="false" />',
  },
  iis: {
    server: 'IIS ARR',
    advice: 'Switch off response buffering in IIS ARR.',
    text: '<proxy enabled="true" responseBufferLimit="0" />',
  },
  inspection: {
    server: 'TLS inspection',
    advice: 'Exempt this host, or event streams, from content inspection.',
    text: '# mitmproxy: --set stream_large_bodies=1\n# others: exempt this host, or text/event-stream, from content inspection',
  },
  forwardProxy: {
    server: 'Privoxy',
    advice: 'Go past the configured proxy for this host, or take its filters off this path.',
    text: '# user.action\n{ -filter }\n/v1/messages',
  },
  application: {
    server: 'application',
    advice: 'Let the server behind write each event as it comes; it cannot state a Content-Length then.',
    text: '# FastAPI: an async generator, not a finished text\nreturn StreamingResponse(events(), media_type="text/event-stream")',
  },
  express: {
    server: 'Express',
    advice: 'Keep event streams out of the compression middleware, or flush it after each event.',
    text: "app.use(compression({ filter: (request, response) =>\n  !String(response.getHeader('Content-Type')).startsWith('text/event-stream') }));",
  },
  gatewayPolicy: {
    server: 'gateway',
    advice: 'Stop the gateway from collecting the answer before it passes it on.',
    text: '# an output guardrail or a moderation step collects the answer: switch it off for streams,\n# or let it judge chunk by chunk',
  },
  accelHeader: {
    server: 'origin',
    advice: 'Let the origin ask for unbuffered delivery.',
    text: 'X-Accel-Buffering: no\nCache-Control: no-cache, no-transform',
  },
} as const satisfies Record<string, Cure>;
