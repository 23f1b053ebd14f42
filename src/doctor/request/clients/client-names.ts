// What `--client` takes; apart from what the clients send, so that the command line need not load that.
export const clientNames = ['claude-code', 'sdk-ts', 'sdk-py', 'vercel-ai'] as const;
export type ClientName = (typeof clientNames)[number];

/** One of them, or every one. */
export const clientChoices = [...clientNames, 'all'] as const;
export type ClientChoice = (typeof clientChoices)[number];
