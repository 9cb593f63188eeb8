import type { Lease } from '../../state/lease.ts';

/**
 * Whose turn it is. Work is divided by account: an account has at most one turn at a time, wherever it is, so one process
 * has the account's whole request budget.
 *
 * The protocol: somebody nudges an account because something waits there. Whoever has a free place takes a turn, works
 * through what is due in that account, and releases it. Nudges merge: an account waits at most once, however often it is
 * nudged. A nudge that comes during the account's turn leads to another turn after it, because the present one may
 * already have looked.
 */
export interface Turns {
  /** Something waits in these accounts, now or `afterMs` from now. An account that waits already keeps its time. */
  nudge(accounts: readonly string[], options?: { readonly afterMs?: number }): Promise<void>;
  /** The turn of the account that waits for longest among those that nobody has. Undefined: none can be taken now. */
  take(): Promise<Turn | undefined>;
  /** Resolves when it is worth asking again. Rejects with the signal's reason. */
  wait(signal: AbortSignal): Promise<void>;
  who(): Promise<readonly WorkerView[]>;
  /** Call it when every turn is released. */
  close(): Promise<void>;
}

export interface Turn {
  readonly account: string;
  /**
   * The right to run this account's pipelines. It beats by itself until it is released. Absent in a single process, where
   * each run takes the lease of its state file.
   */
  readonly lease?: Lease;
  /** Ends the turn. `again`: something still waits, so the account is nudged. Never rejects: a turn that cannot be given back runs out. */
  release(options?: { readonly again?: boolean }): Promise<void>;
}

/** A process that takes turns. */
export interface WorkerView {
  readonly id: string;
  readonly host: string;
  readonly version: string;
  readonly since: number;
  /** When it last said that it is alive. */
  readonly seenAt: number;
  readonly isAlive: boolean;
  readonly turns: readonly { readonly account: string; readonly since: number }[];
}

/** What a worker says of itself. */
export interface WorkerIdentity {
  readonly id: string;
  readonly host: string;
  readonly version: string;
}
