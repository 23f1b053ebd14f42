// Colours and glyphs for one stream. The one door to chalk.
import { Chalk, type ColorSupportLevel } from 'chalk';
import { asciiGlyphs, plainTheme, type Theme, unicodeGlyphs } from '../../text/theme.ts';

type ThemeOptions = {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly isTTY: boolean;
  readonly platform: string;
  /** `--color` / `--no-color`; undefined leaves it to the environment. */
  readonly color?: boolean | undefined;
};

export function createTheme(options: ThemeOptions): Theme {
  const colorLevel = colorLevelOf(options);
  const glyphs = knowsUnicode(options) ? unicodeGlyphs : asciiGlyphs;
  if (colorLevel === 0) return { ...plainTheme, glyphs };
  const chalk = new Chalk({ level: colorLevel });
  return {
    good: chalk.green,
    bad: chalk.red,
    warn: chalk.yellow,
    info: chalk.cyan,
    dim: chalk.dim,
    strong: chalk.bold,
    emphasis: chalk.italic,
    strike: chalk.strikethrough,
    title: chalk.bold.underline.cyan,
    heading: chalk.bold.cyan,
    link: chalk.blue.underline,
    code: chalk.yellow,
    quote: chalk.dim.italic,
    accent: chalk.magenta,
    glyphs,
    colorLevel,
    hasLinks: options.isTTY && knowsLinks(options.env),
  };
}

/** chalk's own detection ignores NO_COLOR (any non-empty value, no-color.org) and looks at argv: ours does neither. */
function colorLevelOf({ env, isTTY, platform, color }: ThemeOptions): ColorSupportLevel {
  if (color === false) return 0;
  const force = env['FORCE_COLOR'];
  const isForbidden = force === '0' || force === 'false';
  const isForced = color === true || (force !== undefined && !isForbidden);
  if (!isForced && (isForbidden || env['NO_COLOR'] || env['TERM'] === 'dumb' || !isTTY)) return 0;
  if (/truecolor|24bit/i.test(env['COLORTERM'] ?? '') || force === '3' || platform === 'win32') return 3;
  return /256/.test(env['TERM'] ?? '') || force === '2' ? 2 : 1;
}

function knowsUnicode({ env, platform }: ThemeOptions): boolean {
  if (platform === 'win32') return Boolean(env['WT_SESSION'] ?? env['TERM_PROGRAM'] ?? env['TERM']);
  if (env['TERM'] === 'linux') return false;
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || '';
  return locale === '' ? platform === 'darwin' || env['TERM'] !== undefined : /utf-?8/i.test(locale);
}

/** Terminals known to understand OSC 8. Others print the escape's text, so the default is no. */
function knowsLinks(env: ThemeOptions['env']): boolean {
  if (env['FORCE_HYPERLINK'] !== undefined) return env['FORCE_HYPERLINK'] !== '0';
  if (env['TMUX'] || /^(screen|dumb)/.test(env['TERM'] ?? '')) return false;
  return (
    Number(env['VTE_VERSION'] ?? 0) >= 5000 ||
    env['WT_SESSION'] !== undefined ||
    /kitty|ghostty|foot|alacritty/.test(env['TERM'] ?? '') ||
    /^(iTerm\.app|WezTerm|vscode|ghostty|Hyper|Tabby)$/.test(env['TERM_PROGRAM'] ?? '')
  );
}
