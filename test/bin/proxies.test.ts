// The built command through real proxies: what the bundle leaves out of the HTTP library must not be missed.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Authority, openWorkshop, type Workshop } from '../http/certificates.ts';
import { startProxy } from '../http/proxy-server.ts';
import { httpsServer, type Running } from '../http/servers.ts';
import { startSocksProxy } from '../http/socks-server.ts';
import { type BinRun, type Home, newHome, runBin } from './run-bin.ts';

const hasOpenssl = (() => {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

const answer = JSON.stringify({
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'm',
  content: [{ type: 'text', text: 'Through.' }],
  stop_reason: 'end_turn',
  usage: { input_tokens: 1, output_tokens: 1 },
});

describe.skipIf(!hasOpenssl && process.env['CI'] !== 'true')(
  'https:// through a proxy (needs openssl)',
  () => {
    let authority: Authority;
    let workshop: Workshop;
    let server: Running;
    let home: Home;
    beforeAll(async () => {
      workshop = openWorkshop();
      authority = workshop.authority('msg test CA');
      server = await httpsServer(authority.leaf({ names: 'DNS:localhost' }), (message, response) => {
        message.resume();
        response.writeHead(200, { 'content-type': 'application/json' }).end(answer);
      });
    });
    afterAll(async () => {
      await server.close();
      workshop.close();
    });
    beforeEach(() => {
      home = newHome();
      writeFileSync(join(home.path, 'ca.pem'), authority.cert);
    });
    afterEach(() => home.close());

    const send = (proxy: string): Promise<BinRun> =>
      runBin(['send', '--no-stream', 'hi', '-x', proxy, '--cacert', join(home.path, 'ca.pem')], {
        env: {
          MSG_BASE_URL: `https://localhost:${server.port}`,
          MSG_API_KEY: 'sk-test-0123456789abcdef',
          MSG_MODEL: 'm',
        },
      });

    it('opens a tunnel with CONNECT', async () => {
      const proxy = await startProxy({ credentials: 'user:password' });
      const run = await send(`http://user:password@127.0.0.1:${proxy.port}`);
      await proxy.close();
      expect(run).toEqual({ code: 0, stdout: 'Through.\n', stderr: '' });
      expect(proxy.seen).toEqual([`CONNECT localhost:${server.port}`]);
    });

    it('speaks SOCKS 5', async () => {
      const proxy = await startSocksProxy();
      const run = await send(`socks5://127.0.0.1:${proxy.port}`);
      await proxy.close();
      expect(run).toEqual({ code: 0, stdout: 'Through.\n', stderr: '' });
      expect(proxy.seen).toEqual([`localhost:${server.port}`]);
    });
  },
);
