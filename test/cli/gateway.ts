// A gateway in front of a mock, on a real socket: what comes is changed on the way there, or the answer on the way back.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JsonObject } from '../../src/text/json.ts';

/** What the backend, or the gateway itself, says. */
export type GatewayAnswer = {
  readonly status: number;
  readonly body: string;
  readonly type: string;
  readonly headers?: Record<string, string>;
};

/** How one request goes on: `pass` asks the backend. */
export type Passing = (
  body: JsonObject,
  pass: (body: JsonObject) => Promise<GatewayAnswer>,
) => Promise<GatewayAnswer>;

/** A refusal of the gateway's own. */
export const refusal = (message: string, status = 400): GatewayAnswer => ({
  status,
  type: 'application/json',
  body: JSON.stringify({ type: 'error', error: { type: 'invalid_request_error', message } }),
});

/** Starts one in front of `backend` (a base URL). */
export async function startGateway(
  backend: string,
  passing: Passing,
): Promise<{ readonly url: string; close(): void }> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const headers = Object.fromEntries(
      Object.entries(request.headers).filter(([name]) => !/^(host|connection|content-length)$/.test(name)),
    ) as Record<string, string>;
    const pass = async (body?: JsonObject): Promise<GatewayAnswer> => {
      const answer = await fetch(`${backend}${request.url}`, {
        method: request.method ?? 'GET',
        headers: { ...headers, 'accept-encoding': 'identity' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const type = answer.headers.get('content-type') ?? 'application/json';
      return { status: answer.status, type, body: await answer.text() };
    };
    const text = Buffer.concat(chunks).toString();
    const {
      status,
      type,
      body,
      headers: own,
    } = await (text === '' ? pass() : passing(JSON.parse(text) as JsonObject, pass)).catch((error: unknown) =>
      refusal(`the gateway of the test failed: ${String(error)}`, 500),
    );
    response.writeHead(status, { 'content-type': type, ...own }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
