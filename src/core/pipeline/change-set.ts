import type { DeadLetter, Pending } from '../domain/known.ts';
import type { Claim, Link } from '../domain/link.ts';
import type { DeferredRecord } from '../domain/pending-work.ts';
import type { Result } from '../domain/result.ts';
import type { Changes } from '../state/store.ts';

/** Gathers what one look at a handful of records decides, to be applied as one. */
export function createChangeSet(run: string) {
  const links: Link[] = [];
  const claims: Claim[] = [];
  const release: string[] = [];
  const deadLetters: DeadLetter[] = [];
  const clearDeadLetters: string[] = [];
  const pending: Pending[] = [];
  const clearPending: string[] = [];
  const deferred: DeferredRecord[] = [];
  const clearDeferred: string[] = [];
  const rows: Result[] = [];
  return {
    links,
    claims,
    release,
    deadLetters,
    clearDeadLetters,
    pending,
    clearPending,
    deferred,
    clearDeferred,
    rows,
    toChanges: (): Changes => ({
      links,
      release,
      claims,
      clearDeadLetters,
      deadLetters,
      clearPending,
      pending,
      clearDeferred,
      deferred,
      results: { run, rows },
    }),
  };
}

export type ChangeSet = ReturnType<typeof createChangeSet>;
