// What a server said when it refused, and whether two refusals are the same one. Pure.

export type Refusal = {
  /** 0: no answer came, the connection was closed instead, as firewalls do. */
  readonly status: number;
  readonly type: string | null;
  /** The server's own words, clean; empty when it used none. */
  readonly message: string;
  /** The same request is refused in other words each time: then they tell nothing, and the status alone does. */
  readonly isReworded?: true;
};

/**
 * Whether the second refusal is for the same reason: same status and type, and the first complaint of the first is among
 * those of the second. Places and sizes move while a request shrinks, so numbers and long quotations do not count.
 */
export function isSameRefusal(first: Refusal, second: Refusal): boolean {
  if (first.status !== second.status) return false;
  if (first.isReworded === true) return true;
  if (first.type !== second.type) return false;
  const [complaint = ''] = complaints(first.message);
  return complaints(second.message).includes(complaint) || (complaint === '' && second.message === '');
}

/** Validators list everything they found in one message. */
const complaints = (message: string): string[] =>
  message
    .split(/;\s|\n/)
    .map((part) =>
      part
        .toLowerCase()
        .replace(/\b(req|msg|chatcmpl|trace)[-_][\w-]+|\b[0-9a-f]{8}-[0-9a-f-]{27}\b|\b[0-9a-f]{16,}\b/g, '#')
        .replace(/(["'`])(?:(?!\1)[^\n]){40,}\1/g, '…')
        .replace(/\d+/g, '#')
        .trim(),
    )
    .filter((part) => part !== '');

/** `400 "tools.0.name: ..."`: what came in place of an answer. */
export const refusalWords = ({ status, message }: Pick<Refusal, 'status' | 'message'>): string =>
  status === 0 ? message.replace(/\.$/, '') : `${status} ${JSON.stringify(message.slice(0, 300))}`;
