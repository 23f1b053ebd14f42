// The processes of this machine, for locks: which one this is, and which still live.

import type { Processes } from '../profiles/lock.ts';
import { isErrno } from '../text/errno.ts';

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
