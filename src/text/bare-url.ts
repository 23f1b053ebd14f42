// A URL as it was copied, of an endpoint or of a proxy.

/** The text without the spaces, quotes (also curly ones) or angle brackets around it. */
export const bareUrl = (text: string): string =>
  text
    .trim()
    .replace(/^(['"`])(.*)\1$|^[\u201c\u201e\u2018](.*)[\u201d\u201c\u2019]$|^<(.*)>$/u, '$2$3$4')
    .trim();
