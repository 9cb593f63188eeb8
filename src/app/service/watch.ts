import { watch } from 'node:fs';
import type { Clock } from '../../core/clock.ts';
import type { Logger } from '../../core/domain/log.ts';

/** An editor saves a file in several steps. */
const settledMs = 500;

/**
 * Calls `changed` once no more changes come from the folder, with the names of the files; undefined where the system does
 * not say which. If the folder cannot be watched, SIGHUP does the same.
 */
export function watchFolder(
  folder: string,
  {
    clock,
    log,
    changed,
  }: {
    readonly clock: Clock;
    readonly log: Logger;
    readonly changed: (names: ReadonlySet<string> | undefined) => void;
  },
): { close(): void } {
  let waiting = new AbortController();
  let names: Set<string> | undefined = new Set();
  const unwatched = (error: Error): void =>
    log.warn({ reason: error.message }, 'the configuration is not watched: send SIGHUP after a change');
  function settled(): void {
    const found = names;
    names = new Set();
    changed(found);
  }
  try {
    const watcher = watch(folder, { persistent: false }, (_, name) => {
      if (name === null) names = undefined;
      else names?.add(name);
      waiting.abort(new Error('There is more.'));
      waiting = new AbortController();
      clock.sleep(settledMs, waiting.signal).then(settled, () => undefined);
    });
    watcher.on('error', unwatched);
    return {
      close: () => {
        waiting.abort(new Error('No longer watched.'));
        watcher.close();
      },
    };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    unwatched(error);
    return { close: () => undefined };
  }
}
