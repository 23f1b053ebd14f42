// The TLS handshake: does the port speak TLS, and with this client?
import { checksOf, fail, pass, remedy } from '../engine/check.ts';
import { owned } from '../engine/exchange-facts.ts';
import type { Observe } from '../engine/observations.ts';
import { again, change, setCommand } from '../engine/remedy-commands.ts';
import { wireLine } from '../engine/wire-lines.ts';

/** A request got through with certificates checked: whatever the handshake looked like, it is trusted. */
export const getsThrough = (observe: Observe): boolean =>
  observe('setup')?.isTlsCheckOff === false && observe('keyless')?.outcome === 'answered';

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
        (/WRONG_VERSION|PACKET_LENGTH|ERR_SSL_PACKET/.test(handshake?.code ?? '') ||
          owned('tls.scheme_mismatch', keyless)?.outcome === 'failed');
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
      const isAlert = /CERTIFICATE_REQUIRED|HANDSHAKE_FAILURE|PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL/.test(
        handshake?.code ?? '',
      );
      if (!isAlert && answer === undefined) return pass(observe('network')?.tls?.protocol ?? '');
      const isVersion = /PROTOCOL/.test(handshake?.code ?? '');
      return fail(
        isVersion
          ? 'The server speaks no TLS version in common with this client.'
          : 'The server wants a client certificate (mTLS).',
        {
          owner: isVersion ? 'gateway' : 'you',
          confidence:
            answer === undefined && !/CERTIFICATE_REQUIRED/.test(handshake?.code ?? '')
              ? 'likely'
              : 'certain',
          evidence: answer === undefined ? [handshake?.message ?? ''] : [wireLine(answer)],
          remedy: isVersion
            ? remedy('Have the server speak TLS 1.2 or 1.3.', [again(observe)])
            : remedy('Give certificate and key.', [
                `${again(observe)} --client-cert CERT.pem --client-key KEY.pem`,
                setCommand(observe, 'client-cert', 'CERT.pem'),
              ]),
        },
      );
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
