// Changing a parsed config.json so that what we do not know stays. Pure.

import { isObject } from '../text/json.ts';
import {
  type ConfigView,
  type JsonDocument,
  own,
  profileFields,
  setOwn,
  viewConfig,
} from './config-document.ts';
import type { Profile } from './profile.ts';

/** Changes a parsed config.json in place. Unknown fields of the file and of every entry stay. */
export type ConfigDraft = ConfigView & {
  /** Writes the known fields of one profile; those absent from `profile` are removed. */
  put(name: string, profile: Profile): void;
  /** Removes a profile, and the pointers to it. */
  remove(name: string): void;
  /** Removes an entry and leaves the pointers alone. */
  discard(name: string): void;
  /** Gives an entry another name, in its place in the order; the pointers follow. */
  rename(from: string, to: string): void;
  /** Copies an entry with everything in it. */
  copy(from: string, to: string): void;
  /** Points `current` to a name and remembers the one before. */
  use(name: string): void;
};

/** A draft over `document`, which it changes in place. `path` is for errors. */
export function draftConfig(document: JsonDocument, path: string): ConfigDraft {
  const first = viewConfig(document, path);
  const profiles = (): JsonDocument => {
    const existing = own(document, 'profiles');
    if (isObject(existing)) return existing;
    const fresh = {};
    setOwn(document, 'profiles', fresh);
    return fresh;
  };
  const movePointers = (from: string, to: string | undefined): void => {
    for (const field of ['current', 'previous'] as const) {
      if (own(document, field) !== from) continue;
      if (to === undefined) delete document[field];
      else setOwn(document, field, to);
    }
  };
  return {
    path,
    get current() {
      return viewConfig(document, path).current;
    },
    get previous() {
      return viewConfig(document, path).previous;
    },
    get names() {
      return Object.keys(profiles());
    },
    profile: (name) => viewConfig(document, path).profile(name),
    put(name, profile) {
      const existing = own(profiles(), name);
      const entry: JsonDocument = isObject(existing) ? existing : {};
      for (const field of profileFields) {
        if (profile[field] === undefined) delete entry[field];
        else setOwn(entry, field, profile[field]);
      }
      setOwn(profiles(), name, entry);
    },
    remove(name) {
      delete profiles()[name];
      movePointers(name, undefined);
    },
    discard(name) {
      delete profiles()[name];
    },
    rename(from, to) {
      const renamed: JsonDocument = {};
      for (const [name, entry] of Object.entries(profiles())) {
        setOwn(renamed, name === from ? to : name, entry);
      }
      setOwn(document, 'profiles', renamed);
      movePointers(from, to);
    },
    copy(from, to) {
      setOwn(profiles(), to, structuredClone(own(profiles(), from)));
    },
    use(name) {
      const before = own(document, 'current') ?? first.previous;
      if (before !== undefined && before !== name) setOwn(document, 'previous', before);
      setOwn(document, 'current', name);
    },
  };
}
