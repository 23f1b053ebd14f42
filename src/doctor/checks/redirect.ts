// Where a redirect leads: to the same route elsewhere, in circles, to a login, to a page.
import { type Finding, fail, remedy } from '../engine/check.ts';
import type { Answered, Observe } from '../engine/observations.ts';
import { again, change } from '../engine/remedy-commands.ts';
import { bothForms } from '../engine/url-facts.ts';
import { headerLines, wireLine } from '../engine/wire-lines.ts';

/** Where people sign in. */
const isLogin = /\b(log-?in|sign-?in|sso|saml2?|oauth2?|openid(-connect)?|authorize)\b/i;
const isCloudflareAccess = /\.cloudflareaccess\.com$/;

/** The finding about an answer that redirects. */
export function judgeRedirect(observe: Observe, answer: Answered): Finding {
  const url = observe('setup')?.url;
  const location = answer.headers['location'] ?? '';
  const target = URL.canParse(location, answer.asked.url) ? new URL(location, answer.asked.url) : null;
  const isOtherHost = target !== null && target.host !== url?.host;
  const consequence = isOtherHost
    ? `x-api-key would be sent to ${target.host}`
    : answer.status === 307 || answer.status === 308
      ? 'clients differ in following it'
      : 'a POST would become a GET';
  // A sign-in page is no base URL: only a redirect to the same route names one.
  const isRoute = target !== null && /\/v1\/messages$/.test(target.pathname);
  const base = isRoute ? bothForms(target.href).sdk : null;
  // A server that only wants its slash: no base URL ends in one.
  if (target !== null && !isOtherHost && target.pathname === `${url?.path}/`)
    return fail(
      `${answer.asked.url} redirects (${answer.status}) to the same with a slash at its end; ${consequence}.`,
      {
        owner: 'you',
        evidence: [wireLine(answer), ...headerLines(answer, 'location')],
        remedy: remedy(
          'Name the exact URL, or have the server take the one without the slash.',
          change(observe, 'messages-url', target.href),
        ),
      },
    );
  if (target?.href === answer.asked.url)
    return fail(
      `${answer.asked.url} redirects (${answer.status}) to itself: whoever follows goes in circles.`,
      {
        owner: 'gateway',
        evidence: [wireLine(answer), ...headerLines(answer, 'location', 'set-cookie')],
        remedy: remedy(
          'Have the rule that redirects taken off this path: it waits for a cookie, or takes https that a proxy has unwrapped for http.',
          [again(observe)],
        ),
      },
    );
  if (base === null && target !== null && isLogin.test(target.href))
    return fail(
      `${answer.asked.url} redirects (${answer.status}) to ${target.href}; ${consequence}. That is a login for people, in front of the API.`,
      {
        owner: 'proxy',
        confidence: 'likely',
        evidence: [wireLine(answer), ...headerLines(answer, 'location')],
        remedy: isCloudflareAccess.test(target.hostname)
          ? remedy(
              'Let the doctor in with a service token of Cloudflare Access, or have the path exempted.',
              [`${again(observe)} -H "CF-Access-Client-Id: VALUE" -H "CF-Access-Client-Secret: VALUE"`],
            )
          : remedy('Have the API path exempted from the login, or use the address that is for programs.', [
              again(observe),
            ]),
      },
    );
  return fail(
    `${answer.asked.url} redirects (${answer.status}) to ${target?.href ?? location}; ${consequence}.${base === null ? ' That is no route of an API.' : ` Set base to ${base} yourself if you trust it.`}`,
    {
      owner: 'you',
      evidence: [wireLine(answer), ...headerLines(answer, 'location')],
      remedy: remedy(
        base === null
          ? 'Look up the base URL of the API; this one leads to a page.'
          : isOtherHost
            ? 'Set the other host as base only if you trust it with the key.'
            : 'Set the target as base.',
        base === null ? [] : change(observe, 'base-url', base),
      ),
    },
  );
}
