// A transport that tells what crosses the wire, for `-v`: request line and headers, status and headers.
import { secretHeaders, type Transport, type WireResponse } from './wire.ts';

/** Hands each line to `log`; values of secret headers are masked by `mask`. */
export function loggingTransport(
  transport: Transport,
  log: (line: string) => void,
  mask: (value: string) => string,
): Transport {
  const logHeaders = (sign: string, headers: Readonly<Record<string, string>>): void => {
    for (const [name, value] of Object.entries(headers))
      log(`${sign} ${name}: ${secretHeaders.has(name) ? mask(value) : value}`);
  };
  return Object.assign(
    async (...[request, options]: Parameters<Transport>): Promise<WireResponse> => {
      log(`> ${request.method} ${request.url}`);
      logHeaders('>', request.headers);
      const response = await transport(request, options);
      log(`< ${response.status}`);
      logHeaders('<', response.headers);
      return response;
    },
    { close: () => transport.close() },
  );
}
