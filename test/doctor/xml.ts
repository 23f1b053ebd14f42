// A strict reader of the XML our reports use: elements, attributes, text, entities. Throws where it is not well-formed.

export type Element = {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Element[];
  readonly text: string;
};

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function decoded(raw: string): string {
  if (/[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/.test(raw)) throw new Error('a character XML cannot carry');
  if (/\p{Surrogate}/u.test(raw)) throw new Error('a lone surrogate');
  return raw.replace(/&([^;]*;?)/g, (_, reference: string) => {
    const name = reference.slice(0, -1);
    const code = /^#(\d+)$/.exec(name)?.[1];
    const value = code === undefined ? entities[name] : String.fromCodePoint(Number(code));
    if (value === undefined || !reference.endsWith(';')) throw new Error(`a bare &: &${reference}`);
    return value;
  });
}

export function parseXml(source: string): Element {
  const declaration = '<?xml version="1.0" encoding="UTF-8"?>';
  if (!source.startsWith(declaration)) throw new Error('no declaration');
  let rest = source.slice(declaration.length).trim();

  function element(): Element {
    const opening = /^<([\w-]+)((?:\s+[\w-]+="[^"<]*")*)\s*(\/?)>/.exec(rest);
    if (opening === null) throw new Error(`no element at ${JSON.stringify(rest.slice(0, 60))}`);
    const [all, name = '', pairs = '', empty] = opening;
    rest = rest.slice(all.length);
    const attributes: Record<string, string> = {};
    for (const [, key = '', value = ''] of pairs.matchAll(/([\w-]+)="([^"]*)"/g)) {
      if (key in attributes) throw new Error(`${key} twice`);
      attributes[key] = decoded(value);
    }
    const children: Element[] = [];
    let text = '';
    if (empty === '/') return { name, attributes, children, text };
    const closing = `</${name}>`;
    while (!rest.startsWith(closing)) {
      const [run = ''] = /^[^<]*/.exec(rest) ?? [];
      if (run.includes(']]>')) throw new Error('"]]>" in text');
      text += decoded(run);
      rest = rest.slice(run.length);
      if (rest === '') throw new Error(`${name} is not closed`);
      if (!rest.startsWith(closing)) children.push(element());
    }
    rest = rest.slice(closing.length);
    return { name, attributes, children, text };
  }

  const root = element();
  if (rest.trim() !== '') throw new Error('more than one root');
  return root;
}
