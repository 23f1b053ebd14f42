// The variables that point other programs (Claude Code, the official SDKs) at an endpoint. Pure; the key is handed in.
import { baseForms, type Endpoint } from '../messages/endpoint.ts';
import type { Settings } from './settings.ts';

/** Names and values; null means: make sure it is not set. */
export type Variables = Readonly<Record<string, string | null>>;

/** Whose base URL: that of the Vercel AI SDK has /v1 in it. */
export const sdks = ['anthropic', 'vercel'] as const;
export type Sdk = (typeof sdks)[number];

/** All of them cleared. */
export const noVariables: Variables = {
  ANTHROPIC_BASE_URL: null,
  ANTHROPIC_API_KEY: null,
  ANTHROPIC_AUTH_TOKEN: null,
  ANTHROPIC_MODEL: null,
  ANTHROPIC_CUSTOM_HEADERS: null,
  ANTHROPIC_BETAS: null,
};

/** The variables for an endpoint; the credential that it does not use is cleared, so that no conflict remains. */
export function programVariables(
  endpoint: Endpoint,
  {
    key = null,
    sdk,
    settings,
  }: { readonly key?: string | null | undefined; readonly sdk: Sdk; readonly settings: Settings },
): Variables {
  const { auth, betas, messagesUrl } = endpoint;
  const headers = Object.entries(endpoint.headers).map(([name, value]) => `${name}: ${value}`);
  const forms = baseForms((messagesUrl && settings.baseUrl?.value) ?? endpoint.baseUrl);
  return {
    ...noVariables,
    ANTHROPIC_BASE_URL: sdk === 'vercel' ? forms.vercel : forms.sdk,
    ANTHROPIC_API_KEY: auth === 'bearer' ? null : key,
    // Claude Code and the SDKs refuse to start without a credential, even where none is needed.
    ANTHROPIC_AUTH_TOKEN: auth === 'none' ? 'none' : auth === 'bearer' ? key : null,
    ANTHROPIC_MODEL: settings.model?.value ?? null,
    ANTHROPIC_CUSTOM_HEADERS: headers.length === 0 ? null : headers.join('\n'),
    ANTHROPIC_BETAS: betas.length === 0 ? null : betas.join(','),
  };
}

/** An environment with these variables in it; null takes one out. */
export const withVariablesSet = (
  env: Readonly<Record<string, string | undefined>>,
  variables: Variables,
): Record<string, string | undefined> => ({
  ...env,
  ...Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, value ?? undefined])),
});
