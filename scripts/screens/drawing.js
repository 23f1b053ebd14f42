// The pictures of README and the site, made anew or compared with those that are kept.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withFigures } from './figures.js';
import { pictures } from './pictures.js';
import { recordingOf, terminalOf } from './recording.js';
import { svgOf, textOfSvg, themeNames } from './svg.js';
import { tapPage } from './tap-page.js';

const columns = 80;

/** What a picture is kept as: [name of the file, its content]. */
async function filesOf(name, msg) {
  const { scene, alt } = pictures[name];
  if (scene === undefined) return tapPage(msg);
  const recording = await unspoilt(scene, msg);
  const terminal = await terminalOf(withFigures(typed(scene.argv) + recording), columns);
  return themeNames.map((theme) => [`${name}-${theme}.svg`, svgOf(terminal, theme, alt)]);
}

const mostAttempts = 8;

/** A recording of a scene that shows what it is about: a busy machine can keep it from that, and says so. */
async function unspoilt(scene, msg) {
  for (let attempt = 1; attempt <= mostAttempts; attempt += 1) {
    const recording = await recordingOf(scene, columns, msg);
    if (!scene.spoilt?.test(recording)) return recording;
  }
  throw new Error(`msg ${scene.argv.join(' ')}: ${scene.spoilt} in each of ${mostAttempts} runs`);
}

/** The line of a shell that starts it. */
const typed = (argv) =>
  `\x1b[2m$\x1b[22m msg ${argv.map((word) => (/[^\w.-]/.test(word) ? `"${word}"` : word)).join(' ')}\r\n`;

/** Writes them, and returns their paths. */
export async function writePictures(names, folder, msg) {
  mkdirSync(folder, { recursive: true });
  const paths = [];
  for (const name of names)
    for (const [file, content] of await filesOf(name, msg)) {
      const path = join(folder, file);
      writeFileSync(path, content);
      paths.push(path);
    }
  return paths;
}

/** What no longer is as it is kept, one text a file. Of a page its text is compared: pixels depend on the browser. */
export async function differences(names, folder, msg) {
  const found = [];
  for (const name of names)
    for (const [file, content] of await filesOf(name, msg)) {
      const kept = readKept(join(folder, file));
      if (kept === undefined) found.push(`${file} is missing.`);
      else if (!file.endsWith('.png') && kept.toString() !== content)
        found.push(
          `${file} no longer is what msg shows:\n${differenceOf(...[kept.toString(), content].map(wordsOf))}`,
        );
    }
  return found;
}

const wordsOf = (content) => (content.startsWith('<svg') ? textOfSvg(content) : content);

function readKept(path) {
  try {
    return readFileSync(path);
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The lines between what both begin and end with. */
function differenceOf(kept, now) {
  if (kept === now) return '  the same text in other colours or places';
  const [before, after] = [kept.split('\n'), now.split('\n')];
  const shared = Math.min(before.length, after.length);
  let start = 0;
  while (start < shared && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < shared - start && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  const between = (lines, sign) => lines.slice(start, lines.length - end).map((line) => `${sign} ${line}`);
  return [
    ...before.slice(Math.max(0, start - 2), start).map((line) => `  ${line}`),
    ...between(before, '-'),
    ...between(after, '+'),
  ].join('\n');
}
