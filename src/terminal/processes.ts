// The processes of this machine, for locks: which one this is, and which still live.
import { isErrno } from '../profiles/guarded-file.ts';
import type { Processes } from '../profiles/lock.ts';

export const processes: Processes = {
  own: process.pid,
  isAlive(id) {
    try {
      process.kill(id, 0);
      return true;
    } catch (error) {
      // Another user's.
      return isErrno(error, 'EPERM');
    }
  },
};
