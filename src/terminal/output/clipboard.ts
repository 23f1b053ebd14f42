// Puts text on the clipboard of the person at the terminal: a native tool, OSC 52 over SSH, else a file.
import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makePath } from '../../profiles/make-path.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export type ClipboardOptions = {
  readonly env: Environment;
  readonly platform: string;
  /** Writes to the terminal; undefined when there is none. */
  readonly writeToTerminal?: ((text: string) => void) | undefined;
  /** Where the text goes when no clipboard can be reached. */
  readonly fallbackPath: string;
};

/** Where the text went. OSC 52 gives no answer: the terminal may have ignored it. */
type CopyResult =
  | { readonly kind: 'copied'; readonly tool: string }
  | { readonly kind: 'sent-to-terminal' }
  | { readonly kind: 'saved'; readonly path: string };

type Tool = { readonly argv: readonly [string, ...string[]]; readonly encoding?: 'utf16le' };

/** Terminals cut or ignore longer OSC 52 sequences (xterm: 100 kB of base64). */
const longestOsc52 = 100_000;

/** Copies a text. Throws only when even the file cannot be written. */
export async function copyText(
  text: string,
  { env, platform, writeToTerminal, fallbackPath }: ClipboardOptions,
): Promise<CopyResult> {
  const isRemote = Boolean(env['SSH_CONNECTION'] || env['SSH_TTY']);
  // Over SSH a native tool would fill the clipboard of the other machine.
  for (const tool of isRemote ? [] : toolsOf(env, platform))
    if (await pipeInto(tool, text)) return { kind: 'copied', tool: tool.argv[0] };
  const encoded = Buffer.from(text, 'utf8').toString('base64');
  if (isRemote && writeToTerminal !== undefined && encoded.length <= longestOsc52) {
    writeToTerminal(`\x1b]52;c;${encoded}\x07`);
    return { kind: 'sent-to-terminal' };
  }
  makePath(dirname(fallbackPath));
  await writeFile(fallbackPath, text, { mode: 0o600 });
  return { kind: 'saved', path: fallbackPath };
}

function toolsOf(env: Environment, platform: string): readonly Tool[] {
  // clip.exe reads the console's code page unless the text is UTF-16 with its mark.
  const clip: Tool = { argv: ['clip.exe'], encoding: 'utf16le' };
  if (platform === 'darwin') return [{ argv: ['pbcopy'] }];
  if (platform === 'win32') return [clip];
  return [
    ...(env['WAYLAND_DISPLAY'] ? [{ argv: ['wl-copy'] } satisfies Tool] : []),
    ...(env['DISPLAY']
      ? ([
          { argv: ['xclip', '-selection', 'clipboard'] },
          { argv: ['xsel', '--clipboard', '--input'] },
        ] satisfies Tool[])
      : []),
    ...(env['WSL_DISTRO_NAME'] ? [clip] : []),
  ];
}

/** True when the tool took the text. A tool that is missing or fails leaves the turn to the next one. */
function pipeInto({ argv: [program, ...args], encoding }: Tool, text: string): Promise<boolean> {
  return new Promise((resolve) => {
    // xclip and wl-copy stay behind to serve the clipboard: their output must not hold us.
    const child = spawn(program, args, { stdio: ['pipe', 'ignore', 'ignore'] });
    child.on('error', () => resolve(false));
    child.on('exit', (code) => resolve(code === 0));
    child.stdin.on('error', () => {});
    child.stdin.end(encoding === 'utf16le' ? Buffer.from(`\ufeff${text}`, 'utf16le') : text);
  });
}
