// Group E: who reads which credential, and what they say about it.
import { type Check, fail, info, nothing, pass, remedy, unknown, warn } from '../check.ts';
import { wireLine } from '../evidence.ts';
import type { Exchange, Look } from '../observations.ts';
import { isKeyThrough } from '../probes/conditions.ts';
import { again, change, forHops, owned, passHeaders, saveKey, setCommand, skipWaf } from '../remedies.ts';

const isThrough = (exchange: Exchange | undefined): boolean =>
  exchange?.outcome === 'answered' &&
  (exchange.reading.kind === 'validation' ||
    exchange.reading.kind === 'message' ||
    exchange.reading.kind === 'list');

const lines = (...exchanges: readonly (Exchange | undefined)[]): string[] =>
  exchanges.filter((one) => one !== undefined).map(wireLine);

const isSameAnswer = (a: Exchange | undefined, b: Exchange | undefined): boolean =>
  a?.outcome === 'answered' && b?.outcome === 'answered' && a.status === b.status && a.body === b.body;

/** Only a path that answers otherwise proves the one that was asked. */
const pathWords = (look: Look): string =>
  look('sibling') === undefined || isSameAnswer(look('sibling'), look('keyless'))
    ? 'other paths answer alike, so the path is not proven.'
    : 'path and protocol are fine.';

/** "x-api-key" or "Authorization: Bearer", for people. */
const headerOf = (scheme: string): string => (scheme === 'bearer' ? 'Authorization: Bearer' : 'x-api-key');
const variableOf = (scheme: string): string =>
  scheme === 'bearer' ? 'ANTHROPIC_AUTH_TOKEN' : 'ANTHROPIC_API_KEY';

export const authChecks: readonly Check[] = [
  {
    id: 'auth.scheme',
    group: 'auth',
    title: 'The key travels in the header this endpoint reads',
    why: 'Some endpoints read only x-api-key, some only Authorization: Bearer; the right key in the wrong header is a 401.',
    proof: 'The key in the one header is refused, in the other it is not.',
    cure: 'auth: bearer (ANTHROPIC_AUTH_TOKEN) or auth: x-api-key (ANTHROPIC_API_KEY).',
    needs: ['setup', 'keyed'],
    uses: ['otherScheme'],
    judge(look) {
      const [setup, keyed, other] = [look('setup'), look('keyed'), look('otherScheme')];
      if (setup?.auth === 'none') return pass('No key is sent.');
      if (keyed?.reading.kind !== 'unauthorized') {
        return pass(
          isThrough(other) && isThrough(keyed) ? 'Both headers are read.' : `${headerOf(setup?.auth ?? '')}.`,
        );
      }
      if (other === undefined) return unknown('The other header was not tried.');
      if (!isThrough(other)) return pass('');
      const good = setup?.auth === 'bearer' ? 'x-api-key' : 'bearer';
      const bad = setup?.auth ?? 'x-api-key';
      return fail(
        `${headerOf(bad)} is rejected, ${headerOf(good)} is accepted. Set auth=${good} (env: ${variableOf(good)}).`,
        {
          owner: 'you',
          evidence: lines(keyed, other),
          remedy: remedy(`Send the key as ${headerOf(good)}.`, change(look, 'auth', good)),
        },
      );
    },
  },
  {
    id: 'auth.precedence',
    group: 'auth',
    title: 'It is known which credential wins',
    why: 'When a client sends both headers, AISIX reads Authorization first, new-api and Auxot x-api-key first: a stale one in the winning place is a 401 with a good key.',
    proof: 'The key in one header and a made-up one in the other, both ways (--auth-matrix).',
    cure: 'Send one header only.',
    needs: ['goodThenBad', 'badThenGood'],
    judge(look) {
      const [good, bad] = [look('goodThenBad'), look('badThenGood')];
      const evidence = lines(good, bad);
      if (isThrough(good) && isThrough(bad))
        return info('Either header is enough, a wrong one beside it does not hurt.', { evidence });
      if (isThrough(good))
        return info(
          'x-api-key wins: a stale ANTHROPIC_AUTH_TOKEN does not hurt, a stale ANTHROPIC_API_KEY does.',
          { evidence },
        );
      if (isThrough(bad))
        return info(
          'Authorization wins: a stale ANTHROPIC_API_KEY does not hurt, a stale ANTHROPIC_AUTH_TOKEN does.',
          { evidence },
        );
      return info('Two different credentials are refused, whichever is good: send one only.', { evidence });
    },
  },
  {
    id: 'auth.missing_seen',
    group: 'auth',
    title: 'The key arrives',
    why: 'The gateway says "missing key" although one was sent: a proxy or redirect strips the header, or it reads another name.',
    proof: 'The words of the refusal, and the other header as a control.',
    cure: 'Let the header pass; or send the one that is read.',
    configuration: passHeaders,
    needs: ['keyed'],
    uses: ['otherScheme'],
    judge(look) {
      const keyed = owned('auth.missing_seen', look('keyed'));
      if (keyed === undefined) return pass('');
      if (isThrough(look('otherScheme'))) return pass('');
      const header = keyed.asked.keyHeader ?? 'the key';
      return fail(
        `The gateway says no key came, although ${header} was sent: a hop strips the header, or another name is read.`,
        {
          owner: 'proxy',
          confidence: 'likely',
          evidence: lines(keyed, look('otherScheme')),
          remedy: remedy(`Let ${header} pass at every hop.`, [again(look)], forHops(look, passHeaders)),
        },
      );
    },
  },
  {
    id: 'auth.path_prefix',
    group: 'auth',
    title: 'The key is judged by the host that was called',
    why: "A pass-through route (LiteLLM /anthropic) hands the caller's key to Anthropic; or the gateway's own provider key is bad. Either way the 401 is not about the caller key.",
    proof: 'A 401 with a request_id of Anthropic from another host, or one that quotes a provider.',
    cure: 'The route for virtual keys; a good provider key in the gateway.',
    needs: ['setup', 'keyed'],
    uses: ['count', 'message'],
    judge(look) {
      const [count, message] = [look('count'), look('message')];
      const late = isThrough(look('keyed'))
        ? [message, count].find((one) => one?.reading.kind === 'unauthorized')
        : undefined;
      const answer = owned('auth.path_prefix', look('keyed'), count, message) ?? late;
      if (answer === undefined) return pass('');
      const setup = look('setup');
      const host = setup?.url.host ?? '';
      const isPassThrough = /\/anthropic(\/|$)/.test(setup?.url.path ?? '');
      const id = answer.reading.requestId;
      const text = /^req_0[A-Za-z0-9]{16,}$/.test(id ?? '')
        ? `401 was issued by Anthropic (request_id ${id}) although you called ${host}: the gateway passed your key through or its own provider key is bad.`
        : `The gateway accepted the key, but its own key was refused further up: ${answer.reading.errorMessage ?? answer.reading.means}`;
      return fail(`${text}${isPassThrough ? ' LiteLLM: use the root route instead of /anthropic.' : ''}`, {
        owner: 'gateway',
        confidence: 'likely',
        evidence: lines(answer),
        remedy: remedy(
          isPassThrough
            ? 'Use the route that takes virtual keys.'
            : 'Have the provider key in the gateway renewed.',
          isPassThrough
            ? change(look, 'base-url', new URL(setup?.url.messagesUrl ?? 'http://localhost').origin)
            : [again(look)],
        ),
      });
    },
  },
  {
    id: 'auth.jwt',
    group: 'auth',
    title: 'The key is not taken for a login token',
    why: 'Gateways with single sign-on treat a value shaped like a JWT as a token of their identity provider, with no way back to API keys.',
    proof: 'Words about JWT, issuer or JWKS; the shape of the key.',
    cure: 'A key of the gateway; a reachable JWKS.',
    needs: ['setup', 'keyed'],
    judge(look) {
      const answer = owned('auth.jwt', look('keyed'));
      if (answer === undefined) return pass('');
      const isOutage = answer.outcome === 'answered' && answer.status >= 500;
      return fail(
        isOutage
          ? 'The gateway cannot reach its identity provider (JWKS), so no token can be checked.'
          : `The key is checked as a login token: "${answer.reading.errorMessage ?? ''}".`,
        {
          owner: isOutage ? 'gateway' : 'you',
          confidence: 'likely',
          evidence: lines(answer),
          remedy: isOutage
            ? remedy('Have the JWKS URL of the gateway checked.', [again(look)])
            : remedy('Use an API key of the gateway, or a fresh token.', saveKey(look)),
        },
      );
    },
  },
  {
    id: 'auth.not_initialised',
    group: 'auth',
    title: 'The gateway has a key configured',
    why: 'A local router without any key of its own answers 403 "key not initialized".',
    proof: 'The words of the refusal.',
    cure: 'Configure the gateway.',
    needs: ['keyed'],
    uses: ['keyless'],
    judge(look) {
      const answer = owned('auth.not_initialised', look('keyed'), look('keyless'));
      if (answer === undefined) return pass('');
      return fail(`The gateway itself has no key yet: "${answer.reading.errorMessage ?? ''}".`, {
        owner: 'gateway',
        evidence: lines(answer),
        remedy: remedy("Set the key in the gateway's own configuration and restart it.", [again(look)]),
      });
    },
  },
  {
    id: 'auth.open',
    group: 'auth',
    title: 'A made-up key is refused',
    why: 'An endpoint that takes any key lets everybody on the network spend what it costs.',
    proof: 'Counting tokens with a made-up key succeeds.',
    cure: 'Require a key, or listen on loopback only.',
    needs: ['setup', 'keyless'],
    uses: ['keyed', 'bogusKey', 'bogusCount'],
    judge(look) {
      const [setup, bogus, count] = [look('setup'), look('bogusKey'), look('bogusCount')];
      const isOpen = count?.outcome === 'answered' && count.status === 200;
      if (isOpen) {
        const text = 'A made-up key is accepted: the endpoint asks for a key but does not check it.';
        return setup?.url.isLoopback
          ? info(`${text} On this machine only, so that is usual.`, { evidence: lines(count) })
          : warn(text, {
              owner: 'gateway',
              evidence: lines(bogus, count),
              remedy: remedy('Have the gateway check keys, or bind it to 127.0.0.1.', [again(look)]),
            });
      }
      if (look('keyless')?.reading.kind === 'unauthorized' || bogus?.reading.kind === 'unauthorized')
        return pass('');
      if (setup?.auth === 'none') return nothing('no key is used');
      if (!isThrough(look('keyed'))) return nothing('the key did not get through');
      return unknown('No control could tell.');
    },
  },
  {
    id: 'auth.invalid',
    group: 'auth',
    title: 'The key is not refused',
    why: 'Mistyped, revoked, expired, disabled, or the key of another account.',
    proof: 'The refusal of the keyed request, where the keyless one shows that path and protocol are fine.',
    cure: 'A new key. Rotate any key that was ever shared or committed.',
    needs: ['setup', 'keyed'],
    uses: ['otherScheme', 'keyless', 'sibling'],
    // The catch-all of refused keys: anything that says why comes first.
    isGate: true,
    judge(look) {
      const [setup, keyed] = [look('setup'), look('keyed')];
      if (setup?.auth === 'none' || keyed?.outcome !== 'answered') return pass('');
      const { kind, errorMessage, check } = keyed.reading;
      if ((kind !== 'unauthorized' && kind !== 'forbidden') || check === 'model.forbidden') return pass('');
      const host = setup?.url.host ?? '';
      const source = setup?.keySource ?? 'the configuration';
      const docs =
        setup?.acceptedAuth != null && !setup.acceptedAuth.includes(setup.auth)
          ? ` The provider documents ${setup.acceptedAuth.join(' and ')}, not ${setup.auth}.`
          : '';
      const word = errorMessage ?? `status ${keyed.status}`;
      if (keyed.reading.shape === 'html')
        return fail(
          `${host} answers with a page (401 ${word}): a hop before the API refuses, or the API is not there.`,
          {
            owner: 'proxy',
            confidence: 'possible',
            evidence: lines(keyed),
            remedy: remedy('Find out which hop asks for a login: the page and its headers name it.', [
              again(look),
            ]),
          },
        );
      const isTelling = /disabled|suspend|banned|deactivated|expired|revoked/i.test(word);
      if (kind === 'forbidden' && !isTelling && isSameAnswer(keyed, look('keyless')))
        return fail(
          `${host} refuses every request with 403, with the key or without (${word}): a rule before the API, or this address.`,
          {
            owner: 'proxy',
            confidence: 'possible',
            evidence: lines(look('keyless'), keyed),
            remedy: remedy(
              'Ask the owner of the host who refuses it; the key was not looked at.',
              [again(look)],
              forHops(look, skipWaf),
            ),
          },
        );
      if (/\b(account|organi[sz]ation|user)\b.{0,30}\b(suspended|banned|deactivated|disabled)\b/i.test(word))
        return fail(`${host} knows the key and refuses its account (${word}).`, {
          owner: 'you',
          evidence: lines(keyed),
          remedy: remedy('Ask the provider why: another key of the same account will not help.', [
            again(look),
          ]),
        });
      const state = /disabled|suspend|banned|deactivated/i.test(word)
        ? 'disabled'
        : /expired/i.test(word)
          ? 'expired'
          : /revoked/i.test(word)
            ? 'revoked'
            : 'revoked, expired or mistyped';
      return fail(
        `${host} rejected the key (${word}); ${pathWords(look)} Key ${setup?.key?.shown ?? ''} from ${source}: ${state}. Rotate it if it was ever shared.${docs}`,
        {
          owner: 'you',
          confidence: keyed.reading.confidence,
          evidence: lines(keyed, look('otherScheme')),
          remedy: remedy('Create a new key at the provider and save it.', saveKey(look)),
        },
      );
    },
  },
  {
    id: 'auth.accepted',
    group: 'auth',
    title: 'The key is accepted',
    why: 'Everything else needs it.',
    proof: 'With the key, {} is refused for being empty; without it (or with a made-up one) for the key.',
    cure: 'See the check of this group that failed.',
    needs: ['setup', 'keyed'],
    uses: ['keyless', 'bogusKey', 'count', 'message'],
    isGate: true,
    judge(look) {
      const [keyless, keyed, bogus, setup] = [
        look('keyless'),
        look('keyed'),
        look('bogusKey'),
        look('setup'),
      ];
      const fix = remedy('Run the doctor again when the answer is clear.', [again(look)]);
      if (keyed?.outcome !== 'answered')
        return unknown('The keyed request got no answer.', { owner: 'network', remedy: fix });
      const { kind, means, owner } = keyed.reading;
      const evidence = lines(keyed);
      if (['rate', 'quota', 'overloaded', 'server-error', 'billing'].includes(kind) && !isKeyThrough(look))
        return unknown(means, { owner, evidence, remedy: fix });
      if (setup?.auth === 'none')
        return isThrough(keyed) ? pass('No key is needed.') : unknown(means, { evidence });
      if (!isKeyThrough(look)) {
        // Refusals are auth.invalid's and its neighbours'; what is left is an answer nobody knows.
        return kind === 'unauthorized' || kind === 'forbidden' || keyed.reading.check !== null
          ? unknown(means, { evidence })
          : fail(means, { owner, evidence, confidence: 'possible', remedy: fix });
      }
      const later = [look('count'), look('message')].find(
        (one) => one?.outcome === 'answered' && one.status === 200,
      );
      if (keyless?.reading.kind === 'unauthorized')
        return pass(
          `authenticated (401 without the key, ${keyed.status} with it), nothing generated`,
          lines(keyless, keyed),
        );
      if (bogus?.reading.kind === 'unauthorized')
        return pass('A made-up key is refused, this one is not.', lines(bogus, keyed));
      if (later !== undefined)
        return pass(
          `A real request succeeds with it; whether it is checked, ${bogus === undefined ? 'was not tried' : 'the control could not tell'}.`,
          lines(later),
        );
      return unknown('The body is judged before the key, so the empty request proves nothing about it.', {
        evidence: lines(keyed, bogus),
        remedy: remedy('A request with a model tells: name one.', [setCommand(look, 'model', 'MODEL')]),
        owner: 'you',
      });
    },
  },
];
