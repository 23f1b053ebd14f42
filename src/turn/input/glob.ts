// Patterns of paths: `*` and `?` within a name, `**` over directories, `[a-z]`, and in a glob `{one,two}`. Pure.
import { escapePattern } from '../../text/escape.ts';

/** Whether a path has a pattern in it. */
export const isGlob = (path: string): boolean => /[*?[{]/.test(path);

/** The directory in front of the first pattern, and the pattern behind it. */
export function splitGlob(path: string): { readonly directory: string; readonly pattern: string } {
  const segments = path.split('/');
  const at = segments.findIndex(isGlob);
  const directory = segments.slice(0, at).join('/');
  return {
    directory: directory === '' && path.startsWith('/') ? '/' : directory,
    pattern: segments.slice(at).join('/'),
  };
}

/** `fits` takes a path with slashes; `depth` is how many names one can have. */
type GlobMatcher = { readonly fits: (path: string) => boolean; readonly depth: number };

/** Which paths are those of a pattern. A name that begins with a dot has to be asked for with the dot. */
export function globMatcher(pattern: string): GlobMatcher {
  const patterns = withoutBraces(pattern);
  const expressions = patterns.map((one) => pathPattern(one, '(?!\\.)'));
  const depths = patterns.map((one) =>
    one.split('/').includes('**') ? Number.POSITIVE_INFINITY : one.split('/').length,
  );
  return { fits: (path) => expressions.some((one) => one.test(path)), depth: Math.max(...depths) };
}

/** `a{b,c}` is `ab` and `ac`; braces may stand in braces. */
function withoutBraces(pattern: string): string[] {
  const [whole, options] = /\{([^{}]*,[^{}]*)\}/.exec(pattern) ?? [];
  if (whole === undefined || options === undefined) return [pattern];
  // Inside out: what is left of outer braces is taken in the next round.
  return options.split(',').flatMap((option) => withoutBraces(pattern.replace(whole, () => option)));
}

/** A pattern without braces, for whole paths. `unlike`: what a pattern at the start of a name does not take. */
export function pathPattern(pattern: string, unlike = ''): RegExp {
  const anyName = `${unlike}[^/]+`;
  const segments = pattern.split('/');
  const source = segments.map((segment, index) => {
    const isLast = index === segments.length - 1;
    if (segment === '**') return isLast ? `(?:${anyName}/)*${anyName}` : `(?:${anyName}/)*`;
    return (/^[*?[]/.test(segment) ? unlike : '') + nameSource(segment) + (isLast ? '' : '/');
  });
  return new RegExp(`^${source.join('')}$`, 'su');
}

/** Stars, one character, a class of characters, an escaped one, and all others. */
const parts = /\*+|\?|\[[!^]?\]?(?:\\.|[^\]\\])*\]|\\.|[\s\S]/gu;

function nameSource(name: string): string {
  const sources = (name.match(parts) ?? []).map((part) => {
    if (part.startsWith('*')) return '[^/]*';
    if (part === '?') return '[^/]';
    if (part.length > 1 && part.startsWith('[')) return classSource(part);
    return escapePattern(part.length > 1 && part.startsWith('\\') ? part.slice(1) : part);
  });
  return sources.join('');
}

/** A range the wrong way round, which no file has, is taken for its characters. */
function classSource(part: string): string {
  const isNot = /^\[[!^]/.test(part);
  const inside = part.slice(isNot ? 2 : 1, -1).replace(/\\(.)/gsu, '$1');
  const source = `[${isNot ? '^/' : ''}${inside.replace(/[\\\][^&|~]/g, '\\$&')}]`;
  try {
    new RegExp(source, 'u');
    return source;
  } catch {
    return escapePattern(part);
  }
}
