// The base URL up to its path: is it a URL, and are scheme, host and port those of the API?

import { bareUrl } from '../../text/bare-url.ts';
import { bestCandidate } from '../engine/better-base.ts';
import { checksOf, degrade, fail, pass, remedy, warn } from '../engine/check.ts';
import { misplaced } from '../engine/empty-request.ts';
import { owned } from '../engine/exchange-facts.ts';
import type { Exchange } from '../engine/observations.ts';
import { asProxy, change, setCommand, setPort } from '../engine/remedy-commands.ts';
import { bothForms, hasPortOfOwn } from '../engine/url-facts.ts';
import { headerLines, wireLine, wireLines } from '../engine/wire-lines.ts';
import { judgeRedirect } from './redirect.ts';

/** The URL in a line that was copied whole, or one whose colon or slash was lost; without credentials. */
const urlInside = (text: string): string | undefined => {
  const address = /https?:\/\/[^\s<>"'`()[\]]+/i.exec(text)?.[0];
  const [, scheme, rest] = /^(https?):?\/{1,2}([^/:].*)$/i.exec(text.trim()) ?? [];
  const url = address ?? (rest === undefined ? undefined : `${scheme}://${rest}`);
  return url === undefined || url.includes('@') ? undefined : url;
};

/** The base a redirect to https leads to: its port may be another than the one that redirects. */
function secureBase(redirect: Exchange | undefined): string | undefined {
  const location = redirect?.outcome === 'answered' ? redirect.headers['location'] : undefined;
  const isRoute = location !== undefined && /^https:\/\/[^?#]*\/v1\/messages$/i.test(location);
  return isRoute ? bothForms(location).sdk : undefined;
}

export const urlOriginChecks = checksOf({ group: 'url', needs: ['setup', 'keyless'] }, [
  {
    id: 'url.syntax',
    group: 'config',
    title: 'The base URL is a URL',
    why: 'A missing scheme, quotes or a space end in ERR_INVALID_URL, or in a request to the wrong host.',
    proof: 'The text of the base URL.',
    cure: 'https://host or https://host/path',
    needs: ['setup'],
    judge(observe) {
      const url = observe('setup')?.url;
      const fix = remedy(
        'Write it as https://host or https://host/path.',
        change(observe, 'base-url', urlInside(url?.input ?? '') ?? 'https://HOST'),
      );
      if (url === undefined || url.problem !== null)
        return fail(url?.problem ?? 'There is no base URL.', { owner: 'you', remedy: fix });
      if (url.hasOuterSpaceOrQuotes)
        return warn(
          `The base URL has spaces or quotes around it; msg leaves them out, other clients do not.`,
          {
            owner: 'you',
            remedy: remedy('Save it without them.', [setCommand(observe, 'base-url', bareUrl(url.input))]),
          },
        );
      if (!url.hasScheme)
        return warn(
          `The base URL has no scheme; msg takes ${new URL(url.messagesUrl).protocol}//, other clients fail.`,
          {
            owner: 'you',
            remedy: remedy('Write the scheme.', [setCommand(observe, 'base-url', bothForms(url.input).sdk)]),
          },
        );
      return pass('');
    },
  },
  {
    id: 'url.scheme',
    title: 'The key does not travel in clear',
    why: 'http:// to a public host shows the key to everybody on the way; many hosts redirect to https, and a redirect turns POST into GET.',
    proof: 'The scheme of the URL, and a redirect to the same URL with https.',
    cure: 'https:// in the base URL. http is fine on this machine and in private networks.',
    judge(observe) {
      const url = observe('setup')?.url;
      const redirect = owned('url.scheme', observe('keyless'));
      const fixed = secureBase(redirect) ?? (url?.input ?? '').replace(/^http:/i, 'https:');
      const fix = remedy('Use https.', change(observe, 'base-url', fixed));
      if (redirect !== undefined)
        return fail(`${url?.messagesUrl} redirects to https; a POST would become a GET.`, {
          owner: 'you',
          evidence: [wireLine(redirect), ...headerLines(redirect, 'location')],
          remedy: fix,
        });
      if (url?.isHttps === false && !url.isPrivate)
        return degrade('Plain http to a public host: the key can be read on the way.', {
          owner: 'you',
          remedy: fix,
        });
      return pass('');
    },
  },
  {
    id: 'url.redirect',
    title: 'The URL does not redirect',
    why: '301 and 302 turn POST into GET; across hosts Bearer is dropped and x-api-key is sent along: the key would leak.',
    proof: 'Status 3xx of the keyless request; redirects are never followed.',
    cure: 'The final origin in the profile, if you trust it.',
    judge(observe) {
      const answer = owned('url.redirect', observe('keyless'));
      return answer?.outcome === 'answered' ? judgeRedirect(observe, answer) : pass('');
    },
  },
  {
    id: 'url.port',
    title: 'The port is that of the API',
    why: 'The port of a web interface, of a forward proxy or of another protocol answers with pages or noise.',
    proof: 'What answers on the port.',
    cure: 'The API port of the gateway.',
    uses: ['keyed', 'candidates'],
    judge(observe) {
      const [setup, keyless] = [observe('setup'), observe('keyless')];
      const isProxied = observe('network')?.tunnel != null || setup?.proxy?.isUsed === true;
      const isAsked = setup?.proxy?.isUsed === true && !setup.url.isLoopback;
      const answer =
        (isAsked ? undefined : owned('url.port', keyless)) ??
        (isProxied ? undefined : owned('env.proxy_auth', keyless));
      const isUi =
        setup !== undefined &&
        hasPortOfOwn(setup.url) &&
        misplaced(observe)?.reading.kind === 'web-page' &&
        bestCandidate(observe) === undefined;
      if (answer === undefined && !isUi) return pass('');
      const witness = answer ?? keyless;
      const isProxy = !isUi && witness?.outcome === 'answered';
      const what = isProxy
        ? `a forward proxy${witness.reading.server ? ` (${witness.reading.server})` : ''}`
        : isUi
          ? 'a web interface'
          : 'no HTTP server';
      const paths = (observe('candidates') ?? []).map(({ messagesUrl }) => new URL(messagesUrl).pathname);
      const where =
        isUi && paths.length > 0
          ? `Nor is there one at ${paths.join(', ')}: it has another port, or a path of its own.`
          : 'Use the API port of the gateway.';
      return fail(`${setup?.url.host} is ${what}, not the API. ${where}`, {
        owner: 'you',
        confidence: isUi ? 'likely' : 'certain',
        evidence: wireLines(witness),
        remedy: isProxy
          ? remedy('Set it as proxy, not as base URL.', asProxy(observe))
          : remedy(
              isUi
                ? 'Look up port and path of the API: the web interface of a gateway often names them.'
                : 'Correct the port.',
              setPort(observe),
            ),
      });
    },
  },
]);
