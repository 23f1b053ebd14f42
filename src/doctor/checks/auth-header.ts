// The header of the key: which one is read, which one wins, and does it arrive?
import { checksOf, fail, info, pass, remedy, unknown } from '../engine/check.ts';
import {
  isKeyRefusal,
  isThrough,
  lateRefusal,
  otherSchemeOf,
  owned,
  refusalOfBoth,
} from '../engine/exchange-facts.ts';
import { again, askWithModel, change } from '../engine/remedy-commands.ts';
import { forHops, passHeaders } from '../engine/remedy-snippets.ts';
import { wireLines } from '../engine/wire-lines.ts';
import { isOk } from '../reading/answer-rows/row.ts';

/** How a scheme sends the key, for people. */
const headerOf = (scheme: string): string =>
  scheme === 'bearer' ? 'Authorization: Bearer' : scheme === 'both' ? 'The key in both headers' : 'x-api-key';
const variableOf = (scheme: string): string =>
  scheme === 'bearer' ? 'ANTHROPIC_AUTH_TOKEN' : 'ANTHROPIC_API_KEY';

export const authHeaderChecks = checksOf({ group: 'auth', needs: ['setup', 'keyed'] }, [
  {
    id: 'auth.scheme',
    title: 'The key travels in the header this endpoint reads',
    why: 'Some endpoints read only x-api-key, some only Authorization: Bearer; the right key in the wrong header is a 401.',
    proof: 'The key in the one header is refused, in the other it is not.',
    cure: 'auth: bearer (ANTHROPIC_AUTH_TOKEN) or auth: x-api-key (ANTHROPIC_API_KEY).',
    uses: ['message', 'otherScheme', 'count', 'models'],
    judge(observe) {
      const [setup, keyed, other] = [observe('setup'), observe('keyed'), observe('otherScheme')];
      if (setup?.auth === 'none') return pass('No key is sent.');
      const ofBoth = setup?.auth === 'both' && isThrough(other) ? refusalOfBoth(observe) : undefined;
      const refused = isKeyRefusal(keyed) ? keyed : (lateRefusal(observe) ?? ofBoth);
      if (refused === undefined) {
        const isProven = [observe('message'), observe('count'), observe('models')].some(
          (one) => one?.outcome === 'answered' && isOk(one),
        );
        // A refusal of two credentials may have the status and the words of one of the body.
        if (setup?.auth === 'both' && !isProven && !isThrough(other))
          return unknown(
            'The key is sent in both headers; whether two at once are taken was not verified: nothing that was asked with them succeeded.',
            { owner: 'you', evidence: wireLines(keyed, observe('count')), remedy: askWithModel(observe) },
          );
        return pass(
          isThrough(other) && isThrough(keyed) ? 'Both headers are read.' : `${headerOf(setup?.auth ?? '')}.`,
        );
      }
      if (other === undefined) return unknown('The other header was not tried.');
      if (!isThrough(other)) return pass('');
      const bad = setup?.auth ?? 'x-api-key';
      const good = otherSchemeOf(bad, other);
      return fail(
        `${headerOf(bad)} is rejected, ${headerOf(good)}${bad === 'both' ? ' alone' : ''} is accepted. Set auth=${good} (env: ${variableOf(good)}).`,
        {
          owner: 'you',
          evidence: wireLines(refused, other),
          remedy: remedy(`Send the key as ${headerOf(good)}.`, change(observe, 'auth', good)),
        },
      );
    },
  },
  {
    id: 'auth.precedence',
    title: 'It is known which credential wins',
    why: 'When a client sends both headers, AISIX reads Authorization first, new-api and Auxot x-api-key first: a stale one in the winning place is a 401 with a good key.',
    proof: 'The key in one header and a made-up one in the other, both ways (--auth-matrix).',
    cure: 'Send one header only.',
    needs: ['goodThenBad', 'badThenGood'],
    judge(observe) {
      const [good, bad] = [observe('goodThenBad'), observe('badThenGood')];
      const evidence = wireLines(good, bad);
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
    title: 'The key arrives',
    why: 'The gateway says "missing key" although one was sent: a proxy or redirect strips the header, or it reads another name.',
    proof: 'The words of the refusal, and the other header as a control.',
    cure: 'Let the header pass; or send the one that is read.',
    configuration: passHeaders,
    needs: ['keyed'],
    uses: ['otherScheme'],
    judge(observe) {
      const keyed = owned('auth.missing_seen', observe('keyed'), observe('message'));
      if (keyed === undefined) return pass('');
      if (isThrough(observe('otherScheme'))) return pass('');
      const header = keyed.asked.keyHeader ?? 'the key';
      return fail(
        `The gateway says no key came, although ${header} was sent: a hop strips the header, or another name is read.`,
        {
          owner: 'proxy',
          confidence: 'likely',
          evidence: wireLines(keyed, observe('otherScheme')),
          remedy: remedy(`Let ${header} pass at every hop.`, [again(observe)], forHops(observe, passHeaders)),
        },
      );
    },
  },
]);
