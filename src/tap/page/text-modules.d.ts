// A script for the browser, bundled and taken in as a text (scripts/text-modules.js).

declare module '*?text' {
  export const text: string;
}
