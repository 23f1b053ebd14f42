// `npm run screens`: pictures of msg in a terminal, for the documentation and for who changes how something looks.
// A real terminal, the built msg and a mock behind it; the screen that comes of it is written as SVG.
// Options: --out DIR (docs/screens), --msg FILE (bin/msg.js), --columns N and --theme NAME (repeatable; 80, dark),
// --png (beside the SVG, by Chromium), and names of scenes (all; scripts/screens/scenes.js).
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';
import { scenes } from './screens/scenes.js';
import { svgOf, themeNames } from './screens/svg.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    out: { type: 'string', default: join(root, 'docs/screens') },
    msg: { type: 'string', default: join(root, 'bin/msg.js') },
    columns: { type: 'string', multiple: true, default: ['80'] },
    theme: { type: 'string', multiple: true, default: ['dark'] },
    png: { type: 'boolean', default: false },
  },
});
const names = positionals.length > 0 ? positionals : Object.keys(scenes);
const unknown = names.find((name) => scenes[name] === undefined);
if (unknown !== undefined)
  throw new Error(`no scene ${unknown}; there are: ${Object.keys(scenes).join(', ')}`);
const strange = options.theme.find((name) => !themeNames.includes(name));
if (strange !== undefined) throw new Error(`no theme ${strange}; there are: ${themeNames.join(', ')}`);

const { startMock, streamReply } = await import(pathToFileURL(join(root, 'dist/mock.cjs')).href);
const longestWaitMs = 60_000;
const pace = { speed: 400, ttftMs: 50 };

/** Plays a scene in a terminal of so many columns, and gives that terminal. */
async function played({ argv, answers, steps, until }, columns) {
  const home = mkdtempSync(join(tmpdir(), 'msg-screens-'));
  const queue = [...answers];
  const mock = await startMock({
    // Chat asks for other things, too: the models, to say how full the context is.
    respond: ({ path }) =>
      path.endsWith('/v1/messages') ? streamReply(queue.shift() ?? '', {}, pace) : undefined,
  });
  const terminal = new xterm.Terminal({ cols: columns, rows: 60, scrollback: 1_000, allowProposedApi: true });
  const pty = spawn(process.execPath, [options.msg, ...argv], {
    cols: columns,
    rows: 60,
    name: 'xterm-256color',
    env: {
      PATH: process.env.PATH,
      HOME: home,
      LANG: 'C.UTF-8',
      COLORTERM: 'truecolor',
      ...(argv.includes('--base-url') ? {} : { MSG_BASE_URL: mock.url }),
      MSG_AUTH: 'none',
      MSG_MODEL: 'claude-sonnet-5',
    },
  });
  try {
    let look = () => {};
    pty.onData((data) => terminal.write(data, () => look()));
    const seen = (what) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(
          () => reject(new Error(`never seen: ${what}\n${textOf(terminal)}`)),
          longestWaitMs,
        );
        look = () => {
          const text = textOf(terminal);
          if (
            !(typeof what === 'string'
              ? text.replace(/\s/g, '').includes(what.replace(/\s/g, ''))
              : what.test(text))
          )
            return;
          look = () => {};
          clearTimeout(timer);
          resolve();
        };
        look();
      });
    for (const step of steps) {
      await seen(step.until);
      pty.write(step.type);
    }
    await seen(until);
    if (argv[0] === 'chat') await seen(/▸\s*$/);
    return terminal;
  } finally {
    pty.kill('SIGKILL');
    await mock.close();
    rmSync(home, { recursive: true, force: true });
  }
}

function textOf(terminal) {
  const { active } = terminal.buffer;
  const rows = Array.from(
    { length: active.length },
    (_, row) => active.getLine(row)?.translateToString(true) ?? '',
  );
  return rows.join('\n').trimEnd();
}

mkdirSync(options.out, { recursive: true });
const written = [];
for (const name of names) {
  for (const columns of options.columns) {
    const terminal = await played(scenes[name], Number(columns));
    for (const theme of options.theme) {
      const path = join(options.out, `${name}-${columns}-${theme}.svg`);
      writeFileSync(path, svgOf(terminal, theme));
      written.push(path);
    }
    terminal.dispose();
  }
}
if (options.png) await writePng(written);
process.stdout.write(`${written.join('\n')}\n`);

/** Chromium as Debian has it, as the tests of pages use it. */
async function writePng(paths) {
  const { chromium } = await import('playwright-core');
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  });
  try {
    const page = await browser.newPage();
    for (const path of paths) {
      await page.goto(pathToFileURL(path).href);
      await page.locator('svg').screenshot({ path: path.replace(/\.svg$/, '.png') });
    }
  } finally {
    await browser.close();
  }
}
