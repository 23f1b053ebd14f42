// A transport that tells what crosses the wire, for `-v`: request line and headers, status and headers.
import { isSecretHeader, type Transport, type WireResponse } from './wire.ts';

/** Hands each line to `log`; values of secret headers are masked by `mask`. */
export function loggingTransport(
  transport: Transport,
  log: (line: string) => void,
  mask: (value: string) => string,
): Transport {
  /** `Bearer` and the like are no secret, and often what is wrong. */
  const masked = (value: string): string => {
    const scheme = /^(Bearer|Basic) /i.exec(value)?.[0] ?? '';
    return `${scheme}${mask(value.slice(scheme.length))}`;
  };
  const logHeaders = (sign: string, headers: Readonly<Record<string, string>>): void => {
    for (const [name, value] of Object.entries(headers))
      log(`${sign} ${name}: ${isSecretHeader(name) ? masked(value) : value}`);
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
