// Text put into HTML, XML and patterns: what means something there, written so that it means itself.

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '\n': '&#10;',
  '\r': '&#13;',
  '\t': '&#9;',
};

/**
 * A text that stands safely between tags and in a quoted attribute. `characters` are those to write otherwise, where
 * fewer or more mean something: line ends in the attributes of XML would be read as spaces.
 */
export const escapeMarkup = (text: string, characters = /[&<>"']/g): string =>
  text.replace(characters, (character) => entities[character] ?? character);

/** A text as a pattern that matches it, with or without the flag `u`. */
export const escapePattern = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
