import { basename } from 'node:path';
import type { ConfigError } from '../../../core/domain/errors.ts';
import type { Finder, FoundConfigurations } from './catalog.ts';
import { readFound } from './found.ts';
import type { FoundConfiguration } from './found-configuration.ts';
import type { Place } from './place.ts';

export interface FileFinder extends Finder {
  /** Reads these files again at the next look; undefined: all of them. Files that are new are read in any case. */
  changed(names: ReadonlySet<string> | undefined): void;
}

/** The configurations of a place. Of thousands of files it reads only those that may have changed. */
export function createFileFinder(place: Place): FileFinder {
  let known: FoundConfigurations = new Map();
  const stale = new Set<string>();
  let isAllStale = false;

  function fileAt(path: string): FoundConfiguration | ConfigError | undefined {
    const name = basename(path);
    const before = known.get(name);
    return before === undefined || isAllStale || stale.has(name) ? readFound(path) : before;
  }

  return {
    changed(names) {
      if (!names) isAllStale = true;
      else for (const name of names) stale.add(name);
    },
    async all() {
      const found = new Map<string, FoundConfiguration | ConfigError>();
      for (const path of place.files()) {
        const file = fileAt(path);
        if (file) found.set(basename(path), file);
      }
      stale.clear();
      isAllStale = false;
      known = found;
      return found;
    },
  };
}
