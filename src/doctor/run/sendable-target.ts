// Whether a target has all that a request to its model needs: what other checks would judge ends such a run before it begins.
import { configError, type MsgError } from '../../errors.ts';
import { endpointUrl, hostOf } from '../../messages/endpoint.ts';
import type { DoctorContext } from '../engine/probe.ts';

/** What is missing: a URL, a key or a model; undefined where nothing is. `hasModel`: the request brings its own. */
export function missingFrom(
  { setup, endpoint, model }: DoctorContext,
  hasModel: boolean,
): MsgError<'config'> | undefined {
  if (endpoint === null)
    return configError(`${JSON.stringify(setup.url.input)} is no URL.`, `Next: ${setup.command}`);
  if (endpoint.auth !== 'none' && endpoint.key === undefined)
    return configError(
      `There is no key for ${hostOf(endpointUrl(setup.url.input, 'messages'))} to make the request with.`,
      `Next: ${setup.command}`,
    );
  if (model === null && !hasModel)
    return configError('The request names no model, and none is configured.', 'Name one: -m MODEL');
  return undefined;
}

/**
 * A request of a client needs all that one of `send` needs.
 * @throws MsgError `config`
 */
export function refuseUnsendable(context: DoctorContext): void {
  const { request } = context.options;
  const missing = request === null ? undefined : missingFrom(context, 'model' in request.request.body);
  if (missing !== undefined) throw missing;
}
