import type { Result } from '../../../core/domain/result.ts';

/**
 * Finds cycles of users that have each other's former address: each waits for the next, and the last for the first.
 * Returns one key per cycle, by what the run changed. Users that wait for somebody outside a cycle are not included.
 */
export function findEmailCycles(stuck: readonly Result[]): readonly string[] {
  const holders = new Map(stuck.map((row) => [row.changes?.email?.[1], row]));
  const seen = new Set<string>();
  const openers: string[] = [];
  for (const start of stuck) {
    const path = new Set<string>();
    let row: Result | undefined = start;
    while (row && !seen.has(row.key)) {
      seen.add(row.key);
      path.add(row.key);
      row = holders.get(row.changes?.email?.[0]);
    }
    if (row && path.has(row.key)) openers.push(row.key);
  }
  return openers;
}
