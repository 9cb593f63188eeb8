import type { CompleteSink } from '../complete-sink.ts';
import type { Result, Tallies } from '../domain/result.ts';
import type { RunReport } from '../domain/run/run-report.ts';
import { keyOfUser } from '../pipeline/recovery/record-merge.ts';
import type { Pipeline } from '../pipeline/types.ts';
import type { PairOutcome } from './merge-pair.ts';

/** What became of one pair. */
export type MergeOutcome = {
  readonly group: string;
  readonly keep: string;
  readonly merge: string;
} & PairOutcome;

const rejectsInReport = 100;

/** What a run of merges comes to. A merge is recorded when it happens; what was not merged, at the end. */
export function createMergeResults(
  {
    store,
    id,
    sink,
  }: Pick<Pipeline<never, never>, 'store' | 'id'> & { readonly sink: Pick<CompleteSink<never>, 'now'> },
  run: string,
) {
  const outcomes: MergeOutcome[] = [];

  function notMerged(): readonly Result[] {
    const at = sink.now();
    return outcomes.flatMap((one): readonly Result[] => {
      if (!('code' in one)) return [];
      const { merge, keep, code, message } = one;
      const outcome = one.outcome === 'skipped' ? 'skipped' : 'rejected';
      return [{ key: keyOfUser(merge), outcome, code, message: `Into user ${keep}: ${message}`, at }];
    });
  }

  return {
    add: (outcome: MergeOutcome): void => void outcomes.push(outcome),
    all: (): readonly MergeOutcome[] => outcomes,
    save: async (): Promise<void> => await store.apply(id, { results: { run, rows: notMerged() } }),
    counts(tallies: Tallies): Pick<RunReport, 'tallies' | 'skips' | 'rejects'> {
      const { created, updated, unchanged, skipped, rejected } = tallies;
      const rows = notMerged();
      const skips = Object.groupBy(
        rows.filter(({ outcome }) => outcome === 'skipped'),
        ({ code = '' }) => code,
      );
      return {
        tallies: { read: created + updated + unchanged + skipped + rejected, ...tallies },
        skips: Object.fromEntries(Object.entries(skips).map(([code, list = []]) => [code, list.length])),
        rejects: rows
          .filter(({ outcome }) => outcome === 'rejected')
          .slice(0, rejectsInReport)
          .map(({ key, code = '', message = '' }) => ({ key, code, message })),
      };
    },
  };
}
