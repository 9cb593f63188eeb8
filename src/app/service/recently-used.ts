/** What is open for a pipeline. */
export interface Openable {
  /** Whether closing it now loses nothing. */
  isIdle(): boolean;
  close(): Promise<void>;
}

/**
 * Keeps open what was used last, up to a number: thousands of pipelines may receive webhooks and send alerts, and a
 * process can hold so many files and connections open. What is not idle stays open beyond that.
 */
export interface RecentlyUsed<T> {
  /** Opens it, unless it is open. Undefined: there is nothing to open. */
  get(name: string): Promise<T | undefined>;
  /** Those that are open or being opened. */
  open(): readonly Promise<T | undefined>[];
  close(name: string): Promise<void>;
  closeAll(): Promise<void>;
}

export function createRecentlyUsed<T extends Openable>({
  limit,
  openOne,
}: {
  readonly limit: number;
  readonly openOne: (name: string) => Promise<T | undefined>;
}): RecentlyUsed<T> {
  /** In the order in which they were used. */
  const opened = new Map<string, Promise<T | undefined>>();

  async function close(name: string): Promise<void> {
    const one = opened.get(name);
    opened.delete(name);
    await (await one?.catch(() => undefined))?.close();
  }

  async function closeIdle(besides: string): Promise<void> {
    for (const [name, one] of opened) {
      if (opened.size <= limit) return;
      if (name === besides) continue;
      const found = await one.catch(() => undefined);
      if (!found || found.isIdle()) await close(name);
    }
  }

  return {
    async get(name) {
      const one = opened.get(name) ?? openOne(name);
      opened.delete(name);
      opened.set(name, one);
      try {
        const found = await one;
        await closeIdle(name);
        return found;
      } catch (error) {
        if (opened.get(name) === one) opened.delete(name);
        throw error;
      }
    },
    open: () => [...opened.values()],
    close,
    async closeAll() {
      for (const name of opened.keys()) await close(name);
    },
  };
}
