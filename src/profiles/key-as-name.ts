// A key where the name of a profile belongs: it is not repeated, and nothing is made of it.
import { usageError } from '../errors.ts';
import { isKeyShaped } from '../messages/key-shapes.ts';

/** @throws MsgError `usage` when the name is a key; `source` says where it stood */
export function refuseKeyAsName(name: string, source: string): void {
  if (!isKeyShaped(name)) return;
  throw usageError(
    `What ${source} gives as the name of a profile looks like a key; it is not repeated here.`,
    'Your shell may have kept it in its history. A profile asks for its key: msg profiles add NAME. For one command: --api-key-env NAME',
  );
}
