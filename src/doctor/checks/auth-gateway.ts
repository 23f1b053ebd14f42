// The gateway's own part in a refusal: its provider key, its login, its set-up, and whether it checks keys at all.
import { checksOf, fail, info, nothing, pass, remedy, unknown, warn } from '../engine/check.ts';
import { hasControl, isThrough, lateRefusal, owned, withModel } from '../engine/exchange-facts.ts';
import { again, change, saveKey } from '../engine/remedy-commands.ts';
import { wireLines } from '../engine/wire-lines.ts';
import { isOk } from '../reading/answer-rows/row.ts';
import { isAnthropicRequestId } from '../reading/request-ids.ts';

export const authGatewayChecks = checksOf({ group: 'auth', needs: ['setup', 'keyed'] }, [
  {
    id: 'auth.path_prefix',
    title: 'The key is judged by the host that was called',
    why: "A pass-through route (LiteLLM /anthropic) hands the caller's key to Anthropic; or the gateway's own provider key is bad. Either way the 401 is not about the caller key.",
    proof: 'A 401 with a request_id of Anthropic from another host, or one that quotes a provider.',
    cure: 'The route for virtual keys; a good provider key in the gateway.',
    uses: ['count', 'message', 'bogusKey'],
    judge(observe) {
      // Without a control the key may be wrong as well: the body may be read first.
      const late = hasControl(observe) ? lateRefusal(observe) : undefined;
      const answer = owned('auth.path_prefix', observe('keyed'), ...withModel(observe)) ?? late;
      if (answer === undefined) return pass('');
      const setup = observe('setup');
      const host = setup?.url.host ?? '';
      const isPassThrough = /\/anthropic(\/|$)/.test(setup?.url.path ?? '');
      const id = answer.reading.requestId;
      const text = isAnthropicRequestId(id)
        ? `401 was issued by Anthropic (request_id ${id}) although you called ${host}: the gateway passed your key through or its own provider key is bad.`
        : `The gateway ${setup?.auth === 'none' ? 'takes no' : 'accepted the'} key, but its own key was refused further up: ${answer.reading.errorMessage ?? answer.reading.means}`;
      return fail(`${text}${isPassThrough ? ' LiteLLM: use the root route instead of /anthropic.' : ''}`, {
        owner: 'gateway',
        confidence: 'likely',
        evidence: wireLines(answer),
        remedy: remedy(
          isPassThrough
            ? 'Use the route that takes virtual keys.'
            : 'Have the provider key in the gateway renewed.',
          isPassThrough
            ? change(observe, 'base-url', new URL(setup?.url.messagesUrl ?? 'http://localhost').origin)
            : [again(observe)],
        ),
      });
    },
  },
  {
    id: 'auth.jwt',
    title: 'The key is not taken for a login token',
    why: 'Gateways with single sign-on treat a value shaped like a JWT as a token of their identity provider, with no way back to API keys.',
    proof: 'Words about JWT, issuer or JWKS; the shape of the key.',
    cure: 'A key of the gateway; a reachable JWKS.',
    judge(observe) {
      const answer = owned('auth.jwt', observe('keyed'));
      if (answer === undefined) return pass('');
      const isOutage = answer.outcome === 'answered' && answer.status >= 500;
      return fail(
        isOutage
          ? 'The gateway cannot reach its identity provider (JWKS), so no token can be checked.'
          : `The key is checked as a login token: "${answer.reading.errorMessage ?? ''}".`,
        {
          owner: isOutage ? 'gateway' : 'you',
          confidence: 'likely',
          evidence: wireLines(answer),
          remedy: isOutage
            ? remedy('Have the JWKS URL of the gateway checked.', [again(observe)])
            : remedy('Use an API key of the gateway, or a fresh token.', saveKey(observe)),
        },
      );
    },
  },
  {
    id: 'auth.not_initialised',
    title: 'The gateway has a key configured',
    why: 'A local router without any key of its own answers 403 "key not initialized".',
    proof: 'The words of the refusal.',
    cure: 'Configure the gateway.',
    needs: ['keyed'],
    uses: ['keyless'],
    judge(observe) {
      const answer = owned('auth.not_initialised', observe('keyed'), observe('keyless'));
      if (answer === undefined) return pass('');
      return fail(`The gateway itself has no key yet: "${answer.reading.errorMessage ?? ''}".`, {
        owner: 'gateway',
        evidence: wireLines(answer),
        remedy: remedy("Set the key in the gateway's own configuration and restart it.", [again(observe)]),
      });
    },
  },
  {
    id: 'auth.open',
    title: 'A made-up key is refused',
    why: 'An endpoint that takes any key lets everybody on the network spend what it costs.',
    proof: 'Counting tokens with a made-up key succeeds.',
    cure: 'Require a key, or listen on loopback only.',
    needs: ['setup', 'keyless'],
    uses: ['keyed', 'bogusKey', 'bogusCount'],
    judge(observe) {
      const [setup, bogus, count] = [observe('setup'), observe('bogusKey'), observe('bogusCount')];
      const isOpen = count?.outcome === 'answered' && isOk(count);
      if (isOpen) {
        const text = 'A made-up key is accepted: the endpoint asks for a key but does not check it.';
        return setup?.url.isLoopback
          ? info(`${text} On this machine only, so that is usual.`, { evidence: wireLines(count) })
          : warn(text, {
              owner: 'gateway',
              evidence: wireLines(bogus, count),
              remedy: remedy('Have the gateway check keys, or bind it to 127.0.0.1.', [again(observe)]),
            });
      }
      if (observe('keyless')?.reading.kind === 'unauthorized' || bogus?.reading.kind === 'unauthorized')
        return pass('');
      if (setup?.auth === 'none') return nothing('no key is used');
      if (!isThrough(observe('keyed'))) return nothing('the key did not get through');
      return unknown('No control could tell.');
    },
  },
]);
