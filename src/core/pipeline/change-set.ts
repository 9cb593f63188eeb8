import type { DeadLetter, EmailRecord, Pending } from '../domain/known.ts';
import type { Claim, Link } from '../domain/link.ts';
import type { Result } from '../domain/result.ts';
import type { DeferredRecord } from '../domain/run/pending-work.ts';
import type { DirectoryUser } from '../domain/user.ts';
import type { Changes } from '../state/store.ts';

/** Collects the state changes of a few records, so that they are applied together. */
export function createChangeSet(run: string) {
  const closeBatches: string[] = [];
  const users: DirectoryUser[] = [];
  const removeUsers: string[] = [];
  const links: Link[] = [];
  const unlink: string[] = [];
  const claims: Claim[] = [];
  const release: string[] = [];
  const deadLetters: DeadLetter[] = [];
  const clearDeadLetters: string[] = [];
  const pending: Pending[] = [];
  const clearPending: string[] = [];
  const emailRecords: EmailRecord[] = [];
  const clearEmailRecords: string[] = [];
  const deferred: DeferredRecord[] = [];
  const clearDeferred: string[] = [];
  const rows: Result[] = [];
  return {
    closeBatches,
    users,
    removeUsers,
    links,
    unlink,
    claims,
    release,
    deadLetters,
    clearDeadLetters,
    pending,
    clearPending,
    emailRecords,
    clearEmailRecords,
    deferred,
    clearDeferred,
    rows,
    toChanges: (): Changes => ({
      closeBatches,
      users,
      removeUsers,
      links,
      unlink,
      release,
      claims,
      clearDeadLetters,
      deadLetters,
      clearPending,
      pending,
      clearEmailRecords,
      emailRecords,
      clearDeferred,
      deferred,
      results: { run, rows },
    }),
  };
}

export type ChangeSet = ReturnType<typeof createChangeSet>;
