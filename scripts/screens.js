// `npm run screens`: pictures of msg in a terminal, for the documentation and for who changes how something looks.
// A real terminal, the built msg and a mock behind it; the screen that comes of it is written as SVG.
// Options: --out DIR (docs/screens), --msg FILE (bin/msg.js), --columns N and --theme NAME (repeatable; 80, dark),
// --png (beside the SVG, by Chromium), and names of scenes (all; scripts/screens/scenes.js).
// --pictures makes those of README (scripts/screens/pictures.js; names are of these then) in docs/pictures, and --check
// fails where one of them no longer is what msg shows.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { inBrowser } from './screens/chromium.js';
import { differences, writePictures } from './screens/drawing.js';
import { pictures } from './screens/pictures.js';
import { recordingOf, root, terminalOf } from './screens/recording.js';
import { scenes } from './screens/scenes.js';
import { svgOf, themeNames } from './screens/svg.js';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    out: { type: 'string' },
    msg: { type: 'string', default: join(root, 'bin/msg.js') },
    columns: { type: 'string', multiple: true, default: ['80'] },
    theme: { type: 'string', multiple: true, default: ['dark'] },
    png: { type: 'boolean', default: false },
    pictures: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
  },
});
const isOfReadme = options.pictures || options.check;
const out = options.out ?? join(root, isOfReadme ? 'docs/pictures' : 'docs/screens');
const known = Object.keys(isOfReadme ? pictures : scenes);
const names = positionals.length > 0 ? positionals : known;
const unknown = names.find((name) => !known.includes(name));
if (unknown !== undefined) throw new Error(`no scene ${unknown}; there are: ${known.join(', ')}`);
const strange = options.theme.find((name) => !themeNames.includes(name));
if (strange !== undefined) throw new Error(`no theme ${strange}; there are: ${themeNames.join(', ')}`);

if (options.check) {
  const found = await differences(names, out, options.msg);
  for (const difference of found) process.stderr.write(`${difference}\n\n`);
  if (found.length > 0) {
    process.stderr.write('As it should be? `npm run screens -- --pictures` makes them anew: look at them.\n');
    process.exitCode = 1;
  } else process.stdout.write(`${names.join(', ')}: as msg shows it\n`);
} else {
  const written = options.pictures ? await writePictures(names, out, options.msg) : await writeScenes();
  if (options.png) await writePng(written.filter((path) => path.endsWith('.svg')));
  process.stdout.write(`${written.join('\n')}\n`);
}

async function writeScenes() {
  mkdirSync(out, { recursive: true });
  const written = [];
  for (const name of names)
    for (const columns of options.columns.map(Number)) {
      const terminal = await terminalOf(await recordingOf(scenes[name], columns, options.msg), columns);
      for (const theme of options.theme) {
        const path = join(out, `${name}-${columns}-${theme}.svg`);
        writeFileSync(path, svgOf(terminal, theme, `msg ${scenes[name].argv.join(' ')}`));
        written.push(path);
      }
    }
  return written;
}

async function writePng(paths) {
  await inBrowser(async (browser) => {
    const page = await browser.newPage();
    for (const path of paths) {
      await page.goto(pathToFileURL(path).href);
      await page.locator('svg').screenshot({ path: path.replace(/\.svg$/, '.png') });
    }
  });
}
