// Puts the pieces esbuild made into files. It cuts wherever two entries share code, so that one command would
// open 20 small files at 0.25 ms each; what always starts together becomes one file, and one scope.
import { build } from 'esbuild';

/**
 * @param outputs of esbuild's metafile
 * @param groups one for each file in the order they are loaded: source files of entries, and the extension. Each
 * takes what its leaders load at once.
 * @returns by the name of a piece, the file it goes to. What is in no group is stored compressed, at a third of its
 * size: most runs need few of these.
 */
export function filesOf(outputs, groups) {
  const pieces = new Map(Object.entries(outputs).map(([path, output]) => [nameOf(path), output]));
  const files = new Map();
  for (const { leaders, extension } of groups) {
    const waiting = leaders.map((leader) => {
      const [name] = [...pieces].find(([, { entryPoint }]) => entryPoint === leader) ?? [];
      if (name === undefined) throw new Error(`no piece begins at ${leader}`);
      return name;
    });
    const file = `${waiting[0]}.${extension}`;
    for (const piece of waiting) {
      if (files.has(piece)) continue;
      files.set(piece, file);
      for (const { path, kind, external } of pieces.get(piece).imports)
        if (!external && kind === 'import-statement') waiting.push(nameOf(path));
    }
  }
  for (const piece of pieces.keys()) if (!files.has(piece)) files.set(piece, `${piece}.cjs.br`);
  return files;
}

/**
 * One file as CommonJS. A file of several pieces exports them as `pieces`, functions by name: a piece runs when it
 * is first asked for. Other files ask for it by `idOf`.
 * @param texts by name of a piece, its code as an ES module: of all pieces, whatever file they go to
 */
export async function codeOf(file, texts, files, options) {
  const own = [...texts.keys()].filter((name) => files.get(name) === file);
  const result = await build({
    ...options,
    stdin: { contents: own.length === 1 ? texts.get(own[0]) : entryOf(own) },
    bundle: true,
    format: 'cjs',
    write: false,
    plugins: [linksOf(file, texts, files)],
  });
  return withoutImport(result.outputFiles[0].text);
}

const entryOf = (own) =>
  `export const pieces={${own.map((name) => `"${name}":()=>require("./${name}.js")`).join()}};`;

/** How bin/load.js is asked for a piece: by its file, and by its name where the file has several. */
export function idOf(name, files) {
  const file = files.get(name);
  return [...files.values()].filter((one) => one === file).length === 1 ? file : `${file}#${name}`;
}

/** Pieces of this file become one with it; all else stays outside. */
const linksOf = (file, texts, files) => ({
  name: 'pieces',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /.*/ }, ({ path }) => {
      const home = path.startsWith('./') ? files.get(nameOf(path)) : undefined;
      if (home === undefined) return { path, external: true };
      if (home === file) return { path: nameOf(path), namespace: 'piece' };
      return { path: `./${idOf(nameOf(path), files)}`, external: true };
    });
    onLoad({ filter: /.*/, namespace: 'piece' }, ({ path }) => ({ contents: texts.get(path) }));
  },
});

/** `import()` would start Node's loader of ES modules; and code that comes out of a cache has none of its own. */
const withoutImport = (code) =>
  code
    .replace(/\bimport\("((?:node:|\.\/)[^"]+)"\)/g, 'Promise.resolve().then(()=>require("$1"))')
    .replace(/(?<![\w$.])import\(/g, 'module.import(');

const nameOf = (path) => /([^\\/]+)\.js$/.exec(path)[1];
