import type { Warning } from '../context.ts';
import type { Side } from '../errors.ts';
import type { Cursor } from '../record.ts';
import type { Remedy } from '../remedy.ts';
import type { Timings } from '../request-counters.ts';
import type { RunOutcome, Tallies } from '../result.ts';

/** What a run did. `sync`, `retry` and `undo` print it with `--json`; the state keeps it. Holds no personal data. */
export interface RunReport {
  readonly run: string;
  readonly pipeline: string;
  readonly outcome: Exclude<RunOutcome, 'running'>;
  /** `read` counts distinct keys and equals the sum of the others. */
  readonly tallies: Tallies & { readonly read: number };
  /** Reason → count. */
  readonly skips: Readonly<Record<string, number>>;
  /** The first 100. */
  readonly rejects: readonly { readonly key: string; readonly code: string; readonly message: string }[];
  readonly requests: { readonly source: number; readonly destination: number; readonly throttled: number };
  /** The same requests by endpoint, ids apart, with how long they took. */
  readonly timings: { readonly source: Timings; readonly destination: Timings };
  readonly cursor: Cursor;
  readonly warnings: readonly Warning[];
  /** The first writes, where they were looked at before there were more. Names of fields, no values. */
  readonly canary?: {
    readonly sent: number;
    readonly matching: number;
    readonly differences: readonly {
      readonly key: string;
      readonly destinationId: string;
      readonly fields: readonly string[];
    }[];
    /** `none`: there were too few writes to ask, or the run was asked to stop before the answer. */
    readonly answer: 'yes' | 'no' | 'none';
  };
  /** Of an undo: what the run had made in addition to users, such as organizations. */
  readonly related?: {
    readonly deleted: number;
    readonly left: number;
    /** Of the first 100 that were left. */
    readonly reasons: readonly { readonly id: string; readonly message: string }[];
  };
  /** Present when the outcome is `failed`. */
  readonly error?: {
    readonly code: string;
    readonly message: string;
    readonly hint?: string;
    readonly remedy?: Remedy;
    readonly exitCode: number;
    /** Which side refused or failed, where it was one of them. */
    readonly side?: Side;
  };
  readonly startedAt: string;
  readonly finishedAt: string;
}

/** What the run reports to a progress display, at most every 100 ms. */
export interface Progress {
  readonly phase: 'directory' | 'recover' | 'read' | 'waiting' | 'deactivate' | 'drain';
  readonly tallies: Tallies & { readonly read: number };
  readonly inFlight: number;
  /** Users in the directory so far, while it is filled. */
  readonly directoryUsers?: number;
  /** How many customers there are to go through, where that is known. Some may come and go meanwhile. */
  readonly total?: number;
}
