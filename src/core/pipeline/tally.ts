import type { Outcome, Result, Tallies } from '../domain/result.ts';

const rejectsInReport = 100;

/** Counts the result of every key once: a later result of a key replaces the earlier one. */
export function createTally() {
  const counts: Record<Outcome, number> = { created: 0, updated: 0, unchanged: 0, skipped: 0, rejected: 0 };
  const skips = new Map<string, number>();
  const rejects = new Map<string, { readonly key: string; readonly code: string; readonly message: string }>();

  return {
    add(result: Result, replaced?: Pick<Result, 'outcome' | 'code'>): void {
      if (replaced) {
        counts[replaced.outcome] -= 1;
        if (replaced.outcome === 'skipped') count(skips, replaced.code, -1);
        rejects.delete(result.key);
      }
      counts[result.outcome] += 1;
      if (result.outcome === 'skipped') count(skips, result.code, 1);
      if (result.outcome === 'rejected' && rejects.size < rejectsInReport) {
        rejects.set(result.key, { key: result.key, code: result.code ?? '', message: result.message ?? '' });
      }
    },
    tallies: (): Tallies & { readonly read: number } => ({
      read: counts.created + counts.updated + counts.unchanged + counts.skipped + counts.rejected,
      ...counts,
    }),
    skips: (): Readonly<Record<string, number>> =>
      Object.fromEntries([...skips].filter(([, number]) => number > 0).sort()),
    rejects: () => [...rejects.values()],
  };
}

/**
 * The outcome that counts if a key has two results in one run: a write still counts if the second decision found
 * nothing to do.
 */
export function isLaterOutcome(earlier: Outcome | undefined, later: Outcome): Outcome {
  if (earlier === 'created' && (later === 'updated' || later === 'unchanged')) return 'created';
  if (earlier === 'updated' && later === 'unchanged') return 'updated';
  return later;
}

function count(into: Map<string, number>, reason: string | undefined, by: number): void {
  const name = reason ?? 'unknown';
  into.set(name, (into.get(name) ?? 0) + by);
}
