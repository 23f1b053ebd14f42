// Makes control characters of a model harmless on a terminal: they are shown, not obeyed. Otherwise an
// answer could move the cursor, rewrite the screen, set the clipboard or fake a link.

/** Passes text through, chunk by chunk. Keeps state, because a line end can be cut between chunks. */
export type Sanitizer = (chunk: string) => string;

/** C0 but tab, LF and CR (handled apart), DEL, and C1. */
const controls = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/g;

/** Control characters become their pictures (ESC is shown as ␛), CRLF becomes LF, a lone CR is shown. */
export function createSanitizer(): Sanitizer {
  let endsInCarriageReturn = false;
  return (chunk) => {
    let text = endsInCarriageReturn ? `\r${chunk}` : chunk;
    endsInCarriageReturn = text.endsWith('\r');
    if (endsInCarriageReturn) text = text.slice(0, -1);
    if (text.includes('\r')) text = text.replace(/\r\n/g, '\n').replaceAll('\r', '␍');
    return text.replace(controls, picture);
  };
}

/** U+2400 + code for C0, the "delete" picture, and the replacement character for C1, which has no picture. */
function picture(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? '␡' : '\ufffd';
}

/** The same for one finished text on one line: messages of servers, names, URLs. */
export const oneLine = (text: string): string => text.replace(/\s+/g, ' ').replace(controls, picture).trim();
