// Finding a preset: by id, with the nearest names when there is none, or by the host of a base URL.
// The data itself lies in presets/*.

import { configError } from '../errors.ts';
import { baseForms, originOf } from '../messages/endpoint.ts';
import { bareUrl } from '../text/bare-url.ts';
import { escapePattern } from '../text/escape.ts';
import { didYouMean } from '../text/nearest-names.ts';
import { gatewayPresets } from './presets/gateways.ts';
import { localPresets } from './presets/local.ts';
import type { Preset } from './presets/preset.ts';
import { seedPresets } from './presets/seeds.ts';
import { vendorPresets } from './presets/vendors.ts';

/** Every preset, in the order they are listed. */
export const presets: readonly Preset[] = [
  ...seedPresets,
  ...vendorPresets,
  ...gatewayPresets,
  ...localPresets,
];

/** The preset with this id (case does not matter). Throws `config` with the nearest ids. */
export function findPreset(id: string): Preset {
  const lowerId = id.toLowerCase();
  const match = presets.find((preset) => preset.id === lowerId);
  if (match !== undefined) return match;
  const meant = didYouMean(
    lowerId,
    presets.map((preset) => preset.id),
  );
  throw configError(`There is no preset "${id}".${meant}`, 'Next: msg profiles presets');
}

/**
 * The preset whose documents name this host (`URL.host`: with the port unless it is the scheme's own),
 * or undefined. Presets whose whole host is asked for (AISIX, Auxot, LiteLLM) and the demo never match.
 */
export function presetForHost(host: string): Preset | undefined {
  const hostname = host.toLowerCase();
  return presets.find((preset) =>
    [preset.baseUrl, ...(preset.otherBaseUrls ?? []).map((other) => other.baseUrl)].some((baseUrl) =>
      isHostOf(baseUrl, hostname),
    ),
  );
}

/** `https://{resource}.services.example/x` -> one label, then the rest of the host, literally. */
function isHostOf(baseUrl: string, host: string): boolean {
  const pattern = /^https?:\/\/([^/]+)/.exec(baseUrl)?.[1];
  if (pattern === undefined || pattern.endsWith(':0')) return false;
  if (!pattern.includes('{')) return pattern === host;
  const literals = pattern.split(/\{\w+\}/).map(escapePattern);
  return new RegExp(`^${literals.join('[^.]+')}$`).test(host);
}

/**
 * The preset whose documented key prefix this text has; the longest prefix wins. A hint, never a verdict:
 * gateways invent prefixes freely.
 */
export function presetForKeyPrefix(key: string): Preset | undefined {
  let best: { preset: Preset; length: number } | undefined;
  for (const preset of presets) {
    for (const prefix of preset.keyPrefixes) {
      if (key.startsWith(prefix) && prefix.length > (best?.length ?? 0)) {
        best = { preset, length: prefix.length };
      }
    }
  }
  return best?.preset;
}

/**
 * The base URL as the preset means it: where its template is `{origin}/path`, a bare origin (`https://host`) gets
 * that path. A URL with a path of its own is kept as it was given.
 */
export function filledBaseUrl(preset: Preset | undefined, baseUrl: string): string {
  const [, path] = /^\{origin\}(\/.+)$/.exec(preset?.baseUrl ?? '') ?? [];
  return path !== undefined && /^(?:[a-z]+:\/\/)?[^/?#]+\/*$/i.test(bareUrl(baseUrl))
    ? `${originOf(baseUrl)}${path}`
    : baseUrl;
}

/** The base URL of a preset that needs no answer to a question. */
export const fixedBaseUrl = (preset: Preset | undefined): string | undefined =>
  preset?.baseUrl.includes('{') ? undefined : preset?.baseUrl;

/** What of a profile says where it points. */
type Address = { readonly preset?: string; readonly baseUrl?: string; readonly messagesUrl?: string };

/** A profile with its base URL filled in, if it has one and its preset is known. */
export function withFilledBaseUrl<P extends Address>(profile: P): P {
  const preset = presets.find(({ id }) => id === profile.preset);
  return profile.baseUrl === undefined
    ? profile
    : { ...profile, baseUrl: filledBaseUrl(preset, profile.baseUrl) };
}

/** A sentence when the base URL of a profile has another path than the preset documents for that host. */
export function doubtAboutPath({ preset: id, baseUrl, messagesUrl }: Address): string | undefined {
  const preset = presets.find((one) => one.id === id);
  if (preset === undefined || baseUrl === undefined || messagesUrl !== undefined) return undefined;
  const base = baseForms(baseUrl).sdk;
  const { host, pathname } = new URL(base);
  const documented = [preset.baseUrl, ...(preset.otherBaseUrls ?? []).map((other) => other.baseUrl)]
    .filter((template) => template.startsWith('{origin}') || isHostOf(template, host))
    .map((template) => template.replace(/^(\{origin\}|https?:\/\/[^/]+)/, ''));
  // Behind a prefix of the user's own proxy it is the same path.
  const isDocumented = (path: string): boolean =>
    new RegExp(
      `${path
        .split(/\{\w+\}/)
        .map(escapePattern)
        .join('[^/]+')}$`,
    ).test(pathname.replace(/\/$/, ''));
  if (documented.length === 0 || documented.some(isDocumented)) return undefined;
  return `${preset.title} documents its endpoint under ${documented[0]}; ${base} was kept as it is.`;
}

/** Fills `{name}` in a preset's base URL. Throws `config` naming what is missing. */
export function fillBaseUrl(preset: Preset, answers: Readonly<Record<string, string>>): string {
  return preset.baseUrl.replace(/\{(\w+)\}/g, (_, name: string) => {
    const answer = answers[name]?.trim().replace(/\/+$/, '');
    if (answer !== undefined && answer !== '') return answer;
    const placeholder = preset.placeholders?.[name];
    throw configError(
      `The preset ${preset.id} needs your ${name}: ${placeholder?.question ?? name}.`,
      `Give the whole address: --base-url ${preset.baseUrl.replaceAll(`{${name}}`, placeholder?.example ?? name)}`,
    );
  });
}
