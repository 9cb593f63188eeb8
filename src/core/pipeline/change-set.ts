import type { Changes, Claim, DeadLetter, Link, Pending, Result, Waiting } from '../state/store.ts';

/** Gathers what one look at a handful of records decides, to be applied as one. */
export function createChangeSet(run: string) {
  const links: Link[] = [];
  const claims: Claim[] = [];
  const release: string[] = [];
  const deadLetters: DeadLetter[] = [];
  const clearDeadLetters: string[] = [];
  const pending: Pending[] = [];
  const clearPending: string[] = [];
  const waiting: Waiting[] = [];
  const clearWaiting: string[] = [];
  const rows: Result[] = [];
  return {
    links,
    claims,
    release,
    deadLetters,
    clearDeadLetters,
    pending,
    clearPending,
    waiting,
    clearWaiting,
    rows,
    toChanges: (): Changes => ({
      links,
      release,
      claims,
      clearDeadLetters,
      deadLetters,
      clearPending,
      pending,
      clearWaiting,
      waiting,
      results: { run, rows },
    }),
  };
}

export type ChangeSet = ReturnType<typeof createChangeSet>;
