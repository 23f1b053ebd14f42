// What a kept answer cost: by the prices that its profile has now.
import { isMsgError } from '../../errors.ts';
import { originOf } from '../../messages/endpoint.ts';
import type { ConfigView } from '../../profiles/config-document.ts';
import { costOfUsage, type Money, type Pricing, pricingOf } from '../../profiles/prices.ts';
import { resolveSettings } from '../../profiles/resolve.ts';
import type { PaidAnswer } from './session-spending.ts';

/** Looks each profile up once. A profile that is gone, or leads to another host now, has no prices any more. */
export function priceFinder(config: ConfigView): (answer: PaidAnswer) => Money | undefined {
  const known = new Map<string, Pricing>();
  const pricingOfProfile = (profile: string): Pricing => {
    try {
      return pricingOf(resolveSettings({ flags: { profile }, env: {}, config }));
    } catch (error) {
      if (isMsgError(error)) return {};
      throw error;
    }
  };
  return ({ profile, model, endpoint, usage }) => {
    if (profile !== undefined && !known.has(profile)) known.set(profile, pricingOfProfile(profile));
    const own = known.get(profile ?? '') ?? {};
    // The built-in demo listens on another port each time, and has no address of its own.
    const isThere = own.address === undefined || originOf(own.address) === endpoint;
    return costOfUsage({ ...(isThere ? own : {}), address: endpoint }, model, usage);
  };
}
