// What a key's text gives away without sending it: vendor, stray characters, placeholders. Pure.
import { maskKey } from '../../messages/secret.ts';
import { characterName, codePointLabel } from '../../text/character-names.ts';

export type KeyDefect = {
  readonly kind: 'space' | 'line-break' | 'invisible' | 'non-ascii' | 'quote';
  /** e.g. "U+00A0 no-break space". */
  readonly character: string;
  /** 1-based position. */
  readonly position: number;
  /** At the start or the end, where trimming removes it. */
  readonly isOuter: boolean;
};

type KeyVendor = { readonly name: string; readonly prefix: string; readonly hosts: RegExp };

export type KeyFacts = {
  /** Masked. */
  readonly shown: string;
  readonly length: number;
  readonly vendor: KeyVendor | null;
  readonly isOauth: boolean;
  readonly isAdmin: boolean;
  readonly isJwt: boolean;
  readonly placeholder: string | null;
  /** What was copied along in front of the key: scheme, header name, or the variable. */
  readonly scheme: string | null;
  readonly defects: readonly KeyDefect[];
};

const vendors: readonly KeyVendor[] = [
  { name: 'Anthropic', prefix: 'sk-ant-', hosts: /(^|\.)(anthropic\.com|claude\.com|api\.aws|azure\.com)$/ },
  { name: 'OpenRouter', prefix: 'sk-or-', hosts: /(^|\.)openrouter\.ai$/ },
  { name: 'LLM API (llmapi.pro)', prefix: 'sk-llmapi-', hosts: /(^|\.)llmapi\.pro$/ },
  { name: 'OpenAI', prefix: 'sk-proj-', hosts: /(^|\.)openai\.com$/ },
  { name: 'Google', prefix: 'AIza', hosts: /(^|\.)(googleapis|google)\.com$/ },
  { name: 'Groq', prefix: 'gsk_', hosts: /(^|\.)groq\.com$/ },
  { name: 'xAI', prefix: 'xai-', hosts: /(^|\.)x\.ai$/ },
  { name: 'Hugging Face', prefix: 'hf_', hosts: /(^|\.)huggingface\.co$/ },
];

/** What the words of a refusal say of a key. */
const keyStates: readonly (readonly [RegExp, string])[] = [
  [/disabled|suspend|banned|deactivated|禁用|停用|封禁/i, 'disabled'],
  [/expired|过期/i, 'expired'],
  [/revoked|吊销|撤销/i, 'revoked'],
];

/** The state of a key that a refusal names, or undefined. */
export const keyState = (words: string): string | undefined =>
  keyStates.find(([pattern]) => pattern.test(words))?.[1];

/** Vendors whose keys are used on hosts of their customers: no host can contradict them. */
const selfHosted: readonly KeyVendor[] = [
  { name: 'Auxot (personal)', prefix: 'user.', hosts: /./ },
  { name: 'Auxot (team)', prefix: 'team.', hosts: /./ },
  { name: 'Auxot router', prefix: 'rtr_', hosts: /./ },
];

const placeholders =
  /^(your[-_ ].*|.*[-_]?your[-_ ]?(api[-_ ]?)?key.*|<.*>|\$\{?[A-Za-z_][A-Za-z0-9_]*\}?|%[A-Za-z_]+%|\{\{.*\}\}|(sk-)?([a-z-]*-)?x{4,}|(sk-)?\*{3,}|test|key|api[-_]?key|changeme|change-me|none|null|undefined|dummy|placeholder|todo|\.\.\.|…)$/i;

/** Looks at a key. Nothing of its value but the mask is in the result. */
export function keyFacts(value: string): KeyFacts {
  const text = value.trim().replace(/^["'`]|["'`]$/g, '');
  const scheme =
    /^(bearer|basic|x-api-key:|authorization:(\s*bearer)?|api-key:|(export\s+)?[A-Z0-9_]*(KEY|TOKEN)=(?=.))\s*/i
      .exec(text)?.[0]
      ?.trim() ?? null;
  const bare = scheme === null ? text : text.slice(scheme.length).trim();
  return {
    shown: maskKey(bare),
    length: value.length,
    vendor: [...vendors, ...selfHosted].find(({ prefix }) => bare.startsWith(prefix)) ?? null,
    isOauth: /^sk-ant-oat/.test(bare),
    isAdmin: /^sk-ant-admin/.test(bare),
    isJwt: /^eyJ[A-Za-z0-9_-]+\./.test(bare),
    placeholder:
      bare === '' || placeholders.test(bare) ? (bare.length > 24 ? `${bare.slice(0, 24)}…` : bare) : null,
    scheme,
    defects: defectsOf(value),
  };
}

function defectsOf(value: string): KeyDefect[] {
  const start = value.length - value.trimStart().length;
  const end = value.trimEnd().length;
  const defects: KeyDefect[] = [];
  for (let index = 0; index < value.length; index += 1) {
    const code = value.charCodeAt(index);
    const kind = kindOf(code, index === start || index === end - 1);
    if (kind === null) continue;
    defects.push({
      kind,
      character: `${codePointLabel(code)} ${characterName(code) ?? 'character outside ASCII'}`,
      position: index + 1,
      isOuter: index < start || index >= end || (kind === 'quote' && (index === start || index === end - 1)),
    });
  }
  return defects;
}

function kindOf(code: number, isEdge: boolean): KeyDefect['kind'] | null {
  if (code === 0x0a || code === 0x0d) return 'line-break';
  if (code === 0x20 || code === 0x09 || code === 0xa0 || code === 0x3000) return 'space';
  if (code === 0xfeff || (code >= 0x200b && code <= 0x200d) || code < 0x20) return 'invisible';
  if (isEdge && (code === 0x22 || code === 0x27 || code === 0x60)) return 'quote';
  return code > 0x7e ? 'non-ascii' : null;
}

/**
 * The defects that go out with the key. Keys from variables are trimmed as the SDKs do, so white space around
 * them stays here; quotes, and whatever stands inside or in a stored key, is sent.
 */
export const sentDefects = ({ defects }: KeyFacts, keySource: string | null): KeyDefect[] =>
  defects.filter(
    ({ isOuter, kind }) => kind === 'quote' || !isOuter || !/^[A-Z][A-Z0-9_]*$/.test(keySource ?? ''),
  );

/** Whether a key of this vendor has no business at this host. */
export const isForeignTo = (vendor: KeyVendor, hostname: string): boolean => !vendor.hosts.test(hostname);
