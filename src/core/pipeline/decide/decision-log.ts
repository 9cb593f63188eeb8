import type { Result } from '../../domain/result.ts';
import { type ChangeSet, createChangeSet } from '../change-set.ts';
import { type FinalResult, recordResult } from '../record-result.ts';
import type { InFlightWrite, PendingRecord, Run } from '../run-state.ts';

/** Collects the decisions on a few records: each call except `linkChanged` ends the decision on one record. */
export interface DecisionLog<P> {
  /** The record has its result. */
  end(item: PendingRecord, result: FinalResult): void;
  /** The record is stored: deferred to the end of the read, or to the deactivations. */
  defer(item: PendingRecord, stage: 'deferred' | 'deactivation'): void;
  /** The record is to be written. */
  send(entry: InFlightWrite<P>, externalId: string): void;
  /** The link or the claim of this key has changed, whatever the result of the record. */
  linkChanged(key: string): void;
  /** Everything above as changes of the state, and the other changes that the decisions make there. */
  readonly changes: ChangeSet;
  readonly toWrite: readonly InFlightWrite<P>[];
  /** Records that are not written: their pages need not wait for them. */
  readonly settledItems: readonly PendingRecord[];
}

export function createDecisionLog<T, P>(run: Run<T, P>, earlier: ReadonlyMap<string, Result>): DecisionLog<P> {
  const changes = createChangeSet(run.id);
  const toWrite: InFlightWrite<P>[] = [];
  const settledItems: PendingRecord[] = [];
  const changedLinks = new Set<string>();
  return {
    changes,
    toWrite,
    settledItems,
    linkChanged: (key) => {
      changedLinks.add(key);
    },
    end(item, result) {
      const { key } = item.record;
      const isRecorded = result.outcome === 'unchanged' && changedLinks.has(key);
      recordResult(run, changes, item, earlier.get(key), isRecorded ? { ...result, code: 'link-recorded' } : result);
      settledItems.push(item);
    },
    defer(item, stage) {
      const { record, attempts } = item;
      settledItems.push(item);
      if (item.isDeferred && stage === 'deferred') return;
      run.nextSequence += 1;
      const after = record.after === undefined ? {} : { after: record.after };
      changes.clearDeferred.push(record.key);
      changes.deferred.push({ key: record.key, sequence: run.nextSequence, stage, record, attempts, ...after });
      // A newer version replaces what was kept of an older one.
      changes.clearPending.push(record.key);
      run.progressCount += 1;
    },
    send(entry, externalId) {
      const { key } = entry.item.record;
      run.inFlight.set(key, entry);
      run.externalIdsInFlight.set(externalId, key);
      toWrite.push(entry);
    },
  };
}
