// Characters that mean something in Markdown, as the numbers by which a text is looked through.

export const tab = 0x09;
export const newline = 0x0a;
export const space = 0x20;
export const backslash = 0x5c;
export const backtick = 0x60;
export const pipe = 0x7c;

export const isBlank = (code: number): boolean => code === space || code === tab;

/** Of ASCII: other characters may be white space. */
export const isVisible = (code: number): boolean => code > space && code < 0x7f;
