import type { Settings } from '../../settings.ts';

/** So many configurations stay in memory as a whole: a service of a few pipelines reads each once. */
const maxKept = 50;

/** The configurations that were used last, by their hash. */
export function createRecentSettings(): {
  get(hash: string, read: () => Promise<Settings>): Promise<Settings>;
} {
  const kept = new Map<string, Promise<Settings>>();
  return {
    async get(hash, read) {
      const settings = kept.get(hash) ?? read();
      kept.delete(hash);
      kept.set(hash, settings);
      const [oldest] = kept.keys();
      if (kept.size > maxKept && oldest !== undefined) kept.delete(oldest);
      try {
        return await settings;
      } catch (error) {
        kept.delete(hash);
        throw error;
      }
    },
  };
}
