// The TLS handshake: does the port speak TLS, and with this client?
import { shellQuote } from '../../text/shell-quote.ts';
import { checksOf, fail, pass, remedy } from '../engine/check.ts';
import { owned } from '../engine/exchange-facts.ts';
import type { Observe } from '../engine/observations.ts';
import { again, change } from '../engine/remedy-commands.ts';
import type { Remedy } from '../engine/report.ts';
import { wireLine } from '../engine/wire-lines.ts';
import { type TlsAlert, tlsAlerts } from './tls-alerts.ts';

/** A request got through with certificates checked: whatever the handshake looked like, it is trusted. */
export const getsThrough = (observe: Observe): boolean =>
  observe('setup')?.isTlsCheckOff === false && observe('keyless')?.outcome === 'answered';

/** What OpenSSL says of bytes that are no TLS. */
const isNoTls = /WRONG_VERSION|PACKET_LENGTH|HTTP_REQUEST/;

export const tlsChecks = checksOf({ group: 'network', needs: ['setup', 'network'] }, [
  {
    id: 'tls.scheme_mismatch',
    title: 'The scheme fits the port',
    why: 'https:// to a plain port fails with "wrong version number"; http:// to a TLS port gets a 400.',
    proof: 'The TLS greeting was answered with something else, or the answer says so.',
    cure: 'The other scheme.',
    uses: ['keyless'],
    judge(observe) {
      const setup = observe('setup');
      const keyless = observe('keyless');
      const handshake = getsThrough(observe) ? null : observe('network')?.tls?.failure;
      const isPlainPort =
        setup?.url.isHttps === true &&
        (isNoTls.test(handshake?.code ?? '') || owned('tls.scheme_mismatch', keyless)?.outcome === 'failed');
      const isTlsPort =
        setup?.url.isHttps === false &&
        (owned('tls.scheme_mismatch', keyless) !== undefined || isTlsAnswer(observe));
      if (!isPlainPort && !isTlsPort) return pass('');
      const scheme = isPlainPort ? 'http' : 'https';
      const fixed = (setup?.url.input ?? '').replace(/^https?:/i, `${scheme}:`);
      return fail(`Port ${setup?.url.port} speaks ${isPlainPort ? 'plain HTTP' : 'TLS'}. Use ${scheme}://…`, {
        owner: 'you',
        evidence: keyless === undefined ? [handshake?.message ?? ''] : [wireLine(keyless)],
        remedy: remedy(`Use ${scheme}:// in the base URL.`, change(observe, 'base-url', fixed)),
      });
    },
  },
  {
    id: 'tls.version',
    title: 'The server accepts this client at the TLS level',
    why: 'A server may want a client certificate (mTLS) or a TLS version this client does not speak.',
    proof: 'A TLS alert (40, 70, 116), or 400 "No required SSL certificate was sent".',
    cure: 'Client certificate and key; a current TLS on both sides.',
    uses: ['keyless'],
    judge(observe) {
      const handshake = getsThrough(observe) ? null : observe('network')?.tls?.failure;
      const answer = owned('tls.version', observe('keyless'));
      const isOwn = /^ERR_SSL/.test(handshake?.code ?? '') && !isNoTls.test(handshake?.code ?? '');
      if (!isOwn && answer === undefined) return pass(observe('network')?.tls?.protocol ?? '');
      const evidence = answer === undefined ? [handshake?.message ?? ''] : [wireLine(answer)];
      // A page that asks for one, over TLS.
      if (answer?.outcome === 'answered')
        return fail('The server wants a client certificate (mTLS).', {
          owner: 'you',
          evidence,
          remedy: alertCure(observe, 'certificate'),
        });
      const code = (answer === undefined ? handshake?.code : answer.failure.code) ?? '';
      const alert = tlsAlerts.find((one) => one.code.test(code));
      return fail(alert?.means ?? 'The TLS handshake failed.', {
        owner: alert?.owner ?? 'gateway',
        confidence: alert?.confidence ?? 'likely',
        evidence,
        remedy: alertCure(observe, alert?.cure ?? 'server'),
      });
    },
  },
]);

/** Plain http to a TLS port: many servers answer with a TLS alert, which is no HTTP. */
const isTlsAnswer = (observe: Observe): boolean => {
  const keyless = observe('keyless');
  return (
    keyless?.outcome === 'failed' &&
    /HPE_INVALID|Parse Error/i.test(`${keyless.failure.code} ${keyless.failure.message}`) &&
    observe('setup')?.url.port === 443
  );
};

function alertCure(observe: Observe, cure: TlsAlert['cure']): Remedy {
  const { url, profile = null } = observe('setup') ?? {};
  const host = url?.hostname ?? '';
  const hasProfile = profile !== null && profile !== 'env';
  switch (cure) {
    case 'version':
      return remedy('Have the server speak TLS 1.2 or 1.3.', [again(observe)]);
    case 'certificate':
      return remedy('Give certificate and key.', [
        `${again(observe)} --client-cert CERT.pem --client-key KEY.pem`,
        ...(hasProfile
          ? [`msg profiles set ${shellQuote(profile)} client-cert=CERT.pem client-key=KEY.pem`]
          : []),
      ]);
    case 'name':
      return remedy(
        `Correct the host in the base URL, or have the server serve ${host}.`,
        change(observe, 'base-url', 'https://HOST'),
      );
    case 'http1':
      return remedy('Have HTTP/1.1 switched on for this port, or put a proxy in front that speaks both.', [
        again(observe),
      ]);
    case 'server':
      return remedy('Look into the log of the server: it says why it breaks off.', [again(observe)]);
  }
}
