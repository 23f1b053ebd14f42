// Opens an address in the browser of whoever sits here, by the opener of the system.
import { spawn } from 'node:child_process';

const openers: Readonly<Record<string, readonly string[]>> = {
  darwin: ['open'],
  // `start` takes its first quoted word for a title.
  win32: ['cmd', '/c', 'start', '""'],
};

/** Resolves with whether there was an opener; it lives on by itself. */
export function openBrowser(url: string, platform: string): Promise<boolean> {
  const [program = '', ...words] = openers[platform] ?? ['xdg-open'];
  const child = spawn(program, [...words, platform === 'win32' ? url.replaceAll('&', '^&') : url], {
    stdio: 'ignore',
    detached: true,
  });
  return new Promise((resolve) => {
    child.once('error', () => resolve(false));
    child.once('spawn', () => {
      child.unref();
      resolve(true);
    });
  });
}
