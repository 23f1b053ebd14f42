// Puts the pieces esbuild made into files. It cuts wherever two entries share code, so that one command would
// open 20 small files at 0.25 ms each; what always starts together becomes one file.

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
 * The text of one file. Pieces find each other by `piece(name)`, in this file or in another.
 * @param codes by name of the piece, its CommonJS code
 */
export function textOf(file, codes, files) {
  const linked = [...codes].map(([name, code]) => [name, linkedCode(code, file, files)]);
  if (codes.size === 1) return linked[0][1];
  // The parentheses make V8 compile the function at once instead of looking it over first.
  const table = linked.map(([name, code]) => `"${name}":(function(module,exports){${code}})`).join(',\n');
  return `"use strict";const pieces={${table}},loaded={};
function piece(name){let one=loaded[name];if(one===undefined){one=loaded[name]={exports:{},import:module.import};pieces[name](one,one.exports)}return one.exports}
${files.get('msg') === file ? 'module.exports=piece("msg");' : ''}module.exports.piece=piece;\n`;
}

/** `import()` of a file would start Node's loader of ES modules: pieces are loaded with `require` alone. */
function linkedCode(code, file, files) {
  const link = (name) => {
    const home = files.get(name);
    if (!isGroup(home, files)) return `require("./${home}")`;
    return home === file ? `piece("${name}")` : `require("./${home}").piece("${name}")`;
  };
  return (
    code
      .replace(/\bimport\("(node:[^"]+)"\)/g, 'Promise.resolve().then(()=>require("$1"))')
      .replace(/\bimport\("\.\/([^"]+)\.js"\)/g, (_, name) => `Promise.resolve().then(()=>${link(name)})`)
      // What is left are packages; code that comes out of a cache has no import() of its own: see bin/load.js.
      .replace(/(?<![\w$.])import\(/g, 'module.import(')
      .replace(/\brequire\("\.\/([^"]+)\.js"\)/g, (_, name) => link(name))
  );
}

const isGroup = (file, files) => [...files.values()].filter((one) => one === file).length > 1;

export const nameOf = (path) => /([^\\/]+)\.js$/.exec(path)[1];
