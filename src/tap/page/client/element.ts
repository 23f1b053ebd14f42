// Elements of the page, built from names and texts. Whatever stands in a text, it is shown as it is: nothing here makes
// HTML of it.

export type Child = Node | string | null;
export type Attributes = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** An attribute that is null, undefined or false is left out; `true` is one without a value. */
function withAttributes<E extends Element>(made: E, attributes: Attributes, children: readonly Child[]): E {
  for (const [name, value] of Object.entries(attributes))
    if (value !== null && value !== undefined && value !== false)
      made.setAttribute(name, value === true ? '' : String(value));
  made.append(...children.filter((child) => child !== null));
  return made;
}

export function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  return withAttributes(document.createElement(name), attributes, children);
}

export function drawing<K extends keyof SVGElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  ...children: Child[]
): SVGElementTagNameMap[K] {
  return withAttributes(document.createElementNS('http://www.w3.org/2000/svg', name), attributes, children);
}

export function button(words: string, act: () => void, attributes: Attributes = {}): HTMLButtonElement {
  const made = element('button', { type: 'button', ...attributes }, words);
  made.addEventListener('click', act);
  return made;
}

/** A part that is made when it is opened for the first time. */
export function fold(
  title: readonly Child[],
  content: () => Child | readonly Child[],
  attributes: Attributes = {},
): HTMLDetailsElement {
  const made = element('details', attributes, element('summary', {}, ...title));
  let isMade = false;
  const make = (): void => {
    if (isMade || !made.open) return;
    isMade = true;
    const children = content();
    made.append(...[children].flat().filter((child) => child !== null));
  };
  made.addEventListener('toggle', make);
  make();
  return made;
}

/** A card of the detail, under its heading. */
export function card(heading: string, children: readonly Child[], className = ''): HTMLElement {
  return element('section', { class: `card ${className}`.trim() }, element('h3', {}, heading), ...children);
}
