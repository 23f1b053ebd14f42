// Where the turns of a chat are kept. `--no-save` keeps them nowhere.
import type { Turn } from '../chat/turns.ts';

export type Journal = {
  /** Appends a turn at once. */
  record(turn: Turn): void;
  /** From here on only the first `keep` turns count. */
  rewind(keep: number): void;
  /** Begins a new session; the old one stays. */
  startOver(): void;
  /** Names the session. @throws MsgError when the name is taken or is none */
  name(name: string): void;
  close(): Promise<void>;
};

export const noJournal: Journal = {
  record: () => {},
  rewind: () => {},
  startOver: () => {},
  name: () => {},
  close: async () => {},
};
